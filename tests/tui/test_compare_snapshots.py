"""Pictures of comparisons and sweeps, cell by cell; ``--snapshot-update`` takes new ones."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from tests.charts.runs_by_hand import START, make_run
from tests.tui.pictured import SMALL, USUAL, Before, Compare
from tests.tui.running_app import RunningApp, text_of, until, until_judged
from tuimon.charts.palette import LIGHT
from tuimon.records.events import ResumeRecord
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.screens.compare import CompareScreen
from tuimon.tui.screens.sweep import SweepScreen

SIZES = pytest.mark.parametrize("size", [SMALL, USUAL], ids=["80x24", "120x36"])
STEPS = 400
RATES = (1e-4, 3e-4, 6e-4, 1e-3, 3e-3)


def run_of(rate: float, seed: int, name: str | None = None) -> RunSnapshot:
    """A falling loss with a least value in the middle of the rates; the highest rate diverges."""
    floor = 1.4 + 0.2 * abs(math.log10(rate / 6e-4)) + 0.01 * seed

    def loss(step: int) -> float:
        value = floor + 3 * math.exp(-step * (rate / 6e-4) ** 0.3 / 60) + 0.02 * math.sin(step * 7 + seed)
        if rate == RATES[-1] and step > 250:
            return value + (step - 250) / 100
        return value * 2 if rate == 1e-3 and step == 200 else value

    values = [loss(step) for step in range(STEPS)]
    resumed = rate == 6e-4 and seed == 1
    return make_run(
        name or f"lr_{rate:.0e}_s{seed}",
        state=RunState.FINISHED,
        config={
            "max_learning_rate": rate,
            "seed": seed,
            "optimizer": {"name": "AdamW" if seed == 1 else "Lion", "betas": [0.9, 0.95]},
            "clip": None if rate < 1e-3 else 1.0,
            "batch_size": 64,
        },
        metrics={
            "train_loss": values,
            "val_loss": [value + 0.05 for value in values],
            "tokens_per_sec": [50_000.0 + 100 * seed] * STEPS,
        },
        header={"run_id": f"{rate:.0e}{seed}"},
        resumes=[ResumeRecord(START, "node18", 99)] if resumed else (),
        segment_rows=[150] if resumed else (),
    )


def some_runs(count: int) -> list[RunSnapshot]:
    return [run_of(RATES[place % len(RATES)], 1 + place // len(RATES)) for place in range(count)]


def before(app: RunningApp, *keys: str, shown: Callable[[], object]) -> Before:
    async def do(pilot: Pilot[object]) -> None:
        await until_judged(pilot, app)
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        await until(pilot, shown)
        await pilot.pause()

    return do


def compared(app: RunningApp, words: str = "val_loss") -> Callable[[], object]:
    def shown() -> bool:
        chart = app.screen.query_one("#chart") if isinstance(app.screen, CompareScreen) else None
        return chart is not None and any(words in line for line in text_of(chart))

    return shown


@SIZES
@pytest.mark.parametrize("count", [2, 3, 8])
def test_compare_so_many(snap_compare: Compare, size: tuple[int, int], count: int) -> None:
    """Two to eight runs, beyond the width scrolled by the cursor."""
    app = RunningApp(some_runs(count))
    keys = ("a", "c", "right", "b")
    assert snap_compare(app, terminal_size=size, run_before=before(app, *keys, shown=compared(app)))


@SIZES
def test_compare_at_the_cursor(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The cursor in both charts; the table has the values there."""
    app = RunningApp(some_runs(3))
    keys = ("a", "c", "i", "<", "<")
    assert snap_compare(app, terminal_size=size, run_before=before(app, *keys, shown=compared(app)))


@SIZES
def test_compare_with_all_keys_in_light_colours(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Every config key, nested ones flattened; those that are the same quietly."""
    app = RunningApp(some_runs(3), theme=LIGHT)
    keys = ("a", "c", "u")
    assert snap_compare(app, terminal_size=size, run_before=before(app, *keys, shown=compared(app)))


def test_the_charts_of_a_comparison_alone(snap_compare: Compare) -> None:
    """Where a small screen has no room for both charts below the table."""
    app = RunningApp(some_runs(5))
    keys = ("a", "c", "f")
    shown = compared(app, "below is better")
    assert snap_compare(app, terminal_size=SMALL, run_before=before(app, *keys, shown=shown))


def test_a_comparison_in_ascii(snap_compare: Compare) -> None:
    """Both charts with ASCII alone."""
    app = RunningApp(some_runs(3), ascii=True)
    shown = compared(app, "below is better")
    assert snap_compare(app, terminal_size=USUAL, run_before=before(app, "a", "c", shown=shown))


def swept(app: RunningApp, words: str) -> Callable[[], object]:
    def shown() -> bool:
        chart = app.screen.query_one("#chart") if isinstance(app.screen, SweepScreen) else None
        return chart is not None and any(words in line for line in text_of(chart))

    return shown


@SIZES
def test_sweep(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Learning rates over decades, two seeds each; those of the highest rate diverged."""
    app = RunningApp(some_runs(10))
    shown = swept(app, "by max_learning_rate")
    assert snap_compare(app, terminal_size=size, run_before=before(app, "U", shown=shown))


@SIZES
def test_sweep_of_categories_in_light_colours(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Text on the axis."""
    app = RunningApp(some_runs(10), theme=LIGHT)
    shown = swept(app, "by optimizer.name")
    keys = ("U", "x", *"optimizer.name", "enter")
    assert snap_compare(app, terminal_size=size, run_before=before(app, *keys, shown=shown))


def test_a_sweep_in_ascii(snap_compare: Compare) -> None:
    """Whiskers, points and the diverged with ASCII alone."""
    app = RunningApp(some_runs(10), ascii=True)
    shown = swept(app, "by max_learning_rate")
    assert snap_compare(app, terminal_size=SMALL, run_before=before(app, "U", shown=shown))
