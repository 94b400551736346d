"""Time that passes while nothing else happens: ages go on, and nothing but them is worked out or drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.charts.runs_by_hand import make_run
from tests.tui.running_app import NOW, RunningApp, running, text_of, until, until_judged
from tuimon.analysis.leaderboard import Leaderboard, aged
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.background.age_clock import AgeClock
from tuimon.tui.painting.charts_painter import ChartsPainter
from tuimon.tui.screens.dashboard import DashboardScreen
from tuimon.tui.view.workspace import Workspace


def a_run(name: str, seen: float, **more: Any) -> RunSnapshot:
    """A run whose newest bytes are ``seen`` seconds old."""
    run = make_run(name, metrics={"train_loss": [3.0, 2.0, 1.5]}, **more)
    return replace(run, last_change=NOW - seen)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is worked out and drawn from now on."""
    done: list[str] = []
    board, paint = Workspace.board, ChartsPainter.paint

    def counting_board(self: Workspace, *args: Any) -> Any:
        done.append("board")
        return board(self, *args)

    def counting_paint(self: ChartsPainter, *args: Any) -> Any:
        done.append("paint")
        return paint(self, *args)

    monkeypatch.setattr(Workspace, "board", counting_board)
    monkeypatch.setattr(ChartsPainter, "paint", counting_paint)
    return done


def row_of(app: RunningApp, name: str) -> str:
    screen = app.screen
    assert isinstance(screen, DashboardScreen)
    return next((line for line in text_of(screen.table) if f" {name} " in line), "")


async def test_an_age_goes_on_without_a_board_and_without_a_chart(counted: list[str]) -> None:
    """Only the rows whose age reads differently are drawn again."""
    app = RunningApp([a_run("young", 5.0), a_run("old", 7200.0)])
    async with running(app) as pilot:
        await until_judged(pilot, app)
        await until(pilot, lambda: " 5s " in row_of(app, "young"))
        counted.clear()
        app.fake_clock.advance(4)
        await until(pilot, lambda: " 9s " in row_of(app, "young"))
        assert " 2h00m " in row_of(app, "old")
    assert counted == []


async def test_an_age_that_a_filter_may_look_at_is_worked_out(counted: list[str]) -> None:
    """Which rows there are may change with time where there is a filter."""
    app = RunningApp([a_run("young", 5.0), a_run("old", 7200.0)])
    async with running(app) as pilot:
        app.change_view(app.view.filtered("seen<8"))
        await until(pilot, lambda: row_of(app, "young") and not row_of(app, "old"))
        counted.clear()
        app.fake_clock.advance(4)
        await until(pilot, lambda: not row_of(app, "young"))
    assert "board" in counted


async def test_the_health_of_silent_runs_is_looked_at(counted: list[str]) -> None:
    """That a run has stalled is told by time alone."""
    app = RunningApp([a_run("silent", 50.0)])
    async with running(app) as pilot:
        await until_judged(pilot, app)
        app.fake_clock.advance(7200)
        await until(
            pilot, lambda: app.board is not None and "stall" in str(app.board.health.values()).lower()
        )


async def test_charts_are_drawn_once_for_a_key(counted: list[str]) -> None:
    """Another smoothing needs another board for the table; the charts are there before it."""
    app = RunningApp([a_run("one", 7200.0), a_run("other", 7200.0)])
    async with running(app) as pilot:
        await until_judged(pilot, app)
        counted.clear()
        await pilot.press("plus")
        await until(pilot, lambda: app.board is not None and app.board.row_smoothing == app.view.smoothing)
        await until(pilot, lambda: "paint" in counted)
        await pilot.pause()
    assert counted.count("paint") == 1


async def test_keys_come_before_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """While keys are pressed the clock waits, but not for ever."""
    moments = [100.0]
    monkeypatch.setattr("tuimon.tui.background.age_clock.time.monotonic", lambda: moments[0])
    rung: list[float] = []
    waits: list[float] = []

    class Timers:
        def set_timer(self, delay: float, _callback: Any) -> Any:
            waits.append(delay)
            return type("Timer", (), {"stop": lambda _self: None})()

    clock = AgeClock(Timers(), lambda: rung.append(moments[0]))  # type: ignore[arg-type]
    app = RunningApp([a_run("young", 5.0)])
    board = Workspace().board(app.store.snapshot(), app.view, NOW)
    clock.board_shown(board)
    assert waits == [1.0]
    for moment in (100.9, 101.2, 101.5, 101.8, 102.1, 102.4, 102.7, 103.0):
        moments[0] = moment
        clock.key_pressed()
        clock._look()
        if rung:
            break
    assert rung == [103.0]


def test_rows_may_be_kept_while_hardly_any_time_passed() -> None:
    """A row is the same object until its age reads differently, and anew as soon as its run is another."""
    leaderboard, run = Leaderboard(), a_run("old", 7200.0)
    (row,) = leaderboard.rows((run,), NOW, keep=True)
    (later,) = leaderboard.rows((run,), NOW + 100, keep=True)
    assert later is row
    assert aged(row, NOW + 100).seen_seconds == 7260.0
    assert aged(row, NOW + 10) is row
    (exact,) = leaderboard.rows((run,), NOW + 100)
    assert exact.seen_seconds == 7300.0
    (much_later,) = leaderboard.rows((run,), NOW + 300, keep=True)
    assert much_later.seen_seconds == 7500.0
    changed = replace(run, version=run.version + 1)
    (new,) = leaderboard.rows((changed,), NOW + 301, keep=True)
    assert new.run is changed
