"""Pictures of the dashboard, compared cell by cell; ``pytest --snapshot-update`` takes new ones."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual.pilot import Pilot

from tests.tui.pictured import LARGE, SMALL, USUAL, Compare, drawn, runs
from tests.tui.running_app import RunningApp, text_of, until
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.screens.dashboard import DashboardScreen


@pytest.mark.parametrize("size", [SMALL, USUAL, LARGE], ids=["80x24", "120x36", "200x50"])
def test_dashboard(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Five runs, the first one under the cursor, a baseline, two marked."""
    app = RunningApp(runs())
    before = drawn(app, "j", "j", "j", "b", "g", "space", "space", "k")
    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", [SMALL, USUAL], ids=["80x24", "120x36"])
def test_dashboard_log_unsmoothed_sorted(snap_compare: Compare, size: tuple[int, int]) -> None:
    """All marked, logarithmic, as logged, the best run on top."""
    app = RunningApp(runs())
    assert snap_compare(app, terminal_size=size, run_before=drawn(app, "a", "y", "0", "s", "down", "enter"))


def test_dashboard_ascii(snap_compare: Compare) -> None:
    """A terminal without UTF-8."""
    app = RunningApp(runs(), ascii=True)
    assert snap_compare(app, terminal_size=USUAL, run_before=drawn(app, "a"))


def test_full_chart(snap_compare: Compare) -> None:
    """One chart on the whole screen."""
    app = RunningApp(runs())
    assert snap_compare(app, terminal_size=SMALL, run_before=drawn(app, "a", "f"))


@pytest.mark.parametrize("size", [SMALL, USUAL], ids=["80x24", "120x36"])
def test_help(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Every key of the dashboard."""
    app = RunningApp(runs())
    assert snap_compare(app, terminal_size=size, run_before=drawn(app, "question_mark"))


@pytest.mark.parametrize("size", [SMALL, USUAL], ids=["80x24", "120x36"])
def test_no_runs(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The empty state teaches."""
    nothing: Sequence[RunSnapshot] = ()
    app = RunningApp(nothing)

    async def before(pilot: Pilot[object]) -> None:
        screen = app.screen
        assert isinstance(screen, DashboardScreen)
        await until(pilot, lambda: "no runs" in "\n".join(text_of(screen.charts)))

    assert snap_compare(app, terminal_size=size, run_before=before)
