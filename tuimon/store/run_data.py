"""The rows and values of one run, built up from records as they are read."""

from __future__ import annotations

import math
import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from operator import itemgetter, lt, ne, or_
from pathlib import Path
from typing import Any

import numpy as np

from tuimon.records.events import EndRecord
from tuimon.records.lines import as_number
from tuimon.records.log_taker import KEPT_BAD_LINES, OF_THE_LINE, OF_THE_ROW, LogTaker
from tuimon.store.columns import Column, ColumnView, Floats
from tuimon.store.growing_array import GrowingArray
from tuimon.store.newest import Newest
from tuimon.store.system_data import SystemData

Record = Mapping[str, Any]
KEPT_EVENTS = 10_000  # the newest; an endless run may log an event a step
MAX_METRICS = 10_000  # further names are left out: a log whose keys are data would fill the memory
SHORT_GROUP = 4  # so few like records are placed one by one faster
INTERVALS = 200  # of the newest records, from which their usual distance is told


class RunData(LogTaker):
    """Applies decoded records, in file order, through the one fold.

    Records of one shape that go forward, nearly all of a log, are taken in as columns at once; the others one
    by one. Both ways give the same.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, Newest(KEPT_EVENTS), Newest(KEPT_BAD_LINES))
        self.segment_rows: list[int] = []
        self.record_count = 0
        self.metrics_left_out = 0
        """Values left out because there were too many metrics."""
        self.system = SystemData()
        self._system_seconds_before = 0.0  # of the newest system record before the newest other one
        self._columns: dict[str, Column] = {}
        self._iterations = GrowingArray(np.float64)
        self._rest: dict[str, ColumnView] | None = None  # the columns, while nothing more is expected

    def iterations(self) -> Floats:
        """The iteration of each row, as a view that never changes."""
        known = len(self._iterations)
        if known < len(self._fold.iterations):
            self._iterations.extend(self._fold.iterations[known:])
        return self._iterations.view()

    def metrics(self) -> dict[str, ColumnView]:
        """Every scalar by name, in the order of appearance, as views that never change."""
        if self._rest is not None:
            return self._rest
        return {name: column.view() for name, column in self._columns.items() if len(column)}

    def record_interval(self) -> float | None:
        """The median of the seconds between the newest records; ``None`` where it cannot be told."""
        elapsed = self._view("wallclock_time")
        if elapsed is None or len(elapsed) < 2:
            return None
        gaps = np.diff(elapsed.values[-INTERVALS - 1 :])
        gaps = gaps[np.isfinite(gaps) & (gaps > 0)]
        if not len(gaps):
            return None
        gaps.sort()  # numpy's median would do the same after importing numpy.ma, which takes 20 ms
        middle = len(gaps) // 2
        return (float(gaps[middle]) + float(gaps[~middle])) / 2

    def trim(self) -> None:
        """Give back the memory that was kept ready for more records."""
        if self._rest is not None:
            return
        self._rest = {name: column.rest() for name, column in self._columns.items() if len(column)}
        self._columns = {}
        self.iterations()  # to have all that the fold knows
        self._fold.iterations = array("d")
        self._iterations.trim()

    def _grow_again(self) -> None:
        """More has come after all."""
        if self._rest is not None:
            self._columns = {name: Column.of(rest) for name, rest in self._rest.items()}
            self._rest = None
            self._fold.iterations = array("d", self._iterations.current().tobytes())

    def seconds_without_news(self) -> float:
        """For how long, by its newest record, the log has held the machine's figures alone.

        A thread of its own logs those, also when the training hangs.
        """
        if not self.system:
            return 0.0
        known = max(self._last("wallclock_time"), self._system_seconds_before)
        return max(self.system.last_seconds - known, 0.0)

    def apply(self, records: Sequence[Record], line_numbers: Sequence[int]) -> None:
        """Take in the next records of the file, each with its line number."""
        self.record_count += len(records)
        if records:
            self._grow_again()
        for start, stop in _alike(records):
            group = records[start:stop]
            if len(group) > SHORT_GROUP and group[0].get("type") == "metrics":
                self._apply_group(group)
            else:
                for record, number in zip(group, line_numbers[start:stop], strict=True):
                    self.take(record, number)
            if self.system and group[-1].get("type") != "system":
                self._system_seconds_before = self.system.last_seconds

    def take_end(self, end: EndRecord) -> None:
        """Keep how the run ended without the summary: the columns tell the same."""
        self.end = replace(end, summary={})

    def take_system(self, record: Record) -> None:
        """Keep the machine's figures apart: they are no row."""
        self.system.take(record)

    def resumed(self) -> None:
        """The machine's figures may come before the first row."""
        self.system.resume(self._last("wallclock_time"))

    def _apply_group(self, group: Sequence[Record]) -> None:
        """Metrics records of one shape: each stretch in which iterations rise as columns."""
        iterations: list[Any] = [record.get("iteration") for record in group]
        for start, stop in _rising_stretches(iterations):
            if stop - start > SHORT_GROUP:
                if not self._is_ahead(iterations[start]):  # it may merge into the last row, or end a resume
                    self.take_row(group[start], is_eval=False)
                    start += 1
                self._extend(group[start:stop], array("d", iterations[start:stop]))
            else:
                for record in group[start:stop]:
                    self.take_row(record, is_eval=False)

    def _is_ahead(self, iteration: float) -> bool:
        """Whether a record of ``iteration`` is simply the next row."""
        rows = self._fold.iterations
        return not self._fold.resuming and (not rows or rows[-1] < iteration)

    def _extend(self, group: Sequence[Record], iterations: array[float]) -> None:
        """One new row a record; the values of one name go into its column at once."""
        names = [name for name in group[0] if name not in OF_THE_LINE]
        try:
            columns = _columns(group, names)
        except KeyError:  # as many keys, but other ones
            for record in group:
                self.take_row(record, is_eval=False)
            return
        first = self._fold.extend(iterations)
        rows = array("i", range(first, first + len(group)))
        for name, (places, values) in zip(names, columns, strict=True):
            kept = rows if places is None else array("i", [rows[place] for place in places])
            if name in OF_THE_ROW and (offset := self.offset_of(name)):
                values = values + offset
            if kept and (column := self.values_of(name)) is not None:
                column.extend(kept, values)

    def values_of(self, name: str) -> Column | None:
        """The column of a metric; ``None`` where there are too many."""
        column = self._columns.get(name)
        if column is None:
            if len(self._columns) >= MAX_METRICS:
                self.metrics_left_out += 1
                return None
            column = self._columns[name] = Column()
        return column

    def resume_at(self, iteration: float | None) -> None:
        """Take back the rows that a later process's first record repeats, and count on from the rest."""
        kept = self._fold.cut(iteration)
        if kept is not None:
            for column in self._columns.values():
                column.keep(kept)
            self._columns = {name: column for name, column in self._columns.items() if len(column)}
            self._iterations = GrowingArray(np.float64)
            self.segment_rows = [bisect_left(kept, row) for row in self.segment_rows]
        elapsed = self._last("wallclock_time")
        self._fold.continue_from(elapsed, self._last("gradient_step"))
        self.system.settle(elapsed)
        self.segment_rows.append(len(self._fold.iterations))

    def _last(self, name: str) -> float:
        """The value in the last row that has one; 0 where none has."""
        if self._rest is not None:
            return self._rest[name].last_value if name in self._rest else 0.0
        column = self._columns.get(name)
        value = column.last_value if column is not None else None
        return value if value is not None else 0.0

    def _view(self, name: str) -> ColumnView | None:
        """The values of a metric, if there are any."""
        if self._rest is not None:
            return self._rest.get(name)
        column = self._columns.get(name)
        return column.view() if column is not None and len(column) else None


def _alike(records: Sequence[Record]) -> Iterator[tuple[int, int]]:
    """Where records have the same type and as many keys, so mostly the same: first and one past the last."""
    if not records:
        return iter(())
    types, sizes = [record.get("type") for record in records], list(map(len, records))
    differ = map(or_, map(ne, types, types[1:]), map(ne, sizes, sizes[1:]))
    ends = [place for place, differs in enumerate(differ, start=1) if differs]
    return pairwise([0, *ends, len(records)])


def _rising_stretches(iterations: Sequence[Any]) -> list[tuple[int, int]]:
    """Where iterations are finite numbers that rise strictly: the stretches' first and one past their last.

    What is not a finite number stands alone, and so does everything beside it.
    """
    count = len(iterations)
    try:
        numbers = array("d", iterations)
    except (TypeError, OverflowError):
        return [(place, place + 1) for place in range(count)]
    if all(map(lt, numbers, numbers[1:])) and math.isfinite(numbers[0]) and math.isfinite(numbers[-1]):
        return [(0, count)]
    if not all(map(math.isfinite, numbers)):
        return [(place, place + 1) for place in range(count)]
    ends = [place for place in range(1, count) if numbers[place] <= numbers[place - 1]]
    return list(pairwise([0, *ends, count]))


def _columns(group: Sequence[Record], names: Sequence[str]) -> list[tuple[Sequence[int] | None, Floats]]:
    """For each name the records that have a number under it (``None``: all have), and these numbers.

    Raises ``KeyError`` where a record lacks one of the names.
    """
    if len(names) > 1:
        # Record by record and not name by name: the values of one record lie together in memory.
        logged, packed = itemgetter(*names), struct.Struct(f"{len(names)}d").pack
        try:
            numbers = b"".join([packed(*logged(record)) for record in group])
        except struct.error:  # text and null are no numbers, and no float holds some integers
            pass
        else:
            table = np.frombuffer(numbers, dtype=np.float64).reshape(len(group), len(names))
            return [(None, values) for values in table.T.copy()]
    return [_numbers([record[name] for record in group]) for name in names]


def _numbers(logged: Sequence[Any]) -> tuple[Sequence[int], Floats]:
    """The places of what is a number, and these numbers."""
    numbers = [
        (place, number) for place, value in enumerate(logged) if (number := as_number(value)) is not None
    ]
    return [place for place, _ in numbers], np.array([number for _, number in numbers], dtype=np.float64)
