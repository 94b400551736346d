"""Many polylines to terminal cells with numpy: braille dots or, without UTF-8, one character a cell.

Curves come in as their extent per dot column (lowest and highest value there, what came first and last), so
the cost depends on the picture's size alone and a one-step spike among a million points is still drawn. The
extents are joined to connected lines, also across columns without a point, and each cell gets its dots and an
owner: the curve of the highest layer in it, and of those the one drawn last.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuimon.quick_dataclass import dataclass

# Dots of a braille cell: two columns of four. Bits by (column, row from the top), after Unicode's chart.
_DOT_BITS = np.array([[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]], dtype=np.uint8)
BRAILLE_BASE = 0x2800


def _span_bits() -> NDArray[np.uint8]:
    """Bits of one dot column by first and one-past-last row covered: ``[column, top, bottom]``."""
    table = np.zeros((2, 5, 5), dtype=np.uint8)
    for column in range(2):
        for top in range(5):
            for bottom in range(top, 5):
                table[column, top, bottom] = np.bitwise_or.reduce(_DOT_BITS[column, top:bottom], initial=0)
    return table


_SPANS = _span_bits()


@dataclass(frozen=True, slots=True)
class Extents:
    """Curves per dot column, in dots above the bottom; NaN where a curve has no point in a column.

    Each array has the shape (curves, dot columns). Values beyond the picture's height are cut off there.
    """

    first: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    last: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Raster:
    """Cells of a picture, top row first: braille dots (0 = none) and the owning curve (-1 = none)."""

    dots: NDArray[np.uint8]
    owner: NDArray[np.int16]


def connect(extents: Extents) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The lowest and highest dot of each connected line per dot column; NaN outside of a curve.

    Between two columns that have points the line runs straight from the last value of the left one to the
    first value of the right one; each column reaches to where the line crosses its borders.
    """
    curves, columns = extents.low.shape
    index = np.arange(columns)
    present = ~np.isnan(extents.low)
    left = np.maximum.accumulate(np.where(present, index, -1), axis=1)
    right = np.minimum.accumulate(np.where(present, index, columns)[:, ::-1], axis=1)[:, ::-1]
    # The border between column c and c + 1 lies between the points of left[c] and right[c + 1].
    before, after = left[:, :-1], right[:, 1:]
    inside = (before >= 0) & (after < columns)
    row = np.arange(curves)[:, None]
    start = extents.last[row, np.clip(before, 0, columns - 1)]
    stop = extents.first[row, np.clip(after, 0, columns - 1)]
    share = (index[:-1] + 0.5 - before) / np.maximum(after - before, 1)
    border = np.where(inside, start + (stop - start) * share, np.nan)
    edge = np.full((curves, 1), np.nan)
    from_left, to_right = np.hstack((edge, border)), np.hstack((border, edge))
    between = (from_left + to_right) / 2
    # Half a dot short of the border: the neighbour has the other half, and lines stay one dot thin.
    low = np.fmin(np.fmin(from_left, to_right) + 0.5, np.where(present, extents.low, between))
    high = np.fmax(np.fmax(from_left, to_right) - 0.5, np.where(present, extents.high, between))
    return low, high


def rasterise(extents: Extents, layers: NDArray[np.int16], width: int, height: int) -> Raster:
    """Braille cells of the curves: ``extents`` in dots, two dot columns and four dot rows to a cell.

    ``layers`` ranks the curves: a cell shows the dots of its highest layer alone, so that a bright curve
    stays crisp before faint ones.
    """
    curves = extents.low.shape[0]
    if curves == 0 or width <= 0 or height <= 0:
        return Raster(np.zeros((height, width), np.uint8), np.full((height, width), -1, np.int16))
    low, high = connect(extents)
    return _flatten(_bits_per_curve(low, high, height), layers)


def rasterise_cells(extents: Extents, layers: NDArray[np.int16], width: int, height: int) -> Raster:
    """The same with one dot to a cell, for terminals without UTF-8: ``dots`` is 1 where a curve is."""
    if extents.low.shape[0] == 0 or width <= 0 or height <= 0:
        return Raster(np.zeros((height, width), np.uint8), np.full((height, width), -1, np.int16))
    low, high = connect(extents)
    rows = np.arange(height - 1, -1, -1)[None, :, None]
    with np.errstate(invalid="ignore"):
        covered = (np.floor(low)[:, None, :] <= rows) & (np.floor(high)[:, None, :] >= rows)
    return _flatten(covered.astype(np.uint8), layers)


def _bits_per_curve(low: NDArray[np.float64], high: NDArray[np.float64], height: int) -> NDArray[np.uint8]:
    """Braille bits of each curve alone: (curves, height, width)."""
    rows = 4 * height
    seen = (high >= 0) & (low < rows)  # false for NaN, and for what lies wholly above or below
    # Rows count from the top; a column covers rows [top, bottom).
    top = np.where(seen, rows - 1 - np.floor(np.clip(np.nan_to_num(high), 0, rows - 1)), 0).astype(np.int16)
    bottom = np.where(seen, rows - np.floor(np.clip(np.nan_to_num(low), 0, rows - 1)), 0).astype(np.int16)
    cell_top = (4 * np.arange(height, dtype=np.int16))[None, :, None]
    begin = np.clip(top[:, None, :] - cell_top, 0, 4)
    end = np.clip(bottom[:, None, :] - cell_top, 0, 4)
    codes = begin * 5 + end
    return np.asarray(_SPANS[0].ravel()[codes[:, :, 0::2]] | _SPANS[1].ravel()[codes[:, :, 1::2]])


def _flatten(bits: NDArray[np.uint8], layers: NDArray[np.int16]) -> Raster:
    """All curves into one picture, the highest layer first in each cell."""
    _, height, width = bits.shape
    dots = np.zeros((height, width), np.uint8)
    owner = np.full((height, width), -1, np.int16)
    top_layer = np.full((height, width), np.iinfo(np.int16).min, np.int16)
    for curve in np.argsort(layers, kind="stable"):
        drawn = bits[curve] != 0
        above = drawn & (top_layer < layers[curve])
        dots[above] = 0
        dots[drawn] |= bits[curve][drawn]
        owner[drawn] = curve
        top_layer[drawn] = layers[curve]
    return Raster(dots, owner)
