"""What ``tuimon run`` costs the script that it runs."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from tests.benchmarks.row import Row

LINES, PER_SECOND, ROUNDS = 500, 100, 5
# Computes as much as takes 10 ms between two lines, as measured by itself at its start; prints how long the
# loop took. Every line has five values.
SCRIPT = """
import sys, time
lines, work = int(sys.argv[1]), int(sys.argv[2])
def compute(amount):
    total = 0
    for number in range(amount):
        total += number * number % 7
    return total
if not work:
    started = time.perf_counter(); compute(1_000_000)
    print(int(1_000_000 * 0.01 / (time.perf_counter() - started))); sys.exit()
started = time.perf_counter()
for step in range(lines):
    compute(work)
    print(f"iter {step}: loss {5 - step / 1000:.4f}, lr 6.00e-04, time 10.00ms, mfu 12.34%, tok/s 51,234",
          flush=True)
print("loop", time.perf_counter() - started, file=sys.stderr)
"""


def run_cost(directory: Path) -> list[Row]:
    """The script alone and through ``tuimon run``, in turns; its own loop, and the whole process."""
    path = directory / "train.py"
    path.write_text(SCRIPT, encoding="utf-8")
    measured = subprocess.run(
        [sys.executable, str(path), "0", "0"], capture_output=True, text=True, check=True
    )
    script = [sys.executable, str(path), str(LINES), measured.stdout.strip()]
    captured = [sys.executable, "-m", "tuimon", "run", "--system-interval", "0", "--log-dir", str(directory)]
    pairs = [(timed(script), timed([*captured, "--", *script])) for _ in range(ROUNDS)]
    over_loop = statistics.median(ours[0] / bare[0] for bare, ours in pairs) - 1
    over_all = statistics.median(ours[1] / bare[1] for bare, ours in pairs) - 1
    start = statistics.median((ours[1] - ours[0]) - (bare[1] - bare[0]) for bare, ours in pairs)
    text = f"{over_loop:+.1%} in its loop; {over_all:+.1%} with the start and end ({start * 1000:.0f} ms)"
    return [Row(f"tuimon run, {PER_SECOND} lines a second", text, "+5 %", over_all / 0.05)]


def timed(command: Sequence[str]) -> tuple[float, float]:
    """Seconds that the script's loop takes, and the whole process."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    whole = perf_counter() - started
    return float(done.stderr.split()[-1]), whole


def measure() -> list[Row]:
    """All rows about ``tuimon run``."""
    with tempfile.TemporaryDirectory() as name:
        return run_cost(Path(name))
