"""How charts and lines are drawn in this terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tuimon.charts.palette import DARK, NO_COLOUR, Theme
from tuimon.settings.terminal import speaks_utf8, wants_colour


@dataclass(frozen=True, slots=True)
class Look:
    """Colours by meaning, and whether only ASCII may be shown."""

    theme: Theme
    ascii: bool


def look_of(environ: Mapping[str, str]) -> Look:
    """The look that the environment asks for; the app is always on a terminal."""
    coloured = wants_colour(environ, is_terminal=True)
    return Look(DARK if coloured else NO_COLOUR, ascii=not speaks_utf8(environ))
