"""The columns of the run table: what each says of a run, and in which style."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import field

from rich.style import Style

from tuimon.analysis.group_rows import GroupedRuns
from tuimon.analysis.health_events import RunHealth
from tuimon.analysis.leaderboard import RunRow
from tuimon.analysis.metric_roles import direction_of
from tuimon.charts.marks import NAN_SIGN
from tuimon.charts.notation import (
    ABSENT,
    age_text,
    count_text,
    delta_text,
    duration_text,
    loss_text,
    percent_text,
    rate_text,
    value_text,
)
from tuimon.charts.palette import DARK, RUN_COLOURS, Theme, style
from tuimon.charts.states import state_style
from tuimon.charts.strip import sparkline
from tuimon.quick_dataclass import dataclass
from tuimon.store.liveness import RunState

LEAST_SPARK, LONGEST_SPARK = 10, 32
_BAR = 5
_DELTA = 8
# Thin, so that the bars of rows one above the other stay apart; two kinds of lines without colours, too.
_BAR_DONE, _BAR_HALF, _BAR_LEFT = "━", "╸", "╌"

# Instead of a time that will never come; seven cells at most.
_ENDS = {
    RunState.FINISHED: ABSENT,
    RunState.FAILED: "failed",
    RunState.CRASHED: "crashed",
    RunState.INTERRUPTED: "stopped",
    RunState.STALLED: "stalled",
}


@dataclass(frozen=True, slots=True, eq=False)
class TableSpec:
    """What the table shows besides the rows themselves. Equality is identity: build one for each change.

    ``columns`` are ids of COLUMNS, ``cfg.KEY`` or ``metric.NAME:MEASURE`` in the order to show them as far as
    there is room; None: the set that fits ``width``. ``wider`` are cells more (or fewer) than a column would
    have by itself. ``colours`` maps run keys to hex colours. ``rows`` are all rows, for the alignment of
    decimals and the header: draw only the visible ones. ``names`` maps them to names that differ (None: found
    among these rows). ``groups`` are those behind rows that stand for several runs. ``sort`` is the field of
    RunRow that the rows are sorted by.
    """

    rows: tuple[RunRow, ...]
    width: int
    columns: tuple[str, ...] | None = None
    wider: tuple[tuple[str, int], ...] = ()
    cursor_key: str | None = None
    marked: frozenset[str] = frozenset()
    baseline: str | None = None
    colours: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] | None = None
    sort: str | None = None
    descending: bool = False
    best_label: str | None = None
    groups: Mapping[str, GroupedRuns] = field(default_factory=dict)
    ascii: bool = False
    theme: Theme = DARK
    health: Mapping[str, RunHealth] = field(default_factory=dict)


# What a cell says, in parts of one style each.
Cell = tuple[tuple[str, Style], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its id, its title, the RunRow field it sorts by, its least width, and what it says of a run.

    ``decimal`` columns are aligned at the decimal point across all rows.
    """

    id: str
    title: str
    field: str
    width: int
    cell: Callable[[TableSpec, RunRow], Cell]
    decimal: bool = False


def _text(spec: TableSpec) -> Style:
    return style(spec.theme, spec.theme.text)


def _muted(spec: TableSpec) -> Style:
    return style(spec.theme, spec.theme.muted)


def value_cell(spec: TableSpec, value: float | None, text: str) -> Cell:
    """A number in words: quiet where it is absent, loud where it is not finite."""
    if value is None:
        return ((text, _muted(spec)),)
    return ((text, _text(spec) if math.isfinite(value) else style(spec.theme, spec.theme.bad, bold=True)),)


def _step(spec: TableSpec, row: RunRow) -> Cell:
    return value_cell(spec, row.step, count_text(row.step))


def _best_step(spec: TableSpec, row: RunRow) -> Cell:
    return ((count_text(row.best_step), _muted(spec)),)


def _members(spec: TableSpec, row: RunRow) -> Cell:
    grouped = spec.groups.get(row.key)
    if grouped is None:
        return (("1", _muted(spec)),)
    lost = len(grouped.diverged)
    count = (str(grouped.group.n - lost), _text(spec))
    return (count, (f"+{lost}{NAN_SIGN}", style(spec.theme, spec.theme.bad, bold=True))) if lost else (count,)


def _spread(spec: TableSpec, row: RunRow) -> Cell:
    grouped = spec.groups.get(row.key)
    if grouped is None or grouped.best.std is None:
        return ((ABSENT, _muted(spec)),)
    # With the decimals of the mean beside it.
    return ((f"±{delta_text(grouped.best.std, like=grouped.best.mean).removeprefix('+')}", _text(spec)),)


def _done(spec: TableSpec, row: RunRow) -> Cell:
    return value_cell(spec, row.progress, percent_text(row.progress))


def _progress(spec: TableSpec, row: RunRow) -> Cell:
    if row.progress is None or not math.isfinite(row.progress):
        return ((ABSENT, _muted(spec)),)
    done, left = progress_bar(row.progress, _BAR)
    percent = f" {percent_text(row.progress):>4}"
    faint = style(spec.theme, spec.theme.muted, share=0.5)
    return (done, _muted(spec)), (left, faint), (percent, _text(spec))


def _train(spec: TableSpec, row: RunRow) -> Cell:
    return value_cell(spec, row.train_loss_smoothed, loss_text(row.train_loss_smoothed))


def _best(spec: TableSpec, row: RunRow) -> Cell:
    text = value_text(row.main_metric or "", row.best)
    return ((text, style(spec.theme, spec.theme.text, bold=True) if row.best is not None else _muted(spec)),)


def _last(spec: TableSpec, row: RunRow) -> Cell:
    return value_cell(spec, row.last, value_text(row.main_metric or "", row.last))


def _delta(spec: TableSpec, row: RunRow) -> Cell:
    if row.is_baseline:
        return (("base", _muted(spec)),)
    text = delta_text(row.delta, like=row.last)
    direction = direction_of(row.main_metric) if row.main_metric else None
    if row.delta is None or row.delta == 0 or direction is None or not math.isfinite(row.delta):
        return ((text, _muted(spec)),)
    good = (row.delta < 0) == (direction == "min")
    return ((text, style(spec.theme, spec.theme.good if good else spec.theme.bad)),)


def _delta_at(spec: TableSpec, row: RunRow) -> Cell:
    """The difference, and at which step it holds."""
    ((text, ink),) = _delta(spec, row)
    told = row.delta is not None and row.delta_step is not None and not row.is_baseline
    at = f"@{count_text(row.delta_step)}" if told else ""
    return (f"{text:>{_DELTA}}", ink), (f" {at}", _muted(spec))


def _throughput(spec: TableSpec, row: RunRow) -> Cell:
    return value_cell(spec, row.throughput, rate_text(row.throughput))


def _eta(spec: TableSpec, row: RunRow) -> Cell:
    if row.state in _ENDS:
        return ((_ENDS[row.state], state_style(spec.theme, row.state)),)
    return value_cell(spec, row.eta_seconds, duration_text(row.eta_seconds))


def _seen(spec: TableSpec, row: RunRow) -> Cell:
    return ((age_text(row.seen_seconds), _muted(spec)),)


def _duration(spec: TableSpec, row: RunRow) -> Cell:
    return ((duration_text(row.duration_seconds), _muted(spec)),)


def _nan(spec: TableSpec, row: RunRow) -> Cell:
    if not row.nan_count:
        return ((ABSENT, _muted(spec)),)
    return ((f"{NAN_SIGN}{count_text(row.nan_count)}", style(spec.theme, spec.theme.bad, bold=True)),)


def _spark(spec: TableSpec, row: RunRow) -> Cell:
    return (
        (
            sparkline(row.sparkline, LONGEST_SPARK, ascii=spec.ascii),
            style(spec.theme, colour_of(spec, row)),
        ),
    )


def progress_bar(share: float, width: int) -> tuple[str, str]:
    """A bar of ``width`` cells in halves of a cell, what is done and what is left: ``━━━╸`` and ``╌``."""
    halves = math.floor(min(max(share, 0.0), 1.0) * width * 2 + 1e-9)
    full, half = divmod(halves, 2)
    done = _BAR_DONE * full + _BAR_HALF * half
    return done, _BAR_LEFT * (width - len(done))


def colour_of(spec: TableSpec, row: RunRow) -> str:
    """The run's colour."""
    return spec.colours.get(row.key, RUN_COLOURS[0])


# In the order in which they stand on the screen.
OF_GROUPS = ("n", "spread")
COLUMNS: Mapping[str, Column] = {
    column.id: column
    for column in (
        Column("n", "n", "n", 5, _members),
        Column("step", "step", "step", 6, _step),
        Column("done", "done", "progress", 4, _done),
        Column("progress", "progress", "progress", _BAR + 5, _progress),
        Column("train", "train~", "train_loss_smoothed", 8, _train, decimal=True),
        Column("best", "best", "best", 9, _best, decimal=True),
        Column("spread", "± std", "spread", 8, _spread),
        Column("best_step", "@step", "best_step", 6, _best_step),
        Column("last", "last", "last", 8, _last, decimal=True),
        Column("delta", "Δ@step", "delta", 9, _delta),
        Column("delta_at", "Δ@step", "delta", _DELTA + 8, _delta_at),
        Column("throughput", "tok/s", "throughput", 6, _throughput),
        Column("eta", "ETA", "eta_seconds", 7, _eta),
        Column("seen", "seen", "seen_seconds", 6, _seen),
        Column("duration", "took", "duration_seconds", 6, _duration),
        Column("nan", "NaN", "nan_count", 5, _nan),
        Column("spark", "loss", "sparkline", LEAST_SPARK, _spark),
    )
}


def column_of(column_id: str) -> Column | None:
    """The column of this id; None where there is none."""
    if column_id in COLUMNS:
        return COLUMNS[column_id]
    from tuimon.charts.value_columns import value_column  # which most tables do without

    return value_column(column_id)


def sorted_column(spec: TableSpec) -> str | None:
    """The column that says what the rows are sorted by, the narrowest of several; None where none does."""
    if spec.sort is None:
        return None
    for column_id, column in COLUMNS.items():
        if column.field == spec.sort and (spec.groups or column_id not in OF_GROUPS):
            return column_id
    return spec.sort if column_of(spec.sort) is not None else None
