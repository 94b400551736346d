"""The row numbers of a column, which cost nothing where every row has a value."""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from tuimon.store.growing_array import GrowingArray

Numbers = NDArray[np.int32]
FIRST_COUNT = 1024


class _Count:
    """0, 1, 2, ... once, for all columns whose rows have no gap."""

    def __init__(self) -> None:
        self._numbers = np.empty(0, np.int32)
        self._asked = self._numbers  # the last answer: the columns of a run are as long as each other

    def up_to(self, length: int) -> Numbers:
        """The first ``length`` numbers, read-only."""
        asked = self._asked
        if len(asked) == length:
            return asked
        numbers = self._numbers  # kept at hand: another thread may put a longer one in its place
        if length > len(numbers):
            numbers = np.arange(max(FIRST_COUNT, 2 * length), dtype=np.int32)
            numbers.flags.writeable = False
            self._numbers = numbers
        self._asked = asked = numbers[:length]
        return asked


_COUNT = _Count()


class RisingRows:
    """Row numbers that rise. While they are 0, 1, 2, ... only their number is kept."""

    __slots__ = ("_gapless", "_kept")

    def __init__(self) -> None:
        self._gapless = 0
        self._kept: GrowingArray[np.int32] | None = None

    def __len__(self) -> int:
        return self._gapless if self._kept is None else len(self._kept)

    def __getitem__(self, place: int) -> int:
        return int(self.current()[place])

    def extend(self, rows: array[int]) -> None:
        """Append rows, at least one, that rise above the last."""
        if self._kept is None:
            if rows[-1] == self._gapless + len(rows) - 1:  # then all before it have no gap either
                self._gapless += len(rows)
                return
            self._keep_each()
        if self._kept is not None:
            self._kept.extend(np.frombuffer(rows, dtype=np.int32))

    def insert(self, place: int, row: int) -> None:
        """Put a row before the one at ``place``."""
        self.replace(np.insert(self.current(), place, row))

    def replace(self, rows: Numbers) -> None:
        """Hold ``rows`` instead, which may be shown already, by whoever; nobody writes to them."""
        if not len(rows) or rows[-1] == len(rows) - 1:
            self._gapless, self._kept = len(rows), None
        else:
            self._kept = GrowingArray(np.int32)
            self._kept.go_on(rows)

    def current(self) -> Numbers:
        """The rows, for a look now."""
        return _COUNT.up_to(self._gapless) if self._kept is None else self._kept.current()

    def view(self) -> Numbers:
        """The rows as they are now, for ever."""
        return _COUNT.up_to(self._gapless) if self._kept is None else self._kept.view()

    def trim(self) -> bool:
        """Give back what was kept ready for more; whether there was anything."""
        return self._kept is not None and self._kept.trim()

    def _keep_each(self) -> None:
        self._kept = GrowingArray(np.int32)
        self._kept.extend(_COUNT.up_to(self._gapless))
