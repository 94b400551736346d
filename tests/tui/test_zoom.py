"""Zoom, pan and cursor as arithmetic: ranges stay within what there is, steps lead back."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon.tui.view.zoom import Zoom, moved_cursor, panned_x, panned_y, zoomed_x, zoomed_y

WHOLE = (0.0, 1000.0)
inside = st.floats(0, 1000)


@given(low=inside, width=st.floats(1, 1000), anchor=inside | st.none(), steps=st.sampled_from([-2, -1, 1, 2]))
def test_a_zoomed_range_lies_within_all_there_is_and_keeps_its_anchor(
    low: float, width: float, anchor: float | None, steps: int
) -> None:
    """In: narrower, the anchor where it was. Out: wider, or everything (None)."""
    shown = (low, min(1000.0, low + width))
    if shown[1] - shown[0] < 1e-9:  # floats lie too far apart there to tell a narrower one
        return
    chosen = zoomed_x(shown, WHOLE, anchor, steps)
    if chosen is None:
        assert steps < 0
        return
    assert WHOLE[0] <= chosen[0] < chosen[1] <= WHOLE[1]
    if steps > 0:
        assert chosen[1] - chosen[0] < shown[1] - shown[0]
        fixed = shown[1] if anchor is None else min(max(anchor, shown[0]), shown[1])
        assert chosen[0] - 1e-9 <= fixed <= chosen[1] + 1e-9


def test_zooming_in_without_an_anchor_keeps_the_right_end() -> None:
    assert zoomed_x(WHOLE, WHOLE, None, 1) == (400.0, 1000.0)


def test_zooming_in_ends_where_no_point_could_be_told_from_the_next() -> None:
    """However often it is pressed, a range remains."""
    shown = WHOLE
    for _ in range(200):
        shown = zoomed_x(shown, WHOLE, 500.0, 1) or shown
    assert 0 < shown[1] - shown[0] < 0.001


def test_panning_stops_at_both_ends_and_keeps_the_width() -> None:
    shown = (400.0, 500.0)
    for _ in range(100):
        moved = panned_x(shown, WHOLE, 1)
        assert moved is not None
        assert moved[1] - moved[0] == pytest.approx(100)
        shown = moved
    assert shown[1] == 1000.0
    for _ in range(100):
        shown = panned_x(shown, WHOLE, -1) or shown
    assert shown == (0.0, 100.0)


@given(
    low=st.floats(-1e6, 1e6), width=st.floats(1e-3, 1e6), anchor=st.floats() | st.none(), log=st.booleans()
)
def test_y_zoom_is_finite_and_its_way_back_leads_back(
    low: float, width: float, anchor: float | None, log: bool
) -> None:
    shown = (abs(low) + 1e-3, abs(low) + 1e-3 + width) if log else (low, low + width)
    closer = zoomed_y(shown, anchor, 1, log=log)
    if closer is None:
        return
    assert math.isfinite(closer[0])
    assert closer[0] < closer[1]
    moved = panned_y(closer, 1, log=log)
    if moved is not None:
        back = panned_y(moved, -1, log=log)
        assert back is not None
        assert back[0] == pytest.approx(closer[0], rel=1e-6, abs=1e-6)


def test_the_cursor_goes_to_the_next_sample_however_far_it_is() -> None:
    """Sparse samples: one step, one sample. Dense ones: one step, one column."""
    sparse = np.array([0.0, 100.0, 900.0])
    assert moved_cursor(sparse, 100.0, 1, 10.0, WHOLE) == 900.0
    assert moved_cursor(sparse, 100.0, -1, 10.0, WHOLE) == 0.0
    dense = np.arange(0.0, 1001.0)
    assert moved_cursor(dense, 500.0, 1, 10.0, WHOLE) == 505.0
    assert moved_cursor(dense, 500.0, 10, 10.0, WHOLE) == 595.0


def test_beyond_the_samples_the_cursor_moves_by_columns_and_stops_at_the_border() -> None:
    short = np.arange(0.0, 500.0)
    assert moved_cursor(short, 499.0, 1, 10.0, WHOLE) == 509.0
    assert moved_cursor(short, 995.0, 5, 10.0, WHOLE) == 1000.0
    assert moved_cursor(np.empty(0), 5.0, -3, 10.0, WHOLE) == 0.0


def test_beyond_the_samples_of_a_run_that_counts_steps_the_cursor_is_at_whole_numbers() -> None:
    """Every step of it leads on, however narrow the columns; at the border it stays."""
    short = np.arange(0.0, 500.0)
    assert moved_cursor(short, 720.0, 1, 11.111, WHOLE, whole=True) == 731.0
    assert moved_cursor(short, 731.0, 1, 0.1, WHOLE, whole=True) == 732.0
    assert moved_cursor(short[:0], 731.0, -1, 0.1, WHOLE, whole=True) == 730.0
    assert moved_cursor(short, 731.0, 10, 100.0, (0.0, 999.5), whole=True) == 999.0
    assert moved_cursor(short, 1000.0, 1, 10.0, WHOLE, whole=True) == 1000.0


@given(x=inside, by=st.sampled_from([-10, -1, 1, 10]), samples=st.lists(inside, max_size=30))
def test_the_cursor_never_stands_still_before_the_border_nor_goes_backwards(
    x: float, by: int, samples: list[float]
) -> None:
    found = moved_cursor(np.array(sorted(samples)), x, by, 10.0, WHOLE)
    assert WHOLE[0] <= found <= WHOLE[1]
    if 10 < x < 990:
        assert (found - x) * by > 0


def test_what_was_chosen_on_one_axis_does_not_hold_on_another() -> None:
    """Over another axis everything is shown; back on the first one the zoom is there again."""
    zoom = Zoom().with_x("loss", "iteration", (1.0, 2.0)).with_cursor("iteration", 1.5)
    assert zoom.x_range("loss", "elapsed") is None
    assert zoom.cursor_on("elapsed") is None
    assert zoom.x_range("loss", "iteration") == (1.0, 2.0)
    other = zoom.with_cursor("elapsed", 7.0)
    assert (other.x_range("loss", "iteration"), other.cursor_on("elapsed")) == (None, 7.0)


def test_per_chart_each_metric_has_its_own_range() -> None:
    zoom = Zoom().with_x("loss", "iteration", (1.0, 2.0)).per_chart_toggled()
    assert zoom.x_range("loss", "iteration") is None
    zoom = zoom.with_x("lr", "iteration", (3.0, 4.0))
    assert zoom.x_range("lr", "iteration") == (3.0, 4.0)
    assert zoom.x_range("loss", "iteration") is None
    assert zoom.per_chart_toggled().x_range("lr", "iteration") == (1.0, 2.0)
