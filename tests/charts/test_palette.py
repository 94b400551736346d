"""Colours that stay, and styles that survive without colour."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from rich.color import Color

from tuimon.charts.palette import (
    ALL_COLOURS,
    ANSI,
    DARK,
    LIGHT,
    NO_COLOUR,
    RUN_COLOURS,
    Theme,
    ascii_sign,
    assign_colours,
    blend,
    style,
)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [part / 255 for part in Color.parse(colour).get_truecolor()]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@given(st.lists(st.lists(st.text(max_size=3), unique=True, max_size=15), max_size=5))
def test_a_run_keeps_its_colour_whatever_comes_and_goes(visits: list[list[str]]) -> None:
    colours: dict[str, str] = {}
    for keys in visits:
        after = assign_colours([(key, key) for key in keys], colours)
        assert after.items() >= colours.items()
        assert set(keys) <= set(after)
        colours = after


def test_no_colour_is_used_twice_before_all_are_used() -> None:
    colours = assign_colours([(str(number), "same") for number in range(len(ALL_COLOURS))], {})
    assert set(list(colours.values())[: len(RUN_COLOURS)]) == set(RUN_COLOURS)
    assert len(set(colours.values())) == len(ALL_COLOURS) == 20


def test_twenty_runs_are_told_apart_by_sign_or_colour_everywhere() -> None:
    """Without UTF-8 or without colours each has its sign; of 16 colours none is used a third time, and never
    twice with one sign."""
    assert len({ascii_sign(colour) for colour in ALL_COLOURS}) == len(ALL_COLOURS)
    assert not {"x", "m", "B", ">", "^"} & {ascii_sign(colour) for colour in ALL_COLOURS}
    shown = Counter(str(style(ANSI, colour)) for colour in ALL_COLOURS)
    assert set(shown.values()) == {2}


def test_a_runs_id_picks_its_colour() -> None:
    """Whatever other runs there are, as long as they leave it; else it takes the next one."""
    alone = assign_colours([("a", "icfb")], {})["a"]
    assert assign_colours([("elsewhere", "icfb")], {})["elsewhere"] == alone
    others = [(str(number), str(number)) for number in range(30)]
    assert assign_colours([("a", "icfb"), *others], {})["a"] == alone
    assert assign_colours([("b", "icfb"), ("a", "icfb")], {})["a"] != alone
    assert len({colour for _, colour in assign_colours(others, {}).items()}) == len(ALL_COLOURS)


def test_run_colours_are_readable_on_black_and_visible_on_white() -> None:
    """4.5 is what WCAG asks of text; on a light background curves are at least seen."""
    for colour in ALL_COLOURS:
        assert contrast(colour, DARK.background) > 4.5
        assert contrast(colour, LIGHT.background) > 1.45


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_text_colours_are_readable_on_their_background(theme: Theme) -> None:
    for colour in (theme.text, theme.good, theme.bad, theme.warning, theme.accent, theme.muted):
        assert contrast(colour, theme.background) > 4.4


def test_good_and_bad_differ_in_lightness_too() -> None:
    """Red and green alone say nothing to one man in twelve; the sign says it as well."""
    assert contrast(DARK.good, DARK.bad) > 1.15


# Machado, Oliveira and Fernandes (2009), severity 1.0, for linear RGB: what eyes see as they should be, of
# protanopes and of deuteranopes.
EYES = {
    "usual": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])


def lab(colour: str, eyes: str) -> NDArray[np.float64]:
    """CIELAB of a colour as these eyes see it."""
    rgb = np.array(Color.parse(colour).get_truecolor()) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = XYZ @ np.clip(np.array(EYES[eyes]) @ linear, 0, 1) / WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eyes", list(EYES))
@pytest.mark.parametrize(("first", "least"), [(6, 20.0), (8, 10.0), (20, 5.0)])
def test_run_colours_are_told_apart_by_all_eyes(eyes: str, first: int, least: float) -> None:
    """A distance of 2 in CIELAB is just noticed; the more runs there are, the closer their colours come."""
    for one, other in itertools.combinations(ALL_COLOURS[:first], 2):
        assert np.linalg.norm(lab(one, eyes) - lab(other, eyes)) > least, (one, other)


def test_without_colours_dim_and_bold_remain() -> None:
    assert style(NO_COLOUR, "#ff0000", share=0.5).dim
    assert style(NO_COLOUR, "#ff0000", bold=True).bold
    assert style(NO_COLOUR, "#ff0000").color is None


def test_blending_goes_from_the_background_to_the_colour() -> None:
    assert blend("#ffffff", "#000000", 0.0) == "#000000"
    assert blend("#ffffff", "#000000", 0.5) == "#808080"
    assert blend("#ffffff", "#000000", 1.0) == "#ffffff"
