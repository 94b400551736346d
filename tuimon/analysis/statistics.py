"""A metric of one run in numbers, for the run screen and ``tuimon show``."""

from __future__ import annotations

import numpy as np

from tuimon.analysis.axes import counts_gradient_steps, step_axis, x_at_row
from tuimon.analysis.metric_order import metric_groups
from tuimon.analysis.robust import deviation_of, mean_of
from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import ColumnView
from tuimon.store.snapshot import RunSnapshot


@dataclass(frozen=True, slots=True)
class MetricStatistics:
    """Numbers of one metric of one run; NaN and infinity are counted and left out of all but ``last``.

    ``count`` counts every value, ``inf_count`` both infinities. ``std`` is the population's. Steps are
    gradient steps where counted, else iterations; of several least values the first one's.
    """

    metric: str
    count: int
    last: float | None
    last_step: float | None
    min: float | None
    min_step: float | None
    max: float | None
    max_step: float | None
    mean: float | None
    std: float | None
    nan_count: int
    inf_count: int


def metric_statistics(run: RunSnapshot, metric: str) -> MetricStatistics | None:
    """The statistics of one metric; None where the run has no value of it.

    Before the log is read they are those of its ``end`` line, without mean and standard deviation.
    """
    view = run.metrics.get(metric)
    if view is None or not len(view) or (run.loading and metric in run.summaries):
        return _from_summary(run, metric)
    finite = view.values[np.isfinite(view.values)]
    return MetricStatistics(
        metric=metric,
        count=len(view),
        last=view.last_value,
        last_step=_step(run, view, len(view) - 1),
        min=view.finite_min,
        min_step=_step_of(run, view, view.finite_min),
        max=view.finite_max,
        max_step=_step_of(run, view, view.finite_max),
        mean=mean_of(finite) if len(finite) else None,
        std=deviation_of(finite) if len(finite) else None,
        nan_count=view.nan_count,
        inf_count=view.inf_count,
    )


def run_statistics(run: RunSnapshot) -> tuple[MetricStatistics, ...]:
    """The statistics of every metric, in the order of the charts."""
    every = (metric_statistics(run, metric) for group in metric_groups((run,)) for metric in group)
    return tuple(statistics for statistics in every if statistics is not None)


def _step_of(run: RunSnapshot, view: ColumnView, value: float | None) -> float | None:
    return None if value is None else _step(run, view, int(np.argmax(view.values == value)))


def _step(run: RunSnapshot, view: ColumnView, place: int) -> float | None:
    return x_at_row(run, int(view.rows[place]), step_axis(run))


def _from_summary(run: RunSnapshot, metric: str) -> MetricStatistics | None:
    summary = run.summaries.get(metric)
    if summary is None or not summary.count:
        return None
    # The summary knows iterations alone, which are not to be mixed with gradient steps.
    by_iteration = not counts_gradient_steps(run)
    return MetricStatistics(
        metric=metric,
        count=summary.count,
        last=summary.last,
        last_step=None,
        min=summary.min,
        min_step=summary.min_iteration if by_iteration else None,
        max=summary.max,
        max_step=summary.max_iteration if by_iteration else None,
        mean=None,
        std=None,
        nan_count=summary.nan_count,
        inf_count=0,
    )
