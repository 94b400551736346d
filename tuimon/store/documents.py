"""Runs in the original tracker's one-document shape, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tuimon.records.events import EndRecord
from tuimon.records.experiment import ExperimentLog
from tuimon.records.original_json import BadDocument, read_document
from tuimon.records.run_header import parse_time
from tuimon.store.run_data import RunData

MAX_DOCUMENT_BYTES = 256 * 2**20  # read whole; a million rows take about 200 MB
CONSTANTS = frozenset(("batch_size", "context_length"))  # repeated in every row; they are the config's


def read_run(path: Path) -> RunData:
    """The run in the document at ``path``. It was saved, so it counts as finished.

    Raises ``OSError`` when it cannot be read and ``BadDocument`` when it holds no experiment.
    """
    size = path.stat().st_size
    if size > MAX_DOCUMENT_BYTES:
        raise BadDocument(f"{size / 2**20:.0f} MB is more than a document may have")
    log, header = read_document(path)
    data = RunData(path)
    data.header = header
    rows = [_record(row.to_dict()) for row in log.metrics_history]
    data.apply(rows, range(1, len(rows) + 1))
    data.end = EndRecord(
        status="finished",
        end_time=parse_time(log.end_time),
        duration_seconds=_duration(log),
        final_train_loss=log.final_train_loss,
        final_val_loss=log.final_val_loss,
    )
    return data


def _record(row: Mapping[str, Any]) -> dict[str, Any]:
    """One row as the record that a log would hold: with a validation loss alone it was an evaluation."""
    values = {name: value for name, value in row.items() if value is not None and name not in CONSTANTS}
    is_eval = "val_loss" in values and "train_loss" not in values
    return {"type": "eval" if is_eval else "metrics", **values}


def _duration(log: ExperimentLog) -> float | None:
    if log.duration_seconds is not None or not log.metrics_history:
        return log.duration_seconds
    return log.metrics_history[-1].wallclock_time
