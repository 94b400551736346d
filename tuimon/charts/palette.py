"""Colours: stable ones for runs, and styles by meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from zlib import crc32

from rich.color import Color
from rich.style import Style

from tuimon.quick_dataclass import dataclass

# Bright enough on black, visible on white; the first six differ clearly, all ten somewhat, also for eyes that
# do not tell red from green: chosen by their distances in CIELAB as protanopes and deuteranopes see them
# (Machado, Oliveira and Fernandes 2009), beginning with the blue and orange of Okabe and Ito (2008).
RUN_COLOURS = (
    "#56b4e9",  # sky blue
    "#e69f00",  # orange
    "#2a9d8f",  # teal
    "#f4b6d2",  # light pink
    "#c75d3a",  # rust
    "#4f7df3",  # blue
    "#7ad151",  # green
    "#d683b7",  # purple
    "#c9b72e",  # ochre
    "#a3a3a3",  # grey
)
CLEAR_COLOURS = 6  # so many of them, the first ones, differ clearly
# For an eleventh run and those after it: each as far as there is from all before it, and from what is bad.
FURTHER_COLOURS = (
    "#b4d8a8",
    "#3c84cc",
    "#f03c78",
    "#c0d884",
    "#78d8fc",
    "#609cfc",
    "#b460a8",
    "#c0a884",
    "#609c54",
    "#a8c0a8",
)
ALL_COLOURS = (*RUN_COLOURS, *FURTHER_COLOURS)

# What tells runs apart where colours or braille cannot: one for each colour. x is for NaN, m and B are
# for what is marked and the baseline.
ASCII_SIGNS = "o*+#@%&=$vACEGHKRUWZ"


def ascii_sign(colour: str) -> str:
    """The character of a run's curve, and of its row in the table, where its colour alone does not tell."""
    place = ALL_COLOURS.index(colour) if colour in ALL_COLOURS else sum(colour.encode())
    return ASCII_SIGNS[place % len(ASCII_SIGNS)]


@dataclass(frozen=True, slots=True, eq=False)
class Theme:
    """Colours by meaning; ``background`` is what dim colours are blended with. Equality is identity.

    With ``monochrome`` no colour is used: bright and dim say what colours would. With ``ansi`` the colours
    are the terminal's own 16, and dim is the terminal's as well.
    """

    name: str
    background: str
    text: str
    muted: str
    axis: str
    good: str
    bad: str
    warning: str
    accent: str
    monochrome: bool = False
    ansi: bool = False

    @property
    def has_shades(self) -> bool:
        """Whether there are colours between two colours, as the background of a chosen row needs."""
        return not (self.monochrome or self.ansi)

    @property
    def is_light(self) -> bool:
        """Whether the background is a light one; False where it is the terminal's, so not known."""
        return self.has_shades and luminance(self.background) > _HALF_LIGHT


TERMINAL_TEXT = "default"  # as a theme's text: what the terminal writes in, whatever is behind it

# For a dark background, a light one, a terminal's own 16 colours, and none. Of the terminal the background is
# whatever it has: text is its own, and no white or black is used.
_COLOURS = {
    "background": ("#121212", "#fafafa", "#000000", "#000000"),
    "text": ("#d8d8d8", "#24292f", TERMINAL_TEXT, "#ffffff"),
    "muted": ("#8a8a8a", "#656d76", "#8a8a8a", "#808080"),
    "axis": ("#6c6c6c", "#8c959f", "#6c6c6c", "#808080"),
    "good": ("#4cc38a", "#11703f", "green", "#ffffff"),
    "bad": ("#ff6b6b", "#c62828", "bright_red", "#ffffff"),
    "warning": ("#e3b341", "#8a5a00", "yellow", "#ffffff"),
    "accent": ("#7aa2f7", "#2255cc", "bright_blue", "#ffffff"),
}


def _theme(name: str, column: int, *, monochrome: bool = False, ansi: bool = False) -> Theme:
    colours = {meaning: colours[column] for meaning, colours in _COLOURS.items()}
    return Theme(name=name, monochrome=monochrome, ansi=ansi, **colours)


DARK = _theme("dark", 0)
LIGHT = _theme("light", 1)
ANSI = _theme("ansi", 2, ansi=True)
NO_COLOUR = _theme("no colour", 3, monochrome=True)

# What stands for the colours of runs on a terminal of 16; red and green are left to what went wrong or well.
# There are no more than ten, so an eleventh run has that of another, and its sign tells (``repeats``).
_ANSI_RUN_COLOURS = dict(
    zip(
        ALL_COLOURS,
        (
            "bright_blue",
            "yellow",
            "cyan",
            "bright_magenta",
            "bright_cyan",
            "blue",
            "bright_yellow",
            "magenta",
            "bright_green",
            "default",
            "bright_green",
            "bright_blue",
            "bright_magenta",
            "bright_yellow",
            "bright_cyan",
            "blue",
            "magenta",
            "yellow",
            "cyan",
            "default",
        ),
        strict=True,
    )
)
_HALF_LIGHT = 0.4  # relative luminance
_LEAST_CONTRAST = 3.0  # of graphics against their background (WCAG 2.1, 1.4.11)


def assign_colours(runs: Iterable[tuple[str, str]], previous: Mapping[str, str]) -> dict[str, str]:
    """A colour for each run, given as its key and its id; by key.

    The id picks the colour, the same at each start; where it is taken more often than others the next ones
    are tried, in a ring of those that differ clearly and then among the rest. So the runs that come first
    choose first. One that had a colour in ``previous``, what an earlier call returned, keeps it; runs that
    are gone are kept in the result: what a filter hid for a while comes back in its colour.
    """
    colours = dict(previous)
    use = dict.fromkeys(ALL_COLOURS, 0)
    for colour in colours.values():
        if colour in use:
            use[colour] += 1
    for key, run_id in runs:
        if key not in colours:
            start = crc32(run_id.encode("utf-8", "backslashreplace")) % CLEAR_COLOURS
            clear, rest = ALL_COLOURS[:CLEAR_COLOURS], ALL_COLOURS[CLEAR_COLOURS:]
            colour = min((*clear[start:], *clear[:start], *rest), key=use.__getitem__)
            colours[key] = colour
            use[colour] += 1
    return colours


def repeats(theme: Theme, colours: Iterable[str]) -> bool:
    """Whether two of these colours of runs are one in the theme's: then each run needs its sign as well."""
    if not theme.ansi:
        return False
    different = set(colours)
    return len({_ANSI_RUN_COLOURS.get(colour, colour) for colour in different}) < len(different)


@cache
def blend(colour: str, background: str, share: float) -> str:
    """``share`` of ``colour`` over ``background``, both ``#rrggbb``."""
    upper, lower = Color.parse(colour).get_truecolor(), Color.parse(background).get_truecolor()
    mixed = (round(share * a + (1 - share) * b) for a, b in zip(upper, lower, strict=True))
    return "#{:02x}{:02x}{:02x}".format(*mixed)


@cache
def luminance(colour: str) -> float:
    """The relative luminance of ``#rrggbb``, from 0 for black to 1 for white (WCAG 2.1)."""
    parts = [part / 255 for part in Color.parse(colour).get_truecolor()]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@cache
def readable(colour: str, background: str) -> str:
    """``colour`` as it is shown on a light background: darkened until it stands out from it."""
    for percent in range(100, 20, -5):
        shown = blend(colour, "#000000", percent / 100)
        if (luminance(background) + 0.05) / (luminance(shown) + 0.05) >= _LEAST_CONTRAST:
            return shown
    return "#000000"


@cache
def style(
    theme: Theme, colour: str, *, share: float = 1.0, bold: bool = False, reverse: bool = False
) -> Style:
    """The Rich style of a colour in a theme; ``share`` below 1 dims it towards the background."""
    if theme.monochrome:
        return Style(
            dim=share < 1.0 or colour == theme.muted or colour == theme.axis, bold=bold, reverse=reverse
        )
    if theme.ansi:
        quiet = colour in (theme.muted, theme.axis)
        name = "default" if quiet else _ANSI_RUN_COLOURS.get(colour, colour)
        dim = quiet or share < 1.0
        return Style(color=Color.parse(name), dim=dim or None, bold=bold or None, reverse=reverse or None)
    if colour == TERMINAL_TEXT:
        return Style(dim=share < 1.0 or None, bold=bold or None, reverse=reverse or None)
    if theme.is_light:
        colour = readable(colour, theme.background)
    shown = colour if share >= 1.0 else blend(colour, theme.background, share)
    return Style(color=Color.parse(shown), bold=bold or None, reverse=reverse or None)
