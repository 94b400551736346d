"""The order of the run table: by any of its columns, any config key, any metric."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import fields
from operator import itemgetter
from typing import Any, TypeAlias

import numpy as np

from tuimon.analysis.axes import counts_gradient_steps, step_axis, x_at_row
from tuimon.analysis.flat_config import config_value, plain_number
from tuimon.analysis.metric_roles import direction_of
from tuimon.analysis.robust import mean_of
from tuimon.analysis.run_rows import RunRow
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

CONFIG_PREFIX = "cfg."
METRIC_PREFIX = "metric."
METRIC_MEASURES = ("last", "min", "max", "mean", "step_of_min", "step_of_max")
ROW_COLUMNS = tuple(field.name for field in fields(RunRow) if field.name not in ("run", "sparkline"))

# What wants attention comes first.
_STATE_ORDER = {
    RunState.RUNNING: 0,
    RunState.STALLED: 1,
    RunState.FAILED: 2,
    RunState.CRASHED: 3,
    RunState.INTERRUPTED: 4,
    RunState.FINISHED: 5,
}
_OF_SUMMARIES = {"min": "min", "max": "max", "step_of_min": "min_iteration", "step_of_max": "max_iteration"}
_NUMBER, _TEXT = 0, 1
_DIGITS = re.compile(r"([0-9]+)")
_SortKey: TypeAlias = tuple[int, Any]


def sort_rows(rows: Iterable[RunRow], column: str, descending: bool = False) -> tuple[RunRow, ...]:
    """Sorted by a column, as ``column_value`` names them; absent and NaN last both ways.

    Equal rows keep the order they came in. Numbers come before text, text in the order a person expects
    (``lr_2`` before ``lr_10``, whatever the case), states by how much they want attention. Raises ValueError
    for a column that does not exist.
    """
    return sort_by_values(rows, lambda row: column_value(row, column), descending)


def sort_by_values(
    rows: Iterable[RunRow], value: Callable[[RunRow], object], descending: bool = False
) -> tuple[RunRow, ...]:
    """As ``sort_rows``, by what ``value`` says of a row."""
    valued: list[tuple[_SortKey, RunRow]] = []
    without: list[RunRow] = []
    for row in rows:
        key = _sort_key(value(row))
        if key is None:
            without.append(row)
        else:
            valued.append((key, row))
    valued.sort(key=lambda pair: pair[0], reverse=descending)
    return (*(row for _, row in valued), *without)


def column_value(row: RunRow, column: str) -> Any:
    """What a row holds in a column; None where it is absent.

    ``column`` is one of ROW_COLUMNS, ``cfg.KEY`` (a key of the flattened config), ``metric.NAME`` (its last
    value) or ``metric.NAME:MEASURE`` (one of METRIC_MEASURES). Raises ValueError for any other.
    """
    if column in ROW_COLUMNS:
        return getattr(row, column)
    if column.startswith(CONFIG_PREFIX):
        return config_value(row.run.header.config, column.removeprefix(CONFIG_PREFIX))
    if column.startswith(METRIC_PREFIX):
        name = column.removeprefix(METRIC_PREFIX)
        metric, _, measure = name.rpartition(":")
        return (
            metric_measure(row.run, metric, measure) if measure in METRIC_MEASURES else _last(row.run, name)
        )
    raise ValueError(f"no column {column!r}")


def metric_measure(run: RunSnapshot, metric: str, measure: str) -> float | None:
    """One of METRIC_MEASURES of a run's metric; None where the run lacks it, or is not read that far.

    Steps are gradient steps where the run counts them, as in all other columns; a summary knows iterations.
    """
    if measure == "last":
        return _last(run, metric)
    view, summary = run.metrics.get(metric), run.summaries.get(metric)
    if run.loading and summary is not None and measure in _OF_SUMMARIES:
        known: float | None = getattr(summary, _OF_SUMMARIES[measure])
        return None if measure.startswith("step_") and counts_gradient_steps(run) else known
    if view is None or not len(view):
        return None
    if measure == "mean":
        finite = view.values[np.isfinite(view.values)]
        return mean_of(finite) if len(finite) else None
    extreme = view.finite_min if measure in ("min", "step_of_min") else view.finite_max
    if extreme is None or measure in ("min", "max"):
        return extreme
    return x_at_row(run, int(view.rows[np.argmax(view.values == extreme)]), step_axis(run))


def _last(run: RunSnapshot, metric: str) -> float | None:
    view = run.metrics.get(metric)
    if run.loading or view is None or not len(view):
        return run.last_values.get(metric)
    return view.last_value


def _sort_key(value: Any) -> _SortKey | None:
    """What to compare; None for what is always last. Kinds of values never meet in one comparison."""
    if isinstance(value, RunState):
        return _NUMBER, _STATE_ORDER[value]
    number = float(value) if isinstance(value, bool) else plain_number(value)
    if number is not None:
        return None if math.isnan(number) else (_NUMBER, number)
    if value is None:
        return None
    # Split at digits, text and numbers take turns: at any place both sides are of one kind.
    parts = _DIGITS.split(str(value).casefold())
    return _TEXT, [int(part) if place % 2 else part for place, part in enumerate(parts)]


def best_row(rows: Iterable[RunRow], metric: str | None) -> RunRow | None:
    """The row with the best value, where the runs are judged by ``metric``; None where none has one."""
    direction = direction_of(metric) if metric is not None else None
    valued = [(row.best, row) for row in rows if row.best is not None]
    if not valued or direction is None:
        return None
    return (min if direction == "min" else max)(valued, key=itemgetter(0))[1]
