"""The part of a view that is kept: it comes back as it was, and nothing else does."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon.tui.view.remembered import view_from, view_to_keep
from tuimon.tui.view.view_state import ViewState
from tuimon.tui.view.zoom import Zoom

ENDS = st.floats(-1e100, 1e100)
RANGES = st.tuples(ENDS, ENDS).filter(lambda ends: ends[0] < ends[1])
OF_METRICS = st.dictionaries(st.text(max_size=5), RANGES, max_size=3).map(lambda found: tuple(found.items()))
ZOOMS = st.builds(
    Zoom,
    axis=st.text(max_size=8),
    x=st.none() | RANGES,
    x_of=OF_METRICS,
    y_of=OF_METRICS,
    per_chart=st.booleans(),
)
VIEWS = st.builds(
    ViewState,
    zoom=ZOOMS,
    column_widths=st.lists(st.tuples(st.text(max_size=5), st.integers(-60, 60)), max_size=3).map(tuple),
    starred=st.none() | st.lists(st.text(max_size=5), max_size=3).map(tuple),
    page_size=st.none() | st.integers(0, 100),
    charts_share=st.none() | st.floats(0, 1),
)


@given(VIEWS)
def test_what_is_kept_comes_back(view: ViewState) -> None:
    """Through JSON, ranges and widths included; a zoom that shows everything is the one that follows."""
    again = view_from(json.loads(json.dumps(view_to_keep(view))), ViewState())
    chose = view.zoom.x or view.zoom.x_of or view.zoom.y_of or view.zoom.per_chart
    assert again == replace(view, zoom=view.zoom if chose else Zoom())


def test_a_view_that_follows_goes_on_following() -> None:
    """After zooming and resetting nothing of it is kept, nor where the cursor stood."""
    zoom = Zoom().with_x("loss", "elapsed", (1.0, 2.0)).with_cursor("elapsed", 1.5)
    assert "zoom" not in view_to_keep(ViewState(zoom=zoom.reset()))
    kept = view_from(view_to_keep(ViewState(zoom=zoom)), ViewState()).zoom
    assert (kept.x, kept.cursor) == ((1.0, 2.0), None)


@pytest.mark.parametrize(
    "kept",
    [
        {"page_size": True},
        {"page_size": -1},
        {"page_size": 2.5},
        {"charts_share": 2},
        {"charts_share": float("nan")},
        {"starred": "loss"},
        {"starred": [1]},
        {"column_widths": [["step"]]},
        {"column_widths": [["step", True]]},
        {"column_widths": [["step", 1000]]},
        {"column_widths": {"step": 3}},
        {"zoom": []},
        {"zoom": {"axis": 1, "x": [0, 1]}},
        {"zoom": {"axis": "", "x": [1, 0]}},
        {"zoom": {"axis": "", "x": [0, float("nan")]}},
        {"zoom": {"axis": "", "x": [0, float("inf")]}},
        {"zoom": {"axis": "", "x": [False, True]}},
        {"zoom": {"axis": "", "y_of": [["a", [1]]]}},
        {"zoom": {"axis": "", "y_of": {"a": [0, 1]}}},
        {"zoom": {"axis": "", "per_chart": 1}},
    ],
)
def test_what_no_view_had_is_left_out(kept: dict[str, object]) -> None:
    """A file that somebody else wrote costs at most what it was to keep."""
    assert view_from(kept, ViewState()) == ViewState()
