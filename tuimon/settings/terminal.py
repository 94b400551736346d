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
