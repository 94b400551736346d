"""What questions from Python cost: 1,000 runs read and put in a table, a run of 1,000,000 points."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.row import Row
from tests.benchmarks.sample_logs import write_log, write_logs
from tuimon import ExperimentAnalyzer


def measure() -> list[Row]:
    """The rows; the budgets are what somebody bears who asks in a notebook."""
    with tempfile.TemporaryDirectory() as place:
        many, long = Path(place) / "many", Path(place) / "long"
        write_logs(many, runs=1_000, records=1_000, metrics=8)
        long.mkdir()
        write_log(long, "long", records=1_000_000, metrics=4)
        return [*_many_runs(ExperimentAnalyzer(many)), *_a_long_run(ExperimentAnalyzer(long), Path(place))]


def _many_runs(analyzer: ExperimentAnalyzer) -> list[Row]:
    return [
        _row("analyzer: load_all, 1,000 runs x 1,000 x 8", 20.0, analyzer.load_all),
        _row("analyzer: comparison table of 1,000 runs", 1.0, analyzer.get_comparison_table),
        _row("analyzer: best of 1,000 runs", 0.1, analyzer.get_best_experiment),
    ]


def _a_long_run(analyzer: ExperimentAnalyzer, place: Path) -> list[Row]:
    return [
        _row("analyzer: load_all, 1,000,000 rows", 20.0, analyzer.load_all),
        _row("analyzer: its loss curves as lists", 0.5, lambda: analyzer.get_loss_trajectories("long")),
        _row("analyzer: its statistics", 0.5, lambda: analyzer.get_summary_stats("long")),
        _row("analyzer: a value, a time", 0.1, lambda: _value_and_time(analyzer)),
        _row("analyzer: its CSV", 20.0, lambda: analyzer.export_csv("long", place / "long.csv")),
    ]


def _value_and_time(analyzer: ExperimentAnalyzer) -> None:
    analyzer.value_at("long", "train_loss", 500_000.5)
    analyzer.time_to("long", "train_loss", 2.0)


def _row(what: str, budget: float, work: Callable[[], object]) -> Row:
    started = time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    return Row(what, f"{seconds:.3f} s", f"{budget:g} s", seconds / budget)
