"""One log as an :class:`ExperimentLog`, and several side by side."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tuimon.records.candidates import candidate
from tuimon.records.events import EndRecord
from tuimon.records.experiment import (
    ExperimentConfig,
    ExperimentLog,
    MetricsSnapshot,
    as_config,
    best_loss,
    last_loss,
)
from tuimon.records.folded_run import FoldedRun, fold_log
from tuimon.records.original_json import BadDocument, read_document
from tuimon.records.own_files import is_no_log
from tuimon.records.run_header import RunHeader
from tuimon.records.run_lookup import newest_first


def load_experiment_log(path: str | os.PathLike[str]) -> ExperimentLog:
    """The experiment in a log (``.jsonl``) or in a document of the original tracker (``.json``).

    A log that was cut off or holds bad lines opens with the records that are whole. Raises ``OSError`` when
    the file cannot be read and ``BadDocument``, a ``ValueError``, when it holds no experiment.
    """
    path = Path(path)
    if path.suffix == ".json":
        return read_document(path)[0]
    if is_no_log(path):
        raise BadDocument(f"{path}: none of its lines is a record of a run")
    return experiment_from_fold(fold_log(path))


def experiment_from_fold(folded: FoldedRun) -> ExperimentLog:
    """A folded log as the original tracker's experiment."""
    header, end = folded.header, folded.end
    config = as_config(header.config if header is not None else {})
    history = history_of(config, folded.rows())
    duration = end.duration_seconds if end else None
    final_train, final_val = last_loss(history, "train_loss"), last_loss(history, "val_loss")
    if end is not None and end.final_train_loss is not None:
        final_train = end.final_train_loss
    if end is not None and end.final_val_loss is not None:
        final_val = end.final_val_loss
    return ExperimentLog(
        config=config,
        start_time=header.start_time.isoformat() if header and header.start_time else None,
        end_time=end.end_time.isoformat() if end and end.end_time else None,
        duration_seconds=folded.last_value("wallclock_time") if duration is None else duration,
        metrics_history=history,
        notes=notes_of(header, end),
        best_train_loss=best_loss(history, "train_loss", final_train),
        best_val_loss=best_loss(history, "val_loss", final_val),
        final_train_loss=final_train,
        final_val_loss=final_val,
    )


def history_of(
    config: ExperimentConfig | Mapping[str, Any], rows: Iterable[Mapping[str, float]]
) -> list[MetricsSnapshot]:
    """The rows of a run as measurements; batch size and context length are those of its configuration."""
    given = config.to_dict() if isinstance(config, ExperimentConfig) else config
    sizes = {name: given.get(name, 0) for name in ("batch_size", "context_length")}
    return [MetricsSnapshot.from_dict({**sizes, **row}) for row in rows]


def notes_of(header: RunHeader | None, end: EndRecord | None) -> str:
    """What the program wrote about the run, at its start and at its end."""
    notes = (header.notes if header else "", end.notes if end else "")
    return "\n".join(text for text in notes if text)


def compare_experiments(paths: Iterable[str | os.PathLike[str]]) -> dict[str, dict[str, Any]]:
    """Runs side by side: per run its config, best and final losses, duration, iterations and notes.

    Keys are the runs' names; of several runs of one name the newest has the bare name and earlier ones
    ``name@run_id``. Raises what :func:`load_experiment_log` raises.
    """
    table: dict[str, dict[str, Any]] = {}
    for run in newest_first(candidate(Path(path)) for path in paths):
        log = load_experiment_log(run.path)
        document = log.to_dict()
        history = document.pop("metrics_history")
        name = run.name if run.name not in table else f"{run.name}@{run.run_id}"
        table[name] = {**document, "total_iterations": len(history), "path": str(run.path)}
    return table
