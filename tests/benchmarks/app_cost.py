"""What the app costs, seen from outside: a real process on a real pseudo-terminal."""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.row import Row
from tests.benchmarks.sample_logs import write_logs
from tests.terminal import TerminalApp

TUIMON = [sys.executable, "-m", "tuimon"]
FIRST_CHART = r"┤.*[\u2801-\u28ff]"  # an axis and a dot of a curve
MINIMAL_APP = """
from textual.app import App, ComposeResult
from textual.widgets import Static
class Minimal(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("first frame is here")
Minimal().run()
"""
LOADING_KEYS = 15
KEYS = ("y", "y", "+", "+", "0", "j", "j", "k", "]", "[", "+", "j", "y", "-", "k", "y", "]", "[")


def app(*arguments: str, columns: int = 120, rows: int = 36) -> TerminalApp:
    """tuimon on a pseudo-terminal, without the user's settings."""
    return TerminalApp([*TUIMON, *arguments], columns=columns, rows=rows)


def start_time(directory: Path, rounds: int = 5) -> Row:
    """First charts of a small directory against a minimal Textual app's first frame, in turn.

    The charts are there before Textual is, so it is also told when a key that is pressed at their sight is
    answered.
    """
    ours, floor, answered = [], [], []
    for _ in range(rounds):
        with TerminalApp([sys.executable, "-c", MINIMAL_APP]) as minimal:
            floor.append(minimal.wait_for("first frame is here"))
        with app(str(directory)) as running:
            ours.append(running.wait_for(FIRST_CHART))
            running.send("y")
            answered.append(running.wait_for("y log"))
    ratios = [mine / bare for mine, bare in zip(ours, floor, strict=True)]
    ratio = statistics.median(ratios)
    return Row(
        "app start to first charts, 3 runs x 200",
        f"{statistics.median(ours):.2f} s (a key: {statistics.median(answered):.2f}); "
        f"a minimal app {statistics.median(floor):.2f} s; x{ratio:.2f}",
        "x1.4 of a minimal app",
        ratio / 1.4,
    )


def one_large_log(directory: Path) -> list[Row]:
    """A log of 50,000 records x 20 metrics: first charts, all of it, memory."""
    with app(str(directory)) as running:
        first = running.wait_for(FIRST_CHART)
        whole = running.wait_for(r"50\.0k")
        memory = running.peak_memory()
    return [
        Row("50,000 x 20: first charts", f"{first:.2f} s", "1 s", first / 1.0),
        Row("50,000 x 20: all of it", f"{whole:.2f} s", "3 s", whole / 3.0),
        Row("50,000 x 20: peak memory", f"{memory:.0f} MB", "150 MB", memory / 150),
    ]


def many_runs(directory: Path, rounds: int = 3) -> list[Row]:
    """1,000 runs x 1,000 records: the list, keys while logs are read, and ``ls --json`` as a whole process.

    The list is there when all runs are in it, the newest first; it is usable when a key that is pressed at
    its sight is answered. A key is answered when the cursor is on its new row: other cells change all the
    time meanwhile.
    """
    seen, usable = [], []
    for _ in range(rounds):
        with app(str(directory)) as running:
            seen.append(running.wait_for(r"■1000 .*>. . run_0999"))
            running.send("j")
            usable.append(running.wait_for(r">. . run_0998"))
            delays = []
            for below in range(997, 997 - LOADING_KEYS, -1):
                sent = running.send("j") - running.started
                delays.append(running.wait_for(rf">. . run_{below:04d}") - sent)
                time.sleep(0.15)  # as fast as a person presses keys one by one
    reaction, worst = statistics.median(delays), max(delays)
    listed, answered = statistics.median(seen), statistics.median(usable)
    times = []
    for _ in range(3):
        before = time.perf_counter()
        done = subprocess.run(
            [*TUIMON, "ls", "--json", "--log-dir", str(directory)], capture_output=True, check=True
        )
        times.append(time.perf_counter() - before)
        if len(json.loads(done.stdout)) != 1000:
            raise RuntimeError("ls --json did not list 1,000 runs")
    listing = statistics.median(times)
    return [
        Row("1,000 x 1,000: list usable", f"{answered:.2f} s (seen: {listed:.2f})", "1 s", answered),
        Row(
            "1,000 x 1,000: keys while it loads",
            f"median {reaction * 1000:.0f} ms, worst {worst * 1000:.0f} ms",
            "worst 150 ms",
            worst / 0.15,
        ),
        Row("1,000 x 1,000: ls --json", f"{listing:.2f} s", "1 s", listing / 1.0),
    ]


def at_rest(directory: Path, what: str, *, marked: bool) -> list[Row]:
    """The app on a directory: its start, and when all is read keys, idling and memory.

    A key is answered with the last cell that it changes. ``marked``: all runs are, so all are drawn.
    """
    with app(str(directory)) as running:
        first = running.wait_for(FIRST_CHART)
        running.wait_until_idle()
        if marked:
            running.settled_after(running.send("a"), quiet=0.8)
        delays = [running.settled_after(running.send(key), quiet=0.25) for key in KEYS]
        running.settled_after(time.monotonic(), quiet=1.0)
        before, watched = running.cpu_seconds(), time.monotonic()
        time.sleep(10)  # a measuring window: what an idle app costs
        idle = (running.cpu_seconds() - before) / (time.monotonic() - watched)
        memory = running.peak_memory()
    median, worst = statistics.median(delays), max(delays)
    return [
        Row(f"{what}: first charts", f"{first:.2f} s", "1 s", first / 1.0),
        Row(f"{what}: key to last cell, median", f"{median * 1000:.0f} ms", "50 ms", median / 0.05),
        Row(f"{what}: key to last cell, worst", f"{worst * 1000:.0f} ms", "150 ms", worst / 0.15),
        Row(f"{what}: idle, nothing live", f"{idle * 100:.2f} % of a core", "1 %", idle / 0.01),
        Row(f"{what}: peak memory", f"{memory:.0f} MB", "150 MB", memory / 150),
    ]


WRITER = """
import sys, time
import tuimon
run = tuimon.init("live", log_dir=sys.argv[1], config={"max_iters": 100000})
step, deadline = 0, time.monotonic() + float(sys.argv[2])
while time.monotonic() < deadline:
    step += 1
    tuimon.log({"train_loss": 4 / (1 + step / 500), "learning_rate": 1e-3, "tokens_per_sec": 5e4}, step=step)
    print(step, time.monotonic(), flush=True)
    time.sleep(0.02)
tuimon.finish()
"""


def live(seconds: float = 20.0) -> list[Row]:
    """A writer at 50 records a second: the lag from log call to screen, and the app's processor time."""
    with tempfile.TemporaryDirectory() as name, app(name) as running:
        running.wait_for("no runs")
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, name, str(seconds)], stdout=subprocess.PIPE, text=True
        )
        running.wait_for(FIRST_CHART)
        shown = _watch_steps(running, seconds - 4)
        output, _ = writer.communicate()
        logged = {int(step): float(when) for step, when in (line.split() for line in output.splitlines())}
        last = max(logged)
        running.wait_for(rf"\b{last:,}\b|\b{last}\b")
    lags = [when - logged[step] for step, when in shown["steps"].items() if step in logged]
    lag, core = statistics.median(lags), shown["core"][0]
    return [
        Row("log call to screen, median", f"{lag:.3f} s ({len(lags)} steps seen)", "0.3 s", lag / 0.3),
        Row("a writer at 50 records a second", f"{core * 100:.1f} % of a core", "15 %", core / 0.15),
    ]


def _watch_steps(running: TerminalApp, seconds: float) -> dict[str, dict[int, float]]:
    """The moments at which each step was first on screen, and the share of a core used meanwhile."""
    pattern = re.compile(r"live\s+([\d,]+)\s")
    seen: dict[int, float] = {}
    before, started = running.cpu_seconds(), time.monotonic()
    while time.monotonic() - started < seconds:
        match = pattern.search(running.text())
        if match:
            seen.setdefault(int(match[1].replace(",", "")), time.monotonic())
        time.sleep(0.01)
    core = (running.cpu_seconds() - before) / (time.monotonic() - started)
    return {"steps": seen, "core": {0: core}}


def measure() -> list[Row]:
    """All rows about the app."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write_logs(root / "small", runs=3, records=200, metrics=8)
        write_logs(root / "large", runs=1, records=50_000, metrics=20)
        write_logs(root / "ten", runs=10, records=10_000, metrics=20)
        write_logs(root / "many", runs=1_000, records=1_000, metrics=8)
        return [
            start_time(root / "small"),
            *one_large_log(root / "large"),
            *many_runs(root / "many"),
            *at_rest(root / "ten", "10 x 10,000 x 20", marked=True),
            *at_rest(root / "many", "1,000 x 1,000", marked=False),
            *live(),
        ]
