"""A run's best and last value of a metric, also before its log is read."""

from __future__ import annotations

from tuimon.analysis.metric_roles import Direction, direction_of
from tuimon.store.snapshot import RunSnapshot


def best_value(run: RunSnapshot, metric: str, direction: Direction | None = None) -> float | None:
    """The best finite value; None where there is none.

    ``direction`` None is that of the metric; where it has none either, nothing is best.
    """
    direction = direction if direction is not None else direction_of(metric)
    if direction is None:
        return None
    view = run.metrics.get(metric)
    if view is None or run.loading:
        summary = run.summaries.get(metric)
        if summary is not None:
            return summary.min if direction == "min" else summary.max
    if view is None:
        return None
    return view.finite_min if direction == "min" else view.finite_max


def last_value(run: RunSnapshot, metric: str) -> float | None:
    """The newest value, which may be NaN; None where the run has none."""
    view = run.metrics.get(metric)
    if view is not None and not run.loading:
        return view.last_value
    summary = run.summaries.get(metric)
    return summary.last if summary is not None and summary.last is not None else run.last_values.get(metric)
