"""From a snapshot and a view state to what the screens show, without Textual.

``Workspace.board`` is called in the drawing thread alone, the first time before that has begun; what it
returns is frozen and read by everybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from operator import is_
from typing import TYPE_CHECKING

from tuimon.analysis.axes import XAxis, available_axes, default_axis
from tuimon.analysis.comparison import config_difference
from tuimon.analysis.group_rows import GroupedRuns, GroupTable, members_of, sort_groups
from tuimon.analysis.groups import config_keys_of
from tuimon.analysis.health_events import RunHealth
from tuimon.analysis.leaderboard import Leaderboard, RunRow, aged
from tuimon.analysis.metric_order import metric_groups, starred_first
from tuimon.analysis.metric_roles import main_metric
from tuimon.analysis.sorting import best_row
from tuimon.charts.distinct_names import cut_name, distinct_names
from tuimon.charts.notation import harmless
from tuimon.charts.palette import assign_colours
from tuimon.quick_dataclass import dataclass
from tuimon.store.snapshot import RunSnapshot, StoreSnapshot
from tuimon.tui.filter_text import FilterProblem, filter_problem
from tuimon.tui.view_state import ViewState

if TYPE_CHECKING:
    from tuimon.analysis.run_filter import Filter

# Curves drawn while nothing is marked: as many as have colours of their own, less room for the run under the
# cursor. More lines than that cannot be told apart anyway.
UNMARKED_CURVES = 8


# What decides which rows there are and in which order; everything else of a view only picks from them.
# The stars decide on the order of all charts.
_ROWS_BY = (
    "baseline",
    "sort",
    "descending",
    "filter_text",
    "show_archived",
    "grouped",
    "turned_keys",
    "opened",
    "starred",
)


# Columns that go on with time alone.
_TIMES = frozenset({"eta_seconds", "seen_seconds", "age_seconds"})


@dataclass(frozen=True, slots=True)
class MetricOrder:
    """The metrics of a snapshot: ``main`` judges runs, ``groups`` is the order of the charts.

    Metrics of one group (``val_loss``, ``train_loss``) share a chart. ``starred`` are names or patterns.
    """

    main: str | None
    groups: tuple[tuple[str, ...], ...]
    starred: tuple[str, ...] = ()

    def group_of(self, metric: str) -> tuple[str, ...]:
        """The metrics that share a chart with this one, itself first."""
        for group in self.groups:
            if metric in group:
                return (metric, *(other for other in group if other != metric))
        return (metric,)


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """One snapshot under one view state: everything that the screens show. Equality is identity.

    ``rows`` are the runs that the filter leaves, sorted, their losses smoothed by ``row_smoothing``;
    ``cursor`` is the key of the one under the cursor, if any. ``plotted`` are the runs in the charts, in the
    order of the table. ``metric`` is in the large chart, ``strips`` are the metrics of the small ones.
    ``colours`` holds a hex colour for every run, ``names`` its name, with the
    id where two runs have the same one. ``differing`` are the config keys that are not the same in
    all plotted runs. ``best`` is the best run by ``metrics.main``, hidden ones included. ``filter_error``
    says what is wrong with the filter; the last good one holds then. ``groups`` are those behind rows that
    stand for several runs, ``left_out`` the config keys that grouping does not look at. ``now`` is unix time.
    ``rows`` may be of a little earlier than ``now``: ``row_now`` says how one reads.
    ``health`` is that of the runs looked at so far, by their keys; ``away`` says what happened since the app
    was last open.
    """

    snapshot: StoreSnapshot
    state: ViewState
    now: float
    rows: tuple[RunRow, ...]
    row_smoothing: float
    cursor: str | None
    plotted: tuple[RunSnapshot, ...]
    colours: Mapping[str, str]
    names: Mapping[str, str]
    axis: XAxis
    axes: tuple[XAxis, ...]
    metrics: MetricOrder
    metric: str | None
    strips: tuple[str, ...]
    differing: tuple[str, ...]
    best: RunRow | None
    filter_error: FilterProblem | None
    groups: Mapping[str, GroupedRuns] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    health: Mapping[str, RunHealth] = field(default_factory=dict)
    away: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the shown runs, in the order of the table."""
        return tuple(row.key for row in self.rows)

    @property
    def has_values(self) -> bool:
        """Whether there is something to draw: of the runs in the charts one was read, if only in part."""
        return any(run.metrics for run in self.plotted)

    @property
    def total(self) -> int:
        """How many runs there are, hidden ones included."""
        return len(self.snapshot.runs)

    @property
    def cursor_row(self) -> RunRow | None:
        """The row under the cursor."""
        row = next((row for row in self.rows if row.key == self.cursor), None)
        return self.row_now(row) if row is not None else None

    def row_now(self, row: RunRow) -> RunRow:
        """One of ``rows`` as it reads ``now``: they may be from a little earlier."""
        return row if row.key in self.groups else aged(row, self.now)

    @property
    def only_ages_pass(self) -> bool:
        """Whether time alone changes no more than what ``row_now`` makes up for."""
        return not (self.groups or self.state.filter_text or self.state.grouped)

    def at(self, now: float) -> Board:
        """The same at another time, where ``only_ages_pass``."""
        return replace(self, now=now)

    @property
    def charts(self) -> tuple[str, ...]:
        """The metrics of all charts in the order they are shown: the large one first."""
        return (self.metric, *self.strips) if self.metric is not None else ()

    def under(self, state: ViewState) -> Board | None:
        """The same runs under another view; None where other rows or another order are wanted."""
        if state == self.state:
            return self
        if any(getattr(state, name) != getattr(self.state, name) for name in _ROWS_BY):
            return None
        cursor = cursor_of(self.rows, state, self.groups)
        plotted = plotted_runs(self.rows, state, cursor)
        metric = state.main_metric if state.main_metric is not None else self.metrics.main
        return replace(
            self,
            state=state,
            cursor=cursor,
            plotted=plotted,
            axis=_axis(self.axes, state, plotted or self.snapshot.runs),
            metric=metric,
            strips=strip_metrics(self.metrics, metric, state.hidden_metrics),
        )

    def seated(self, state: ViewState) -> ViewState:
        """The view with its cursor on a row: on its group's where the run has no row of its own."""
        shown = state.cursor is not None and any(row.key == state.cursor for row in self.rows)
        return state if shown else state.with_cursor(cursor_of(self.rows, state, self.groups))

    def name(self, row: RunRow) -> str:
        """What a row is called: a run by a name of its own, a group by what its runs share."""
        return row.name if row.key in self.groups else self.names.get(row.key, row.name)

    def cut_name(self, row: RunRow, width: int) -> str:
        """What a row is called in so many cells, told apart from the runs in the charts; harmless."""
        drawn = (harmless(self.names.get(run.key, run.name)) for run in self.plotted)
        return cut_name(harmless(self.name(row)), width, drawn)

    def members(self, key: str) -> tuple[str, ...]:
        """The keys of the runs behind a row."""
        grouped = self.groups.get(key)
        return tuple(row.key for row in grouped.members) if grouped is not None else (key,)

    def run(self, key: str | None) -> RunSnapshot | None:
        """The run of this key, hidden or not; None where it is gone."""
        return next((run for run in self.snapshot.runs if run.key == key), None)


class _Configs:
    """The configs of runs, equal to the same ones: comparing what is in them is the work to be saved."""

    def __init__(self, runs: Sequence[RunSnapshot]) -> None:
        self._configs = [run.header.config for run in runs]

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Configs)
            and len(other._configs) == len(self._configs)
            and all(a is b for a, b in zip(other._configs, self._configs, strict=True))
        )

    __hash__ = None  # type: ignore[assignment]


class Workspace:
    """Builds boards, and keeps what need not be worked out again: rows, colours, the order of metrics."""

    def __init__(self, starred: tuple[str, ...] = ()) -> None:
        self._starred = starred  # while the view names none
        self._leaderboard = Leaderboard()
        self._group_table = GroupTable()
        self._colours: dict[str, str] = {}
        self._ordered: tuple[StoreSnapshot, tuple[str, ...], MetricOrder, tuple[XAxis, ...]] | None = None
        self._differing: tuple[_Configs, tuple[str, ...]] = (_Configs(()), ())
        self._all_found = False
        self._rows: tuple[RunRow, ...] = ()
        self._named: tuple[StoreSnapshot, Mapping[str, str]] | None = None
        self._filter: Filter | None = None  # the last good one
        self._left_out: tuple[_Configs, tuple[str, ...], tuple[str, ...]] = (_Configs(()), (), ())

    def board(self, snapshot: StoreSnapshot, state: ViewState, now: float) -> Board:
        """The board of a snapshot under a view state at unix time ``now``."""
        starred = self._starred if state.starred is None else state.starred
        metrics, axes = self._order(snapshot, starred)
        baseline = next((run for run in snapshot.runs if run.key == state.baseline), None)
        with_archived = self._leaderboard.rows(
            snapshot.runs,
            now,
            baseline=baseline,
            metric=metrics.main,
            smoothing=state.smoothing,
            keep=not state.filter_text and state.sort not in _TIMES,
        )
        error = self._read_filter(state.filter_text)
        everything = tuple(row for row in with_archived if state.show_archived or not row.run.meta.archived)
        by_filter = self._filter is not None and self._filter.decides_on_archived

        self._colour(snapshot)
        rows, groups = self._shown(with_archived if by_filter else everything, state)
        cursor = cursor_of(rows, state, groups)
        plotted = plotted_runs(rows, state, cursor)
        metric = state.main_metric if state.main_metric is not None else metrics.main
        return Board(
            snapshot=snapshot,
            state=state,
            now=now,
            rows=rows,
            row_smoothing=state.smoothing,
            cursor=cursor,
            plotted=plotted,
            colours=self._colours,
            names=self._distinct_names(snapshot),
            axis=_axis(axes, state, plotted or snapshot.runs),
            axes=axes,
            metrics=metrics,
            metric=metric,
            strips=strip_metrics(metrics, metric, state.hidden_metrics),
            differing=self._differing_keys(plotted),
            best=best_row(everything, metrics.main),
            filter_error=error,
            groups=groups,
            left_out=self._keys_left_out(snapshot, state),
        )

    def _order(
        self, snapshot: StoreSnapshot, starred: tuple[str, ...]
    ) -> tuple[MetricOrder, tuple[XAxis, ...]]:
        if self._ordered is None or self._ordered[0] is not snapshot or self._ordered[1] != starred:
            groups = starred_first(metric_groups(snapshot.runs), starred)
            metrics = MetricOrder(main_metric(snapshot.runs), groups, starred)
            self._ordered = snapshot, starred, metrics, available_axes(snapshot.runs)
        return self._ordered[2], self._ordered[3]

    def _colour(self, snapshot: StoreSnapshot) -> None:
        """Give new runs colours. While runs are still being found the order in which they are is chance: the
        oldest choose first, so that a run has the same colour at the next start.
        """
        oldest_first = ((run.key, run.run_id) for run in reversed(snapshot.runs))
        self._colours = assign_colours(oldest_first, self._colours if self._all_found else {})
        self._all_found |= not snapshot.scanning

    def _distinct_names(self, snapshot: StoreSnapshot) -> Mapping[str, str]:
        if self._named is None or self._named[0] is not snapshot:
            self._named = snapshot, distinct_names(snapshot.runs)
        return self._named[1]

    def _differing_keys(self, runs: Sequence[RunSnapshot]) -> tuple[str, ...]:
        configs = _Configs(runs)
        before, keys = self._differing
        if before != configs:
            keys = tuple(line.key for line in config_difference(runs)) if len(runs) > 1 else ()
            self._differing = configs, keys
        return keys

    def _keys_left_out(self, snapshot: StoreSnapshot, state: ViewState) -> tuple[str, ...]:
        """The config keys that grouping does not look at: a person's choice first, then those that differ."""
        if not state.grouped:
            return ()
        configs = _Configs(snapshot.runs)
        if self._left_out[:2] != (configs, state.turned_keys):
            keys = [key for key in config_keys_of(snapshot.runs, turned=state.turned_keys) if key.left_out]
            keys.sort(key=lambda key: (key.name not in state.turned_keys, key.values < 2))
            self._left_out = configs, state.turned_keys, tuple(key.name for key in keys)
        return self._left_out[2]

    def _shown(
        self, rows: Sequence[RunRow], state: ViewState
    ) -> tuple[tuple[RunRow, ...], Mapping[str, GroupedRuns]]:
        wanted = self._filter
        shown = tuple(rows) if wanted is None else tuple(row for row in rows if wanted.matches(row.run, row))
        groups: Mapping[str, GroupedRuns] = {}
        if state.grouped:
            opened, turned = state.opened, state.turned_keys
            members = members_of(shown, opened, turned) if opened is not None else ()
            shown, groups = (members, {}) if members else self._group_table.rows(shown, turned)
        if state.sort is not None:
            shown = sort_groups(shown, groups, state.sort, state.descending)
        elif state.descending:
            shown = shown[::-1]
        shown = baseline_first(shown)
        if len(shown) == len(self._rows) and all(map(is_, shown, self._rows)):
            shown = self._rows  # the same object: what a table is laid out by need not be worked out again
        self._rows = shown
        return shown, groups

    def _read_filter(self, text: str) -> FilterProblem | None:
        """Take this filter if it can be read; returns what is wrong with it otherwise.

        Of one whose last comparison lacks its value the part before it is taken: the filter held until then
        has looked for the comparison's key as a word, which is in few names.
        """
        problem = filter_problem(text)
        if (
            problem is not None
            and problem.begun is not None
            and filter_problem(text[: problem.begun]) is None
        ):
            self._read_filter(text[: problem.begun])
        if not text:
            self._filter = None
        elif problem is None:
            from tuimon.analysis.run_filter import parse_filter  # 17 ms that few starts need

            self._filter = parse_filter(text)
        return problem


def baseline_first(rows: Sequence[RunRow]) -> tuple[RunRow, ...]:
    """The baseline pinned on top, the others in their order."""
    return tuple(sorted(rows, key=lambda row: not row.is_baseline))


def cursor_of(
    rows: Sequence[RunRow], state: ViewState, groups: Mapping[str, GroupedRuns] | None = None
) -> str | None:
    """The row under the cursor: that of the view's run or of the group that it is in, else the first one."""
    if not rows:
        return None
    keys = [row.key for row in rows]
    if groups and state.cursor is not None and state.cursor not in keys:
        for key, grouped in groups.items():
            if any(member.key == state.cursor for member in grouped.members):
                return key
    return keys[state.place(keys)]


def plotted_runs(rows: Sequence[RunRow], state: ViewState, cursor: str | None) -> tuple[RunSnapshot, ...]:
    """The runs in the charts: the marked ones, else the first of the table; and the one under the cursor.

    In the order of the table, so that curves and rows can be matched at a glance.
    """
    marked = set(state.marked)
    chosen = [row for row in rows if row.key in marked] or list(rows[:UNMARKED_CURVES])
    keys = {row.key for row in chosen} | {cursor}
    return tuple(row.run for row in rows if row.key in keys)


def strip_metrics(metrics: MetricOrder, shown: str | None, hidden: Sequence[str]) -> tuple[str, ...]:
    """The metrics of the strips: of each group the first that is not hidden; not that of the large chart."""
    taken = set(metrics.group_of(shown)) if shown is not None else set()
    leading = (
        next((name for name in group if name not in hidden), None)
        for group in metrics.groups
        if not taken.intersection(group)
    )
    return tuple(name for name in leading if name is not None)


def _axis(axes: Sequence[XAxis], state: ViewState, runs: Sequence[RunSnapshot]) -> XAxis:
    chosen = next((axis for axis in axes if axis.id == state.x_axis), None)
    return chosen or default_axis(runs)


def newest_named(snapshot: StoreSnapshot, names: Sequence[str]) -> tuple[str, ...]:
    """The keys of the newest run of each name, where there is one."""
    newest: dict[str, str] = {}
    for run in snapshot.runs:
        newest.setdefault(run.name, run.key)
    return tuple(newest[name] for name in names if name in newest)
