"""Labels of groups whose runs have the same names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.charts.runs_by_hand import make_run
from tuimon.analysis.group_labels import told_apart
from tuimon.analysis.groups import group_runs


@pytest.mark.parametrize(
    ("configs", "labels"),
    [
        ([{"learning_rate": 3e-4}, {"learning_rate": 1e-2}], ["exp lr=3e-04", "exp lr=1e-02"]),
        ([{"lr": 0.1, "n": 4}, {"lr": 1e-3, "n": 4}], ["exp lr=1e-01", "exp lr=1e-03"]),
        ([{"dropout": 0.05}, {"dropout": 0.1}], ["exp dropout=0.05", "exp dropout=0.1"]),
        ([{"batch_size": 32}, {"batch_size": 64}, {}], ["exp bs=32", "exp bs=64", "exp no bs"]),
        ([{"tied": True}, {"tied": False}], ["exp tied=true", "exp tied=false"]),
        (
            [{"model.name": "gpt"}, {"model.name": "mlp"}],
            ["exp model.name=gpt", "exp model.name=mlp"],
        ),
        (
            [{"a.size": 1, "b.size": 1}, {"a.size": 1, "b.size": 2}, {"a.size": 2, "b.size": 1}],
            ["exp a.size=1 b.size=1", "exp a.size=1 b.size=2", "exp a.size=2 b.size=1"],
        ),
        ([{"lr": 1e-3}, {"lr": 1e-3}], ["exp", "exp"]),
    ],
)
def test_what_differs_stands_behind_the_name(configs: list[dict[str, object]], labels: list[str]) -> None:
    """In the words people use in names of runs, with as few characters as tell the value."""
    assert told_apart([("exp", config) for config in configs]) == labels


def test_no_more_keys_than_needed() -> None:
    """The key that tells most of them apart comes first, and others only where it does not suffice."""
    configs = [{"warmup": lr > 2, "lr_scale": lr, "steps": lr * 10} for lr in (1, 2, 3)]
    assert told_apart([("exp", config) for config in configs]) == [
        "exp lr_scale=1",
        "exp lr_scale=2",
        "exp lr_scale=3",
    ]


def test_labels_that_differ_stay_as_they_are() -> None:
    """Of three groups the two of one name get what tells them apart."""
    groups = [("fast", {"lr": 1}), ("slow", {"lr": 2}), ("fast", {"lr": 3})]
    assert told_apart(groups) == ["fast lr=1", "slow", "fast lr=3"]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)), unique=True, max_size=8))
def test_different_configs_get_different_labels(values: list[tuple[int, int, int]]) -> None:
    groups = [("exp", dict(zip("abc", value, strict=True))) for value in values]
    assert len(set(told_apart(groups))) == len(values)


def test_groups_of_runs_of_one_name_are_told_apart() -> None:
    """Seeds are no part of it."""
    runs = [
        make_run("exp", config={"learning_rate": rate, "seed": seed}, header={"run_id": f"{rate}{seed}"})
        for rate in (3e-4, 1e-3)
        for seed in (1, 2)
    ]
    assert [group.label for group in group_runs(runs)] == ["exp lr=3e-04", "exp lr=1e-03"]
