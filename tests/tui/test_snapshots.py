"""Pictures of the dashboard, compared cell by cell; ``pytest --snapshot-update`` takes new ones."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence

import pytest
from textual.pilot import Pilot

from tests.charts.runs_by_hand import make_run
from tests.tui.running_app import RunningApp, text_of, until, until_judged
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.screens.dashboard import DashboardScreen

Compare = Callable[..., bool]

STEPS = 120
SMALL, USUAL, LARGE = (80, 24), (120, 36), (200, 50)


def loss(step: int, rate: float, floor: float) -> float:
    """A falling curve with a deterministic wobble."""
    return floor + 3 / (1 + step * rate) + 0.05 * math.sin(step * 1.7)


def a_run(name: str, rate: float, floor: float, state: RunState, learning_rate: float) -> RunSnapshot:
    steps = range(STEPS)
    return make_run(
        name,
        state=state,
        config={"max_learning_rate": learning_rate, "seed": 1, "max_iters": 160},
        header={"host": "node17", "pid": 8123, "job_id": "99812"},
        metrics={
            "train_loss": [loss(step, rate, floor) for step in steps],
            "val_loss": [loss(step, rate * 0.9, floor + 0.1) for step in steps],
            "learning_rate": [learning_rate * min(1, step / 20) for step in steps],
            "tokens_per_sec": [50_000 + 900 * math.sin(step) for step in steps],
            "grad_norm": [1 + 5 / (1 + step) for step in steps],
            "iter_time_ms": [20 + math.cos(step) for step in steps],
            "gpu_memory": [71.2] * STEPS,
        },
    )


def runs() -> list[RunSnapshot]:
    diverged = a_run("lr_1e-02", 0.3, 2.2, RunState.FAILED, 1e-2)
    values = [*(loss(step, 0.3, 2.2) for step in range(40)), *[math.nan] * 80]
    return [
        a_run("lr_6e-04", 0.1, 1.2, RunState.RUNNING, 6e-4),
        a_run("lr_1e-03", 0.14, 1.35, RunState.RUNNING, 1e-3),
        make_run(
            "lr_1e-02",
            state=RunState.FAILED,
            config=diverged.header.config,
            metrics={"train_loss": values, "val_loss": values},
        ),
        a_run("baseline", 0.08, 1.3, RunState.FINISHED, 3e-4),
        a_run("lr_3e-04", 0.06, 1.5, RunState.STALLED, 3e-4),
    ]


Before = Callable[[Pilot[object]], Awaitable[None]]


def drawn(app: RunningApp, *keys: str, showing: str = "val_loss") -> Before:
    """Press ``keys`` and wait until the charts show them."""

    async def before(pilot: Pilot[object]) -> None:
        screen = app.screen
        assert isinstance(screen, DashboardScreen)
        await until(pilot, lambda: "val_loss" in "\n".join(text_of(screen.charts)))
        await until_judged(pilot, app)
        await pilot.press(*keys)
        await until(pilot, lambda: showing in "\n".join(text_of(screen.charts)))
        await pilot.pause()

    return before


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
