"""The x axis in the app: runs that lack it are named instead of drawn somewhere; what is derived says so."""

from __future__ import annotations

import pytest

from tests.charts.runs_by_hand import make_run
from tests.tui.running_app import RunningApp, running, text_of, until
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.screens.compare import CompareScreen
from tuimon.tui.screens.pick import PickScreen
from tuimon.tui.screens.run import RunScreen

LOSSES = [3.0, 2.5, 2.0, 1.5]


def logging_tokens(name: str = "logged") -> RunSnapshot:
    return make_run(name, metrics={"val_loss": LOSSES, "tokens": [1e6, 2e6, 3e6, 4e6]})


def without(name: str) -> RunSnapshot:
    """A run whose config does not tell tokens either."""
    return make_run(name, metrics={"val_loss": [value + 1 for value in LOSSES]})


def deriving(name: str = "derived") -> RunSnapshot:
    return make_run(name, config={"batch_size": 8, "context_length": 128}, metrics={"val_loss": LOSSES})


def charts(app: RunningApp) -> str:
    return "\n".join(text_of(app.screen.query_one("#charts")))


def status(app: RunningApp) -> str:
    return text_of(app.screen.query_one("#status"))[0]


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
async def test_runs_without_the_axis_are_named_and_not_drawn(size: tuple[int, int]) -> None:
    app = RunningApp([logging_tokens(), deriving(), without("alpha"), without("beta"), without("gamma")])
    async with running(app, *size) as pilot:
        await pilot.press("x", *"tokens", "enter")
        await until(pilot, lambda: "no tokens: alpha, beta +1" in charts(app))
        assert app.board is not None
        assert app.board.axis.id == "tokens"
        ends = [row for row in charts(app).splitlines() if "1.5000" in row or "2.5000" in row]
        assert any("logg" in row for row in ends)
        assert not any("2.5000" in row for row in ends), "an end label is where a curve is"
        await pilot.press("x", *"iteration", "enter")
        await until(pilot, lambda: "no tokens" not in charts(app))


async def test_a_chart_whose_runs_all_lack_the_axis_says_which() -> None:
    """Not that there are no values yet."""
    app = RunningApp([logging_tokens(), without("alpha"), without("beta")])
    async with running(app) as pilot:
        await pilot.press("x", *"tokens", "enter", "down", "space", "down", "space")
        await pilot.press("g")
        await until(pilot, lambda: "no tokens: alpha" in charts(app))
        await pilot.press("slash", *"alpha", "enter")
        await until(pilot, lambda: charts(app).count("no tokens: alpha") >= 1)
        assert "no values of val_loss yet" not in charts(app).splitlines()[1]


async def test_compared_runs_without_the_axis_are_named() -> None:
    app = RunningApp([logging_tokens(), without("alpha")])
    async with running(app) as pilot:
        await pilot.press("x", *"tokens", "enter", "c")
        assert isinstance(app.screen, CompareScreen)
        chart = app.screen.query_one("#chart")
        await until(pilot, lambda: any("no tokens: alpha" in row for row in text_of(chart)))


@pytest.mark.parametrize(
    ("runs", "label"),
    [
        ([deriving()], "tokens (derived)"),
        ([deriving(), logging_tokens()], "tokens (some derived)"),
        ([logging_tokens(), without("alpha")], "tokens"),
    ],
)
async def test_derived_tokens_say_so_on_the_axis_in_the_list_and_in_the_status_line(
    runs: list[RunSnapshot], label: str
) -> None:
    app = RunningApp(runs)
    async with running(app) as pilot:
        await pilot.press("x", *"tokens")
        assert isinstance(app.screen, PickScreen)
        await pilot.press("enter")
        await until(pilot, lambda: f"x {label} " in status(app) + " ")
        await until(pilot, lambda: f"{label}" in charts(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))


async def test_a_gradient_step_that_was_never_counted_is_lacking() -> None:
    """A counter that stayed 0 is no x to draw all points at."""
    uncounted = make_run("uncounted", metrics={"val_loss": LOSSES, "gradient_step": [0.0] * 4})
    app = RunningApp([make_run("counted", metrics={"val_loss": LOSSES}), uncounted])
    async with running(app) as pilot:
        assert app.board is not None
        assert app.board.axis.id == "iteration"
        await pilot.press("x", *"gradient", "enter")
        await until(pilot, lambda: "no gradient step: uncounted" in charts(app))
