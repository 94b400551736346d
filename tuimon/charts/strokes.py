"""Series to strokes: what of a series is seen in an x range, reduced to columns of dots."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tuimon.analysis.curves import Series
from tuimon.analysis.reduction import minmax_per_column
from tuimon.charts.raster import Extents
from tuimon.quick_dataclass import dataclass

Floats = NDArray[np.float64]

# An x that goes back (epochs counted from 0, any metric as x) splits a line; beyond this many parts the
# joints would cost more than they show, and the points are drawn as they fall into the columns.
MOST_PARTS = 16

_FAR = 1e6  # pictures away


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line in columns of an x range: first, lowest, highest and last value; NaN where a column is empty."""

    first: Floats
    low: Floats
    high: Floats
    last: Floats

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the line is in the range."""
        return bool(np.isnan(self.low).all())


def strokes_of(
    series: Series, x_range: tuple[float, float], columns: int, *, raw: bool = False
) -> list[Stroke]:
    """The series' line (``raw``: as logged, without smoothing) in ``columns`` equal columns of ``x_range``.

    One stroke for each part in which x rises and no value is missing. A line that enters or leaves at the
    sides is drawn to the border.
    """
    if len(series) == 0 or columns <= 0:
        return []
    x, y = series.x, series.raw_y if raw else series.y
    strokes = []
    for start, stop in _parts(series, y):
        stroke = _stroke(x[start:stop], y[start:stop], x_range, columns)
        if not stroke.is_empty:
            strokes.append(stroke)
    return strokes


def _parts(series: Series, y: Floats) -> list[tuple[int, int]]:
    """First and one-past-last index of each part of a line that is drawn in one go."""
    whole = [(0, len(y))]
    breaks = np.empty(0, dtype=np.int64)
    if not series.rising:
        breaks = np.flatnonzero(np.diff(series.x) < 0) + 1
    if len(series.marks):
        missing = np.isnan(y)
        breaks = np.union1d(breaks, np.flatnonzero(missing[1:] & ~missing[:-1]) + 1)
    if not 0 < len(breaks) < MOST_PARTS:
        return whole
    borders = [0, *breaks.tolist(), len(y)]
    return list(pairwise(borders))


def _stroke(x: Floats, y: Floats, x_range: tuple[float, float], columns: int) -> Stroke:
    low, high = x_range
    reduced = minmax_per_column(x, y, low, high, columns)
    stroke = Stroke(
        np.array(reduced.first), np.array(reduced.low), np.array(reduced.high), np.array(reduced.last)
    )
    if len(x) > 1 and x[0] <= low <= x[-1]:
        _reach_border(stroke, 0, x, y, low)
    if len(x) > 1 and x[0] <= high <= x[-1]:
        _reach_border(stroke, columns - 1, x, y, high)
    return stroke


def _reach_border(stroke: Stroke, column: int, x: Floats, y: Floats, border: float) -> None:
    """Give an empty outermost column the height at which the line crosses the border."""
    if not np.isnan(stroke.low[column]) or not x[0] < border < x[-1]:
        return
    after = int(np.searchsorted(x, border))
    before = max(0, after - 1)
    share = (border - x[before]) / (x[after] - x[before]) if x[after] > x[before] else 0.0
    value = y[before] + (y[after] - y[before]) * share
    if np.isnan(value):
        return
    for values in (stroke.first, stroke.low, stroke.high, stroke.last):
        values[column] = value


def to_dots(strokes: list[Stroke], y_range: tuple[float, float], rows: int, *, log: bool) -> Extents:
    """The strokes in dots above the bottom of a picture of ``rows`` dots that shows ``y_range``."""
    if not strokes:
        empty = np.empty((0, 0))
        return Extents(empty, empty, empty, empty)
    low, high = y_range

    def place(values: Floats) -> Floats:
        if log:
            with np.errstate(divide="ignore", invalid="ignore"):
                values = np.log10(np.where(values > 0, values, np.where(np.isnan(values), np.nan, 1e-320)))
            bottom, top = np.log10(low), np.log10(high)
        else:
            bottom, top = low, high
        # Halves first, so that a range as wide as the floats themselves does not overflow; and far beyond the
        # picture is far enough.
        with np.errstate(over="ignore"):
            share = (values / 2 - bottom / 2) / (top / 2 - bottom / 2)
        return np.asarray(np.clip(share, -_FAR, _FAR) * rows)

    first, lowest, highest, last = (
        place(np.stack([getattr(stroke, name) for stroke in strokes]))
        for name in ("first", "low", "high", "last")
    )
    # The top of the range belongs to the top row.
    return Extents(
        *(np.where(values == rows, rows - 0.5, values) for values in (first, lowest, highest, last))
    )
