"""What ``tuimon ls --sort`` sorts by."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tuimon.analysis.leaderboard import RunRow

# What a person types after --sort, and the field of a row that it means.
SORT_COLUMNS = {
    "name": "name",
    "state": "state",
    "step": "step",
    "progress": "progress",
    "best": "best",
    "last": "last",
    "train": "train_loss_smoothed",
    "age": "age_seconds",
    "duration": "duration_seconds",
    "eta": "eta_seconds",
    "throughput": "throughput",
}
# The titles of the app's table for the same, where no metric is called so.
_TITLES = {
    "done": "progress",
    "train~": "train_loss_smoothed",
    "took": "duration_seconds",
    "tok/s": "throughput",
}


def sort_field(column: str | None, rows: Sequence[RunRow]) -> str | None:
    """What ``--sort`` means: a column, a config key, or any metric by its name (the main one by its best)."""
    from tuimon.analysis.short_names import meant_metric

    if column is None or column.startswith(("cfg.", "metric.")):
        return column
    if column in SORT_COLUMNS:
        return SORT_COLUMNS[column]
    if any(row.main_metric == column for row in rows):
        return SORT_COLUMNS["best"]
    metrics = {name for row in rows for name in row.run.summaries}
    metric = meant_metric(column, metrics)
    if metric in metrics:
        return f"metric.{metric}"
    if column in _TITLES:
        return _TITLES[column]
    near = get_close_matches(column, [*SORT_COLUMNS, *metrics], n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(SORT_COLUMNS)} and every metric"
    raise click.UsageError(f"--sort: no column {column!r}; {hint}")
