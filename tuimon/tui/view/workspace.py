"""From a snapshot and a view state to what the screens show, without Textual.

``Workspace.board`` is called in the drawing thread alone, the first time before that has begun; what it
returns is frozen and read by everybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import is_
from typing import TYPE_CHECKING

from tuimon.analysis.axes import XAxis, available_axes
from tuimon.analysis.comparison import config_difference
from tuimon.analysis.group_rows import GroupedRuns, GroupTable, members_of, sort_groups
from tuimon.analysis.groups import config_keys_of
from tuimon.analysis.leaderboard import Leaderboard, RunRow
from tuimon.analysis.metric_order import groups_of_seen, starred_first
from tuimon.analysis.metric_roles import main_metric
from tuimon.analysis.sorting import best_row
from tuimon.charts.distinct_names import distinct_names
from tuimon.charts.palette import assign_colours
from tuimon.quick_dataclass import dataclass
from tuimon.store.snapshot import RunSnapshot, StoreSnapshot
from tuimon.tui.view.board import Board, MetricOrder, chosen_axis, cursor_of, plotted_runs, strip_metrics
from tuimon.tui.view.filter_text import FilterProblem, filter_problem
from tuimon.tui.view.view_state import ViewState

if TYPE_CHECKING:
    from tuimon.analysis.run_filter import Filter

# Columns that go on with time alone.
_TIMES = frozenset({"eta_seconds", "seen_seconds", "age_seconds"})


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


@dataclass(frozen=True, slots=True, eq=False)
class _Ordered:
    """The order of a snapshot's metrics, and what was ``wanted`` of it."""

    snapshot: StoreSnapshot
    wanted: tuple[tuple[str, ...], bool]
    metrics: MetricOrder
    axes: tuple[XAxis, ...]


class Workspace:
    """Builds boards, and keeps what need not be worked out again: rows, colours, the order of metrics."""

    def __init__(self, starred: tuple[str, ...] = ()) -> None:
        self._starred = starred  # while the view names none
        self._leaderboard = Leaderboard()
        self._group_table = GroupTable()
        self._colours: dict[str, str] = {}
        self._ordered: _Ordered | None = None
        self._differing: tuple[_Configs, tuple[str, ...]] = (_Configs(()), ())
        self._all_found = False
        self._rows: tuple[RunRow, ...] = ()
        self._named: tuple[StoreSnapshot, Mapping[str, str]] | None = None
        self._filter: Filter | None = None  # the last good one
        self._left_out: tuple[_Configs, tuple[str, ...], tuple[str, ...]] = (_Configs(()), (), ())

    def board(self, snapshot: StoreSnapshot, state: ViewState, now: float) -> Board:
        """The board of a snapshot under a view state at unix time ``now``."""
        starred = self._starred if state.starred is None else state.starred
        metrics, axes = self._order(snapshot, starred, state.show_archived)
        baseline = next((run for run in snapshot.runs if run.key == state.baseline), None)
        with_archived = self._leaderboard.rows(
            snapshot.runs,
            now,
            baseline=baseline,
            metric=metrics.main,
            smoothing=state.smoothing,
            keep=not state.filter_text and state.sort not in _TIMES,
        )
        everything = tuple(row for row in with_archived if state.show_archived or not row.run.meta.archived)
        error = self._take_filter(state, with_archived, everything)
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
            axis=chosen_axis(axes, state, plotted or snapshot.runs),
            axes=axes,
            metrics=metrics,
            metric=metric,
            strips=strip_metrics(metrics, metric, state.hidden_metrics, plotted),
            differing=self._differing_keys(plotted),
            best=best_row(everything, metrics.main),
            filter_error=error,
            groups=groups,
            left_out=self._keys_left_out(snapshot, state),
        )

    def _order(
        self, snapshot: StoreSnapshot, starred: tuple[str, ...], show_archived: bool
    ) -> tuple[MetricOrder, tuple[XAxis, ...]]:
        """What the hidden runs alone have comes last, and judges none while the others have a metric."""
        wanted, known = (starred, show_archived), self._ordered
        if known is None or known.snapshot is not snapshot or known.wanted != wanted:
            runs = snapshot.runs
            seen = tuple(run for run in runs if show_archived or not run.meta.archived)
            groups = starred_first(groups_of_seen(runs, seen), starred)
            metrics = MetricOrder(main_metric(seen) or main_metric(runs), groups, starred)
            known = self._ordered = _Ordered(snapshot, wanted, metrics, available_axes(runs))
        return known.metrics, known.axes

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

    def _take_filter(
        self, state: ViewState, with_archived: Sequence[RunRow], everything: Sequence[RunRow]
    ) -> FilterProblem | None:
        """The filter of the view; of one that is being typed the part that is surely meant as it is.

        Left out are the beginning of and, or, not, and that of a key where the word alone hides every run.
        """
        text = state.filter_text
        if not (state.filter_typed and text):
            return self._read_filter(text)
        from tuimon.analysis.filter_typing import begun_key, begun_operator, good_start  # 17 ms

        operator = begun_operator(text)
        if operator is not None:
            return self._read_filter(text[:operator])
        problem = self._read_filter(text)
        wanted = self._filter
        if problem is not None or wanted is None:
            return problem
        rows = with_archived if wanted.decides_on_archived else everything
        if any(wanted.matches(row.run, row) for row in rows):
            return None
        key = begun_key(text, [row.run for row in with_archived])
        if key is None:
            return None
        self._read_filter(good_start(text))
        return FilterProblem(f"no name, tag or note has {text[key:].strip()}", len(text))

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


def newest_named(snapshot: StoreSnapshot, names: Sequence[str]) -> tuple[str, ...]:
    """The keys of the newest run of each name, where there is one."""
    newest: dict[str, str] = {}
    for run in snapshot.runs:
        newest.setdefault(run.name, run.key)
    return tuple(newest[name] for name in names if name in newest)
