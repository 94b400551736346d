"""Runs side by side as text: differing config first, then what came of it. Knows no screen, only a width."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from rich.cells import cell_len
from rich.style import Style

from tuimon.analysis.comparison import (
    ABSENT,
    Comparison,
    ConfigLine,
    Measure,
    MetricCell,
    MetricLine,
    same_setting,
)
from tuimon.charts import notation
from tuimon.charts.compare_words import (
    change_text,
    config_text,
    measure_text,
    metric_label,
    place_text,
)
from tuimon.charts.distinct_names import cut_name
from tuimon.charts.notation import harmless, ratio_text
from tuimon.charts.palette import DARK, Theme, style
from tuimon.charts.picture import Line
from tuimon.charts.run_table import BASELINE_SIGN, CURSOR_SIGN
from tuimon.charts.states import state_sign, state_style
from tuimon.charts.text_line import LineBuilder
from tuimon.charts.view import x_text
from tuimon.quick_dataclass import dataclass
from tuimon.store.snapshot import RunSnapshot

RUN_SIGN = "●"

_LEAST_LABEL, _MOST_LABEL = 16, 30
# Longer names and config values are cut in the middle, or no two runs would fit beside each other.
_LONGEST_TEXT, _SHORTEST_TEXT = 24, 14
_USUAL_NUMBER, _LONGEST_NUMBER = 8, 14
_SIGNS = 4  # around a run's name: its marker, its state, a space for each
_LEAST_GAP, _MOST_GAP = 2, 6
_MARGIN = 1


@dataclass(frozen=True, slots=True)
class CompareSpec:
    """What the comparison is to look like.

    ``colours`` maps run keys to hex colours, ``names`` to names that differ where the runs' own do not. With
    ``all_config`` the keys that do not differ are shown, too. ``first`` is the number of runs, besides the
    baseline, that are scrolled out of sight on the left. It gives way so that the run ``chosen`` (a key),
    whose name gets a cursor, is seen. ``scroll_keys`` say in the heading how the others come into sight.
    """

    comparison: Comparison
    width: int
    colours: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    all_config: bool = False
    first: int = 0
    chosen: str | None = None
    scroll_keys: str = " ←→"
    ascii: bool = False
    theme: Theme = DARK


@dataclass(frozen=True, slots=True)
class _Cell:
    """What stands in one run's column: a value, where it holds, how far it is from the baseline's."""

    value: str
    value_style: Style
    place: str = ""
    change: str = ""
    change_style: Style = field(default_factory=Style.null)


@dataclass(frozen=True, slots=True)
class _Row:
    label: str
    label_style: Style
    cells: tuple[_Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class _Column:
    """A run's column: its place in the line and the widths of its three parts."""

    run: int
    left: int
    width: int
    value: int
    place: int


class CompareTable:
    """A comparison laid out in ``spec.width`` cells.

    ``heading`` (the runs' names) stays in place, the lines below it are drawn one by one when they are seen.
    The baseline is the first column and always seen; ``shown`` are the runs seen, as indices into
    ``comparison.runs``, and ``first`` is ``spec.first`` brought into bounds.
    """

    def __init__(self, spec: CompareSpec) -> None:
        self.spec = spec
        comparison = spec.comparison
        self._others = [index for index in range(len(comparison.runs)) if index != comparison.baseline]
        self._rows = _config_rows(spec) + _metric_rows(spec)
        labels = [cell_len(row.label) for row in self._rows if row.cells]
        self._label_width = min(_MOST_LABEL, max(labels, default=_LEAST_LABEL))
        self.first, self._columns = self._place_columns(_LONGEST_TEXT)
        if self.furthest:  # a run more is worth more than whole labels and names
            self._label_width = min(self._label_width, _LEAST_LABEL)
            self.first, self._columns = self._place_columns(_SHORTEST_TEXT)
            self._use_spare_room(max(labels, default=_LEAST_LABEL))
        self.heading = self._draw_heading()

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def shown(self) -> tuple[int, ...]:
        """The runs seen, the baseline first."""
        return tuple(column.run for column in self._columns)

    @property
    def order(self) -> tuple[str, ...]:
        """The keys of all runs in the order of the columns, the baseline first."""
        comparison = self.spec.comparison
        return tuple(comparison.runs[index].key for index in (comparison.baseline, *self._others))

    @property
    def furthest(self) -> int:
        """The ``first`` beyond which no further run would come into sight."""
        return len(self.spec.comparison.runs) - len(self._columns)

    def line(self, index: int) -> Line:
        """One line below the heading."""
        row = self._rows[index]
        builder = self._builder().to(_MARGIN)
        if not row.cells:
            return builder.add(row.label, row.label_style).line()
        builder.cell(row.label, self._label_width, row.label_style)
        for column in self._columns:
            _draw_cell(builder, column, row.cells[column.run], self.spec.theme)
        return builder.line()

    def _builder(self) -> LineBuilder:
        return LineBuilder(self.spec.width, ascii=self.spec.ascii)

    def _place_columns(self, longest_text: int) -> tuple[int, tuple[_Column, ...]]:
        """The columns that fit: the baseline, then the others from ``first`` on."""
        baseline = self.spec.comparison.baseline
        shapes = {index: self._shape(index, longest_text) for index in (baseline, *self._others)}
        room = self.spec.width - _MARGIN - self._label_width
        beside = [shapes[index].width + _LEAST_GAP for index in self._others]
        first, last = self._in_sight(beside, room - shapes[baseline].width - _LEAST_GAP)
        runs = [baseline, *self._others[first:last]]
        spare = room - sum(shapes[index].width for index in runs)
        gap = max(_LEAST_GAP, min(_MOST_GAP, spare // len(runs)))
        columns, left = [], _MARGIN + self._label_width
        for index in runs:
            left += gap
            columns.append(replace(shapes[index], left=left))
            left += shapes[index].width
        return first, tuple(columns)

    def _use_spare_room(self, longest_label: int) -> None:
        """Make the labels, then the names as long as they can be with the same runs in sight."""
        least = self._label_width
        most = min(longest_label, _MOST_LABEL, max(least, self.spec.width // 4))
        any(self._try(label, _SHORTEST_TEXT) for label in range(most, least, -1))
        any(self._try(self._label_width, text) for text in range(_LONGEST_TEXT, _SHORTEST_TEXT, -1))

    def _try(self, label_width: int, longest_text: int) -> bool:
        """Take these widths if all columns that are in sight fit as well with them."""
        before = self._label_width
        self._label_width = label_width
        first, columns = self._place_columns(longest_text)
        end = columns[-1].left + columns[-1].width
        if [column.run for column in columns] == list(self.shown) and end <= self.spec.width:
            self.first, self._columns = first, columns
            return True
        self._label_width = before
        return False

    def _in_sight(self, widths: Sequence[int], room: int) -> tuple[int, int]:
        """The runs beside the baseline that are seen, as a slice: at least one, if there is one."""
        count = len(widths)

        def end(first: int) -> int:
            last, used = first, 0
            while last < count and used + widths[last] <= room:
                used += widths[last]
                last += 1
            return max(last, min(first + 1, count))

        first = max(0, min(self.spec.first, count - 1))
        while first > 0 and end(first - 1) == count:
            first -= 1  # the last run is in sight already: nothing is gained by leaving room on the right
        for place, index in enumerate(self._others):
            if self.spec.comparison.runs[index].key == self.spec.chosen:
                first = min(first, place)
                while end(first) <= place:
                    first += 1
        return first, end(first)

    def _shape(self, run: int, longest_text: int) -> _Column:
        """The widths of a run's column, as if it stood at the left border."""
        cells = [row.cells[run] for row in self._rows if row.cells]
        aligned = [cell_len(cell.value) for cell in cells if cell.place or cell.change]
        value = min(_LONGEST_NUMBER, max(aligned, default=_USUAL_NUMBER))
        place = max((cell_len(cell.place) for cell in cells), default=0)
        change = max((cell_len(cell.change) for cell in cells), default=0)
        numbers = value + (place + 1 if place else 0) + (change + 1 if change else 0)
        texts = max((cell_len(cell.value) for cell in cells), default=0)
        name = cell_len(self._name(self.spec.comparison.runs[run])) + _SIGNS
        width = max(numbers, min(longest_text, max(texts, name)))
        return _Column(run, 0, width, value, place)

    def _name(self, run: RunSnapshot) -> str:
        return harmless(self.spec.names.get(run.key, run.name))

    def _draw_heading(self) -> tuple[Line, ...]:
        theme, comparison = self.spec.theme, self.spec.comparison
        builder = self._builder().to(_MARGIN)
        if self.furthest:
            builder.add(self._hidden_text(), style(theme, theme.muted))
        for column in self._columns:
            run = comparison.runs[column.run]
            sign = BASELINE_SIGN if column.run == comparison.baseline else RUN_SIGN
            name = cut_name(self._name(run), column.width - _SIGNS, map(self._name, comparison.runs))
            builder.to(column.left + max(0, column.value - cell_len(name) - _SIGNS) - 1)
            builder.add(
                CURSOR_SIGN if run.key == self.spec.chosen else " ", style(theme, theme.accent, bold=True)
            )
            builder.add(sign, style(theme, self.spec.colours.get(run.key, theme.text), bold=True)).add(" ")
            builder.add(name, style(theme, theme.text, bold=True)).add(" ")
            builder.add(state_sign(run.state), state_style(theme, run.state))
        return (builder.line(),)

    def _hidden_text(self) -> str:
        """Which of the runs are seen beside the baseline, which is run 1: ``runs 2–3 of 6 ←→``."""
        first, last = self.first + 2, self.first + len(self._columns)
        seen = f"run {first}" if first == last else f"runs {first}–{last}"
        return f"{seen} of {len(self._others) + 1}{self.spec.scroll_keys}"


def _draw_cell(builder: LineBuilder, column: _Column, cell: _Cell, theme: Theme) -> None:
    """Numbers end where the numbers above and below end; a longer text may use the whole column."""
    text = notation.cut_middle(cell.value, column.width if not (cell.place or cell.change) else column.value)
    builder.to(column.left + max(0, column.value - cell_len(text))).add(text, cell.value_style)
    after = column.left + column.value
    if cell.place:
        builder.to(after + 1).add(cell.place, style(theme, theme.muted))
    if cell.change:
        builder.to(after + (column.place + 1 if column.place else 0) + 1).add(cell.change, cell.change_style)


def _config_rows(spec: CompareSpec) -> list[_Row]:
    comparison, theme = spec.comparison, spec.theme
    every = comparison.config
    # The key that holds the runs' names says nothing that the heading does not.
    differing = [line for line in every if line.differs and not _names_the_runs(line, comparison)]
    title = f"config   {_config_words(comparison, len(differing))}"
    lines = every if spec.all_config else differing
    return [
        _title(title, theme),
        *(_config_row(line, comparison.baseline, theme) for line in lines),
        _title("", theme),
    ]


def _config_words(comparison: Comparison, differing: int) -> str:
    """How many keys there are and differ, among the runs that logged a config."""
    keys = f"{len(comparison.config)} {'key' if len(comparison.config) == 1 else 'keys'}"
    columns = zip(*(line.values for line in comparison.config), strict=True)
    logged = sum(any(value is not ABSENT for value in column) for column in columns)
    without = len(comparison.runs) - logged
    if not comparison.config:
        return "none of these runs logged one"
    rest = f", {without} {'run' if without == 1 else 'runs'} logged none" if without and logged else ""
    if differing:
        return f"{differing} of {keys} differ{rest}"
    if len(comparison.runs) == 1 or logged == 1:
        return f"{keys}{rest}"
    return f"{keys}, the same in {'both' if logged == 2 else f'all {logged}'} runs{rest}"


def _names_the_runs(line: ConfigLine, comparison: Comparison) -> bool:
    runs = zip(line.values, comparison.runs, strict=True)
    return all(value is ABSENT or value == run.name for value, run in runs)


def _config_row(line: ConfigLine, baseline: int, theme: Theme) -> _Row:
    muted = style(theme, theme.muted)
    plain = style(theme, theme.text)
    cells = []
    for index, (value, ratio) in enumerate(zip(line.values, line.ratios, strict=True)):
        same = index != baseline and same_setting(value, line.values[baseline])
        shown = muted if same or value is ABSENT or not line.differs else plain
        factor = "" if index == baseline or same or not ratio else ratio_text(ratio)
        cells.append(_Cell(config_text(line.key, value), shown, change=factor, change_style=muted))
    return _Row(harmless(line.key), plain if line.differs else muted, tuple(cells))


def _metric_rows(spec: CompareSpec) -> list[_Row]:
    comparison, theme = spec.comparison, spec.theme
    if not comparison.metrics:
        return [_title("metrics   none yet", theme)]
    what = "metrics   Δ to the baseline at the run's own latest value"
    if comparison.at is not None:
        what = f"metrics   at {place_text(comparison.axis, comparison.at)}, interpolated between samples"
    rows = [_title(what, theme)]
    at: _Row | None = None
    for line in comparison.metrics:
        row = _metric_row(line, spec)
        if line.measure is Measure.LAST and at is not None and _says_the_same(row, at):
            continue  # the cursor stands where all of the runs have their latest value
        at = row if line.measure is Measure.AT else None
        rows.append(row)
    return rows


def _says_the_same(row: _Row, other: _Row) -> bool:
    return all(
        (one.value, one.place, one.change) == (two.value, two.place, two.change)
        for one, two in zip(row.cells, other.cells, strict=True)
    )


def _metric_row(line: MetricLine, spec: CompareSpec) -> _Row:
    theme, comparison = spec.theme, spec.comparison
    best = _best_cell(line)
    cells = []
    for index, cell in enumerate(line.cells):
        text = measure_text(line, cell)
        colour = theme.bad if text == notation.NAN else theme.muted if cell.value is None else theme.text
        change = "" if index == comparison.baseline else change_text(line, cell)
        if change and cell.delta_x is not None:
            change += f" @{x_text(comparison.axis, cell.delta_x)}"
        cells.append(
            _Cell(
                value=text,
                value_style=style(theme, colour, bold=index == best),
                place="" if cell.x is None else f"@{x_text(comparison.axis, cell.x)}",
                change=change,
                change_style=style(theme, _change_colour(theme, cell, change)),
            )
        )
    return _Row(metric_label(line, comparison), style(theme, theme.text), tuple(cells))


def _title(text: str, theme: Theme) -> _Row:
    return _Row(text, style(theme, theme.accent))


def _change_colour(theme: Theme, cell: MetricCell, text: str) -> str:
    if cell.better is None or text in ("", "0s", "="):
        return theme.muted
    return theme.good if cell.better else theme.bad


def _best_cell(line: MetricLine) -> int | None:
    """The cell with the best value; None where nothing is better or all are as good."""
    values = {
        i: cell.value
        for i, cell in enumerate(line.cells)
        if cell.value is not None and not math.isnan(cell.value)
    }
    if line.direction is None or len(set(values.values())) < 2:
        return None
    choose = min if line.direction == "min" else max
    return choose(values, key=lambda index: values[index])
