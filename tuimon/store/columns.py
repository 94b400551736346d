"""Columns of one metric: values with their row numbers, growable, published as views that never change."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tuimon.quick_dataclass import dataclass
from tuimon.store.growing_array import GrowingArray
from tuimon.store.row_numbers import RisingRows

Floats = NDArray[np.float64]
RowNumbers = NDArray[np.int32]
FEW = 16  # up to so many values a loop is faster than numpy's calls


@dataclass(frozen=True, slots=True, eq=False)
class ColumnView:
    """One metric's values as they were at one moment; the arrays are read-only and never change.

    ``rows[i]`` is the row (an index into the run's ``iterations``) that ``values[i]`` stands in; rows rise.
    A row that is not in ``rows`` has no value: absent, zero and NaN stay three things. The bounds are those
    of the finite values and are ``None`` where there is none; ``least_positive`` is the least finite value
    above zero, for log axes. ``version`` rises with every change of the column. A column that is published is
    never empty. Equality is identity.
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
        """The newest value; NaN where the newest value is NaN."""
        return float(self.values[-1])


class Column:
    """One metric of one run while it grows.

    New values wait in plain arrays, which take single values quickly, until somebody looks. There are ten
    thousands of columns of runs that have ended: of those :meth:`rest` is kept alone.
    """

    __slots__ = (
        "_bounds",
        "_bounds_hold",
        "_new_rows",
        "_new_values",
        "_rows",
        "_values",
        "_version",
        "_view",
    )

    def __init__(self) -> None:
        self._rows = RisingRows()
        self._values = GrowingArray(np.float64)
        self._new_rows: array[int] = array("i")
        self._new_values: array[float] = array("d")
        self._bounds = _Bounds()
        self._bounds_hold = True
        self._version = 0
        self._view: ColumnView | None = None

    @classmethod
    def of(cls, rest: ColumnView) -> Self:
        """The column that a view was the rest of, to grow again."""
        column = cls()
        column._rows.replace(rest.rows)
        column._values.go_on(rest.values)
        column._bounds = _Bounds.of(rest)
        column._version = rest.version
        column._view = rest
        return column

    def __len__(self) -> int:
        return len(self._rows) + len(self._new_rows)

    @property
    def last_row(self) -> int:
        """The last row that has a value; -1 where there is none."""
        if self._new_rows:
            return self._new_rows[-1]
        return self._rows[-1] if len(self._rows) else -1

    @property
    def last_value(self) -> float | None:
        """The value in the last row that has one."""
        if self._new_values:
            return self._new_values[-1]
        return float(self._values[-1]) if len(self._values) else None

    def extend(self, rows: array[int], values: Floats) -> None:
        """Append the values of rows that rise above the last."""
        self._new_rows.extend(rows)
        self._new_values.frombytes(values.tobytes())
        self._view = None

    def put(self, row: int, value: float, *, replace: bool = True) -> None:
        """Set the value of ``row``; without ``replace`` only where there is none yet."""
        last = self.last_row
        if row > last:
            self._new_rows.append(row)
            self._new_values.append(value)
        elif not replace and self.has(row):
            return
        elif row == last and self._new_rows:
            self._new_values[-1] = value
        else:
            self._put_earlier(row, value)
        self._view = None

    def has(self, row: int) -> bool:
        """Whether ``row`` has a value."""
        if row >= self.last_row:
            return row == self.last_row
        return _holds(self._new_rows, row) or _holds(self._rows.current(), row)

    def keep(self, kept: Sequence[int]) -> None:
        """Drop the values of rows that are not in ``kept`` (which rise) and renumber the others from 0."""
        self._settle()
        rows = self._rows.current()
        numbers = np.asarray(kept, dtype=np.int32)
        places = np.searchsorted(numbers, rows)
        stays = np.zeros(len(rows), dtype=bool)
        inside = places < len(numbers)
        stays[inside] = numbers[places[inside]] == rows[inside]
        self._rows.replace(places[stays].astype(np.int32))
        self._values.replace(self._values.current()[stays])
        self._bounds_hold = False
        self._view = None

    def view(self) -> ColumnView:
        """What the column holds now; the same object until something changes. The column is not empty."""
        if self._view is None:
            self._settle()
            if not self._bounds_hold:
                self._bounds = _Bounds()
                self._bounds.take(self._values.current())
                self._bounds_hold = True
            self._version += 1
            rows, values = self._rows.view(), self._values.view()
            self._view = _view(rows, values, self._version, self._bounds, self.last_row)
        return self._view

    def rest(self) -> ColumnView:
        """All there is, without room for more: there will be none, as far as is known."""
        self._settle()
        if self._rows.trim() | self._values.trim():
            self._view = None  # it would hold on to the memory
        return self.view()

    def _put_earlier(self, row: int, value: float) -> None:
        """Set a value that is not the last of the new ones, or insert it where there was none."""
        self._settle()
        place = int(np.searchsorted(self._rows.current(), row))
        if self._rows[place] == row:
            self._values.put(place, value)
        else:
            self._rows.insert(place, row)
            self._values.insert(place, value)
        self._bounds_hold = False

    def _settle(self) -> None:
        """Move the new values to where they stay."""
        if not self._new_rows:
            return
        values = np.frombuffer(self._new_values, dtype=np.float64)
        self._rows.extend(self._new_rows)
        self._values.extend(values)
        if self._bounds_hold:
            self._bounds.take(values)
        self._new_rows = array("i")
        self._new_values = array("d")


def view_of(rows: RowNumbers, values: Floats, version: int) -> ColumnView:
    """A column that was made from others: ``values`` in ``rows``, which rise; neither is empty."""
    bounds = _Bounds()
    bounds.take(values)
    return _view(rows, values, version, bounds, int(rows[-1]))


def _view(rows: RowNumbers, values: Floats, version: int, bounds: _Bounds, last_row: int) -> ColumnView:
    return ColumnView(
        rows=rows,
        values=values,
        version=version,
        finite_min=bounds.least if bounds.least <= bounds.greatest else None,
        finite_max=bounds.greatest if bounds.least <= bounds.greatest else None,
        least_positive=bounds.least_positive if bounds.least_positive < math.inf else None,
        nan_count=bounds.nan_count,
        inf_count=bounds.inf_count,
        last_row=last_row,
    )


class _Bounds:
    """Bounds of a column's finite values, and how many are not finite, kept as it grows."""

    __slots__ = ("greatest", "inf_count", "least", "least_positive", "nan_count")

    def __init__(self) -> None:
        self.least = math.inf
        self.greatest = -math.inf
        self.least_positive = math.inf
        self.nan_count = 0
        self.inf_count = 0

    @classmethod
    def of(cls, view: ColumnView) -> Self:
        """Those that a view tells."""
        bounds = cls()
        bounds.least = math.inf if view.finite_min is None else view.finite_min
        bounds.greatest = -math.inf if view.finite_max is None else view.finite_max
        bounds.least_positive = math.inf if view.least_positive is None else view.least_positive
        bounds.nan_count, bounds.inf_count = view.nan_count, view.inf_count
        return bounds

    def take(self, values: Floats) -> None:
        """Widen the bounds by ``values``."""
        finite = [value for value in values.tolist() if math.isfinite(value)] if len(values) <= FEW else None
        if finite is not None:
            positive = [value for value in finite if value > 0]
            least, greatest = min(finite, default=math.inf), max(finite, default=-math.inf)
            least_positive = min(positive, default=math.inf)
            count = len(finite)
        else:
            held = values[np.isfinite(values)]
            least, greatest = held.min(initial=math.inf), held.max(initial=-math.inf)
            least_positive = held.min(initial=math.inf, where=held > 0)
            count = len(held)
        if count < len(values):
            nan_count = int(np.isnan(values).sum())
            self.nan_count += nan_count
            self.inf_count += len(values) - count - nan_count
        self.least = min(self.least, float(least))
        self.greatest = max(self.greatest, float(greatest))
        self.least_positive = min(self.least_positive, float(least_positive))


def _holds(rows: Sequence[int] | RowNumbers, row: int) -> bool:
    place = bisect_left(rows, row)
    return place < len(rows) and rows[place] == row
