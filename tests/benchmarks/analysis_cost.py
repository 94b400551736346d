"""What questions cost: smoothing and reducing a million points, the rows and the health of 1,000 runs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from tests.analysis.builder import make_run
from tests.benchmarks.row import Row
from tuimon.analysis.health import HealthMonitor
from tuimon.analysis.leaderboard import Leaderboard, sort_rows
from tuimon.analysis.reduction import reduce_path
from tuimon.analysis.smoothing import smooth

NOW = 1_767_600_000.0


def _row(what: str, budget_ms: float, work: Callable[[], object], rounds: int = 7) -> Row:
    times = []
    for _ in range(rounds):
        before = time.perf_counter()
        work()
        times.append((time.perf_counter() - before) * 1000)
    median = statistics.median(times)
    return Row(what, f"{median:.1f} ms", f"{budget_ms:g} ms", median / budget_ms)


def measure() -> list[Row]:
    """The rows; budgets are what a key press behind them can bear."""
    x, y = np.arange(1e6), np.random.default_rng(3).normal(size=1_000_000)
    runs = [make_run(str(number), metrics={"train_loss": np.ones(10)}) for number in range(1000)]
    board, monitor = Leaderboard(), HealthMonitor()
    board.rows(runs, NOW)
    monitor.check(runs, NOW)
    return [
        _row("smoothing 1,000,000 points", 300, lambda: smooth(x, y, 0.9)),
        _row("1,000,000 points to 200 columns", 20, lambda: reduce_path(x, y, 0, 1e6, 200)),
        _row("rows of 1,000 unchanged runs, sorted", 50, lambda: sort_rows(board.rows(runs, NOW), "best")),
        _row("health of 1,000 unchanged runs", 20, lambda: monitor.check(runs, NOW)),
    ]
