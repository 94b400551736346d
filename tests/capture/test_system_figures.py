"""The machine's figures of a script that `tuimon run` has started."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.capture.captured import logged, run, script

UNTIL_SAMPLED = """
import json, time
kept = bytes([1]) * 150_000_000
deadline, step = time.monotonic() + 55, 1
def sampled():
    whole = (line for path in paths() for line in open(path) if line.endswith("\\n"))
    return any(json.loads(line).get("memory_bytes", 0) > 150e6 for line in whole)
log(0)
while not sampled():
    assert time.monotonic() < deadline, "no figures"
    log(step)
    step += 1
    time.sleep(0.02)
"""
PRINTS = """
import glob
def log(step): print(f"step={step} loss=1.0", flush=True)
def paths(): return glob.glob("experiment_logs/*.jsonl")
"""
TRACKS = """
from tuimon import ExperimentTracker
tracker = ExperimentTracker({"name": "own"})
def log(step): tracker.log_metrics(step, train_loss=1.0)
def paths(): return [tracker.path] if tracker.path else []
"""


@pytest.mark.parametrize("training", [PRINTS, TRACKS])
def test_the_figures_are_the_scripts(tmp_path: Path, training: str) -> None:
    """A child of who samples, or its own tracker, which is told the interval: its memory counts."""
    done = run(tmp_path, script(tmp_path, training + UNTIL_SAMPLED), "--system-interval", "0.2")
    assert done.returncode == 0, done.stderr
    figures = [line for line in logged(tmp_path) if line["type"] == "system"]
    assert max(line["memory_bytes"] for line in figures) > 150e6
    assert any(line["type"] in ("metrics", "eval") for line in logged(tmp_path))
