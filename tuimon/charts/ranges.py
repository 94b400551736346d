"""Which ranges a chart shows when nobody zoomed: everything, with a little air, or robust bounds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from tuimon.analysis.axes import AxisKind
from tuimon.analysis.curves import Series
from tuimon.analysis.robust import robust_bounds
from tuimon.store.columns import Floats

Range = tuple[float, float]

_NEAR_ZERO = 0.02
_AIR = 0.03  # of the span, above and below
_CLIP_MARGIN = 0.25  # of what is left, above and below
# Bounds stay where their differences, and the quotients of those, are floats that tell them apart.
_LARGEST, _LEAST_SPAN, _LEAST_SHARE = 1e300, 1e-290, 1e-12
_DECADES = 280  # of a log axis, up and down


def x_bounds(all_series: Iterable[Series]) -> Range | None:
    """The least and greatest x; widened around a single one; None without any."""
    return joined(series.x_range for series in all_series)


def joined(bounds: Iterable[Range | None]) -> Range | None:
    """The range that holds all these; widened around a single x; None without any."""
    ranges = [pair for pair in bounds if pair is not None]
    if not ranges:
        return None
    low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
    low, high = _bounded(low), _bounded(high)
    if not _told_apart(low, high):
        # A step more or less on either side; of what is less than one, as a learning rate, as much again.
        half = abs(low) if 0 < abs(low) < 1 else max(1.0, abs(low) * 0.05)
        return low - half, high + half
    return low, high


def shown_steps(x_range: Range, first: float, kind: AxisKind) -> Range:
    """Steps that start at 1 are an axis that starts at 0; around a single point there are no steps below 0.

    ``first`` is the least x that there is.
    """
    if kind not in (AxisKind.COUNT, AxisKind.SECONDS):
        return x_range
    low, high = x_range
    return (0.0, high) if low < 0 <= first or 0 < low < _NEAR_ZERO * high else x_range


def within(series: Series, x_range: Range) -> slice | NDArray[np.bool_]:
    """What picks the points within an x range out of the series' arrays."""
    x = series.x
    low, high = x_range
    if series.x_range is None or (low <= series.x_range[0] and series.x_range[1] <= high):
        return slice(None)
    if not series.rising:
        return np.asarray((x >= low) & (x <= high))
    return slice(int(np.searchsorted(x, low, "left")), int(np.searchsorted(x, high, "right")))


def visible(series: Series, x_range: Range, *, raw: bool = False) -> Floats:
    """The values within an x range, or the two beside it where the line only passes through. May hold NaN."""
    values = series.raw_y if raw else series.y
    shown = within(series, x_range)
    if isinstance(shown, slice) and shown.start is not None and shown.start == shown.stop:
        start = shown.start
        return values[start - 1 : start + 1] if 0 < start < len(values) else values[:0]
    return values[shown]


def y_bounds(values: Sequence[Floats], *, log: bool, clip: bool, air: bool = True) -> Range | None:
    """The range of values to show, or None when there is nothing to show (on a log axis: nothing above 0)."""
    bounds = [found for curve in values if (found := _bounds(curve, log=log, clip=clip)) is not None]
    if not bounds:
        return None
    low, high = min(low for low, _ in bounds), max(high for _, high in bounds)
    if clip:
        every = [found for curve in values if (found := _bounds(curve, log=log, clip=False)) is not None]
        low, high = _with_margin(low, high, min(low for low, _ in every), max(high for _, high in every))
    share = _AIR if air else 0.0
    return _log_air(math.log10(low), math.log10(high), share) if log else _air(low, high, share)


def narrowed(robust: Range | None, true: Range | None) -> Range | None:
    """Robust bounds, no wider than the true ones of what is drawn."""
    if robust is None or true is None:
        return true or robust
    low, high = max(robust[0], true[0]), min(robust[1], true[1])
    return (low, high) if _told_apart(low, high) else true


def _bounds(values: Floats, *, log: bool, clip: bool) -> Range | None:
    """The least and greatest finite value of one curve; without its outliers when clipping."""
    if len(values) == 0:
        return None
    low, high = float(np.fmin.reduce(values)), float(np.fmax.reduce(values))
    if math.isnan(low) or (log and high <= 0):
        return None
    if clip or (log and low <= 0):
        kept = values[values > 0] if log else values[~np.isnan(values)]
        low, high = float(kept.min()), float(kept.max())
        if clip:
            low, high = robust_bounds(kept, log=log)
    return low, high


def fit(y_range: Range, *, log: bool) -> Range | None:
    """A range that somebody asked for, made one that can be drawn; None where it cannot."""
    low, high = y_range
    if not (math.isfinite(low) and math.isfinite(high)) or low >= high or (log and high <= 0):
        return None
    if log and low <= 0:
        low = high * 1e-6
    low, high = max(_bounded(low), 1 / _LARGEST) if log else _bounded(low), _bounded(high)
    return (low, high) if _told_apart(low, high) else None


def _bounded(bound: float) -> float:
    return min(max(bound, -_LARGEST), _LARGEST)


def _told_apart(low: float, high: float) -> bool:
    """Whether the values between two bounds can be placed between them."""
    return high - low > max(_LEAST_SPAN, _LEAST_SHARE * max(abs(low), abs(high)))


def _with_margin(low: float, high: float, least: float, greatest: float) -> Range:
    """Some air around robust bounds; up to the true bound where that is not far beyond."""
    margin = (high - low) * _CLIP_MARGIN
    lower = least if least >= low - margin else low - margin
    upper = greatest if greatest <= high + margin else high + margin
    return (low if lower <= 0 < low else lower), upper


def _air(low: float, high: float, share: float) -> Range:
    low, high = _bounded(low), _bounded(high)
    if not _told_apart(low, high):
        half = max(abs(low) * 0.1, 1e-12) if low else 1.0
        return low - half, high + half
    air = (high - low) * share
    floor = 0.0 if 0 <= low < air else low - air
    return floor, high + air


def _log_air(low: float, high: float, share: float) -> Range:
    """The same for the logarithms of the bounds; the bounds themselves come back."""
    low, high = (min(max(bound, -_DECADES), _DECADES) for bound in (low, high))
    if high - low < 1e-6:
        low, high = low - 0.2, high + 0.2
    air = (high - low) * share
    return float(10.0 ** (low - air)), float(10.0 ** (high + air))
