"""What a run logged nearest to an x: the value as it is, smoothed, and when."""

from __future__ import annotations

import numpy as np

from tuimon.analysis.axes import ELAPSED, XAxis, placeable, step_axis, x_at_row, x_values
from tuimon.analysis.curves import Series, build_series
from tuimon.quick_dataclass import dataclass
from tuimon.store.snapshot import RunSnapshot


@dataclass(frozen=True, slots=True)
class SampleNear:
    """The sample of a metric that is nearest to an x.

    ``x`` is its place on the axis, ``value`` as logged (NaN and infinity included), ``smoothed`` the curve
    drawn there (None without smoothing). ``step`` and ``elapsed`` (seconds) say when it was; None where the
    run does not know. ``beyond``: the x lies before the metric's first sample or behind its last one.
    """

    x: float
    value: float
    smoothed: float | None
    step: float | None
    elapsed: float | None
    beyond: bool


def sample_near(
    run: RunSnapshot, metric: str, axis: XAxis, x: float, smoothing: float = 0.0
) -> SampleNear | None:
    """The sample nearest to ``x``, the later one of two as near; None where the run lacks metric or axis.

    ``smoothing`` as of ``build_series``.
    """
    series = build_series(run, metric, axis, smoothing)
    if series is None or not len(series) or series.x_range is None:
        return None
    place = _nearest(series, x)
    view = run.metrics[metric]
    index = place
    if len(series) != len(view):  # some samples have no place on the axis
        x_of_all = x_values(run, view, axis)
        if x_of_all is None:
            return None
        index = int(np.flatnonzero(placeable(x_of_all))[place])
    row = int(view.rows[index])
    smoothed = float(series.y[place]) if smoothing else None
    return SampleNear(
        x=float(series.x[place]),
        value=float(view.values[index]),
        smoothed=smoothed,
        step=x_at_row(run, row, step_axis(run)),
        elapsed=x_at_row(run, row, ELAPSED),
        beyond=not series.x_range[0] <= x <= series.x_range[1],
    )


def _nearest(series: Series, x: float) -> int:
    if not series.rising:
        distance = np.abs(series.x - x)
        return len(distance) - 1 - int(np.argmin(distance[::-1]))  # of samples at one x the latest counts
    after = int(np.searchsorted(series.x, x, "right"))
    if after == len(series):
        return after - 1
    if after == 0:
        return 0
    return after - 1 if x - series.x[after - 1] < series.x[after] - x else after
