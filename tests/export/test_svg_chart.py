"""Charts as SVG: labels that do not stand on each other, text that stays text, numbers that can be drawn."""

from __future__ import annotations

import math
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon.export.svg import SvgPage
from tuimon.export.svg_chart import spread_apart
from tuimon.export.svg_frame import SvgCanvas

HEIGHTS = st.lists(st.floats(0, 500), max_size=20).map(sorted)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(HEIGHTS)
def test_labels_are_apart_and_in_order(heights: list[float]) -> None:
    """Neighbours are as far apart as asked for, and none is below the bottom while all have room."""
    placed = spread_apart(heights, 20, 0, 500)
    assert len(placed) == len(heights)
    assert all(below - above >= 20 - 1e-6 for above, below in pairwise(placed))
    assert not placed or placed[-1] <= 500 + 1e-6


def test_labels_with_room_stay_where_they_are() -> None:
    """Only what would overlap is moved."""
    assert spread_apart([10, 100, 105], 20, 0, 500) == [10, 100, 120]


@given(st.text(), st.text())
def test_any_text_is_text(title: str, text: str) -> None:
    """Markup, control characters and lone surrogates: the file parses and holds no element of theirs."""
    page = SvgPage(100, 50, title=title, background="#fff")
    page.text(1, 2, text, "#000")
    page.circle(1, 2, 3, "#000", name=text)
    root = ElementTree.fromstring(page.document().encode("utf-8"))
    assert [element.tag.rpartition("}")[2] for element in root.iter()] == [
        *("svg", "title", "rect", "text", "circle"),
        *(["title"] if text else []),
    ]


@pytest.mark.parametrize("log", [False, True])
@given(value=NUMBERS, low=NUMBERS, high=NUMBERS)
def test_every_value_has_a_place_that_can_be_drawn(value: float, low: float, high: float, log: bool) -> None:
    """Finite pixels, not far outside of the page, for values anywhere."""
    if low >= high or not math.isfinite(high - low) or high - low < 1e-290 or (log and low <= 0):
        return
    canvas = SvgCanvas(0, 0, 100, 100, (low, high), (low, high), log_x=log, log_y=log)
    assert -100 <= canvas.x(value) <= 200
    assert -100 <= canvas.y(value) <= 200


def test_a_line_is_interrupted_and_a_lone_point_is_a_dot() -> None:
    """A gap begins a new stroke; a stroke of one point goes to itself."""
    page = SvgPage(100, 50, title="t", background="#fff")
    page.path([(0, 0), (1, 1), None, (5, 5)], "#000", width=1)
    page.path([None], "#000", width=1)
    root = ElementTree.fromstring(page.document())
    (path,) = root.iter("{http://www.w3.org/2000/svg}path")
    assert path.get("d") == "M0 0L0 0L1 1M5 5L5 5"
