"""A whole log folded into rows, in plain Python: for the tracker and for reading one log at a time."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import compress
from pathlib import Path
from typing import Any

from tuimon.records.events import EventRecord
from tuimon.records.lines import MAX_LINE_BYTES, BadLine, bare_line, decode_line
from tuimon.records.log_taker import KEPT_BAD_LINES, LogTaker
from tuimon.records.metric_summary import MetricSummary
from tuimon.records.run_header import header_from_path


class ValueColumn:
    """One metric's values with their row numbers, rising: absent, zero and NaN stay three things."""

    __slots__ = ("rows", "values")

    def __init__(self) -> None:
        self.rows: array[int] = array("q")
        self.values: array[float] = array("d")

    def put(self, row: int, value: float, *, replace: bool = True) -> None:
        """Set the value of ``row``; without ``replace`` only where there is none yet."""
        rows = self.rows
        if not rows or row > rows[-1]:
            rows.append(row)
            self.values.append(value)
            return
        place = bisect_left(rows, row)
        if rows[place] != row:
            rows.insert(place, row)
            self.values.insert(place, value)
        elif replace:
            self.values[place] = value

    def has(self, row: int) -> bool:
        """Whether ``row`` has a value."""
        place = bisect_left(self.rows, row)
        return place < len(self.rows) and self.rows[place] == row

    def keep(self, new_numbers: Mapping[int, int]) -> None:
        """Drop the values of all rows that are not in ``new_numbers`` and renumber the others."""
        kept = [row in new_numbers for row in self.rows]
        self.values = array("d", compress(self.values, kept))
        self.rows = array("q", [new_numbers[row] for row in compress(self.rows, kept)])


class FoldedRun(LogTaker):
    """Everything that a log says, its records taken in one by one.

    Memory is 16 bytes a value. ``columns`` hold every scalar by name, ``gradient_step`` and
    ``wallclock_time`` among them; ``iterations`` has one number per row.
    """

    events: list[EventRecord]

    def __init__(self, path: Path = Path("log")) -> None:
        super().__init__(path, [], deque(maxlen=KEPT_BAD_LINES))
        self.columns: dict[str, ValueColumn] = {}

    @property
    def iterations(self) -> array[float]:
        """The iteration of each row."""
        return self._fold.iterations

    def summaries(self) -> dict[str, MetricSummary]:
        """The summary of every metric, in the order in which they first appeared."""
        iterations = self._fold.iterations
        return {
            name: MetricSummary.of((iterations[row] for row in column.rows), column.values)
            for name, column in self.columns.items()
        }

    def rows(self) -> Iterator[dict[str, float]]:
        """Each row as a dict: ``iteration``, then what was logged in it. NaN is the object ``math.nan``."""
        columns = [
            (name, iter(zip(column.rows, column.values, strict=True)))
            for name, column in self.columns.items()
        ]
        heads = [next(cells, None) for _, cells in columns]
        for row, iteration in enumerate(self._fold.iterations):
            values = {"iteration": iteration}
            for place, (name, cells) in enumerate(columns):
                head = heads[place]
                if head is not None and head[0] == row:
                    values[name] = head[1] if head[1] == head[1] else math.nan
                    heads[place] = next(cells, None)
            yield values

    def last_value(self, name: str, before: float = math.inf) -> float | None:
        """The value of ``name`` in the last row that has one, among rows of an iteration below ``before``."""
        column = self.columns.get(name)
        if column is None:
            return None
        iterations = self._fold.iterations
        for row, value in zip(reversed(column.rows), reversed(column.values), strict=True):
            if iterations[row] < before:
                return value
        return None

    def values_of(self, name: str) -> ValueColumn:
        """The column of a metric, a new one where it is its first value."""
        column = self.columns.get(name)
        if column is None:
            column = self.columns[name] = ValueColumn()
        return column

    def resume_at(self, iteration: float | None) -> None:
        """Take back the rows that a later process's first record repeats, and count on from the rest."""
        kept = self._fold.cut(iteration)
        if kept is not None:
            new_numbers = {old: new for new, old in enumerate(kept)}
            for name, column in list(self.columns.items()):
                column.keep(new_numbers)
                if not column.rows:
                    del self.columns[name]
        self._fold.continue_from(
            self.last_value("wallclock_time") or 0.0, self.last_value("gradient_step") or 0.0
        )


def fold_records(records: Iterable[Mapping[str, Any]]) -> FoldedRun:
    """Fold decoded records, given in file order."""
    folded = FoldedRun()
    for number, record in enumerate(records, start=1):
        folded.take(record, number)
    return folded


def fold_log(path: Path) -> FoldedRun:
    """Read and fold the log at ``path``; bad lines are counted, a torn last line is left out.

    A log without a header gets one that is named after its file. Raises ``OSError`` when it cannot be read.
    """
    folded = FoldedRun(path)
    for number, line in enumerate(_lines(path), start=1):
        text = bare_line(line, number)
        if not text:
            continue
        try:
            folded.take(decode_line(text), number)
        except BadLine as error:
            if line.endswith(b"\n"):  # else it is the torn tail of a write that a crash cut off
                folded.bad_line(number, error.reason)
    if folded.header is None:
        folded.header = header_from_path(path)
    return folded


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of ``path``; one longer than the limit comes in several pieces, none of which is a record."""
    with path.open("rb", buffering=1 << 16) as file:
        while line := file.readline(MAX_LINE_BYTES + 1):
            yield line
