"""The runs on the pictures of screens, and the way to them."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable

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
