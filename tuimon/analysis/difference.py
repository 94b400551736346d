"""How far a curve is from the baseline's, at each of its own points."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tuimon.analysis.curves import Series, plain_series
from tuimon.analysis.robust import robust_bounds
from tuimon.store.columns import Floats

_CLIP_MARGIN = 1.25  # of robust bounds


def difference_series(series: Series, baseline: Series) -> Series | None:
    """The curve less the baseline, which is interpolated at the curve's points; both smoothed as they are.

    Only where both are: points beyond the baseline's ends, and those that are not finite, are left out. None
    where nothing is left. ``last_value`` is the last difference there is.
    """
    base_x, base_y = _rising(baseline)
    if not len(base_x) or not len(series):
        return None
    shared = ~np.isnan(series.y) & (series.x >= base_x[0]) & (series.x <= base_x[-1])
    x = series.x[shared]
    with np.errstate(over="ignore", invalid="ignore"):
        delta = series.y[shared] - np.interp(x, base_x, base_y)
    finite = np.isfinite(delta)
    if not finite.all():
        x, delta = x[finite], delta[finite]
    if not len(x):
        return None
    return plain_series(series.run_key, series.metric, series.axis, x, delta, series.smoothing)


def difference_bounds(
    differences: Iterable[Series], x_range: tuple[float, float] | None = None, *, clip: bool = False
) -> tuple[float, float]:
    """The least and the greatest difference within ``x_range``, and 0 in any case.

    ``clip`` leaves outliers out. -1.0 and 1.0 where all differences are 0 or there is none.
    """
    parts = []
    for series in differences:
        seen = series.y
        if x_range is not None:
            seen = seen[(series.x >= x_range[0]) & (series.x <= x_range[1])]
        parts.append(seen)
    values = np.concatenate(parts) if parts else np.empty(0)
    low, high = float(values.min(initial=0.0)), float(values.max(initial=0.0))
    if low == high:
        return -1.0, 1.0
    if clip:
        least, greatest = robust_bounds(values)
        bound = max(-least, greatest) * _CLIP_MARGIN or max(-low, high)
        low, high = max(low, -bound), min(high, bound)
    return low, high


def _rising(series: Series) -> tuple[Floats, Floats]:
    """The finite points by rising x, each x once: of several the latest."""
    finite = ~np.isnan(series.y)
    x, y = series.x[finite], series.y[finite]
    if series.rising and bool((x[1:] > x[:-1]).all()):
        return x, y
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    latest = np.append(x[1:] != x[:-1], True)[: len(x)]
    return x[latest], y[latest]
