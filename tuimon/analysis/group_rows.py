"""What the run table says of a group of runs: one row of means, with their spread beside it."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import field, replace

from tuimon.analysis.divergence import has_diverged
from tuimon.analysis.group_labels import told_apart
from tuimon.analysis.groups import RunGroup, Spread, group_of_members, members_by_group, spread_of
from tuimon.analysis.run_rows import RunRow
from tuimon.analysis.sorting import METRIC_PREFIX, column_value, sort_by_values, sort_rows
from tuimon.quick_dataclass import dataclass
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot


@dataclass(frozen=True, slots=True, eq=False)
class GroupedRuns:
    """A group of at least two runs behind one row of the table. ``row.key`` is that of its oldest member.

    Means and spreads are of the members that have not diverged; ``diverged`` are the keys of those that have.
    ``known`` are the means of columns that were asked for.
    """

    group: RunGroup
    members: tuple[RunRow, ...]
    row: RunRow
    best: Spread
    diverged: tuple[str, ...]
    known: dict[str, float | None] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The key of the row that stands for the group."""
        return self.row.key

    def value(self, column: str) -> float | None:
        """The mean of a metric's column over the members that have not diverged."""
        if column not in self.known:
            values = [
                (row.run, number if isinstance(number := column_value(row, column), float) else None)
                for row in self.members
            ]
            metric = self.row.main_metric or ""
            self.known[column] = spread_of(values, metric, lambda run, _: run.key in self.diverged).mean
        return self.known[column]


# What a row says that neither its run nor the time decides on: the row of a group holds while these are the
# same in all members.
_Told = tuple[RunSnapshot, str | None, float | None, float | None, bool]
_MOST_KNOWN = 4096


class GroupTable:
    """Puts rows together to groups, and keeps what it worked out of a group until one of its members changes.

    Not for several threads at once.
    """

    def __init__(self) -> None:
        self._turned: tuple[str, ...] = ()
        self._labelled: Mapping[Hashable, str] = {}
        self._told_apart: Mapping[Hashable, str] = {}
        self._known: dict[Hashable, tuple[tuple[_Told, ...], GroupedRuns]] = {}

    def rows(
        self, rows: Sequence[RunRow], turned: tuple[str, ...] = ()
    ) -> tuple[tuple[RunRow, ...], Mapping[str, GroupedRuns]]:
        """One row for each group, in the order of their first members, and those of two and more by key.

        ``rows`` come newest start first. ``turned`` as in ``group_runs``.
        """
        if self._turned != turned or len(self._known) > _MOST_KNOWN:
            self._turned = turned
            self._known.clear()
        by_key = {row.key: row for row in rows}
        shown: list[RunRow] = []
        groups: dict[str, GroupedRuns] = {}
        found = {
            group_id: tuple(by_key[run.key] for run in runs)
            for group_id, runs in members_by_group((row.run for row in rows), turned=turned).items()
        }
        known = {
            group_id: self._grouped(group_id, members)
            for group_id, members in found.items()
            if len(members) > 1
        }
        labels = self._labels(known)
        for group_id, members in found.items():
            if group_id not in known:
                shown.append(members[0])
                continue
            grouped = _at_this_time(known[group_id], members, labels[group_id])
            groups[grouped.key] = grouped
            shown.append(grouped.row)
        return tuple(shown), groups

    def _labels(self, known: Mapping[Hashable, GroupedRuns]) -> Mapping[Hashable, str]:
        """What the groups are called, told apart by their configs where that is needed."""
        labelled = {group_id: grouped.group.label for group_id, grouped in known.items()}
        if labelled != self._labelled:
            labels = told_apart([(grouped.group.label, grouped.group.config) for grouped in known.values()])
            self._labelled = labelled
            self._told_apart = dict(zip(known, labels, strict=True))
        return self._told_apart

    def _grouped(self, group_id: Hashable, members: tuple[RunRow, ...]) -> GroupedRuns:
        """The group as it was worked out last."""
        told = tuple(map(_told, members))
        known = self._known.get(group_id)
        # Equality of tuples asks for identity first, which makes a NaN that was kept equal to itself.
        if known is None or known[0] != told:
            group = group_of_members(group_id, tuple(row.run for row in members), turned=self._turned)
            known = self._known[group_id] = told, _grouped(group, members)
        return known[1]


def group_rows(
    rows: Sequence[RunRow], turned: tuple[str, ...] = ()
) -> tuple[tuple[RunRow, ...], Mapping[str, GroupedRuns]]:
    """As ``GroupTable.rows``, nothing kept."""
    return GroupTable().rows(rows, turned)


def members_of(rows: Sequence[RunRow], key: str, turned: tuple[str, ...] = ()) -> tuple[RunRow, ...]:
    """The rows of the group that this run is in; none where it is not there."""
    for runs in members_by_group((row.run for row in rows), turned=turned).values():
        keys = {run.key for run in runs}
        if key in keys:
            return tuple(row for row in rows if row.key in keys)
    return ()


def sort_groups(
    rows: Sequence[RunRow], groups: Mapping[str, GroupedRuns], column: str, descending: bool
) -> tuple[RunRow, ...]:
    """As ``sort_rows``, groups by the mean of their members."""
    if not column.startswith(METRIC_PREFIX) or not groups:
        return sort_rows(rows, column, descending)

    def value(row: RunRow) -> object:
        return groups[row.key].value(column) if row.key in groups else column_value(row, column)

    return sort_by_values(rows, value, descending)


def _grouped(group: RunGroup, members: tuple[RunRow, ...]) -> GroupedRuns:
    oldest = members[-1]
    metric = oldest.main_metric or ""
    lost = tuple(row.key for row in members if has_diverged(row.run, metric))
    kept = [row for row in members if row.key not in lost]
    best = spread_of([(row.run, row.best) for row in members], metric, lambda run, _: run.key in lost)
    row = replace(
        oldest,
        name=group.label,
        state=_state(members),
        is_baseline=any(row.is_baseline for row in members),
        step=max(_finite(row.step for row in members), default=None),
        progress=_mean(row.progress for row in members),
        train_loss_smoothed=_mean(row.train_loss_smoothed for row in kept),
        best=best.mean,
        best_step=_mean(row.best_step for row in kept),
        last=_mean(row.last for row in kept),
        delta=_mean(row.delta for row in kept),
        delta_step=_common(row.delta_step for row in kept if row.delta is not None),
        throughput=_mean(row.throughput for row in kept),
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


def _told(row: RunRow) -> _Told:
    return row.run, row.main_metric, row.train_loss_smoothed, row.delta, row.is_baseline


def _at_this_time(before: GroupedRuns, members: tuple[RunRow, ...], label: str) -> GroupedRuns:
    """The group under its label, and with what goes on while runs don't change.

    That is the time until the last one ends and since the last record.
    """
    row = replace(
        before.row,
        name=label,
        eta_seconds=max(_finite(member.eta_seconds for member in members), default=None),
        seen_seconds=min(_finite(member.seen_seconds for member in members), default=None),
        age_seconds=members[-1].age_seconds,
    )
    group = before.group if before.group.label == label else replace(before.group, label=label)
    return GroupedRuns(group, members, row, before.best, before.diverged, before.known)


def _common(steps: Iterable[float | None]) -> float | None:
    """The step that all of them have; None where they differ."""
    known = set(steps)
    return known.pop() if len(known) == 1 else None


def _finite(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None and math.isfinite(value)]


def _mean(values: Iterable[float | None]) -> float | None:
    """Their mean, also where no float holds their sum; of a handful that takes less time than numpy's."""
    known = _finite(values)
    if not known:
        return None
    total = sum(known)
    return total / len(known) if math.isfinite(total) else sum(value / len(known) for value in known)
