"""What ``tuimon run`` costs the script that it runs."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from tests.benchmarks.row import Row

LINES, PER_SECOND, ROUNDS = 500, 100, 5
# Computes as much as takes 10 ms between two lines of five values each, as it is told. At its end it tells
# its own processor time and, through tuimon, that of its parent, which is the process that holds the output.
SCRIPT = """
import os, sys, time
lines, work, has_holder = map(int, sys.argv[1:])
def compute(amount):
    total = 0
    for number in range(amount):
        total += number * number % 7
    return total
def of_holder():
    if not has_holder:
        return 0.0
    fields = open(f"/proc/{os.getppid()}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
if not work:
    started = time.process_time(); compute(1_000_000)
    print(int(1_000_000 * 0.01 / (time.process_time() - started))); sys.exit()
holder, started = of_holder(), time.process_time()
for step in range(lines):
    compute(work)
    print(f"iter {step}: loss {5 - step / 1000:.4f}, lr 6.00e-04, time 10.00ms, mfu 12.34%, tok/s 51,234",
          flush=True)
print(time.process_time() - started, of_holder() - holder, file=sys.stderr)
"""


class Times(NamedTuple):
    """Seconds: the script's loop and the holder meanwhile (processor time), and all on the clock."""

    script: float
    holder: float
    whole: float


def run_cost(directory: Path) -> list[Row]:
    """The script alone and through ``tuimon run``, in turns.

    In processor time, the holder's added as if it had no core of its own: other users of the machine don't
    change that. Of all rounds the best counts.
    """
    path = directory / "train.py"
    path.write_text(SCRIPT, encoding="utf-8")
    script = [sys.executable, str(path)]
    measured = subprocess.run([*script, "0", "0", "0"], capture_output=True, text=True, check=True)
    captured = [sys.executable, "-m", "tuimon", "run", "--system-interval", "0", "--log-dir", str(directory)]
    loop = [str(LINES), measured.stdout.strip()]
    pairs = [
        (timed([*script, *loop, "0"]), timed([*captured, "--", *script, *loop, "1"])) for _ in range(ROUNDS)
    ]
    bare = min(alone.script for alone, _ in pairs)
    script_over = min(ours.script for _, ours in pairs) / bare - 1
    holder = min(ours.holder for _, ours in pairs)
    over = script_over + holder / bare
    more = min(ours.whole for _, ours in pairs) - min(alone.whole for alone, _ in pairs)
    text = (
        f"{over:+.1%} (script {script_over:+.1%}, holder {holder / bare:.1%}); {more:+.2f} s with start, end"
    )
    return [Row(f"tuimon run, {PER_SECOND} lines a second for {bare:.0f} s", text, "+5 %", over / 0.05)]


def timed(command: Sequence[str]) -> Times:
    """Run the command once."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    whole = perf_counter() - started
    script, holder = map(float, done.stderr.split()[-2:])
    return Times(script, holder, whole)


def measure() -> list[Row]:
    """All rows about ``tuimon run``."""
    with tempfile.TemporaryDirectory() as name:
        return run_cost(Path(name))
