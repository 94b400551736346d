"""The band around the curve of a run that several ranks log: from the least of them to the greatest."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from tuimon.analysis.axes import XAxis, step_axis, x_values
from tuimon.analysis.curves import smoothing_span
from tuimon.analysis.smoothing import smooth
from tuimon.charts.bands import Band
from tuimon.store.snapshot import RunSnapshot

_KEPT = 64


def rank_band(run: RunSnapshot, metric: str, axis: XAxis, smoothing: float) -> Band | None:
    """The band, smoothed as the curve is; None for a run of one log, or over an axis that goes back."""
    return _band(run, metric, axis, smoothing) if metric in run.spreads else None


@lru_cache(maxsize=_KEPT)
def _band(run: RunSnapshot, metric: str, axis: XAxis, smoothing: float) -> Band | None:
    spread = run.spreads[metric]
    x = x_values(run, run.metrics[metric], axis)
    along = x_values(run, run.metrics[metric], step_axis(run))
    if x is None or along is None:
        return None
    known = np.isfinite(x) & np.isfinite(along) & np.isfinite(spread.low) & np.isfinite(spread.high)
    x, along, low, high = x[known], along[known], spread.low[known], spread.high[known]
    if not len(x) or not (x[1:] > x[:-1]).all():
        return None
    if smoothing:
        low, high = (smooth(along, bound, smoothing, smoothing_span(run)) for bound in (low, high))
    return Band(x, low, high)
