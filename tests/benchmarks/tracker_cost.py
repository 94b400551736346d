"""What tracking costs the training: a call, an import, and what SIGKILL takes."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, perf_counter_ns

import orjson

from tests.benchmarks.row import Row
from tuimon import ExperimentTracker, load_experiment_log

ROUNDS, CALLS = 40, 500
KILLED = """
import os, signal, sys
from tuimon import ExperimentTracker
tracker = ExperimentTracker({"name": "killed"}, sys.argv[1])
for step in range(5000):
    tracker.log_metrics(step, train_loss=1.5, learning_rate=1e-3, tokens_per_sec=5e4, iter_time_ms=20.5)
os.kill(os.getpid(), signal.SIGKILL)
"""


def call_cost(directory: Path) -> list[Row]:
    """``log_metrics`` with 8 scalars beside ``orjson.dumps`` + ``os.write`` of the same record."""
    tracker = ExperimentTracker({"name": "cost"}, directory)
    tracker.log_metrics(
        0, 2.3456789, 6e-4, 51234.567, 20.345678, grad_norm=0.98765, accuracy=0.5123, a=1.25, b=3.1
    )
    assert tracker.path is not None
    record = orjson.loads(tracker.path.read_bytes().splitlines()[1])
    descriptor = os.open(directory / "floor", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    floor: list[int] = []
    ours: list[int] = []
    for _ in range(ROUNDS):
        for _ in range(CALLS):
            started = perf_counter_ns()
            os.write(descriptor, orjson.dumps(record, None, orjson.OPT_APPEND_NEWLINE))
            floor.append(perf_counter_ns() - started)
        for step in range(CALLS):
            started = perf_counter_ns()
            tracker.log_metrics(
                iteration=step,
                train_loss=2.3456789,
                learning_rate=6e-4,
                tokens_per_sec=51234.567,
                iter_time_ms=20.345678,
                grad_norm=0.98765,
                accuracy=0.5123,
                a=1.25,
                b=3.1,
            )
            ours.append(perf_counter_ns() - started)
    os.close(descriptor)
    tracker.finish()
    median, least = statistics.median(ours), statistics.median(floor)
    p99, floor_p99 = statistics.quantiles(ours, n=100)[98], statistics.quantiles(floor, n=100)[98]
    times = median / least
    return [
        Row(
            "log_metrics, 8 scalars, median",
            f"{median / 1000:.2f} µs, {times:.2f} x the floor of {least / 1000:.2f} µs",
            "4 x the floor",
            times / 4,
        ),
        Row(
            "log_metrics, 8 scalars, p99",
            f"{p99 / 1000:.1f} µs, {p99 / median:.1f} x its median (floor {floor_p99 / 1000:.1f} µs)",
            "10 x its median",
            p99 / median / 10,
        ),
    ]


def import_cost(rounds: int = 15) -> Row:
    """``import tuimon; tuimon.ExperimentTracker`` over bare Python: whole processes, in turns."""
    bare = timed_process("pass")
    ours = timed_process("import tuimon; tuimon.ExperimentTracker")
    ours()  # compiles
    pairs = [(bare(), ours()) for _ in range(rounds)]
    over = min(with_us for _, with_us in pairs) - min(without for without, _ in pairs)
    middle = statistics.median(with_us - without for without, with_us in pairs)
    measured = f"{over * 1000:.0f} ms over bare Python (best; median {middle * 1000:.0f})"
    return Row("import tuimon and a tracker", measured, "40 ms", over / 0.04)


def timed_process(code: str) -> Callable[[], float]:
    """A function that runs ``code`` in a Python of its own and says how many seconds that took."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def run() -> float:
        started = perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, env=environment)
        return perf_counter() - started

    return run


def killed(directory: Path) -> Row:
    """How many of 5,000 records are gone after SIGKILL right behind the last call."""
    subprocess.run([sys.executable, "-c", KILLED, str(directory)], check=False)
    (path,) = directory.glob("experiment_killed_*.jsonl")
    lost = 5000 - len(load_experiment_log(path).metrics_history)
    return Row("lost of 5,000 records after SIGKILL", f"{lost}", "0", float(lost))


def measure() -> list[Row]:
    """All rows about the tracker."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        return [*call_cost(directory), import_cost(), killed(directory)]
