"""The values of all runs at the cursor of the charts as lines: a heading, then one line a run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from rich.cells import cell_len
from rich.style import Style

from tuimon.analysis.at_cursor import SampleNear
from tuimon.analysis.axes import AxisKind, XAxis
from tuimon.analysis.short_names import short_metric
from tuimon.charts.distinct_names import cut_name
from tuimon.charts.notation import (
    ABSENT,
    clock_text,
    count_text,
    cut_middle,
    duration_text,
    harmless,
    power_text,
    value_text,
)
from tuimon.charts.palette import DARK, Theme, style
from tuimon.charts.picture import Line
from tuimon.charts.text_line import LineBuilder
from tuimon.quick_dataclass import dataclass

_PREFIX = 3  # cursor, marker, space
_GAP = 2
_LEAST_NAME, _LONGEST_NAME = 12, 32
_SHORT_NAME = 16  # cells that names keep
_SURE_VALUES = 2  # columns of values that are worth more than the note
_EXACT_DIGITS = 9


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A metric, or with ``smoothing`` its smoothed curve; ``samples`` has one entry a run (None: none)."""

    metric: str
    smoothing: float
    samples: tuple[SampleNear | None, ...]

    @property
    def title(self) -> str:
        """The metric, with the strength of the smoothing behind ``~``."""
        name = cut_middle(harmless(short_metric(self.metric)), 14)
        return f"{name}~{self.smoothing:.3g}" if self.smoothing else name

    def value(self, place: int) -> float | None:
        """A run's value."""
        sample = self.samples[place]
        if sample is None:
            return None
        return sample.smoothed if self.smoothing else sample.value


@dataclass(frozen=True, slots=True)
class CursorValues:
    """The values at ``x``: ``columns`` are the most important first, those of the large chart's metric.

    ``names``, ``colours`` and each column's samples have one entry a run; ``chosen`` is the place of the run
    under the cursor of the table (None: not among them). ``live`` are the places of the runs that go on.
    """

    x: float
    axis: XAxis
    names: tuple[str, ...]
    colours: tuple[str, ...]
    columns: tuple[ValueColumn, ...]
    chosen: int | None
    live: frozenset[int] = frozenset()
    ascii: bool = False
    theme: Theme = DARK

    @property
    def nearest(self) -> tuple[SampleNear | None, ...]:
        """Of each run the sample nearest to ``x``, of whatever metric: step and elapsed are its."""
        return tuple(self._nearest_of(place) for place in range(len(self.names)))

    def _nearest_of(self, place: int) -> SampleNear | None:
        found = [sample for column in self.columns if (sample := column.samples[place]) is not None]
        return min(found, key=lambda sample: abs(sample.x - self.x), default=None)

    def beyond(self, place: int) -> str:
        """Why a run has nothing at ``x``: it has ``ended`` before, has come only there ``so far``, or
        ``begins`` behind; empty where it has something on both sides.
        """
        samples = [sample for column in self.columns if (sample := column.samples[place]) is not None]
        if not samples or not all(sample.beyond for sample in samples):
            return ""
        if all(sample.x < self.x for sample in samples):
            return "so far" if place in self.live else "ended"
        return "begins" if all(sample.x > self.x for sample in samples) else ""

    def odd_step(self, column: ValueColumn, place: int) -> str:
        """``@1200`` where a value was logged elsewhere than its row says; else empty."""
        sample, row = column.samples[place], self.nearest[place]
        if sample is None or row is None or (sample.x, sample.step) == (row.x, row.step):
            return ""
        return f"@{exact_x_text(self.axis, sample.x) if sample.step in (None, row.step) else _step(sample)}"


def exact_x_text(axis: XAxis, x: float) -> str:
    """An x with all its digits: ``12003``, ``1h04m``, ``14:05:12``."""
    if axis.kind is AxisKind.SECONDS:
        return duration_text(x) if x >= 60 else f"{x:.4g}s"
    if axis.kind is AxisKind.CLOCK:
        return clock_text(x)
    return f"{x:.0f}" if float(x).is_integer() and abs(x) < 10**_EXACT_DIGITS else power_text(f"{x:.6g}")


def range_text(axis: XAxis, x_range: tuple[float, float]) -> str:
    """An x range, with as many digits as tell its ends apart: ``8.00k–12.0k``, ``11998–12005``."""
    low, high = x_range
    if axis.kind is AxisKind.COUNT and (high - low) * 50 > high:
        return f"{count_text(round(low))}–{count_text(round(high))}"
    if axis.kind is AxisKind.COUNT and high - low > 10:
        low, high = round(low), round(high)
    return f"{exact_x_text(axis, low)}–{exact_x_text(axis, high)}"


def cursor_note(values: CursorValues) -> str:
    """That the runs were not logged at the same x, and how far the samples are apart; empty if they were.

    Runs that have ended before or begin behind it are told of in their own lines.
    """
    nearest = enumerate(values.nearest)
    places = [sample.x for place, sample in nearest if sample is not None and not values.beyond(place)]
    if len(places) < 2 or max(places) == min(places):
        return ""
    return f"nearest records, {exact_x_text(values.axis, max(places) - min(places))} apart"


def cursor_lines(values: CursorValues, width: int, height: int) -> tuple[Line, ...]:
    """At most ``height`` lines of ``width`` cells; where that is not all, those around the chosen run."""
    if height <= 0:
        return ()
    count = max(0, min(len(values.names), height - 1))
    first = 0
    if values.chosen is not None:
        first = min(max(0, values.chosen - count // 2), len(values.names) - count)
    layout = _layout(values, width)
    shown = range(first, first + count)
    return (_heading(values, layout, width), *(_line(values, layout, place, width) for place in shown))


@dataclass(frozen=True, slots=True)
class _Column:
    """A column's title and texts, right-aligned; behind them, on the left, ``tails`` where there are any."""

    title: str
    texts: tuple[str, ...]
    inks: tuple[Style, ...]
    tails: tuple[str, ...] = ()

    @property
    def text_width(self) -> int:
        return max(map(cell_len, (self.title, *self.texts)))

    @property
    def tail_width(self) -> int:
        longest = max(map(len, self.tails), default=0)
        return longest + 1 if longest else 0

    @property
    def width(self) -> int:
        return self.text_width + self.tail_width

    def tail(self, place: int) -> str:
        return f" {self.tails[place]}" if self.tails and self.tails[place] else ""


@dataclass(frozen=True, slots=True)
class _Layout:
    name_width: int
    columns: tuple[_Column, ...]
    note: str


def _layout(values: CursorValues, width: int) -> _Layout:
    """What fits: when, the first values also smoothed, the note, then the other values.

    Names are cut before one of the first values is left out.
    """
    names = [cell_len(harmless(name)) for name in values.names]
    name_width = min(_LONGEST_NAME, max([_LEAST_NAME, len(_at(values)), *names]))
    if width < 100:
        name_width = min(name_width, max(_LEAST_NAME, width // 5))
    columns: list[_Column] = []
    note = cursor_note(values)
    first, later = _sure_and_other(values.columns)
    sure = [*_when(values), *(_values_of(values, column) for column in first)]
    others = [_values_of(values, column) for column in later]
    room = width - _PREFIX - name_width - 1
    lacking = sum(column.text_width + _GAP for column in sure) - room
    if lacking > 0:
        shorter = max(min(name_width, _SHORT_NAME), len(_at(values)), name_width - lacking)
        room += name_width - shorter
        name_width = shorter
    for place, wide in enumerate(sure):
        still = sum(column.text_width + _GAP for column in sure[place + 1 :])
        column = wide if room >= wide.width + _GAP + still else replace(wide, tails=())
        if room >= column.width + _GAP:
            columns.append(column)
            room -= column.width + _GAP
    if note and room >= len(note) + _GAP:
        room -= len(note) + _GAP
    else:
        note = ""
    for column in others:
        if room >= column.width + _GAP:
            columns.append(column)
            room -= column.width + _GAP
    return _Layout(name_width, tuple(columns), note)


def _sure_and_other(
    columns: tuple[ValueColumn, ...],
) -> tuple[tuple[ValueColumn, ...], tuple[ValueColumn, ...]]:
    """The first values, with the smoothed ones of the same metrics, and the rest."""
    metrics = {column.metric for column in columns[:_SURE_VALUES]}
    count = _SURE_VALUES
    while count < len(columns) and columns[count].metric in metrics:
        count += 1
    return columns[:count], columns[count:]


def _at(values: CursorValues) -> str:
    return f"at {exact_x_text(values.axis, values.x)}"


def _when(values: CursorValues) -> list[_Column]:
    """Where the nearest sample of each run is, and after how much time."""
    muted, ink = style(values.theme, values.theme.muted), style(values.theme, values.theme.text)
    nearest = values.nearest
    inks = tuple(ink if sample and not sample.beyond else muted for sample in nearest)

    def column(title: str, texts: Sequence[str]) -> _Column:
        return _Column(title, tuple(texts), inks)

    columns = []
    if values.axis.id not in ("gradient_step", "iteration", "elapsed"):
        title = cut_middle(harmless(values.axis.label), 14)
        columns.append(
            column(title, [exact_x_text(values.axis, s.x) if s is not None else ABSENT for s in nearest])
        )
    columns.append(column("step", [_step(sample) for sample in nearest]))
    elapsed = [sample.elapsed if sample is not None else None for sample in nearest]
    columns.append(column("elapsed", [duration_text(seconds) for seconds in elapsed]))
    told = tuple(values.beyond(place) for place in range(len(nearest)))
    return [replace(columns[0], tails=told), *columns[1:]]


def _step(sample: SampleNear | None) -> str:
    return ABSENT if sample is None or sample.step is None else power_text(f"{sample.step:.10g}")


def _values_of(values: CursorValues, column: ValueColumn) -> _Column:
    theme = values.theme
    texts, inks = [], []
    for place, sample in enumerate(column.samples):
        value = column.value(place)
        texts.append(value_text(column.metric, value))
        bad = value is not None and not math.isfinite(value)
        faint = sample is None or sample.beyond or bool(column.smoothing)
        inks.append(style(theme, theme.bad if bad else theme.muted if faint else theme.text, bold=bad))
    odd = tuple(values.odd_step(column, place) for place in range(len(column.samples)))
    return _Column(column.title, tuple(texts), tuple(inks), odd)


def _heading(values: CursorValues, layout: _Layout, width: int) -> Line:
    theme = values.theme
    muted = style(theme, theme.muted)
    line = LineBuilder(width, ascii=values.ascii).to(_PREFIX)
    line.cell(_at(values), layout.name_width, style(theme, theme.accent, bold=True))
    for column in layout.columns:
        line.add(" " * _GAP).cell(column.title, column.text_width, muted, right=True)
        line.add(" " * column.tail_width)
    if layout.note:
        line.to(width - 1 - len(layout.note)).add(layout.note, style(theme, theme.warning))
    return line.line()


def _line(values: CursorValues, layout: _Layout, place: int, width: int) -> Line:
    theme = values.theme
    muted = style(theme, theme.muted)
    chosen = place == values.chosen
    line = LineBuilder(width, ascii=values.ascii)
    line.add(">" if chosen else " ", style(theme, theme.accent, bold=True))
    line.add("● ", style(theme, values.colours[place]))
    names = list(map(harmless, values.names))
    name = cut_name(names[place], layout.name_width, names)
    line.cell(name, layout.name_width, style(theme, theme.text, bold=chosen))
    for column in layout.columns:
        line.add(" " * _GAP).cell(column.texts[place], column.text_width, column.inks[place], right=True)
        line.cell(column.tail(place), column.tail_width, muted)
    return line.line()
