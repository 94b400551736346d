"""The course of a metric in a bounded number of equal parts, kept as values come."""

from __future__ import annotations

import numpy as np

from tuimon.store.columns import Floats, RowNumbers

# Each part is about 1 % of the run: short against what the rules ask about (a quarter of the steps), long
# enough to average the noise of a long run away.
MOST_BLOCKS = 128
# Beyond this a value counts as this: the squares of millions of such still fit a float.
LARGEST_VALUE = 1e140


class Trend:
    """The means of equally many values each, at most MOST_BLOCKS of them: when full, pairs become one.

    Memory is constant and the cost is that of the new values. How they were dealt out to the calls makes no
    difference.
    """

    __slots__ = ("_open_rows", "_open_values", "count", "means", "rows", "size")

    def __init__(self) -> None:
        self.size = 1
        """How many values are in a block."""
        self.count = 0
        """How many values there were."""
        self.means: Floats = np.empty(0)
        self.rows: RowNumbers = np.empty(0, dtype=np.int32)
        """The row of each block's first value."""
        self._open_values: Floats = np.empty(0)  # fewer than ``size``
        self._open_rows: RowNumbers = np.empty(0, dtype=np.int32)

    def extend(self, values: Floats, rows: RowNumbers) -> None:
        """Take in finite values and their rows."""
        self.count += len(values)
        values = np.concatenate((self._open_values, np.clip(values, -LARGEST_VALUE, LARGEST_VALUE)))
        rows = np.concatenate((self._open_rows, rows))
        while len(self.means) + len(values) // self.size > MOST_BLOCKS:
            values, rows = self._widen(values, rows)
        whole = len(values) // self.size * self.size
        self.means = np.concatenate((self.means, values[:whole].reshape(-1, self.size).mean(axis=1)))
        self.rows = np.concatenate((self.rows, rows[: whole : self.size]))
        self._open_values, self._open_rows = values[whole:].copy(), rows[whole:].copy()

    def _widen(self, values: Floats, rows: RowNumbers) -> tuple[Floats, RowNumbers]:
        """Make one block of two; of an odd number the last one goes back to the values still open."""
        pairs = len(self.means) // 2
        if len(self.means) % 2:
            values = np.concatenate((np.full(self.size, self.means[-1]), values))
            rows = np.concatenate((np.full(self.size, self.rows[-1], dtype=np.int32), rows))
        self.means = self.means[: 2 * pairs].reshape(-1, 2).mean(axis=1)
        self.rows = self.rows[: 2 * pairs : 2].copy()
        self.size *= 2
        return values, rows

    def smoothed(self) -> Floats:
        """Running means over 5 % of the blocks, 3 at least; the i-th stands at block i + ``smoothed_lag``."""
        width = self.smoothed_lag + 1
        if len(self.means) < width:
            return np.empty(0)
        return np.convolve(self.means, np.full(width, 1.0 / width), mode="valid")

    @property
    def smoothed_lag(self) -> int:
        """How many blocks a running mean takes in besides its last one."""
        return max(3, len(self.means) // 20) - 1
