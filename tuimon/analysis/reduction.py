"""Many points to few, per pixel column, without losing a spike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuimon.analysis.axes import placeable
from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import Floats

Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Per pixel column: the first, least, greatest and last finite y, and how many there are.

    Columns without a finite y have NaN and a count of 0. First and last are in the order of the points.
    """

    first: Floats
    low: Floats
    high: Floats
    last: Floats
    count: NDArray[np.int64]


def column_edges(x_low: float, x_high: float, columns: int, *, log_x: bool = False) -> Floats:
    """The ``columns + 1`` x between the pixel columns; column i holds ``edges[i] <= x < edges[i + 1]``.

    The last column holds ``x_high`` too. A range without width is widened to both sides. Raises ValueError
    where there is no range to divide: no columns, bounds that are not placeable or fall, a log range at or
    below 0.
    """
    if columns < 1 or not placeable(np.array((x_low, x_high))).all() or x_high < x_low:
        raise ValueError(f"no range from {x_low} to {x_high} in {columns} columns")
    if log_x and x_low <= 0:
        raise ValueError(f"no log range from {x_low}")
    if x_low == x_high:
        slack = abs(x_low) / 2 or 0.5
        x_low, x_high = x_low - slack, x_high + slack
    edges = (np.geomspace if log_x else np.linspace)(x_low, x_high, columns + 1)
    edges[-1] = np.nextafter(x_high, np.inf)
    return edges


def minmax_per_column(
    x: Floats, y: Floats, x_low: float, x_high: float, columns: int, *, log_x: bool = False
) -> Columns:
    """Reduce the points with ``x_low <= x <= x_high`` to ``columns`` columns of equal width.

    ``x`` may go back; what falls into one column is then taken together. Raises as ``column_edges``.
    """
    edges = column_edges(x_low, x_high, columns, log_x=log_x)
    finite = np.isfinite(y)
    if not finite.all():
        x, y = x[finite], y[finite]
    if _rises(x):
        bounds = np.searchsorted(x, edges, side="left")
    else:
        column = np.searchsorted(edges, x, side="right") - 1
        order = np.argsort(column, kind="stable")
        bounds = np.searchsorted(column[order], np.arange(columns + 1), side="left")
        y = y[order]
    return _reduce_ranges(y, bounds)


def reduce_path(
    x: Floats, y: Floats, x_low: float, x_high: float, columns: int, *, log_x: bool = False
) -> tuple[Floats, Floats]:
    """The polyline through the points, thinned to what can be seen in ``columns`` pixel columns.

    Consecutive points in one column become four: first, least, greatest, last. The order is that of the
    points, so an x that goes back draws its way back; a y that is not finite breaks the line (it stays, as
    NaN). Beside the range one point on each side is kept, so that lines leave the picture where they should.
    A log x drops what is not above 0. Raises as ``column_edges``.
    """
    edges = column_edges(x_low, x_high, columns, log_x=log_x)
    if log_x and len(x) and not (x > 0).all():
        y = np.where(x > 0, y, np.nan)
    if _rises(x) and len(x):
        begin = max(int(np.searchsorted(x, edges[0], side="left")) - 1, 0)
        end = int(np.searchsorted(x, edges[-1], side="left")) + 1
        x, y = x[begin:end], y[begin:end]
    if len(x) <= 4 * columns:
        return x, np.where(np.isfinite(y), y, np.nan)
    starts = _stays(x, y, edges)
    if 4 * len(starts) >= len(x):
        return x, np.where(np.isfinite(y), y, np.nan)
    return _thin(x, y, starts)


def _reduce_ranges(y: Floats, bounds: Indices) -> Columns:
    """First, least, greatest, last of ``y[bounds[i]:bounds[i + 1]]`` for every i."""
    count = np.diff(bounds)
    filled = count > 0
    starts, ends = bounds[:-1][filled], bounds[1:][filled]
    first, low, high, last = np.full((4, len(count)), np.nan)
    if len(starts):
        within = y[: ends[-1]]
        first[filled], last[filled] = y[starts], y[ends - 1]
        low[filled] = np.minimum.reduceat(within, starts)
        high[filled] = np.maximum.reduceat(within, starts)
    return Columns(first, low, high, last, count.astype(np.int64))


def _stays(x: Floats, y: Floats, edges: Floats) -> Indices:
    """Where the points enter another column, or turn from finite to not finite or back."""
    finite = np.isfinite(y)
    if _rises(x) and finite.all():
        entries = np.searchsorted(x, edges, side="left")
        return np.unique(np.concatenate(([0], entries[entries < len(x)])))
    column = np.searchsorted(edges, x, side="right")
    column[~finite] = -1
    return np.concatenate(([0], np.flatnonzero(column[1:] != column[:-1]) + 1))


def _thin(x: Floats, y: Floats, starts: Indices) -> tuple[Floats, Floats]:
    ends = np.append(starts[1:], len(x)) - 1
    path_x = np.stack((x[starts], x[starts], x[ends], x[ends]), axis=1).ravel()
    low, high = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    path_y = np.stack((y[starts], low, high, y[ends]), axis=1).ravel()
    path_y[~np.isfinite(path_y)] = np.nan
    return path_x, path_y


def _rises(x: Floats) -> bool:
    """Whether x never goes back; NaN among them counts as going back."""
    return bool((x[1:] >= x[:-1]).all())
