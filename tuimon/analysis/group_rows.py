"""What the run table says of a group of runs: one row of means, with their spread beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tuimon.analysis.divergence import has_diverged
from tuimon.analysis.groups import RunGroup, Spread, group_runs, spread_of
from tuimon.analysis.run_rows import RunRow
from tuimon.analysis.sorting import METRIC_PREFIX, column_value, sort_rows
from tuimon.quick_dataclass import dataclass
from tuimon.store.liveness import RunState


@dataclass(frozen=True, slots=True, eq=False)
class GroupedRuns:
    """A group of at least two runs behind one row of the table. ``row.key`` is that of its oldest member.

    Means and spreads are of the members that have not diverged; ``diverged`` are the keys of those that have.
    """

    group: RunGroup
    members: tuple[RunRow, ...]
    row: RunRow
    best: Spread
    diverged: tuple[str, ...]

    @property
    def key(self) -> str:
        """The key of the row that stands for the group."""
        return self.row.key

    def value(self, column: str) -> float | None:
        """The mean of a metric's column over the members that have not diverged."""
        metric = self.row.main_metric or ""
        values = [
            (row.run, number if isinstance(number := column_value(row, column), float) else None)
            for row in self.members
        ]
        return spread_of(values, metric, lambda run, _: run.key in self.diverged).mean


def group_rows(rows: Sequence[RunRow]) -> tuple[tuple[RunRow, ...], Mapping[str, GroupedRuns]]:
    """One row for each group, in the order of their first members, and the groups of two and more by key.

    ``rows`` come newest start first.
    """
    by_key = {row.key: row for row in rows}
    shown: list[RunRow] = []
    groups: dict[str, GroupedRuns] = {}
    for group in group_runs(row.run for row in rows):
        members = tuple(by_key[run.key] for run in group.members)
        if len(members) == 1:
            shown.append(members[0])
            continue
        grouped = _grouped(group, members)
        groups[grouped.key] = grouped
        shown.append(grouped.row)
    return tuple(shown), groups


def members_of(rows: Sequence[RunRow], key: str) -> tuple[RunRow, ...]:
    """The rows of the group that this run is in; none where it is not there."""
    for group in group_runs(row.run for row in rows):
        keys = {run.key for run in group.members}
        if key in keys:
            return tuple(row for row in rows if row.key in keys)
    return ()


def sort_groups(
    rows: Sequence[RunRow], groups: Mapping[str, GroupedRuns], column: str, descending: bool
) -> tuple[RunRow, ...]:
    """As ``sort_rows``, groups by the mean of their members."""
    if not column.startswith(METRIC_PREFIX) or not groups:
        return sort_rows(rows, column, descending)
    by_key = {row.key: row for row in rows}
    valued = [
        replace(row, best=groups[row.key].value(column) if row.key in groups else column_value(row, column))
        for row in rows
    ]
    return tuple(by_key[row.key] for row in sort_rows(valued, "best", descending))


def _grouped(group: RunGroup, members: tuple[RunRow, ...]) -> GroupedRuns:
    oldest = members[-1]
    metric = oldest.main_metric or ""
    lost = tuple(row.key for row in members if has_diverged(row.run, metric))
    kept = [row for row in members if row.key not in lost]

    def spread(name: str) -> Spread:
        values = [(row.run, getattr(row, name)) for row in members]
        return spread_of(values, metric, lambda run, _: run.key in lost)

    best = spread("best")
    row = replace(
        oldest,
        name=group.label,
        state=_state(members),
        is_baseline=any(row.is_baseline for row in members),
        step=max(_known(row.step for row in members), default=None),
        progress=_mean(row.progress for row in members),
        train_loss_smoothed=spread("train_loss_smoothed").mean,
        best=best.mean,
        best_step=spread("best_step").mean,
        last=spread("last").mean,
        delta=spread("delta").mean,
        throughput=_mean(row.throughput for row in kept),
        eta_seconds=max(_known(row.eta_seconds for row in members), default=None),
        seen_seconds=min(_known(row.seen_seconds for row in members), default=None),
        duration_seconds=_mean(row.duration_seconds for row in members),
        sparkline=(kept or members)[-1].sparkline,
        nan_count=sum(row.nan_count for row in members),
        bad_lines=sum(row.bad_lines for row in members),
    )
    return GroupedRuns(group, members, row, best, lost)


def _state(members: Sequence[RunRow]) -> RunState:
    """What wants to be known of them: that one is running, else stalled, else what most of them are."""
    states = [row.state for row in members]
    for state in (RunState.RUNNING, RunState.STALLED):
        if state in states:
            return state
    return max(states, key=states.count)


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None and not math.isnan(value)]


def _mean(values: Iterable[float | None]) -> float | None:
    known = _known(values)
    return sum(known) / len(known) if known else None
