"""Which columns of the run table fit, how wide each one is, and what is left for the names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from rich.cells import cell_len

from tuimon.analysis.leaderboard import RunRow
from tuimon.analysis.short_names import short_metric
from tuimon.charts.badges import badge_of
from tuimon.charts.distinct_names import distinct_names, told_apart
from tuimon.charts.notation import harmless, is_written_as_loss
from tuimon.charts.run_columns import (
    COLUMNS,
    LEAST_SPARK,
    LONGEST_SPARK,
    OF_GROUPS,
    Column,
    TableSpec,
    column_of,
    sorted_column,
)
from tuimon.charts.telling_rows import telling_rows
from tuimon.quick_dataclass import dataclass

PREFIX = 5  # cursor, marker, space, state, space
GAP, _WIDEST_GAP = 2, 4
LEAST_BADGED = 6  # cells of a name beside its badge
_LEAST_NAME, _LONGEST_NAME = 16, 40
_NAME_SHARE, _GROUP_NAME_SHARE = 5, 3  # of the width, kept for names that need it
_FEWEST_COLUMNS = 2  # beside names, however alike these are
_MOST_APART = 100  # so many names are looked at whether they can be told apart; of more few are in sight
_LEAST_COLUMN = 4  # of one that was made narrower

# What is given room first.
_IMPORTANCE = (
    *("best", "done", "train", "delta", "throughput", "eta", "step", "seen", "spark"),
    *("progress", "best_step", "last", "duration", "nan", "delta_at"),
)
# What takes the place of what, saying the same and more.
_INSTEAD_OF = {"progress": "done", "delta_at": "delta"}


@dataclass(frozen=True, slots=True)
class TableLayout:
    """Where the columns are: width of the name, then each column with its width and its decimals."""

    name_width: int
    gap: int
    columns: tuple[tuple[Column, int, int], ...]
    names: Mapping[str, str]


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


def layout_of(spec: TableSpec) -> TableLayout:
    """The layout of a table, worked out anew only where another one is wanted."""
    return _worked_out(_LaidOut(spec))


@lru_cache(maxsize=2)  # the rows of each hold their runs as they were
def _worked_out(laid_out: _LaidOut) -> TableLayout:
    """The columns that fit, the name taking what is left; a longer sparkline where there is room to spare."""
    spec = laid_out.spec
    names = _names(spec)
    longest = min(_LONGEST_NAME, max((_name_room(spec, key, name) for key, name in names.items()), default=0))
    share = _GROUP_NAME_SHARE if spec.groups else _NAME_SHARE
    reserved = max(_LEAST_NAME, min(longest, spec.width // share))
    free = spec.width - PREFIX - min(reserved, max(6, spec.width // 3))
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
    wider = min(_WIDEST_GAP - GAP, max(0, name_width - max(longest, _LEAST_NAME)) // max(1, len(columns)))
    return TableLayout(max(0, name_width - wider * len(columns)), GAP + wider, tuple(columns), names)


def _width_for_names(spec: TableSpec, columns: _Sized) -> int:
    return spec.width - PREFIX - sum(width + GAP for _, width, _ in columns)


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
        rooms = {width, *(width - badge for badge in badges if width - badge >= LEAST_BADGED)}
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
    free -= width + GAP
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
        replaced = sized[other][0] + GAP if other in chosen else 0
        needed = sized[column_id][0] + GAP - replaced
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
        if width + GAP > free:
            break
        free -= width + GAP
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
        column.width, len(column_title(spec, column)) + (spec.sort == column.field) if column.decimal else 0
    )
    width = min(width, 14)
    if not column.decimal:
        return width, 0
    texts = [column.cell(spec, row)[-1][0] for row in _telling_rows(spec, column)]
    decimals = max((decimals_of(text) for text in texts), default=0)
    needed = max((len(text) + decimals - decimals_of(text) for text in texts if "e" not in text), default=0)
    return max(width, min(needed, 12)), decimals


def _telling_rows(spec: TableSpec, column: Column) -> Sequence[RunRow]:
    """The rows that decide on the width of a column; only of losses these are not all."""
    if column.id == "train":
        return telling_rows(spec.rows, column.field)
    metrics = {row.main_metric for row in spec.rows} if column.id in ("best", "last") else ()
    if len(metrics) == 1 and is_written_as_loss(*(metric or "" for metric in metrics)):
        return telling_rows(spec.rows, column.field)
    return spec.rows


def decimals_of(text: str) -> int:
    """How much stands right of where the decimal point is or would be; nothing for words and powers."""
    if "e" in text or not text[-1:].isdigit():
        return 0
    return len(text) - text.index(".") if "." in text else 0


def column_title(spec: TableSpec, column: Column) -> str:
    """What stands above a column: the metric in it, short, where it is one."""
    metric = next((row.main_metric for row in spec.rows if row.main_metric), None)
    if column.id == "best":
        if spec.best_label is not None:
            return spec.best_label
        return f"{_stem(metric)} best" if metric else "best"
    return f"{_stem(metric)} last" if column.id == "last" and metric else column.title


def _stem(metric: str) -> str:
    """``val`` of ``val_loss``: that it is a loss goes without saying."""
    return harmless(short_metric(metric)).removesuffix("_loss").removesuffix("/loss")
