"""The x axes a curve can be drawn over: steps, iterations, elapsed time, clock, tokens, any metric."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuimon.analysis.flat_config import plain_number
from tuimon.analysis.metric_roles import Role, role_of
from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import ColumnView, Floats, RowNumbers
from tuimon.store.snapshot import RunSnapshot


class AxisKind(StrEnum):
    """How the values of an axis are to be read: counted things, seconds, unix time, or plain numbers."""

    COUNT = "count"
    SECONDS = "seconds"
    CLOCK = "clock"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class XAxis:
    """An x axis: ``id`` is one of the names below or a metric's name, ``label`` is for people."""

    id: str
    label: str
    kind: AxisKind


GRADIENT_STEP = XAxis("gradient_step", "gradient step", AxisKind.COUNT)
ITERATION = XAxis("iteration", "iteration", AxisKind.COUNT)
ELAPSED = XAxis("elapsed", "elapsed", AxisKind.SECONDS)
CLOCK = XAxis("clock", "clock", AxisKind.CLOCK)
TOKENS = XAxis("tokens", "tokens", AxisKind.COUNT)
TOKENS_DERIVED = XAxis("tokens", "tokens (derived)", AxisKind.COUNT)
TOKENS_MIXED = XAxis("tokens", "tokens (some derived)", AxisKind.COUNT)

_STANDARD = (GRADIENT_STEP, ITERATION, ELAPSED, CLOCK, TOKENS)
STANDARD_AXES = tuple(axis.id for axis in _STANDARD)
# How many micro-batches make one gradient step, by the names that configs commonly give it.
_ACCUMULATION_KEYS = (
    "gradient_accumulation_steps",
    "grad_accum_steps",
    "grad_accumulation_steps",
    "accumulation_steps",
    "accumulate_grad_batches",
)


# An x beyond this has no place: the distance between two such would be no float.
LARGEST_X = 1e300


def placeable(x: Floats) -> NDArray[np.bool_]:
    """Which of the x can be drawn: not NaN, not infinite, not beyond LARGEST_X."""
    return np.abs(x) <= LARGEST_X


def axis_of(axis_id: str) -> XAxis:
    """The axis of that id: a standard one, else the metric of that name."""
    for axis in _STANDARD:
        if axis.id == axis_id:
            return axis
    kind = AxisKind.COUNT if role_of(axis_id) is Role.PROGRESS else AxisKind.VALUE
    return XAxis(axis_id, axis_id, kind)


def x_values(run: RunSnapshot, view: ColumnView, axis: XAxis) -> Floats | None:
    """The x of every value of ``view``, a column of ``run``; None where the run lacks the axis.

    An axis that is a logged metric has at each row the metric's newest value there; rows before its first one
    have NaN. As logged, so not all of them need be ``placeable``.
    """
    return x_at_rows(run, view.rows, axis)


def x_at_rows(run: RunSnapshot, rows: RowNumbers, axis: XAxis) -> Floats | None:
    """The x of the given rows of ``run``, as ``x_values``."""
    if axis.id == ITERATION.id:
        return _take(run.iterations, rows) if len(run.iterations) else None
    if axis.id == ELAPSED.id:
        return _metric_at(run, "wallclock_time", rows)
    if axis.id == CLOCK.id:
        return _clock_at(run, rows)
    if axis.id == TOKENS.id and "tokens" not in run.metrics:
        return _derived_tokens_at(run, rows)
    if axis.id == GRADIENT_STEP.id and not counts_gradient_steps(run):
        return None
    return _metric_at(run, axis.id, rows)


def x_sources(run: RunSnapshot, axis: XAxis) -> tuple[object, ...]:
    """What the x of a column's rows come from: while these are equal and the column is the same, so are they.

    Iterations are not among them: those of rows that a column has never change.
    """
    if axis.id == ITERATION.id:
        return ()
    if axis.id == ELAPSED.id:
        return (run.metrics.get("wallclock_time"),)
    if axis.id == CLOCK.id:
        return run.metrics.get("wallclock_time"), run.header.start_time, run.resumes, run.segment_rows
    if axis.id == TOKENS.id and "tokens" not in run.metrics:
        return run.metrics.get("gradient_step"), run.header
    return (run.metrics.get(axis.id),)


def x_at_row(run: RunSnapshot, row: int, axis: XAxis) -> float | None:
    """The x of one row; None where the run lacks the axis or the row has no x to draw it at."""
    x = x_at_rows(run, np.array([row], dtype=np.int32), axis)
    return float(x[0]) if x is not None and placeable(x)[0] else None


def has_axis(run: RunSnapshot, axis: XAxis) -> bool:
    """Whether the run can be drawn over the axis."""
    if axis.id == CLOCK.id:
        return run.header.start_time is not None and "wallclock_time" in run.metrics
    first_row = np.zeros(1, dtype=np.int32)
    return bool(len(run.iterations)) and x_at_rows(run, first_row, axis) is not None


def available_axes(runs: Iterable[RunSnapshot]) -> tuple[XAxis, ...]:
    """The axes that at least one of the runs has: the standard ones first, then metrics by name."""
    runs = tuple(runs)
    standard = [axis for axis in _STANDARD if any(has_axis(run, axis) for run in runs)]
    if TOKENS in standard:
        standard[standard.index(TOKENS)] = _tokens_axis(runs)
    taken = {axis.id for axis in _STANDARD} | {"wallclock_time"}
    names = {name for run in runs for name in run.metrics}
    return (*standard, *(axis_of(name) for name in sorted(names - taken)))


def _tokens_axis(runs: Iterable[RunSnapshot]) -> XAxis:
    """Labelled by whether the runs that have tokens logged them, or batch size and context tell."""
    logged = {"tokens" in run.metrics for run in runs if has_axis(run, TOKENS)}
    return TOKENS if logged == {True} else TOKENS_DERIVED if logged == {False} else TOKENS_MIXED


def default_axis(runs: Iterable[RunSnapshot]) -> XAxis:
    """Gradient step where all runs that have records counted it, else iteration."""
    with_records = [run for run in runs if len(run.iterations)]
    counted = bool(with_records) and all(counts_gradient_steps(run) for run in with_records)
    return GRADIENT_STEP if counted else ITERATION


def step_axis(run: RunSnapshot) -> XAxis:
    """The axis that a run's steps are counted on: gradient steps where it counted them, else iterations."""
    return GRADIENT_STEP if counts_gradient_steps(run) else ITERATION


def counts_gradient_steps(run: RunSnapshot) -> bool:
    """Whether the run ever counted a gradient step; a counter that stayed 0 was not used."""
    view = run.metrics.get("gradient_step")
    if view is not None:
        return view.finite_max is not None and view.finite_max > 0
    return run.last_values.get("gradient_step", 0.0) > 0


def axis_extent(run: RunSnapshot, axis: XAxis) -> float:
    """The greatest less the least x of the run; 0.0 where it has none."""
    bounds = axis_bounds(run, axis)
    return bounds[1] - bounds[0] if bounds is not None else 0.0


def axis_bounds(run: RunSnapshot, axis: XAxis) -> tuple[float, float] | None:
    """The least and the greatest x of the run; None where it has none."""
    view = run.metrics.get("wallclock_time" if axis.id == ELAPSED.id else axis.id)
    if view is not None and view.finite_min is not None and view.finite_max is not None:
        return max(view.finite_min, -LARGEST_X), min(view.finite_max, LARGEST_X)
    x = x_at_rows(run, np.arange(len(run.iterations), dtype=np.int32), axis)
    if x is None:
        return None
    x = x[placeable(x)]
    return (float(x.min()), float(x.max())) if len(x) else None


def values_at_rows(view: ColumnView, rows: RowNumbers) -> Floats:
    """The newest value of ``view`` at or before each row; NaN before its first one."""
    if not len(view):
        return np.full(len(rows), np.nan)
    if view.last_row == len(view) - 1:  # every row from 0 on has a value: the row is the index
        if not len(rows) or rows[-1] <= view.last_row:
            return _take(view.values, rows)
        return view.values[np.minimum(rows, view.last_row)]
    index = np.searchsorted(view.rows, rows, side="right") - 1
    values = view.values[index]
    values[index < 0] = np.nan
    return values


def _metric_at(run: RunSnapshot, metric: str, rows: RowNumbers) -> Floats | None:
    view = run.metrics.get(metric)
    return None if view is None or not len(view) else values_at_rows(view, rows)


def _clock_at(run: RunSnapshot, rows: RowNumbers) -> Floats | None:
    """Unix time of each row: each process's start plus the time elapsed in it."""
    elapsed = _metric_at(run, "wallclock_time", rows)
    if elapsed is None or run.header.start_time is None:
        return None
    clock = elapsed + run.header.start_time.timestamp()
    wallclock = run.metrics["wallclock_time"]
    for resume, first_row in zip(reversed(run.resumes), reversed(run.segment_rows), strict=False):
        if resume.time is None:
            continue
        before = np.array([first_row - 1], dtype=np.int32)
        carried = float(values_at_rows(wallclock, before)[0]) if first_row > 0 else 0.0
        next_rows = [row for row in run.segment_rows if row > first_row]
        inside = (rows >= first_row) & (rows < min(next_rows, default=np.inf))
        if math.isfinite(carried):
            clock[inside] = elapsed[inside] - carried + resume.time.timestamp()
    return clock


def _derived_tokens_at(run: RunSnapshot, rows: RowNumbers) -> Floats | None:
    """Tokens seen, from batch size x context length x step, where the config has both numbers."""
    config = run.header.config
    batch, context = _positive(config, "batch_size"), _positive(config, "context_length")
    if batch is None or context is None or not len(run.iterations):
        return None
    steps, tokens_per_step = run.iterations[rows], batch * context
    if counts_gradient_steps(run):
        steps = values_at_rows(run.metrics["gradient_step"], rows)
        tokens_per_step *= next((n for key in _ACCUMULATION_KEYS if (n := _positive(config, key))), 1.0)
    with np.errstate(over="ignore", invalid="ignore"):  # what no float holds is not placeable
        return steps * tokens_per_step


def _positive(config: Mapping[str, Any], key: str) -> float | None:
    number = plain_number(config.get(key))
    return number if number is not None and 0 < number < math.inf else None


def _take(values: Floats, rows: RowNumbers) -> Floats:
    """``values[rows]``, without a copy where the rows (which rise) are 0, 1, 2 ..."""
    if len(rows) and rows[0] == 0 and rows[-1] == len(rows) - 1:
        return values[: len(rows)]
    return values[rows]
