"""What commands cost as whole processes: a list of 1,000 runs, everything about one large run, Tab."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks.row import Row
from tests.benchmarks.sample_logs import write_log, write_logs


def process_seconds(
    *words: str | Path, rounds: int = 3, environment: Mapping[str, str] | None = None
) -> float:
    """The median of the seconds that ``tuimon WORDS`` takes, with compiled modules and stdout in a pipe."""
    variables = {**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "tuimon", *map(str, words)], env=variables, capture_output=True, check=True
        )
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _row(what: str, seconds: float, budget: float) -> Row:
    return Row(what, f"{seconds:.2f} s", f"{budget:g} s", seconds / budget)


def measure() -> list[Row]:
    """All rows about commands."""
    with tempfile.TemporaryDirectory() as name:
        many, large = Path(name) / "many", Path(name) / "large"
        large.mkdir()
        write_logs(many, runs=1_000, records=1_000, metrics=8)
        log = write_log(large, "large", records=50_000, metrics=20)
        asked = {
            "_TUIMON_COMPLETE": "bash_complete",
            "COMP_WORDS": "tuimon show run_09",
            "COMP_CWORD": "2",
            "TUIMON_DIR": str(many),
        }
        return [
            _row("1,000 runs: tuimon ls --json", process_seconds("ls", many, "--json"), 1.0),
            _row("1,000 runs: tuimon best", process_seconds("best", many), 1.0),
            _row("1,000 runs: a run's name by Tab", process_seconds(environment=asked), 0.5),
            _row("50,000 x 20: tuimon show", process_seconds("show", log), 2.0),
            _row("50,000 x 20: tuimon plot to SVG", _plot(log, Path(name)), 2.0),
            _row("50,000 x 20: tuimon export as CSV", process_seconds("export", log), 5.0),
        ]


def _plot(log: Path, directory: Path) -> float:
    return process_seconds("plot", log, "--output", directory / "chart.svg", "--force")
