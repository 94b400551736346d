"""One row for each group of runs: means, spread, and the members that diverged."""

from __future__ import annotations

import math

import pytest

from tests.charts.runs_by_hand import START, make_run
from tuimon.analysis.group_rows import group_rows, members_of, sort_groups
from tuimon.analysis.leaderboard import Leaderboard
from tuimon.analysis.run_rows import RunRow
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
