"""The demo's trainings as their users run them: real processes that write real logs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Eventually

DEMO = Path(__file__).parents[2] / "demo"


def start(script: str, *options: str, log_dir: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(DEMO / script), f"--log-dir={log_dir}", *options],
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def records(log_dir: Path, name: str) -> list[dict[str, Any]]:
    (log,) = log_dir.glob(f"experiment_{name}_*.jsonl")
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def of_type(lines: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [line for line in lines if line["type"] == kind]


def test_a_training_learns_and_logs_all_of_it(tmp_path: Path) -> None:
    """The loss falls from guessing's, every step is logged, and optimizer steps are half the iterations."""
    training = start("train.py", "--max-iters=120", "--name=short run", "--warmup-iters=20", log_dir=tmp_path)
    output, _ = training.communicate(timeout=180)
    assert training.returncode == 0, output
    lines = records(tmp_path, "short_run")
    assert lines[0]["config"]["max_iters"] == 120
    steps = of_type(lines, "metrics")
    assert [step["iteration"] for step in steps] == list(range(120))
    assert steps[-1]["gradient_step"] == 60
    assert steps[0]["train_loss"] == pytest.approx(4.56, abs=0.2)
    assert steps[-1]["train_loss"] < 3.0
    assert {"learning_rate", "tokens_per_sec", "iter_time_ms"} < steps[0].keys()
    assert ["grad_norm" in step for step in steps[:4]] == [False, True, False, True]
    evaluations = of_type(lines, "eval")
    assert len(evaluations) == 40
    assert evaluations[-1]["val_loss"] < evaluations[0]["val_loss"]
    assert evaluations[-1]["val_accuracy"] > 0.25
    assert lines[-1]["status"] == "finished"


def test_the_seed_decides_the_training(tmp_path: Path) -> None:
    """Two trainings with one seed agree; another seed differs."""
    losses = []
    for index, seed in enumerate((1, 1, 2)):
        training = start(
            "train.py", "--max-iters=6", f"--seed={seed}", f"--name=run{index}", log_dir=tmp_path
        )
        training.communicate(timeout=180)
        losses.append([step["train_loss"] for step in of_type(records(tmp_path, f"run{index}"), "metrics")])
    assert losses[0] == losses[1] != losses[2]


def test_the_highest_learning_rate_diverges(tmp_path: Path) -> None:
    """The loss falls at first, then rises past twice that of guessing; the run ends as failed."""
    training = start("train.py", "--max-learning-rate=3e-1", "--max-iters=300", log_dir=tmp_path)
    output, _ = training.communicate(timeout=180)
    assert training.returncode == 1
    assert output.startswith("diverged: train_loss is ")
    lines = records(tmp_path, "baseline")
    losses = [step["train_loss"] for step in of_type(lines, "metrics")]
    assert min(losses) < losses[0] < losses[-1]
    assert lines[-1]["status"] == "failed"
    assert lines[-1]["exception"]["type"].endswith("DivergedError")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_training_as_interrupted(
    number: signal.Signals, tmp_path: Path, eventually: Eventually
) -> None:
    """Ctrl+C and kill alike: the log ends with an ``end`` line that says so, and no traceback is printed."""
    training = start("train.py", "--max-iters=100000", log_dir=tmp_path)
    eventually(lambda: any(b'"metrics"' in log.read_bytes() for log in tmp_path.glob("*.jsonl")))
    training.send_signal(number)
    output, _ = training.communicate(timeout=180)
    assert "Traceback" not in output
    assert training.returncode == (130 if number is signal.SIGINT else -signal.SIGTERM)
    end = records(tmp_path, "baseline")[-1]
    assert (end["type"], end["status"]) == ("end", "interrupted")


def test_interrupting_the_sweep_interrupts_its_trainings(tmp_path: Path, eventually: Eventually) -> None:
    """One signal to the sweep alone; when it has ended, all logs have."""
    sweep = start("sweep.py", "--max-iters=100000", log_dir=tmp_path)
    eventually(lambda: sum(b'"metrics"' in log.read_bytes() for log in tmp_path.glob("*.jsonl")) == 3)
    sweep.terminate()
    output, _ = sweep.communicate(timeout=180)
    assert output.count("ended with -15") == 3, output
    ends = [records(tmp_path, f"lr_{rate}")[-1] for rate in ("1e-3", "1e-2", "3e-1")]
    assert [(end["type"], end["status"]) for end in ends] == [("end", "interrupted")] * 3


def test_a_time_limit_ends_a_training_as_finished(tmp_path: Path) -> None:
    """--max-seconds is a plan, not an accident."""
    training = start("train.py", "--max-iters=100000", "--max-seconds=0.5", log_dir=tmp_path)
    assert training.wait(180) == 0
    assert training.stdout is not None
    training.stdout.close()
    assert records(tmp_path, "baseline")[-1]["status"] == "finished"


def test_a_checkpoint_holds_the_weights(tmp_path: Path) -> None:
    """They are saved at the end, and the log says so."""
    weights = tmp_path / "weights.npz"
    training = start("train.py", "--max-iters=4", f"--checkpoint={weights}", log_dir=tmp_path)
    output, _ = training.communicate(timeout=180)
    assert training.returncode == 0, output
    assert weights.stat().st_size > 100_000
    (event,) = of_type(records(tmp_path, "baseline"), "event")
    assert str(weights) in event["message"]
