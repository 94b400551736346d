"""One row for each group of runs: means, spread, and the members that diverged."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.charts.runs_by_hand import START, make_run
from tuimon.analysis.group_rows import GroupedRuns, GroupTable, group_rows, members_of, sort_groups
from tuimon.analysis.leaderboard import Leaderboard
from tuimon.analysis.run_rows import RunRow
from tuimon.analysis.sorting import column_value
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot


def run(name: str, lr: float, best: float, *, state: RunState = RunState.FINISHED) -> RunSnapshot:
    values = [4.0, 3.0, best]
    return make_run(
        name,
        state=state,
        config={"lr": lr, "seed": name[-1]},
        metrics={"train_loss": values, "val_loss": values, "grad_norm": [1.0, 1.0, best]},
    )


def rows(*runs: RunSnapshot) -> tuple[RunRow, ...]:
    return tuple(Leaderboard().rows(runs, START.timestamp() + 3600))


def test_a_group_is_one_row_of_means() -> None:
    members = rows(run("low_2", 1e-3, 2.0), run("high_1", 1e-2, 9.0), run("low_1", 1e-3, 1.0))
    shown, groups = group_rows(members)
    assert [row.name for row in shown] == ["low", "high_1"]
    grouped = groups[shown[0].key]
    assert shown[0].key == members[2].key  # the oldest stands for them
    assert shown[0].best == 1.5
    assert grouped.best.std == pytest.approx(math.sqrt(0.5))
    assert grouped.value("metric.grad_norm") == 1.5
    assert list(groups) == [shown[0].key]


def test_a_diverged_member_is_in_no_mean() -> None:
    lost = run("a_3", 1e-3, math.nan)
    shown, groups = group_rows(rows(lost, run("a_2", 1e-3, 2.0), run("a_1", 1e-3, 1.0)))
    grouped = groups[shown[0].key]
    assert grouped.diverged == (lost.key,)
    assert (shown[0].best, grouped.best.n) == (1.5, 2)
    assert grouped.value("metric.val_loss:max") == 4.0


def test_a_group_runs_while_one_of_it_does() -> None:
    shown, _ = group_rows(rows(run("a_2", 1e-3, 2.0), run("a_1", 1e-3, 1.0, state=RunState.RUNNING)))
    assert shown[0].state is RunState.RUNNING


def test_groups_are_sorted_by_their_means() -> None:
    everything = rows(
        run("a_2", 1e-3, 2.9), run("a_1", 1e-3, 1.5), run("b_2", 1e-2, 2.0), run("b_1", 1e-2, 1.6)
    )
    shown, groups = group_rows(everything)
    for column in ("best", "metric.grad_norm"):
        ascending = sort_groups(shown, groups, column, False)
        assert [row.name for row in ascending] == ["b", "a"]
        assert sort_groups(shown, groups, column, True) == ascending[::-1]


def test_the_members_of_a_group_by_one_of_them() -> None:
    everything = rows(run("a_2", 1e-3, 9.0), run("b_1", 1e-2, 4.0), run("a_1", 1e-3, 1.0))
    assert [row.name for row in members_of(everything, everything[2].key)] == ["a_2", "a_1"]
    assert members_of(everything, "gone") == ()


def test_a_group_is_worked_out_again_only_when_a_member_changes() -> None:
    """Ages go on all the same."""
    everything = [run("a_2", 1e-3, 2.0), run("a_1", 1e-3, 1.0), run("b_2", 1e-2, 4.0), run("b_1", 1e-2, 3.0)]
    table, board = GroupTable(), Leaderboard()

    def look(seconds: float) -> tuple[GroupedRuns, GroupedRuns]:
        _, groups = table.rows(board.rows(everything, START.timestamp() + seconds))
        first, second = groups.values()
        return first, second

    first, second = look(100)
    assert first.value("metric.grad_norm:max") == 1.5
    later, same = look(160)
    assert (later.group, later.best, later.known) == (first.group, first.best, first.known)
    assert later.group is first.group
    assert later.row.seen_seconds == (first.row.seen_seconds or 0) + 60
    assert later.row.age_seconds == (first.row.age_seconds or 0) + 60
    everything[0] = run("a_2", 1e-3, 3.0)
    changed, same = look(170)
    assert (changed.row.best, changed.best.high) == (2.0, 3.0)
    assert changed.value("metric.grad_norm:max") == 2.0
    assert same.group is second.group


def test_a_baseline_changes_the_differences_of_a_group() -> None:
    everything = [run("a_2", 1e-3, 2.0), run("a_1", 1e-3, 1.0), run("b_1", 1e-2, 3.0)]
    table, board = GroupTable(), Leaderboard()
    without = table.rows(board.rows(everything, START.timestamp()))[0][0]
    against = table.rows(board.rows(everything, START.timestamp(), baseline=everything[2]))[0][0]
    assert (without.delta, against.delta, against.delta_step) == (None, -1.5, 3.0)


actions = st.lists(st.tuples(st.integers(0, 5), st.floats(-9, 9) | st.just(math.nan)), max_size=8)


@given(actions, st.sets(st.sampled_from(["seed", "lr"])))
def test_what_was_kept_is_what_would_be_worked_out(steps: list[tuple[int, float]], turned: set[str]) -> None:
    """Whatever member changes to whatever value: as a table that has kept nothing."""
    everything = [run(f"r_{number}", 1e-3 * (number % 2), 1.0 + number) for number in range(6)]
    table, board = GroupTable(), Leaderboard()
    keys = tuple(sorted(turned))
    for now, (place, value) in enumerate([(0, 1.0), *steps]):
        everything[place] = run(f"r_{place}", 1e-3 * (place % 2), value)
        all_rows = board.rows(everything, START.timestamp() + now, baseline=everything[1])
        kept, fresh = table.rows(all_rows, keys), group_rows(all_rows, keys)
        assert list(map(_said, kept[0])) == list(map(_said, fresh[0]))
        assert {key: group.diverged for key, group in kept[1].items()} == {
            key: group.diverged for key, group in fresh[1].items()
        }


def _said(row: RunRow) -> str:
    """All that a row says; NaN is equal to NaN in it."""
    return repr(replace(row, run=row.run.key))  # type: ignore[arg-type]


values = st.lists(st.none() | st.floats(), min_size=1, max_size=12)


@given(values, st.booleans())
def test_groups_without_a_value_are_last_both_ways(bests: list[float | None], descending: bool) -> None:
    """Absent and NaN, also where all members diverged; the rest in order."""
    everything = []
    for number, best in enumerate(bests):
        for seed in range(1 + number % 2):
            metrics = {} if best is None else {"grad_norm": [best]}
            everything.append(
                make_run(f"g{number}_{seed}", config={"lr": number, "seed": seed}, metrics=metrics)
            )
    shown, groups = group_rows(rows(*everything))
    column = "metric.grad_norm"
    ordered = sort_groups(shown, groups, column, descending)
    told = [
        groups[row.key].value(column) if row.key in groups else column_value(row, column) for row in ordered
    ]
    known = [value for value in told if value is not None and not math.isnan(value)]
    assert known == sorted(known, reverse=descending)
    assert all(value is None or math.isnan(value) for value in told[len(known) :])
    assert len(told) == len(bests)
