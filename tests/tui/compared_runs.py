"""Runs for the compare screen, and what is read off it."""

from __future__ import annotations

from textual.pilot import Pilot

from tests.charts.runs_by_hand import make_run
from tests.tui.running_app import RunningApp, text_of, until
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.screens.compare import CompareScreen
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.widgets.scrolled_lines import ScrolledLines


def run_of(name: str, loss: float, **config: object) -> RunSnapshot:
    losses = [3.0, 2.5, loss]
    return make_run(
        name, config={"lr": 3e-4, "seed": 1, **config}, metrics={"val_loss": losses, "train_loss": losses}
    )


def three_runs() -> list[RunSnapshot]:
    return [run_of("base", 2.0), run_of("fast", 1.5, lr=6e-4), run_of("slow", 2.25, lr=1e-4)]


def many_runs() -> list[RunSnapshot]:
    return [run_of(f"run_{number}", 2.0 - number / 10, lr=1e-4 * (number + 1)) for number in range(8)]


def with_long_configs() -> list[RunSnapshot]:
    """Runs with more differing keys than there are rows."""
    return [
        run_of(name, 2.0, **{f"key_{key}": f"{key} of {name}" for key in range(30)})
        for name in ("one", "two")
    ]


async def compare_all(app: RunningApp, pilot: Pilot[object]) -> None:
    """All runs beside the first one, the baseline."""
    await pilot.press("b", "a", "c")
    await until(pilot, lambda: isinstance(app.screen, CompareScreen) and bool(table(app)[0]))


def table(app: RunningApp) -> list[str]:
    """The rows of the comparison that are seen, the runs' names first."""
    return text_of(app.screen.query_one(ScrolledLines))


def row(app: RunningApp, label: str) -> list[str]:
    return next((line.split() for line in table(app) if line.startswith(f" {label} ")), [])


def chart_lines(app: RunningApp) -> list[str]:
    return text_of(app.screen.query_one("#chart", LinesView))


def row_of(lines: list[str], words: str) -> int:
    return next((index for index, line in enumerate(lines) if words in line), -1)
