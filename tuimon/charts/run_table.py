"""The live run table as text: a header and one line per run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from rich.cells import cell_len
from rich.style import Style

from tuimon.analysis.leaderboard import RunRow
from tuimon.analysis.short_names import short_metric
from tuimon.charts.badges import badge_of, severity_style
from tuimon.charts.distinct_names import cut_name, distinct_names, told_apart
from tuimon.charts.notation import cut_middle, harmless, is_written_as_loss, pad
from tuimon.charts.palette import Theme, ascii_sign, repeats, style
from tuimon.charts.picture import Line
from tuimon.charts.run_columns import (
    COLUMNS,
    LEAST_SPARK,
    LONGEST_SPARK,
    OF_GROUPS,
    Column,
    TableSpec,
    colour_of,
    column_of,
    sorted_column,
)
from tuimon.charts.states import state_sign, state_style
from tuimon.charts.strip import sparkline
from tuimon.charts.telling_rows import telling_rows
from tuimon.charts.text_line import LineBuilder
from tuimon.quick_dataclass import dataclass

__all__ = ["COLUMNS", "DrawnRows", "TableSpec", "draw_header", "draw_row", "shown_columns"]

CURSOR_SIGN, BASELINE_SIGN, MARKED_SIGN, UNMARKED_SIGN = ">", "◆", "●", "○"
BASELINE_ASCII, MARKED_ASCII = "B", "m"

_PREFIX = 5  # cursor, marker, space, state, space
_GAP, _WIDEST_GAP = 2, 4
_LEAST_BADGED = 6  # cells of a name beside its badge
_LEAST_NAME, _LONGEST_NAME = 16, 40
_NAME_SHARE, _GROUP_NAME_SHARE = 5, 3  # of the width, kept for names that need it
_FEWEST_COLUMNS = 2  # beside names, however alike these are
_MOST_APART = 100  # so many names are looked at whether they can be told apart; of more few are in sight
_LEAST_COLUMN = 4  # of one that was made narrower
_MOST_LINES = 400  # kept: some screens full
_CURSOR_SHARE = 0.16  # of the accent colour in the background of the row under the cursor

# What is given room first.
_IMPORTANCE = (
    *("best", "done", "train", "delta", "throughput", "eta", "step", "seen", "spark"),
    *("progress", "best_step", "last", "duration", "nan", "delta_at"),
)
# What takes the place of what, saying the same and more.
_INSTEAD_OF = {"progress": "done", "delta_at": "delta"}


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the columns are: width of the name, then each column with its width and its decimals."""

    name_width: int
    gap: int
    columns: tuple[tuple[Column, int, int], ...]
    names: Mapping[str, str]


def draw_header(spec: TableSpec) -> Line:
    """The line of column titles, the sorted one with an arrow: up where the least comes first."""
    layout = _layout(spec)
    line = LineBuilder(spec.width, ascii=spec.ascii).to(_PREFIX)
    _put_title(line, spec, "run", "name", layout.name_width, right=False)
    for column, width, _ in layout.columns:
        line.add(" " * layout.gap)
        _put_title(line, spec, _title(spec, column), column.field, width, right=True)
    return line.line()


def shown_columns(spec: TableSpec) -> tuple[str, ...]:
    """The ids of the columns that have room, in their order."""
    return tuple(column.id for column, _, _ in _layout(spec).columns)


def draw_row(spec: TableSpec, row: RunRow) -> Line:
    """One run's line, exactly ``spec.width`` cells wide."""
    layout = _layout(spec)
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
    if badge is None or room < _LEAST_BADGED:
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
        self._layout: _Layout | None = None
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
        before, layout = self._spec, _layout(spec)
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
        last += " " * min(decimals - _decimals(last), width - len(last))
    for text, part_ink in before:
        line.add(text, part_ink + ground)
    room = width - sum(cell_len(text) for text, _ in before)
    line.add(pad(last, room, ">"), ink + ground)


@lru_cache(maxsize=_MOST_LINES)
def _sparkline(values: tuple[float, ...], width: int, in_ascii: bool) -> str:
    """Kept: it takes half of the time for a line, and most changes are in other columns."""
    return sparkline(values, width, ascii=in_ascii)


def _title(spec: TableSpec, column: Column) -> str:
    metric = next((row.main_metric for row in spec.rows if row.main_metric), None)
    if column.id == "best":
        if spec.best_label is not None:
            return spec.best_label
        return f"{_stem(metric)} best" if metric else "best"
    return f"{_stem(metric)} last" if column.id == "last" and metric else column.title


def _stem(metric: str) -> str:
    """``val`` of ``val_loss``: that it is a loss goes without saying."""
    return harmless(short_metric(metric)).removesuffix("_loss").removesuffix("/loss")


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


class _LaidOut:
    """A spec, equal to others that are laid out alike: with a moved cursor or another mark, for instance.

    The rows are compared by identity: comparing a thousand of them would be the work to be saved.
    """

    __slots__ = ("_key", "spec")

    def __init__(self, spec: TableSpec) -> None:
        self.spec = spec
        self._key = (spec.width, spec.columns, spec.wider, spec.sort, spec.best_label, bool(spec.groups))

    def __hash__(self) -> int:
        return hash((id(self.spec.rows), self._key))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _LaidOut)
            and other.spec.rows is self.spec.rows
            and other.spec.health is self.spec.health
            and other._key == self._key
        )


def _layout(spec: TableSpec) -> _Layout:
    return _layout_of(_LaidOut(spec))


@lru_cache(maxsize=4)
def _layout_of(laid_out: _LaidOut) -> _Layout:
    """The columns that fit, the name taking what is left; a longer sparkline where there is room to spare."""
    spec = laid_out.spec
    names = _names(spec)
    longest = min(_LONGEST_NAME, max((_name_room(spec, key, name) for key, name in names.items()), default=0))
    share = _GROUP_NAME_SHARE if spec.groups else _NAME_SHARE
    reserved = max(_LEAST_NAME, min(longest, spec.width // share))
    free = spec.width - _PREFIX - min(reserved, max(6, spec.width // 3))
    columns = _with_sorted(spec, free)
    if spec.columns is None:
        _make_room(spec, names, columns)
    shown = {column.id for column, _, _ in columns}
    name_width = _width_for_names(spec, columns)
    spare = min(LONGEST_SPARK - LEAST_SPARK, name_width - max(longest, _LEAST_NAME))
    if spare > 0 and "spark" in shown:
        columns = [
            (c, width + spare if c.id == "spark" else width, decimals) for c, width, decimals in columns
        ]
        name_width -= spare
    # On a wide screen the rest goes between the columns rather than between a name and its numbers.
    wider = min(_WIDEST_GAP - _GAP, max(0, name_width - max(longest, _LEAST_NAME)) // max(1, len(columns)))
    return _Layout(max(0, name_width - wider * len(columns)), _GAP + wider, tuple(columns), names)


def _width_for_names(spec: TableSpec, columns: _Sized) -> int:
    return spec.width - _PREFIX - sum(width + _GAP for _, width, _ in columns)


def _make_room(spec: TableSpec, names: Mapping[str, str], columns: _Sized) -> None:
    """Take out the columns that matter least until what is left of the names tells the runs apart."""
    if len(names) > _MOST_APART:
        return
    badges = {
        len(badge.text) + 1
        for key in names
        if key not in spec.groups and (badge := badge_of(spec.health.get(key))) is not None
    }
    order = [sorted_column(spec), *OF_GROUPS, *_IMPORTANCE]
    while len(columns) > _FEWEST_COLUMNS:
        width = _width_for_names(spec, columns)
        rooms = {width, *(width - badge for badge in badges if width - badge >= _LEAST_BADGED)}
        if all(told_apart(names.values(), room) for room in rooms):
            return
        columns.remove(max(columns, key=lambda sized: order.index(sized[0].id)))


def _name_room(spec: TableSpec, key: str, name: str) -> int:
    """The cells of a name with its badge."""
    badge = badge_of(spec.health.get(key)) if key not in spec.groups else None
    return cell_len(name) + (len(badge.text) + 1 if badge is not None else 0)


_Sized = list[tuple[Column, int, int]]


def _with_sorted(spec: TableSpec, free: int) -> _Sized:
    """The columns that fit, among them what the rows are sorted by, so that the order can be read."""
    columns = _chosen(spec, free) if spec.columns is not None else _fitting(spec, free)
    column_id = sorted_column(spec)
    column = column_of(column_id) if column_id is not None else None
    if column is None or any(shown.field == column.field for shown, _, _ in columns):
        return columns
    width, decimals = _size(spec, column)
    free -= width + _GAP
    if free < 0:
        return columns
    columns = _chosen(spec, free) if spec.columns is not None else _fitting(spec, free)
    columns.append((column, width, decimals))
    if spec.columns is None and column.id in COLUMNS:
        order = list(COLUMNS)
        columns.sort(key=lambda sized: order.index(sized[0].id))
    elif spec.columns is None:
        columns.insert(0, columns.pop())
    return columns


def _fitting(spec: TableSpec, free: int) -> _Sized:
    """The columns that matter most, in the order in which they stand on the screen."""
    sized = {column_id: _size(spec, column) for column_id, column in COLUMNS.items()}
    chosen: set[str] = set()
    for column_id in (*OF_GROUPS, *_IMPORTANCE) if spec.groups else _IMPORTANCE:
        other = _INSTEAD_OF.get(column_id)
        replaced = sized[other][0] + _GAP if other in chosen else 0
        needed = sized[column_id][0] + _GAP - replaced
        if needed > free:
            break
        free -= needed
        chosen.add(column_id)
        if other is not None:
            chosen.discard(other)
    return [(column, *sized[column_id]) for column_id, column in COLUMNS.items() if column_id in chosen]


def _chosen(spec: TableSpec, free: int) -> _Sized:
    """The columns asked for, the first ones where there is no room for all."""
    wider = dict(spec.wider)
    columns: _Sized = []
    asked = tuple(column_id for column_id in spec.columns or () if column_id not in OF_GROUPS)
    for column_id in (*OF_GROUPS, *asked) if spec.groups else asked:
        column = column_of(column_id)
        if column is None:
            continue
        width, decimals = _size(spec, column)
        width = max(_LEAST_COLUMN, width + wider.get(column_id, 0))
        if width + _GAP > free:
            break
        free -= width + _GAP
        columns.append((column, width, decimals))
    return columns


def _names(spec: TableSpec) -> dict[str, str]:
    """The runs' names, the id added where two runs have the same one."""
    names = spec.names if spec.names is not None else distinct_names([row.run for row in spec.rows])
    return {
        row.key: harmless(row.name if row.key in spec.groups else names.get(row.key, row.name))
        for row in spec.rows
    }


def _size(spec: TableSpec, column: Column) -> tuple[int, int]:
    """Width and decimals of a column, of what its rows say."""
    width = max(
        column.width, len(_title(spec, column)) + (spec.sort == column.field) if column.decimal else 0
    )
    width = min(width, 14)
    if not column.decimal:
        return width, 0
    texts = [column.cell(spec, row)[-1][0] for row in _telling_rows(spec, column)]
    decimals = max((_decimals(text) for text in texts), default=0)
    needed = max((len(text) + decimals - _decimals(text) for text in texts if "e" not in text), default=0)
    return max(width, min(needed, 12)), decimals


def _telling_rows(spec: TableSpec, column: Column) -> Sequence[RunRow]:
    """The rows that decide on the width of a column; only of losses these are not all."""
    if column.id == "train":
        return telling_rows(spec.rows, column.field)
    metrics = {row.main_metric for row in spec.rows} if column.id in ("best", "last") else ()
    if len(metrics) == 1 and is_written_as_loss(*(metric or "" for metric in metrics)):
        return telling_rows(spec.rows, column.field)
    return spec.rows


def _decimals(text: str) -> int:
    """How much stands right of where the decimal point is or would be; nothing for words and powers."""
    if "e" in text or not text[-1:].isdigit():
        return 0
    return len(text) - text.index(".") if "." in text else 0
