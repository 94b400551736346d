"""The original tracker's three workflows as its page shows them, in processes of their own.

Only the imports are changed, and what the page leaves to the reader (the training, further metrics) is filled
in by the prologue.
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tuimon

PROLOGUE = """
import random
from pathlib import Path

from tuimon import ExperimentAnalyzer, ExperimentConfig, ExperimentTracker

max_iters, eval_interval, val_loss, lr, steps = 20, 5, 2.25, 6e-4, iter(range(10**6))


def train_step():
    return 5.0 - next(steps) / 8


"""

SINGLE = """
# Setup
config = ExperimentConfig(experiment_name="baseline")
tracker = ExperimentTracker(config)
tracker.start()

# Training
for iter in range(max_iters):
    loss = train_step()
    tracker.log_metrics(iteration=iter, train_loss=loss, learning_rate=lr, tokens_per_sec=1024.0)
    if iter % eval_interval == 0:
        tracker.log_eval(iteration=iter, val_loss=val_loss)

# Finish
tracker.finish()
tracker.save()
"""

SWEEP = """
for lr in [1e-4, 6e-4, 1e-3]:
    config = ExperimentConfig(
        experiment_name=f"lr_{lr:.0e}",
        max_learning_rate=lr,
    )
    tracker = ExperimentTracker(config)
    for iter in range(max_iters):
        tracker.log_metrics(iteration=iter, train_loss=4.0 - 500 * lr - iter / 100, learning_rate=lr)
    tracker.log_eval(iteration=iter, val_loss=abs(lr - 6e-4) * 1e3 + 2)
    tracker.save()

# Compare
analyzer = ExperimentAnalyzer()
analyzer.load_all()
print(analyzer.get_comparison_table())
"""

BEST = """
analyzer = ExperimentAnalyzer()
analyzer.load_all()

# Find best by validation loss
best_name, best_loss = analyzer.get_best_experiment("val_loss")
print(f"Best: {best_name} ({best_loss:.6f})")

# Get detailed stats
analyzer.print_summary(best_name)

# Export for plotting
analyzer.export_csv(best_name, Path("best_experiment.csv"))
"""


def run(script: str, directory: Path) -> str:
    """What the script prints; it may not fail, and may not warn."""
    environment = {name: value for name, value in os.environ.items() if name != "TUIMON_DIR"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROLOGUE + script],
        cwd=directory,
        env={**environment, "PYTHONPATH": str(Path(tuimon.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_single_run_is_logged_and_saved(tmp_path: Path) -> None:
    """Workflow 1: a log and a document in ``experiment_logs``, one run to the analyzer."""
    run(SINGLE, tmp_path)
    names = sorted(path.name for path in (tmp_path / "experiment_logs").iterdir())
    assert [re.sub(r"\d{8}_\d{6}", "time", name) for name in names] == [
        "experiment_baseline_time.json",
        "experiment_baseline_time.jsonl",
    ]
    analyzer = tuimon.ExperimentAnalyzer(tmp_path / "experiment_logs").load_all()
    assert list(analyzer.logs) == ["baseline"]
    log = analyzer.logs["baseline"]
    assert log.state == "finished"
    assert (log.best_train_loss, log.best_val_loss) == (5.0 - 19 / 8, 2.25)
    assert analyzer.get_loss_trajectories("baseline") == (
        list(range(20)),
        [5.0 - i / 8 for i in range(20)],
        [2.25] * 4,
    )


def test_a_sweep_without_start_and_finish_is_compared(tmp_path: Path) -> None:
    """Workflow 2: a line for each learning rate, the best first, with the rate and the losses."""
    lines = run(SWEEP, tmp_path).splitlines()
    assert lines[0].split()[:4] == ["name", "state", "max_learning_rate", "iteration"]
    assert "best train_loss" in lines[0]
    assert "best val_loss" in lines[0]
    cells = [line.split() for line in lines[2:]]
    assert {row[1] for row in cells} == {"saved"}
    assert [[row[0], row[2]] for row in cells] == [
        ["lr_6e-04", "0.0006"],
        ["lr_1e-03", "0.001"],
        ["lr_1e-04", "0.0001"],
    ]
    assert [row[3:6] for row in cells] == [["19", "3.51", "2"], ["19", "3.31", "2.4"], ["19", "3.76", "2.5"]]


def test_the_best_configuration_is_found_summed_up_and_exported_twice_in_a_row(tmp_path: Path) -> None:
    """Workflow 3: name and loss, a summary, a CSV; the second time it says the same and replaces the file."""
    run(SWEEP, tmp_path)
    first = run(BEST, tmp_path)
    written = (tmp_path / "best_experiment.csv").read_bytes()
    assert run(BEST, tmp_path) == first
    assert (tmp_path / "best_experiment.csv").read_bytes() == written
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["best_experiment.csv"]
    assert first.splitlines()[0] == "Best: lr_6e-04 (2.000000)"
    for expected in ("Experiment: lr_6e-04", "best val loss     2", "max_learning_rate=0.0006"):
        assert expected in first
    with open(tmp_path / "best_experiment.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["iteration"] for row in rows] == [str(i) for i in range(20)]
    assert [float(row["train_loss"]) for row in rows] == pytest.approx([3.7 - i / 100 for i in range(20)])
    assert [row["val_loss"] for row in rows] == [*[""] * 19, "2.0"]


@pytest.mark.parametrize("script", [SWEEP, SWEEP + BEST])
def test_a_sweep_twice_is_six_runs(script: str, tmp_path: Path) -> None:
    """Runs of one name stay two: the newest has the name, the earlier one ``name@run_id``."""
    run(script, tmp_path)
    lines = run(script, tmp_path).splitlines()[2:8]
    names = {line.split()[0] for line in lines}
    assert {"lr_1e-04", "lr_6e-04", "lr_1e-03"} < names
    assert len(names) == 6
    assert all(re.fullmatch(r"lr_[\de-]+(@[a-z2-7]{8})?", name) for name in names)
