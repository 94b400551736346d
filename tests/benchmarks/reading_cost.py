"""What reading costs: lines into columns against bare ``orjson.loads``, one large log, and many runs."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import orjson

from tests.benchmarks.row import Row
from tests.benchmarks.sample_logs import write_log, write_logs
from tuimon.store.store import RunStore

MEMORY_OF_ONE_LOG = """
import pathlib, re, sys
from tuimon.store.store import RunStore
run = RunStore([sys.argv[1]]).load_all().runs[0]
status = pathlib.Path("/proc/self/status").read_text()  # getrusage would tell of this process's parent
print(len(run.iterations), int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) / 1024)
"""


def into_columns(directory: Path, rounds: int = 9) -> Row:
    """All of a log into columns against ``orjson.loads`` of its lines, already in memory; in turn."""
    path = write_log(directory, "columns", records=50_000, metrics=20)
    lines = path.read_bytes().splitlines()
    ratios, ours, floor = [], [], []
    for _ in range(rounds):
        started = time.perf_counter()
        for line in lines:
            orjson.loads(line)
        parsed = time.perf_counter()
        snapshot = RunStore([path]).load_all()
        ended = time.perf_counter()
        if len(snapshot.runs[0].iterations) != 50_000:
            raise RuntimeError("not all records were read")
        floor.append((parsed - started) / len(lines) * 1e6)
        ours.append((ended - parsed) / len(lines) * 1e6)
        ratios.append(ours[-1] / floor[-1])
    ratio = statistics.median(ratios)
    measured = (
        f"{statistics.median(ours):.1f} µs a line; loads alone {statistics.median(floor):.1f}; x{ratio:.2f}"
    )
    return Row("lines into columns, 20 metrics", measured, "x3 of orjson.loads", ratio / 3)


def one_large_log(directory: Path) -> list[Row]:
    """The store on a log of 50,000 records x 20 metrics: the first snapshot with data, the whole, memory."""
    path = write_log(directory, "large", records=50_000, metrics=20)
    first, whole = _live_times(path)
    script = [sys.executable, "-c", MEMORY_OF_ONE_LOG, str(path)]
    memory = float(subprocess.run(script, capture_output=True, check=True, text=True).stdout.split()[1])
    return [
        Row("50,000 x 20: first snapshot with data", f"{first:.2f} s", "1 s", first / 1.0),
        Row("50,000 x 20: all of it in the store", f"{whole:.2f} s", "3 s", whole / 3.0),
        Row("50,000 x 20: peak memory of a reader", f"{memory:.0f} MB", "150 MB", memory / 150),
    ]


def many_runs(directory: Path) -> list[Row]:
    """1,000 runs x 1,000 records: the previews of all, and everything."""
    write_logs(directory, runs=1_000, records=1_000, metrics=8)
    times = []
    for _ in range(3):
        started = time.perf_counter()
        if len(RunStore([directory]).load_previews().runs) != 1_000:
            raise RuntimeError("not all runs were found")
        times.append(time.perf_counter() - started)
    previews = statistics.median(times)
    first, whole = _live_times(directory)
    return [
        Row("1,000 x 1,000: previews of all runs", f"{previews:.2f} s", "1 s", previews / 1.0),
        Row(
            "1,000 x 1,000: first snapshot with data", f"{first:.2f} s; all {whole:.1f} s", "1 s", first / 1.0
        ),
    ]


def _live_times(path: Path) -> tuple[float, float]:
    """Seconds from the store's start to its first snapshot with data, and to the one with everything."""
    store = RunStore([path])
    first: list[float] = []
    done = threading.Event()

    def look(version: int) -> None:
        runs = store.snapshot().runs
        if not first and any(len(run.iterations) for run in runs):
            first.append(time.perf_counter())
        if runs and not any(run.loading for run in runs):
            done.set()

    started = time.perf_counter()
    store.start(look)
    try:
        if not done.wait(60):
            raise RuntimeError("not all was read within a minute")
        return first[0] - started, time.perf_counter() - started
    finally:
        store.stop()


def measure() -> list[Row]:
    """All rows about reading."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for part in ("columns", "large", "many"):
            (root / part).mkdir()
        return [
            into_columns(root / "columns"),
            *one_large_log(root / "large"),
            *many_runs(root / "many"),
        ]
