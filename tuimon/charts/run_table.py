"""The live run table as text: a header and one line per run."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len
from rich.style import Style

from tuimon.analysis.leaderboard import RunRow
from tuimon.charts.badges import badge_of, severity_style
from tuimon.charts.distinct_names import cut_name
from tuimon.charts.notation import cut_middle, harmless, pad
from tuimon.charts.palette import Theme, ascii_sign, repeats, style
from tuimon.charts.picture import Line
from tuimon.charts.run_columns import (
    COLUMNS,
    Column,
    TableSpec,
    colour_of,
)
from tuimon.charts.states import state_sign, state_style
from tuimon.charts.strip import sparkline
from tuimon.charts.table_layout import LEAST_BADGED, PREFIX, TableLayout, column_title, decimals_of, layout_of
from tuimon.charts.text_line import LineBuilder

__all__ = ["COLUMNS", "DrawnRows", "TableSpec", "draw_header", "draw_row", "shown_columns"]

CURSOR_SIGN, BASELINE_SIGN, MARKED_SIGN, UNMARKED_SIGN = ">", "◆", "●", "○"
BASELINE_ASCII, MARKED_ASCII = "B", "m"

_MOST_LINES = 400  # kept: some screens full
_CURSOR_SHARE = 0.16  # of the accent colour in the background of the row under the cursor


def draw_header(spec: TableSpec) -> Line:
    """The line of column titles, the sorted one with an arrow: up where the least comes first."""
    layout = layout_of(spec)
    line = LineBuilder(spec.width, ascii=spec.ascii).to(PREFIX)
    _put_title(line, spec, "run", "name", layout.name_width, right=False)
    for column, width, _ in layout.columns:
        line.add(" " * layout.gap)
        _put_title(line, spec, column_title(spec, column), column.field, width, right=True)
    return line.line()


def shown_columns(spec: TableSpec) -> tuple[str, ...]:
    """The ids of the columns that have room, in their order."""
    return tuple(column.id for column, _, _ in layout_of(spec).columns)


def draw_row(spec: TableSpec, row: RunRow) -> Line:
    """One run's line, exactly ``spec.width`` cells wide."""
    layout = layout_of(spec)
    ground = _ground(spec, row)
    line = LineBuilder(spec.width, ascii=spec.ascii)
    under_cursor = row.key == spec.cursor_key
    archived = row.run.meta.archived and row.key not in spec.groups
    name_ink = spec.theme.muted if archived else spec.theme.text
    name_style = style(spec.theme, name_ink, bold=under_cursor)
    line.add(CURSOR_SIGN if under_cursor else " ", style(spec.theme, spec.theme.accent, bold=True) + ground)
    line.add(_marker(spec, row), style(spec.theme, colour_of(spec, row), bold=under_cursor) + ground)
    line.add(_mark_beside(spec, row), name_style + ground)
    line.add(state_sign(row.state), state_style(spec.theme, row.state) + ground).add(" ", ground)
    name = layout.names.get(row.key, harmless(row.name))
    # One run's health is not its group's; diverged members have a column.
    badge = badge_of(spec.health.get(row.key)) if row.key not in spec.groups else None
    room = layout.name_width - (len(badge.text) + 1 if badge is not None else 0)
    if badge is None or room < LEAST_BADGED:
        name = cut_name(name, layout.name_width, layout.names.values())
        line.add(pad(name, layout.name_width), name_style + ground)
    else:
        line.add(pad(cut_name(name, room, layout.names.values()), room), name_style + ground).add(" ", ground)
        line.add(badge.text, severity_style(spec.theme, badge.severity) + ground)
    for column, width, decimals in layout.columns:
        line.add(" " * layout.gap, ground)
        _put_cell(line, spec, row, column, width, decimals)
    return line.line(ground)


class DrawnRows:
    """Draws rows as ``draw_row``, and keeps the lines until something that is in them changes.

    Most keys change nothing in the table, and a key that moves the cursor two lines of it.
    """

    def __init__(self) -> None:
        self._spec: TableSpec | None = None
        self._layout: TableLayout | None = None
        self._signs = False
        self._lines: dict[str, tuple[tuple[object, ...], Line]] = {}

    def line(self, spec: TableSpec, row: RunRow) -> Line:
        """One run's line; the same object where it is the same."""
        if spec is not self._spec:
            self._take(spec)
        key = row.key
        under_cursor, marked, baseline = key == spec.cursor_key, key in spec.marked, key == spec.baseline
        beside = spec.colours.get(key), spec.health.get(key), spec.groups.get(key)
        look = row, under_cursor, marked, baseline, *beside
        known = self._lines.get(key)
        if known is None or known[0] != look:
            known = self._lines[key] = look, draw_row(spec, row)
        return known[1]

    def _take(self, spec: TableSpec) -> None:
        """Forget everything where lines are laid out or coloured in another way now."""
        before, layout = self._spec, layout_of(spec)
        self._spec = spec
        alike = before is not None and (before.theme, before.ascii) == (spec.theme, spec.ascii)
        alike, self._signs = alike and self._signs == shows_signs(spec), shows_signs(spec)
        if not alike or layout != self._layout or len(self._lines) > _MOST_LINES:
            self._lines.clear()
        self._layout = layout


def _put_cell(
    line: LineBuilder, spec: TableSpec, row: RunRow, column: Column, width: int, decimals: int
) -> None:
    ground = _ground(spec, row)
    if column.id == "spark":
        # Drawn to its width rather than cut to it.
        text = _sparkline(row.sparkline, width, spec.ascii)
        line.add(pad(text, width), style(spec.theme, colour_of(spec, row)) + ground)
        return
    *before, (last, ink) = column.cell(spec, row)
    if column.decimal and last[-1:].isdigit():
        last += " " * min(decimals - decimals_of(last), width - len(last))
    for text, part_ink in before:
        line.add(text, part_ink + ground)
    room = width - sum(cell_len(text) for text, _ in before)
    line.add(pad(last, room, ">"), ink + ground)


@lru_cache(maxsize=_MOST_LINES)
def _sparkline(values: tuple[float, ...], width: int, in_ascii: bool) -> str:
    """Kept: it takes half of the time for a line, and most changes are in other columns."""
    return sparkline(values, width, ascii=in_ascii)


def _put_title(
    line: LineBuilder, spec: TableSpec, title: str, sorted_by: str, width: int, *, right: bool
) -> None:
    if spec.sort != sorted_by:
        line.cell(title, width, style(spec.theme, spec.theme.muted), right=right)
        return
    arrow = "↓" if spec.descending else "↑"
    text = cut_middle(title, width - 1) + arrow
    line.cell(text, width, style(spec.theme, spec.theme.text, bold=True), right=right)


def shows_signs(spec: TableSpec) -> bool:
    """Whether rows begin with the signs of their curves: their colours alone do not tell them apart."""
    return spec.ascii or spec.theme.monochrome or (spec.theme.ansi and _colours_repeat(spec))


@lru_cache(maxsize=8)
def _colours_repeat(spec: TableSpec) -> bool:
    return repeats(spec.theme, (colour_of(spec, row) for row in spec.rows))


def _marker(spec: TableSpec, row: RunRow) -> str:
    if shows_signs(spec):  # what its curve is drawn with, so that row and curve can be matched
        return ascii_sign(colour_of(spec, row))
    if row.is_baseline or row.key == spec.baseline:
        return BASELINE_SIGN
    return MARKED_SIGN if row.key in spec.marked else UNMARKED_SIGN


def _mark_beside(spec: TableSpec, row: RunRow) -> str:
    """Where the marker is the sign of the curve: whether the run is marked or the baseline."""
    if not shows_signs(spec):
        return " "
    if row.is_baseline or row.key == spec.baseline:
        return BASELINE_ASCII if spec.ascii else BASELINE_SIGN
    return (MARKED_ASCII if spec.ascii else MARKED_SIGN) if row.key in spec.marked else " "


def _ground(spec: TableSpec, row: RunRow) -> Style:
    """The background of the row under the cursor; without colours its bold name and its sign tell."""
    if row.key != spec.cursor_key or not spec.theme.has_shades:
        return Style.null()
    return _cursor_ground(spec.theme)


@lru_cache(maxsize=8)
def _cursor_ground(theme: Theme) -> Style:
    shown = style(theme, theme.accent, share=_CURSOR_SHARE)
    return Style(bgcolor=shown.color)
