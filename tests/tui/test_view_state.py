"""The view state: every transition is pure, and the cursor belongs to a run, not to a row."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tuimon.analysis.smoothing import SMOOTHING_STEPS
from tuimon.tui.view.view_state import ViewState

KEYS = ("a", "b", "c", "d")


def test_the_cursor_starts_at_the_first_run_and_stops_at_both_ends() -> None:
    """Moving beyond the first or last row stays there."""
    state = ViewState()
    assert state.moved(KEYS, 1).cursor == "b"
    assert state.moved(KEYS, -1).cursor == "a"
    assert state.moved(KEYS, 100).cursor == "d"
    assert state.moved((), 1) is state


def test_the_cursor_follows_its_run_when_sorting_moves_it() -> None:
    """Moving down goes to the run below it in the new order."""
    state = ViewState().with_cursor("b")
    assert state.moved(("d", "b", "a"), 1).cursor == "a"


def test_a_cursor_whose_run_is_hidden_counts_from_the_first_row() -> None:
    """A filter that hides the run under the cursor doesn't lose the cursor."""
    assert ViewState(cursor="gone").moved(KEYS, 1).cursor == "b"


@given(st.lists(st.sampled_from(KEYS), max_size=12))
def test_marking_twice_is_not_marking(keys: list[str]) -> None:
    """A run is marked when it was toggled an odd number of times."""
    state = ViewState()
    for key in keys:
        state = state.mark_toggled(key)
    assert set(state.marked) == {key for key in KEYS if keys.count(key) % 2}


def test_marking_all_keeps_what_is_marked_and_marks_each_run_once() -> None:
    """Marks of hidden runs survive ``a``; ``A`` clears all."""
    state = ViewState(marked=("hidden", "b")).all_marked(KEYS)
    assert state.marked == ("hidden", "b", "a", "c", "d")
    assert state.none_marked().marked == ()


def test_the_baseline_is_taken_back_by_choosing_it_again() -> None:
    """One key sets, replaces and removes the baseline."""
    state = ViewState().baseline_toggled("a")
    assert state.baseline == "a"
    assert state.baseline_toggled("b").baseline == "b"
    assert state.baseline_toggled("a").baseline is None


def test_smoothing_goes_through_its_steps_and_stops_at_both_ends() -> None:
    """More and less are each other's inverse in between; off is no smoothing at all."""
    state = ViewState()
    assert state.smoothed_by(1).smoothing > state.smoothing
    assert state.smoothed_by(1).smoothed_by(-1) == state
    assert state.smoothed_by(-100).smoothing == SMOOTHING_STEPS[0] == 0.0
    assert state.smoothed_by(100).smoothing == SMOOTHING_STEPS[-1]
    assert state.unsmoothed().smoothing == 0.0


def test_a_metric_chosen_for_the_large_chart_is_not_hidden() -> None:
    """Choosing a hidden metric shows it."""
    state = ViewState().metric_toggled("grad_norm")
    assert state.hidden_metrics == ("grad_norm",)
    assert state.metric_toggled("grad_norm").hidden_metrics == ()
    chosen = state.with_main_metric("grad_norm")
    assert (chosen.main_metric, chosen.hidden_metrics) == ("grad_norm", ())


def test_pages_go_round_and_one_page_stays() -> None:
    """After the last page comes the first one."""
    assert ViewState(page=2).page_turned(1, 3).page == 0
    assert ViewState().page_turned(-1, 3).page == 2
    assert ViewState().page_turned(1, 1).page == 0


def test_choosing_a_chart_shows_the_page_it_is_on() -> None:
    """Moving on from the last strip of a page turns the page; the large chart is on every page."""
    state = ViewState().chart_moved(4, charts=9, per_page=4)
    assert (state.chart, state.page) == (4, 0)
    state = state.chart_moved(1, charts=9, per_page=4)
    assert (state.chart, state.page) == (5, 1)
    assert state.chart_moved(100, charts=9, per_page=4).chart == 8
    assert state.chart_moved(-100, charts=9, per_page=4).page == 1
