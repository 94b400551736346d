"""How charts and lines are drawn in this terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style

from tuimon.charts.palette import ANSI, DARK, LIGHT, NO_COLOUR, Theme
from tuimon.quick_dataclass import dataclass
from tuimon.settings.terminal import colour_count, is_light_background, speaks_utf8, wants_colour

# The default colours are told apart by colour-blind eyes as well, so the theme of that name is the default.
THEMES: Mapping[str, Theme] = {"dark": DARK, "light": LIGHT, "colour-blind": DARK, "ansi": ANSI}


@dataclass(frozen=True, slots=True)
class Look:
    """Colours by meaning, and whether only ASCII may be shown."""

    theme: Theme
    ascii: bool
    painted: bool = False
    """Whether the theme's background is painted: where the terminal's own may be dark for light, or light."""

    @property
    def ground(self) -> Style:
        """The background to paint."""
        return Style(bgcolor=self.theme.background)


def look_of(
    environ: Mapping[str, str], *, theme: str = "auto", colours: bool = True, light: bool | None = None
) -> Look:
    """The look that the environment and the person ask for; the app is always on a terminal.

    ``theme`` is a name of ``THEMES``; "auto" (and colour-blind, which comes light and dark) follows the
    terminal's background: ``light`` says what the terminal answered, None that it was not asked or did not.
    """
    if light is None and environ.get("COLORFGBG"):
        light = is_light_background(environ)
    chosen = _theme(environ, theme, colours, light)
    painted = chosen.has_shades and light is not chosen.is_light
    return Look(chosen, ascii=not speaks_utf8(environ), painted=painted)


def _theme(environ: Mapping[str, str], name: str, colours: bool, light: bool | None) -> Theme:
    if not colours or not wants_colour(environ, is_terminal=True):
        return NO_COLOUR
    if name not in ("auto", "colour-blind"):
        return THEMES[name]
    if name == "auto" and colour_count(environ) <= 16:
        return ANSI
    return LIGHT if light else DARK
