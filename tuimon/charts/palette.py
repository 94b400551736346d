"""Colours: stable ones for runs, and styles by meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from rich.color import Color
from rich.style import Style

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

# What tells runs apart where neither colours nor braille can: one for each colour; x is for NaN.
ASCII_SIGNS = "o*+#@%&=$v"


def ascii_sign(colour: str) -> str:
    """The character of a run's curve, and of its row in the table, in a terminal without UTF-8."""
    place = RUN_COLOURS.index(colour) if colour in RUN_COLOURS else sum(colour.encode())
    return ASCII_SIGNS[place % len(ASCII_SIGNS)]


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by meaning; ``background`` is what dim colours are blended with.

    With ``monochrome`` no colour is used: bright and dim say what colours would.
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


DARK = Theme(
    name="dark",
    background="#121212",
    text="#d8d8d8",
    muted="#8a8a8a",
    axis="#6c6c6c",
    good="#4cc38a",
    bad="#ff6b6b",
    warning="#e3b341",
    accent="#7aa2f7",
)
LIGHT = Theme(
    name="light",
    background="#fafafa",
    text="#24292f",
    muted="#656d76",
    axis="#8c959f",
    good="#11703f",
    bad="#c62828",
    warning="#8a5a00",
    accent="#2255cc",
)
NO_COLOUR = Theme(
    name="no colour",
    background="#000000",
    text="#ffffff",
    muted="#808080",
    axis="#808080",
    good="#ffffff",
    bad="#ffffff",
    warning="#ffffff",
    accent="#ffffff",
    monochrome=True,
)


def assign_colours(keys: Iterable[str], previous: Mapping[str, str]) -> dict[str, str]:
    """A colour for each key: one that had a colour keeps it, the others take the least used ones in order.

    ``previous`` is what an earlier call returned; keys that are gone are kept in the result, so that a run
    that a filter hid for a while comes back in its colour.
    """
    colours = dict(previous)
    use = dict.fromkeys(RUN_COLOURS, 0)
    for colour in colours.values():
        if colour in use:
            use[colour] += 1
    for key in keys:
        if key not in colours:
            colour = min(RUN_COLOURS, key=use.__getitem__)
            colours[key] = colour
            use[colour] += 1
    return colours


@cache
def blend(colour: str, background: str, share: float) -> str:
    """``share`` of ``colour`` over ``background``, both ``#rrggbb``."""
    upper, lower = Color.parse(colour).get_truecolor(), Color.parse(background).get_truecolor()
    mixed = (round(share * a + (1 - share) * b) for a, b in zip(upper, lower, strict=True))
    return "#{:02x}{:02x}{:02x}".format(*mixed)


@cache
def style(
    theme: Theme, colour: str, *, share: float = 1.0, bold: bool = False, reverse: bool = False
) -> Style:
    """The Rich style of a colour in a theme; ``share`` below 1 dims it towards the background."""
    if theme.monochrome:
        return Style(
            dim=share < 1.0 or colour == theme.muted or colour == theme.axis, bold=bold, reverse=reverse
        )
    shown = colour if share >= 1.0 else blend(colour, theme.background, share)
    return Style(color=Color.parse(shown), bold=bold or None, reverse=reverse or None)
