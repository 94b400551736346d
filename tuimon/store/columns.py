"""Columns of one metric: values with their row numbers, growable, published as views that never change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RowNumbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class ColumnView:
    """One metric's values as they were at one moment; the arrays are read-only and never change.

    ``rows[i]`` is the row (an index into the run's ``iterations``) that ``values[i]`` stands in; rows rise.
    A row that is not in ``rows`` has no value: absent, zero and NaN stay three things. The bounds are those of
    the finite values and are ``None`` where there is none; ``least_positive`` is the least value above zero,
    for log axes. ``version`` rises with every change of the column. Equality is identity.
    """

    rows: RowNumbers
    values: Floats
    version: int
    finite_min: float | None
    finite_max: float | None
    least_positive: float | None
    nan_count: int
    inf_count: int
    last_row: int

    def __len__(self) -> int:
        return len(self.values)

    @property
    def last_value(self) -> float:
        """The newest value; NaN where the newest value is NaN. The column must not be empty."""
        return float(self.values[-1])
