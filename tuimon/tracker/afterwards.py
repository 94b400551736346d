"""Reading a run's log back: for its ``end`` line, its document and its statistics.

Imported when a run starts, not when the tracker is: a training that never starts a run doesn't wait for it.
And not later either: a run that ends after days must not depend on files that an upgrade has replaced
meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tuimon.records.events import EndRecord
from tuimon.records.experiment import ExperimentLog, as_config
from tuimon.records.folded_run import FoldedRun, fold_log
from tuimon.records.lines import encode_record, plain
from tuimon.records.load import experiment_from_fold
from tuimon.records.metric_summary import whole
from tuimon.records.original_json import write_document
from tuimon.records.statistics import statistics_text, summary_statistics
from tuimon.tracker.failure import failure_fields, status_of

__all__ = [
    "end_line",
    "experiment_of",
    "failure_fields",
    "statistics_text",
    "status_of",
    "summary_statistics",
    "whole",
    "write_document",
]


def end_line(path: Path, status: str, seconds: float, fields: Mapping[str, Any]) -> bytes:
    """The ``end`` line of the log at ``path``, with the summary of every metric in it."""
    folded = _folded(path)
    summary = folded.summaries() if folded is not None else {}
    return encode_record(
        EndRecord(status, datetime.now().astimezone(), seconds, summary, **fields).to_record()
    )


def experiment_of(path: Path | None, config: Mapping[str, Any]) -> ExperimentLog:
    """The experiment in the log at ``path``; one with ``config`` alone where there is no log."""
    folded = _folded(path)
    if folded is None:
        return ExperimentLog(config=as_config(plain(config)))
    return experiment_from_fold(folded)


def _folded(path: Path | None) -> FoldedRun | None:
    """What the log holds; ``None`` when it was never written or was removed, which was warned of before."""
    try:
        return fold_log(path) if path is not None else None
    except OSError:
        return None
