"""The mean curve of a group of runs with its band, ready for a chart. Pure, called in the drawing thread."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from tuimon.analysis.axes import XAxis
from tuimon.analysis.curves import Series, build_series, plain_series
from tuimon.analysis.group_curves import group_curve
from tuimon.analysis.group_rows import GroupedRuns
from tuimon.charts.bands import Band
from tuimon.store.snapshot import RunSnapshot

# Groups x metrics of a few screens.
_KEPT = 128

MeanCurve = tuple[Series, Band | None, str]


def mean_curve(grouped: GroupedRuns, metric: str, axis: XAxis, smoothing: float) -> MeanCurve | None:
    """The mean of the members that have not diverged, its band, and what it is called.

    Where no two members are over a common x, it is the curve of one of them, without a band.
    """
    runs = tuple(row.run for row in grouped.members if row.key not in grouped.diverged)
    found = _mean(grouped.key, runs, metric, axis, smoothing) if len(runs) > 1 else None
    if found is not None:
        series, band, count = found
        return series, band, f"{grouped.group.label} ×{count}"
    for row in reversed(grouped.members):
        single = build_series(row.run, metric, axis, smoothing)
        if single is not None and (row.run in runs or not runs):
            return single, None, row.name
    return None


@lru_cache(maxsize=_KEPT)
def _mean(
    key: str,
    runs: tuple[RunSnapshot, ...],
    metric: str,
    axis: XAxis,
    smoothing: float,
) -> tuple[Series, Band, int] | None:
    curve = group_curve(runs, metric, axis, smoothing=smoothing, diverged=lambda _run, _metric: False)
    if curve is None:
        return None
    known = np.isfinite(curve.mean) & np.isfinite(curve.low) & np.isfinite(curve.high)
    if not known.any():
        return None
    x, mean = curve.x[known], curve.mean[known]
    series = plain_series(key, metric, axis, x, mean, smoothing)
    return series, Band(x, curve.low[known], curve.high[known]), len(curve.members)
