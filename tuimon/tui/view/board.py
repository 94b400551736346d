"""What the screens show: one snapshot of the store under one view state, without Textual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from tuimon.analysis.axes import XAxis, default_axis
from tuimon.analysis.group_rows import GroupedRuns
from tuimon.analysis.health_events import RunHealth
from tuimon.analysis.leaderboard import RunRow, aged
from tuimon.analysis.metric_order import known_first
from tuimon.charts.distinct_names import cut_name
from tuimon.charts.notation import harmless
from tuimon.quick_dataclass import dataclass
from tuimon.store.snapshot import RunSnapshot, StoreSnapshot
from tuimon.tui.view.filter_text import FilterProblem
from tuimon.tui.view.view_state import ViewState

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
    "filter_typed",
    "show_archived",
    "grouped",
    "turned_keys",
    "opened",
    "starred",
)


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
            axis=chosen_axis(self.axes, state, plotted or self.snapshot.runs),
            metric=metric,
            strips=strip_metrics(self.metrics, metric, state.hidden_metrics, plotted),
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


def strip_metrics(
    metrics: MetricOrder, shown: str | None, hidden: Sequence[str], plotted: Sequence[RunSnapshot] = ()
) -> tuple[str, ...]:
    """The metrics of the strips: of each group the first that is not hidden; not that of the large chart.

    What none of the ``plotted`` runs has comes last, so that no page is empty before one that is not.
    """
    taken = set(metrics.group_of(shown)) if shown is not None else set()
    groups = (
        tuple(name for name in group if name not in hidden)
        for group in metrics.groups
        if not taken.intersection(group)
    )
    return tuple(group[0] for group in known_first(filter(None, groups), plotted, metrics.starred))


def chosen_axis(axes: Sequence[XAxis], state: ViewState, runs: Sequence[RunSnapshot]) -> XAxis:
    """The axis that the view asks for, where these runs have it, else the one they have in common."""
    chosen = next((axis for axis in axes if axis.id == state.x_axis), None)
    return chosen or default_axis(runs)
