"""The machine's figures of one run: columns of their own, over elapsed time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from tuimon.records.lines import as_number
from tuimon.store.columns import Column, ColumnView, Floats
from tuimon.store.growing_array import GrowingArray

MAX_FIGURES = 1_000  # further names are left out; 64 GPUs have 320
_OF_THE_LINE = frozenset(("type", "wallclock_time"))


class SystemData:
    """Takes in ``system`` records in file order.

    They have no iteration, only the seconds since their process began with the run. After a resume these go
    on from the elapsed time of the last row kept, as those of the rows do; figures beyond it are taken back.
    """

    def __init__(self) -> None:
        self._seconds = GrowingArray(np.float64)
        self._columns: dict[str, Column] = {}
        self._begin = 0  # the first record of the process that now writes
        self._offset = 0.0

    def __len__(self) -> int:
        return len(self._seconds)

    @property
    def last_seconds(self) -> float:
        """The elapsed seconds of the newest record; 0 where there is none."""
        return float(self._seconds[-1]) if len(self._seconds) else 0.0

    def take(self, record: Mapping[str, Any]) -> None:
        """Take in one record; one without a ``wallclock_time`` that goes on from the last has no place."""
        seconds = as_number(record.get("wallclock_time"))
        if seconds is None or not self.last_seconds <= seconds + self._offset < math.inf:
            return
        row = len(self._seconds)
        self._seconds.extend([seconds + self._offset])
        for name, logged in record.items():
            value = as_number(logged)
            if value is None or name in _OF_THE_LINE:
                continue
            column = self._columns.get(name)
            if column is None:
                if len(self._columns) >= MAX_FIGURES:
                    continue
                column = self._columns[name] = Column()
            column.put(row, value)

    def resume(self, elapsed: float) -> None:
        """A later process goes on, for all that is known so far after ``elapsed`` seconds."""
        self._begin = len(self._seconds)
        self._go_on_after(elapsed)

    def settle(self, elapsed: float) -> None:
        """The first row after a resume tells that the later process went on after ``elapsed`` seconds."""
        if elapsed != self._offset:
            self._go_on_after(elapsed)

    def seconds(self) -> Floats:
        """The elapsed seconds of each record, as a view that never changes."""
        return self._seconds.view()

    def figures(self) -> dict[str, ColumnView]:
        """Every figure by name, in the order of appearance, as views that never change."""
        return {name: column.view() for name, column in self._columns.items() if len(column)}

    def _go_on_after(self, elapsed: float) -> None:
        """Shift the records of the process that now writes, and drop those of earlier ones beyond that."""
        seconds = self._seconds.current().copy()
        seconds[self._begin :] += elapsed - self._offset
        kept = np.flatnonzero((np.arange(len(seconds)) >= self._begin) | (seconds <= elapsed))
        self._seconds.replace(seconds[kept])
        self._begin = int(np.searchsorted(kept, self._begin))
        self._offset = elapsed
        for column in self._columns.values():
            column.keep(kept.tolist())
