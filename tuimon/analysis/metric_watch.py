"""What the health rules need to know of one metric of one run, kept up as values come."""

from __future__ import annotations

import math
from collections import deque
from itertools import pairwise

import numpy as np

from tuimon.analysis.health_events import HealthRules
from tuimon.analysis.metric_roles import Role, direction_of, role_of
from tuimon.analysis.robust import median_of
from tuimon.analysis.spikes import SpikeFinder
from tuimon.analysis.trend import LARGEST_VALUE, Trend
from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import ColumnView, Floats, RowNumbers

# The newest of each kind that a metric keeps: a log can hold a NaN in every second line.
MOST_KEPT = 100
# What a metric came down from is the median of this many first values.
_FIRST_VALUES = 5
# Within these bounds there is an alarm after 25 values of a long run, and none for one wild value of a short
# one.
_LEVEL_SHARE = 20
_LEVEL_VALUES = (3, 50)
_NOISE_VALUES = 100


@dataclass(frozen=True, slots=True)
class Stretch:
    """Values in a row that are not finite: the first one's row and value, and how many."""

    row: int
    value: float
    count: int


@dataclass(frozen=True, slots=True)
class Spike:
    """A value far above (of a quality: below) those just before it, whose median is ``level``."""

    row: int
    value: float
    level: float


class MetricWatch:
    """One metric's state, carried from snapshot to snapshot; the cost is that of the new values.

    Inside, less is better: a quality is kept with its sign changed. Another process going on with the run
    (``segment_rows``) begins new windows, as its first values say nothing about the ones before.
    """

    def __init__(self, metric: str, rules: HealthRules) -> None:
        self.metric = metric
        self.role = role_of(metric)
        self.judged = self.role in (Role.LOSS, Role.QUALITY)
        """Whether the metric tells of success: it has spikes, divergences and plateaus."""
        self.sign = -1.0 if self.judged and direction_of(metric) == "max" else 1.0
        self._finder = SpikeFinder(rules.spike, rules.spike_window) if self.judged and rules.spike else None
        self._view: ColumnView | None = None
        self._segments: tuple[int, ...] = ()
        self._clear()

    def _clear(self) -> None:
        self.stretches: deque[Stretch] = deque(maxlen=MOST_KEPT)
        self.stretch_count = 0
        self.spikes: deque[Spike] = deque(maxlen=MOST_KEPT)
        self.spike_count = 0
        self.trend = Trend()
        self.in_segment = 0
        """How many finite values came since the newest process began."""
        self.peak_row = 0
        """The row of the greatest value, the first of several."""
        self._peak = -np.inf
        self._first: Floats = np.empty(0)
        self._newest: Floats = np.empty(0)  # finite ones of the newest process
        self._process = 0
        if self._finder is not None:
            self._finder.restart()

    def update(self, view: ColumnView, segment_rows: tuple[int, ...]) -> None:
        """Take in what is new in ``view``; all of it where values that were known have changed."""
        if view is self._view and segment_rows == self._segments:
            return
        start = self._known(view, segment_rows)
        if start == 0:
            self._clear()
        values, rows = view.values[start:], view.rows[start:]
        finite = np.isfinite(values)
        if not finite.all():
            self._take_stretches(values, rows, finite, self._ended_badly(start))
            values, rows = values[finite], rows[finite]
        if len(values) and (self.judged or self.role in (Role.THROUGHPUT, Role.LEARNING_RATE)):
            self._take_processes(self.sign * values, rows, segment_rows)
        self._view, self._segments = view, segment_rows

    def _known(self, view: ColumnView, segment_rows: tuple[int, ...]) -> int:
        """How many values at the start of ``view`` are those that are known already."""
        before = self._view
        if before is None or len(before) > len(view):
            return 0
        if _upto(segment_rows, before.last_row) != _upto(self._segments, before.last_row):
            return 0
        count = len(before)
        same = _same_start(before.values, view.values) and _same_start(before.rows, view.rows)
        return count if same else 0

    def _ended_badly(self, start: int) -> bool:
        return start > 0 and self._view is not None and not np.isfinite(self._view.last_value)

    def _take_stretches(
        self, values: Floats, rows: RowNumbers, finite: np.ndarray[tuple[int], np.dtype[np.bool_]], on: bool
    ) -> None:
        """Note the stretches that are not finite; ``on``: the value before was not finite either."""
        edges = np.diff(np.concatenate(([not on], finite, [True])).astype(np.int8))
        begins, ends = np.flatnonzero(edges == -1), np.flatnonzero(edges == 1)
        if on:
            last = self.stretches.pop()
            self.stretches.append(Stretch(last.row, last.value, last.count + int(ends[0])))
            ends = ends[1:]
        self.stretch_count += len(begins)
        for begin, end in zip(begins[-MOST_KEPT:], ends[-MOST_KEPT:], strict=True):
            # The one NaN of the module: it equals itself in tuples, so that equal events are equal.
            value = math.nan if np.isnan(values[begin]) else float(values[begin])
            self.stretches.append(Stretch(int(rows[begin]), value, int(end - begin)))

    def _take_processes(self, values: Floats, rows: RowNumbers, segment_rows: tuple[int, ...]) -> None:
        """Take in finite values, those of each process by themselves."""
        if not segment_rows:
            self._take(values, rows)
            return
        processes = np.searchsorted(np.array(segment_rows, dtype=np.int64), rows, side="right")
        starts = np.flatnonzero(np.diff(processes, prepend=-1)).tolist()
        for begin, end in pairwise([*starts, len(values)]):
            self._go_on(int(processes[begin]))
            self._take(values[begin:end], rows[begin:end])

    def _go_on(self, process: int) -> None:
        """The next values are from the process of that number."""
        if process != self._process:
            self._process = process
            self._newest = np.empty(0)
            self.in_segment = 0
            if self._finder is not None:
                self._finder.restart()

    def _take(self, values: Floats, rows: RowNumbers) -> None:
        """Take in finite values of one process, at least one."""
        if self.role is Role.LEARNING_RATE:
            place = int(np.argmax(values))
            if values[place] > self._peak:
                self._peak, self.peak_row = float(values[place]), int(rows[place])
            return
        if self._finder is not None:
            self._take_spikes(self._finder, values, rows)
        self.trend.extend(values, rows)
        self.in_segment += len(values)
        if len(self._first) < _FIRST_VALUES:
            self._first = np.append(self._first, _bounded(values[: _FIRST_VALUES - len(self._first)]))
        self._newest = np.append(self._newest, _bounded(values[-_NOISE_VALUES:]))[-_NOISE_VALUES:]

    def _take_spikes(self, finder: SpikeFinder, values: Floats, rows: RowNumbers) -> None:
        found = finder.take(values)
        self.spike_count += len(found)
        for place, level in zip(found.places[-MOST_KEPT:], found.medians[-MOST_KEPT:], strict=True):
            spike = Spike(int(rows[place]), float(self.sign * values[place]), float(self.sign * level))
            self.spikes.append(spike)

    @property
    def first_level(self) -> float:
        """Where the metric began. There is at least one finite value."""
        return median_of(self._first)

    def level(self, bounds: tuple[int, int] = _LEVEL_VALUES) -> float:
        """Where the metric is now: the median of the newest 5 % of its values, so many at least and at most.

        The newest process has logged at least one finite value.
        """
        least, most = bounds
        return median_of(self._newest[-min(max(self.trend.count // _LEVEL_SHARE, least), most) :])

    def noise(self) -> float:
        """The usual distance from one value to the next, about one standard deviation of plain noise."""
        steps = np.abs(np.diff(self._newest))
        return median_of(steps) if len(steps) else 0.0


def _bounded(values: Floats) -> Floats:
    return np.clip(values, -LARGEST_VALUE, LARGEST_VALUE)


def _upto(segment_rows: tuple[int, ...], last_row: int) -> list[int]:
    return [row for row in segment_rows if row <= last_row]


def _same_start(before: Floats | RowNumbers, now: Floats | RowNumbers) -> bool:
    """Whether ``now`` begins with ``before``: at the same place in memory, where nothing published changes.

    Else it is compared bit by bit; as columns move only to grow by half, that costs little on the whole.
    """
    if before.__array_interface__["data"][0] == now.__array_interface__["data"][0]:
        return True
    start = now[: len(before)]
    bits = np.int64 if before.dtype.itemsize == 8 else np.int32
    return bool(np.array_equal(before.view(bits), start.view(bits)))
