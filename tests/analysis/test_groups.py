"""Runs of one configuration together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from tests.analysis.builder import INF, NAN, changed, make_run
from tests.snapshots_by_hand import Values
from tuimon.analysis.axes import ITERATION
from tuimon.analysis.best_values import last_value
from tuimon.analysis.curves import rounded_span
from tuimon.analysis.group_curves import GroupCurve, group_curve
from tuimon.analysis.groups import Spread, best_spread, config_keys_of, group_runs, left_out_keys, spread_of
from tuimon.analysis.smoothing import smooth
from tuimon.records.metric_summary import MetricSummary
from tuimon.store.snapshot import RunSnapshot


def run_of(name: str, **config: Any) -> RunSnapshot:
    return make_run(name, config=config)


def members(runs: list[RunSnapshot], **options: Any) -> list[list[str]]:
    return [[run.name for run in group.members] for group in group_runs(runs, **options)]


# Who belongs together


def test_runs_that_differ_in_seed_name_path_device_and_rank_are_one_group() -> None:
    """In the order of first members; others stay alone."""
    runs = [
        run_of("a", lr=1e-3, seed=1, out_dir="x", device="cuda:0", experiment_name="a", local_rank=0),
        run_of("c", lr=1e-2, seed=1, out_dir="x", device="cuda:0", experiment_name="c", local_rank=0),
        run_of("b", lr=1e-3, seed=2, out_dir="y", device="cpu", experiment_name="b", local_rank=1),
    ]
    groups = group_runs(runs)
    assert [[run.name for run in group.members] for group in groups] == [["a", "b"], ["c"]]
    assert (groups[0].n, dict(groups[0].config)) == (2, {"lr": 1e-3})


def test_what_the_experiment_is_about_keeps_runs_apart() -> None:
    """The model's and the optimizer's name, and how many processes there were."""
    for key, values in {"model_name": ("a", "b"), "optimizer_name": ("a", "b"), "world_size": (1, 8)}.items():
        assert members([run_of("x", **{key: values[0]}), run_of("y", **{key: values[1]})]) == [["x"], ["y"]]


def test_keys_left_out_are_listed_and_can_be_chosen() -> None:
    """Those that differ first. A pattern means the last part of a nested key, or the whole key."""
    runs = [
        run_of("a", lr=1, data={"seed": 0, "size": 3}, device="cpu"),
        run_of("b", lr=2, data={"seed": 1, "size": 3}, device="cpu"),
    ]
    assert left_out_keys(runs) == ("data.seed", "device")
    assert members(runs) == [["a"], ["b"]]
    (group,) = group_runs(runs, left_out=("LR", "data.*", "device"))
    assert group.left_out == ("data.seed", "lr", "data.size", "device")
    assert members([run_of("a", seed=1), run_of("b", seed=2)], left_out=()) == [["a"], ["b"]]


def test_single_keys_are_turned_against_the_patterns() -> None:
    """Whole keys, whatever characters are in them."""
    runs = [
        run_of("a", lr=1, data={"seed": 0}, seed=0, **{"drop[*]": 1}),
        run_of("b", lr=2, data={"seed": 1}, seed=0, **{"drop[*]": 2}),
    ]
    assert [len(group.members) for group in group_runs(runs, turned=("lr",))] == [1, 1]
    (group,) = group_runs(runs, turned=("lr", "drop[*]"))
    assert group.left_out == ("data.seed", "drop[*]", "lr", "seed")
    assert [len(g.members) for g in group_runs(runs, turned=("lr", "drop[*]", "data.seed"))] == [1, 1]
    assert len(group_runs(runs, turned=("lr", "drop[*]", "seed"))) == 1


def test_the_keys_to_choose_from_come_with_what_they_tell() -> None:
    """Left out ones first, seeds before names; of the others those that differ; an absent one is a value."""
    runs = [
        run_of("a", lr=1, size=3, seed=0, run_name="a", decay=0.1),
        run_of("b", lr=1.0, size=4, seed=0, run_name="b"),
    ]
    keys = [(key.name, key.values, key.left_out) for key in config_keys_of(runs, turned=("lr",))]
    assert keys == [
        ("run_name", 2, True),
        ("seed", 1, True),
        ("lr", 1, True),
        ("decay", 2, False),
        ("size", 2, False),
    ]


def test_equal_settings_are_those_that_a_person_calls_equal() -> None:
    same: list[tuple[Any, Any]] = [(1, 1.0), (NAN, float("nan")), ([1, 2], (1, 2)), ({}, {}), (None, None)]
    other: list[tuple[Any, Any]] = [(1, True), (0, None), ("1", 1), ([1, 2], [2, 1]), (0.1, 0.2)]
    assert all(len(group_runs([run_of("a", k=one), run_of("b", k=two)])) == 1 for one, two in same)
    assert all(len(group_runs([run_of("a", k=one), run_of("b", k=two)])) == 2 for one, two in other)


def test_a_missing_key_is_another_configuration() -> None:
    assert members([run_of("a", lr=1), run_of("b", lr=1, decay=0)]) == [["a"], ["b"]]


def test_runs_without_any_config_are_alone() -> None:
    """Nothing says that they are of one kind; with a seed alone they are."""
    assert members([run_of("a"), run_of("b")]) == [["a"], ["b"]]
    assert members([run_of("a", seed=1), run_of("b", seed=2)]) == [["a", "b"]]


def test_a_group_keeps_its_id_when_a_member_comes() -> None:
    first, second = run_of("a", lr=1, seed=1), run_of("b", lr=1, seed=2)
    assert group_runs([first])[0].id == group_runs([second, first])[0].id


@pytest.mark.parametrize(
    ("names", "label"),
    [
        (["lr_3e-04_seed1", "lr_3e-04_seed2"], "lr_3e-04"),
        (["lr_3e-04_s10", "lr_3e-04_s12"], "lr_3e-04"),
        (["baseline", "baseline"], "baseline"),
        (["mlp", "mlp_2"], "mlp"),
        (["big model a", "big model b"], "big model"),
        (["alpha", "alpine"], "alpha"),
        (["loss1", "loss2"], "loss"),
        (["", "a"], ""),
    ],
)
def test_the_label_is_what_the_names_share(names: list[str], label: str) -> None:
    (group,) = group_runs([run_of(name, seed=seed) for seed, name in enumerate(names)])
    assert group.label == label


# Mean and spread


def losses(name: str, values: Values, **more: Values) -> RunSnapshot:
    return make_run(name, metrics={"val_loss": values, **more})


def last_spread(runs: Sequence[RunSnapshot], metric: str) -> Spread:
    return spread_of([(run, last_value(run, metric)) for run in runs], metric)


def test_mean_and_the_samples_standard_deviation_of_best_and_last() -> None:
    runs = [losses("a", [3.0, 1.0, 2.0]), losses("b", [3.0, 2.0, 4.0]), losses("c", [3.0, 3.0, 3.0])]
    best, last = best_spread(runs, "val_loss"), last_spread(runs, "val_loss")
    assert (best.n, best.mean, best.low, best.high) == (3, 2.0, 1.0, 3.0)
    assert best.std == pytest.approx(1.0), "over n - 1"
    assert (last.n, last.mean) == (3, 3.0)


def test_diverged_members_are_counted_and_not_averaged() -> None:
    """By the metric's own newest value, or by a training loss of NaN that the next evaluation would show."""
    runs = [
        losses("a", [3.0, 1.0]),
        losses("b", [3.0, NAN]),
        losses("c", [3.0, INF]),
        losses("d", [3.0, 0.5], train_loss=[3.0, NAN]),
        make_run("e", metrics={"train_loss": [1.0]}),
    ]
    spread = best_spread(runs, "val_loss")
    assert (spread.n, spread.mean, spread.std) == (1, 1.0, None)
    assert (spread.diverged, spread.absent) == (("b", "c", "d"), ("e",))


def test_a_member_whose_loss_climbed_back_has_diverged() -> None:
    climbed = np.append(np.linspace(10, 2, 500), np.full(100, 9.0))
    spread = last_spread([losses("a", [3.0, 2.0]), losses("b", climbed)], "val_loss")
    assert (spread.n, spread.diverged) == (1, ("b",))


def test_a_nan_that_passed_is_no_divergence() -> None:
    assert last_spread([losses("a", [3.0, NAN, 2.0])], "val_loss").mean == 2.0


def test_the_direction_decides_what_is_best() -> None:
    runs = [make_run(metrics={"val_accuracy": [0.1, 0.9, 0.4], "grad_norm": [1.0]})]
    assert best_spread(runs, "val_accuracy").mean == 0.9
    assert best_spread(runs, "grad_norm").n == 0


def test_runs_that_are_not_read_yet_count_by_their_summaries() -> None:
    """The end line knows best and last."""
    summaries = {"val_loss": MetricSummary(count=9, last=2.0, min=1.5, max=9.0)}
    runs = [
        make_run("a", loading=True, summaries=summaries),
        make_run("b", loading=True, summaries={"val_loss": MetricSummary(count=9, last=NAN, min=1.0)}),
        make_run("c", loading=True, last_values={"val_loss": 4.0}),
    ]
    assert (best_spread(runs, "val_loss").mean, best_spread(runs, "val_loss").diverged) == (1.5, ("b",))
    assert last_spread(runs, "val_loss").mean == 3.0


# The mean curve


def curve_of(*runs: RunSnapshot, **options: Any) -> GroupCurve:
    curve = group_curve(runs, "val_loss", ITERATION, **options)
    assert curve is not None
    return curve


def test_the_mean_and_its_band_over_what_two_members_share() -> None:
    """Interpolated between a member's samples, never beyond them; NaN where one is alone."""
    curve = curve_of(
        losses("a", {0: 4.0, 2: 2.0, 4: 0.0}),
        losses("b", {2: 4.0, 3: 4.0, 6: 1.0}),
        losses("c", {5: 9.0, 6: 9.0}),
    )
    assert curve.x.tolist() == [2, 3, 4, 5, 6]
    assert curve.counts.tolist() == [2, 2, 2, 2, 2]
    assert curve.mean.tolist() == [3.0, 2.5, 1.5, 5.5, 5.0]
    assert (curve.high - curve.mean)[:2] == pytest.approx([np.sqrt(2), np.sqrt(4.5)])
    assert (curve.mean - curve.low) == pytest.approx(curve.high - curve.mean)


def test_a_stretch_with_one_member_breaks_the_curve() -> None:
    curve = curve_of(losses("a", [1.0] * 3), losses("b", [3.0] * 9), losses("c", {7: 5.0, 8: 5.0}))
    assert curve.counts.tolist() == [2, 2, 2, 1, 1, 1, 1, 2, 2]
    assert np.isnan(curve.mean).tolist() == [False] * 3 + [True] * 4 + [False] * 2
    assert np.isnan(curve.low).tolist() == np.isnan(curve.mean).tolist()


def test_no_curve_without_two_members_over_one_x() -> None:
    apart = [losses("a", {0: 1.0, 1: 1.0}), losses("b", {2: 1.0, 3: 1.0})]
    assert group_curve(apart, "val_loss", ITERATION) is None
    assert group_curve(apart[:1], "val_loss", ITERATION) is None
    assert group_curve([], "val_loss", ITERATION) is None


def test_diverged_and_lacking_members_are_named() -> None:
    curve = curve_of(losses("a", [1.0, 1.0]), losses("b", [3.0, 3.0]), losses("c", [9.0, NAN]), make_run("d"))
    assert (curve.members, curve.diverged, curve.lacking) == (("a", "b"), ("c",), ("d",))
    assert curve.mean.tolist() == [2.0, 2.0]


def test_long_curves_are_looked_at_in_so_many_places() -> None:
    values = np.linspace(5.0, 1.0, 10_001)
    curve = curve_of(losses("a", values), losses("b", values + 2.0), points=100)
    assert (len(curve.x), curve.x[0], curve.x[-1]) == (100, 0.0, 10_000.0)
    assert curve.mean == pytest.approx(np.interp(curve.x, np.arange(10_001), values + 1.0))


def test_members_are_smoothed_as_their_own_curves_are() -> None:
    values = np.random.default_rng(0).normal(3.0, 1.0, 200)
    curve = curve_of(losses("a", values), losses("b", values), smoothing=0.99)
    assert curve.mean == pytest.approx(smooth(np.arange(200.0), values, 0.99, rounded_span(199.0)))


def test_values_near_the_greatest_float_give_no_band_and_no_warning() -> None:
    curve = curve_of(losses("a", [1e300, 1e300]), losses("b", [-1e300, -1e300]))
    assert curve.mean.tolist() == [0.0, 0.0]
    assert np.isnan(curve.high).all()


def test_a_live_member_is_judged_anew_when_it_grows() -> None:
    first, second = losses("a", [3.0, 2.0]), losses("b", [3.0, 2.0])
    assert last_spread([first, second], "val_loss").n == 2
    climbed = losses("b", np.append(np.linspace(10, 2, 500), np.full(100, 9.0)))
    grown = changed(second, metrics=climbed.metrics)
    assert last_spread([first, grown], "val_loss").diverged == ("b",)
