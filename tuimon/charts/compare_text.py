"""Runs side by side as text: differing config first, then what came of it. Knows no screen, only a width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from rich.cells import cell_len

from tuimon.charts.compare_rows import CompareSpec, Row, config_rows, metric_rows, narrow_rows
from tuimon.charts.distinct_names import cut_name, told_apart
from tuimon.charts.palette import Theme, style
from tuimon.charts.picture import Line
from tuimon.charts.run_table import BASELINE_SIGN, CURSOR_SIGN
from tuimon.charts.states import state_sign, state_style
from tuimon.charts.text_line import LineBuilder
from tuimon.quick_dataclass import dataclass

RUN_SIGN = "●"

_LEAST_LABEL, _MOST_LABEL = 16, 30
# Longer names and config values are cut in the middle, or no two runs would fit beside each other.
_LONGEST_TEXT, _SHORTEST_TEXT = 24, 15
_USUAL_NUMBER, _LONGEST_NUMBER = 8, 14
_SIGNS = 4  # around a run's name: its marker, its state, a space for each
_LEAST_GAP, _MOST_GAP = 2, 6
_MARGIN = 1


@dataclass(frozen=True, slots=True)
class _Column:
    """A run's column: its place in the line, its width and those of its numbers' first two parts."""

    run: int
    left: int
    width: int
    value: int
    place: int


@dataclass(frozen=True, slots=True)
class _Content:
    """What a run's column has to hold: the width of its numbers and of their first two parts, and that of the
    longest text, the name with its signs among them.
    """

    numbers: int
    value: int
    place: int
    text: int


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
        self._take_rows(config_rows(spec) + metric_rows(spec), narrow=False)
        longest = max((cell_len(row.label) for row in self._rows if row.cells), default=_LEAST_LABEL)
        self._label_width = min(_MOST_LABEL, longest)
        self.first, self._columns = self._place_columns(_LONGEST_TEXT)
        if self.furthest:  # a run more is worth more than whole labels and names
            self._label_width = min(self._label_width, _LEAST_LABEL)
            shortest = _least_name_width(tuple(sorted({*map(self.spec.name_of, comparison.runs)}))) + _SIGNS
            self.first, self._columns = self._place_columns(shortest)
            if self.furthest:
                self._take_rows(narrow_rows(self._rows, spec), narrow=True)
                self.first, self._columns = self._place_columns(shortest)
            self._use_spare_room(longest, shortest)
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
            theme = self.spec.theme
            return builder.add(row.label, row.label_style).add(row.aside, style(theme, theme.text)).line()
        builder.cell(row.label, self._label_width, row.label_style)
        for column in self._columns:
            _draw_cell(builder, column, row, self.spec.theme)
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

    def _use_spare_room(self, longest_label: int, shortest_text: int) -> None:
        """Make the labels, then the names as long as they can be with the same runs in sight."""
        least = self._label_width
        most = min(longest_label, _MOST_LABEL, max(least, self.spec.width // 4))
        any(self._try(label, shortest_text) for label in range(most, least, -1))
        any(self._try(self._label_width, text) for text in range(_LONGEST_TEXT, shortest_text, -1))

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

    def _take_rows(self, rows: Sequence[Row], *, narrow: bool) -> None:
        """Show these rows; each run's cells are measured once for all widths that are tried."""
        self._rows = rows
        self._content = [self._measure(run, narrow=narrow) for run in range(len(self.spec.comparison.runs))]

    def _measure(self, run: int, *, narrow: bool) -> _Content:
        cells = [row.cells[run] for row in self._rows if row.cells]
        aligned = [cell_len(cell.value) for cell in cells if cell.place or cell.change]
        value = min(_LONGEST_NUMBER, max(aligned, default=_USUAL_NUMBER))
        place = max((cell_len(cell.place) for cell in cells), default=0)
        change = max((cell_len(cell.whole_change) for cell in cells), default=0)
        if narrow:  # no cell has both: they stand in the same place
            place, change = 0, max(place, change)
        numbers = value + (place + 1 if place else 0) + (change + 1 if change else 0)
        texts = max((cell_len(cell.value) for cell in cells), default=0)
        name = cell_len(self.spec.name_of(self.spec.comparison.runs[run])) + _SIGNS
        return _Content(numbers, value, place, max(texts, name))

    def _shape(self, run: int, longest_text: int) -> _Column:
        """The widths of a run's column, as if it stood at the left border."""
        content = self._content[run]
        width = max(content.numbers, min(longest_text, content.text))
        return _Column(run, 0, width, content.value, content.place)

    def _draw_heading(self) -> tuple[Line, ...]:
        theme, comparison = self.spec.theme, self.spec.comparison
        names = [self.spec.name_of(run) for run in comparison.runs]
        builder = self._builder().to(_MARGIN)
        if self.furthest:
            builder.add(self._hidden_text(), style(theme, theme.muted))
        for column in self._columns:
            run = comparison.runs[column.run]
            sign = BASELINE_SIGN if column.run == comparison.baseline else RUN_SIGN
            name = cut_name(self.spec.name_of(run), column.width - _SIGNS, names)
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
        seen = f"{first}" if first == last else f"{first}–{last}"
        text = f"{seen} of {len(self._others) + 1}{self.spec.scroll_keys}"
        whole = f"{'run' if first == last else 'runs'} {text}"
        return whole if cell_len(whole) <= self._label_width else text  # names keep their places


def _draw_cell(builder: LineBuilder, column: _Column, row: Row, theme: Theme) -> None:
    """Numbers end where the numbers above and below end; a longer text may use the whole column, and what
    differs in it from the other runs' texts is seen.
    """
    cell = row.cells[column.run]
    room = column.width if not (cell.place or cell.change) else column.value
    text = cut_name(cell.value, room, (each.value for each in row.cells))
    builder.to(column.left + max(0, column.value - cell_len(text))).add(text, cell.value_style)
    after = column.left + column.value
    if cell.place:
        builder.to(after + 1).add(cell.place, style(theme, theme.muted))
    if cell.change:
        builder.to(after + (column.place + 1 if column.place else 0) + 1).add(
            cell.whole_change, cell.change_style
        )


@lru_cache(maxsize=16)
def _least_name_width(names: tuple[str, ...]) -> int:
    """The fewest cells that tell these names apart by what is in them, within the bounds of a column."""
    least, most = _SHORTEST_TEXT - _SIGNS, _LONGEST_TEXT - _SIGNS
    return next((width for width in range(least, most + 1) if told_apart(names, width)), least)
