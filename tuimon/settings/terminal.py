"""What a terminal can show, told from the environment."""

from __future__ import annotations

import sys
from collections.abc import Mapping


def speaks_utf8(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether the locale's character set is UTF-8, by POSIX's order of variables.

    ``sys.stdout.encoding`` does not tell: under ``LC_ALL=C`` Python writes UTF-8 all the same. On Windows
    there are no such variables and the console takes Unicode.
    """
    if platform == "win32":
        return True
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    return locale.partition(".")[2].lower().replace("-", "").startswith("utf8") or (
        platform == "darwin" and locale.upper() == "UTF-8"
    )


def wants_colour(environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Whether output is coloured: on a terminal that can, unless ``NO_COLOR`` (no-color.org) is set."""
    return is_terminal and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


def colour_count(environ: Mapping[str, str]) -> int:
    """How many colours the terminal has by its own word: 16, 256 or 16,777,216. Rich takes the same words."""
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return 1 << 24
    kind = environ.get("TERM", "").rpartition("-")[2].lower()
    return 256 if kind in ("256color", "kitty") else 16


def is_light_background(environ: Mapping[str, str]) -> bool:
    """Whether the terminal says in ``COLORFGBG`` (rxvt, Konsole, iTerm2) that its background is light."""
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return background in ("7", "9", "10", "11", "12", "13", "14", "15")
