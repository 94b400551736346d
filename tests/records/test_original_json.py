"""Documents of the original tracker: whole, cut off, with bare NaN, with zeros that mean nothing."""

from __future__ import annotations

import json
import math
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tuimon import ExperimentConfig, ExperimentLog, MetricsSnapshot, load_experiment_log
from tuimon.records.original_json import BadDocument, document_from_log, read_document, write_document

CONFIG = ExperimentConfig(experiment_name="old run", max_iters=500).to_dict()
ROWS = [
    {
        "iteration": step,
        "gradient_step": step,
        "wallclock_time": step * 0.5,
        "train_loss": None if step == 2 else 5.0 - step,
        "val_loss": 4.5 if step == 2 else None,
        "learning_rate": 0.0 if step in (0, 2) else 6e-5,
        "tokens_per_sec": 0.0 if step == 2 else 1024.0,
        "iter_time_ms": 0.0 if step == 2 else 12.0,
        "batch_size": 64,
        "context_length": 256,
    }
    for step in range(4)
]
DOCUMENT: dict[str, Any] = {
    "config": CONFIG,
    "start_time": "2025-02-22T14:05:30",
    "end_time": "2025-02-22T14:15:30",
    "duration_seconds": 600,
    "metrics_history": ROWS,
    "notes": "an old note",
    "best_train_loss": 2.0,
    "best_val_loss": 4.5,
    "final_train_loss": 2.0,
    "final_val_loss": 4.5,
}


def written(directory: Path, text: str) -> Path:
    path = directory / "experiment_old_20250222_140530.json"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_original_document_opens(tmp_path: Path) -> None:
    """Its name and notes, its zone-less start as local time, its configuration."""
    log, header = read_document(written(tmp_path, json.dumps(DOCUMENT, indent=2)))
    assert (header.name, header.notes) == ("old run", "an old note")
    assert header.start_time == datetime(2025, 2, 22, 14, 5, 30).astimezone()
    assert log.config == ExperimentConfig.from_dict(CONFIG)
    assert log.duration_seconds == 600
    assert [row.iteration for row in log.metrics_history] == [0, 1, 2, 3]


def test_the_originals_zeros_mean_absent(tmp_path: Path) -> None:
    """In throughput and time always, in the learning rate on rows without a training loss."""
    rows = load_experiment_log(written(tmp_path, json.dumps(DOCUMENT))).metrics_history
    assert (rows[2].tokens_per_sec, rows[2].iter_time_ms, rows[2].learning_rate) == (None, None, None)
    assert rows[0].learning_rate == 0.0
    assert rows[1].tokens_per_sec == 1024.0


def test_our_own_zeros_are_values(tmp_path: Path) -> None:
    """A document that the tracker saved has null for what is absent."""
    row = MetricsSnapshot(0, 0, 0.1, train_loss=0.0, tokens_per_sec=0.0, metrics={"grad_norm": 0.0})
    log = ExperimentLog(config={"lr": 0.1}, start_time="2026-01-01T00:00:00+01:00", metrics_history=[row])
    path = tmp_path / "experiment_new_20260101_000000.json"
    write_document(path, log)
    read = load_experiment_log(path)
    assert read.metrics_history == [row]
    assert read.best_train_loss == 0.0


def test_infinity_for_no_evaluation_is_absent(tmp_path: Path) -> None:
    """The original wrote a bare Infinity as the best loss where there was none; a NaN is kept as a value."""
    rows = [{**ROWS[0], "train_loss": math.nan}]
    document = {**DOCUMENT, "metrics_history": rows, "best_train_loss": math.inf, "best_val_loss": math.inf}
    log = load_experiment_log(written(tmp_path, json.dumps(document)))
    assert (log.best_train_loss, log.best_val_loss) == (None, None)
    loss = log.metrics_history[0].train_loss
    assert loss is not None
    assert math.isnan(loss)


def test_a_document_cut_at_every_character_opens_with_its_whole_rows(tmp_path: Path) -> None:
    """No cut raises, rows never get fewer with more of the file, and the whole file has all."""
    text = json.dumps(DOCUMENT)
    seen = [0]
    for length in range(0, len(text) + 1, 7):
        log, header = read_document(written(tmp_path, text[:length]))
        seen.append(len(log.metrics_history))
        if length > text.index("metrics_history"):
            assert header.name == "old run"
    assert seen == sorted(seen)
    assert load_experiment_log(written(tmp_path, text[: text.index('"notes"')])).metrics_history == (
        load_experiment_log(written(tmp_path, text)).metrics_history
    )


@pytest.mark.parametrize("text", ["[1, 2]", '{"a": 1}', "null", "garbage", "3", "\0\0"])
def test_other_json_is_no_experiment(tmp_path: Path, text: str) -> None:
    """One exception, naming what is wrong."""
    with pytest.raises(BadDocument):
        read_document(written(tmp_path, text))


def test_rows_and_fields_of_the_wrong_type_are_absent(tmp_path: Path) -> None:
    """Somebody's hand-edited document opens as far as it makes sense."""
    document = {
        **DOCUMENT,
        "metrics_history": [3, {"iteration": 1, "train_loss": "high"}],
        "notes": 5,
        "config": [],
    }
    log = load_experiment_log(written(tmp_path, json.dumps(document)))
    assert [row.train_loss for row in log.metrics_history] == [None]
    assert (log.notes, log.config) == ("", {})


def test_a_document_is_strict_json() -> None:
    """NaN and infinities are text in it, whatever the metric."""
    row = MetricsSnapshot(0, train_loss=math.nan, metrics={"a": math.inf})
    document = document_from_log(ExperimentLog(config={"x": math.nan}, metrics_history=[row]))
    assert json.loads(json.dumps(document, allow_nan=False))["metrics_history"][0]["a"] == "Infinity"


def test_experiments_with_nan_are_equal_to_themselves_and_to_no_others() -> None:
    """NaN equals NaN; another value, another metric or another type does not."""
    row = MetricsSnapshot(0, train_loss=math.nan, metrics={"a": float("nan")})
    assert row == MetricsSnapshot(0, train_loss=float("nan"), metrics={"a": math.nan})
    assert row != MetricsSnapshot(0, train_loss=1.0, metrics={"a": math.nan})
    assert row != MetricsSnapshot(0, train_loss=math.nan)
    assert row != 3
    log = ExperimentLog(config={}, metrics_history=[row])
    assert log == ExperimentLog.from_dict(log.to_dict())
    assert log != ExperimentLog(config={})
