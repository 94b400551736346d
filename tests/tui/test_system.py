"""The machine's figures in the app: a row on the dashboard, charts on a run's page."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from tests.charts.runs_by_hand import make_run
from tests.tui.pictured import SMALL, USUAL, Compare, a_run
from tests.tui.running_app import RunningApp, running, text_of, until, until_judged
from tuimon.analysis.system_figures import GIB
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.screens.dashboard import DashboardScreen
from tuimon.tui.screens.run import RunScreen
from tuimon.tui.widgets.scrolled_lines import ScrolledLines

SIZES = pytest.mark.parametrize("size", [SMALL, USUAL], ids=["80x24", "120x36"])
MINUTES = range(60)

CPU = {
    "cpu_percent": [812 + 90 * math.sin(minute / 5) for minute in MINUTES],
    "machine_cpu_percent": [40 + 5 * math.sin(minute) for minute in MINUTES],
    "memory_bytes": [(12.3 - 9 / (1 + minute)) * GIB for minute in MINUTES],
    "machine_memory_bytes": [24 * GIB] * 60,
    "machine_memory_total_bytes": [64 * GIB] * 60,
}
GPU = {
    "gpu0_percent": [97.0 - 40 * (minute % 15 == 0) for minute in MINUTES],
    "gpu0_memory_bytes": [(71.2 - 60 / (1 + minute)) * GIB for minute in MINUTES],
    "gpu0_memory_total_bytes": [79.6 * GIB] * 60,
    "gpu0_power_watts": [682 + 12 * math.sin(minute) for minute in MINUTES],
    "gpu0_temperature_celsius": [64 - 20 / (1 + minute) for minute in MINUTES],
}


def measured(name: str, system: dict[str, list[float]]) -> RunSnapshot:
    metrics = {"val_loss": [3.0, 2.0], "learning_rate": [1e-3, 1e-4], "grad_norm": [0.5, 0.75]}
    return make_run(name, metrics=metrics, system=system)


def charts(app: RunningApp) -> str:
    screen = app.screen
    assert isinstance(screen, DashboardScreen)
    return "\n".join(text_of(screen.charts))


@pytest.mark.parametrize(("size", "shown"), [(SMALL, "gpu0 97% 71/80G"), (USUAL, "gpu0  97%  71/80G")])
async def test_the_row_is_that_of_the_run_under_the_cursor(size: tuple[int, int], shown: str) -> None:
    """It follows the cursor, is empty for a run without figures, and takes no room where no run has any."""
    figures = {name: values[:20] for name, values in {**GPU, "gpu0_memory_bytes": [71 * GIB] * 20}.items()}
    with_gpu, without = measured("one", figures), measured("two", CPU)
    nothing = measured("three", {})
    app = RunningApp([with_gpu, without, nothing])
    async with running(app, *size) as pilot:
        await until(pilot, lambda: shown in charts(app))
        await pilot.press("j")
        await until(pilot, lambda: "cpu " in charts(app) and "mem " in charts(app))
        await pilot.press("j")
        await until(pilot, lambda: "cpu " not in charts(app) and "gpu" not in charts(app))
        app.publish([nothing])
        await until(pilot, lambda: app.board is not None and len(app.board.rows) == 1)
        screen = app.screen
        assert isinstance(screen, DashboardScreen)
        assert app.board is not None
        assert screen.layout_under(app.board, app.view).system is None


async def test_new_figures_are_shown() -> None:
    """As they come, in the row and on the run's page."""
    app = RunningApp([measured("a", {"gpu0_percent": [10.0]})])
    async with running(app) as pilot:
        await until(pilot, lambda: "gpu0  10%" in charts(app))
        app.publish([measured("a", {"gpu0_percent": [10.0, 20.0]})])
        await until(pilot, lambda: "gpu0  20%" in charts(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        facts = app.screen.query_one("#facts", ScrolledLines)

        def words() -> str:
            return "\n".join(text_of(facts))

        await until(pilot, lambda: "system   over elapsed time" in words() and "gpu0 20%" in words())
        app.publish([measured("a", {"gpu0_percent": [10.0, 20.0, 30.0]})])
        await until(pilot, lambda: "gpu0 30%" in words())


def with_figures(name: str, rate: float, system: dict[str, list[float]]) -> RunSnapshot:
    made = measured(name, system)
    run = a_run(name, rate, 1.2, RunState.RUNNING, 6e-4)
    return replace(run, system=made.system, system_seconds=6 * made.system_seconds)


@SIZES
def test_the_dashboard_with_a_gpu(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The row of the run under the cursor, among the small charts or below them."""
    app = RunningApp([with_figures("lr_6e-04", 0.1, {**CPU, **GPU}), with_figures("lr_1e-03", 0.14, CPU)])

    async def before(pilot: Pilot[object]) -> None:
        await until_judged(pilot, app)
        await until(pilot, lambda: "gpu0" in charts(app))
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


@SIZES
def test_the_charts_on_a_runs_page(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Beside each other as they fit, over elapsed time."""
    app = RunningApp([with_figures("lr_6e-04", 0.1, {**CPU, **GPU})])

    async def before(pilot: Pilot[object]) -> None:
        await until_judged(pilot, app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        facts = app.screen.query_one("#facts", ScrolledLines)
        await until(pilot, lambda: any(text_of(facts)))
        await pilot.press("pagedown", *(["pagedown"] if size == SMALL else []))
        await until(pilot, lambda: "GPU" in "\n".join(text_of(facts)))
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)
