"""Many points to few, per pixel column, without losing a spike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuimon.store.columns import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Per pixel column: the first, least, greatest and last finite y (NaN where there is none), and how many."""

    first: Floats
    low: Floats
    high: Floats
    last: Floats
    count: NDArray[np.int64]


def minmax_per_column(
    x: Floats, y: Floats, x_low: float, x_high: float, columns: int, *, log_x: bool = False
) -> Columns:
    """Reduce the points with ``x_low <= x <= x_high`` to ``columns`` columns of equal width."""
    raise NotImplementedError


def reduce_path(
    x: Floats, y: Floats, x_low: float, x_high: float, columns: int, *, log_x: bool = False
) -> tuple[Floats, Floats]:
    """The polyline in file order with at most four points per stay in a column; NaN in y breaks it."""
    raise NotImplementedError
