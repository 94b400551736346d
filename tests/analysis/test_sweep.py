"""A config key on x, the best value on y."""

from __future__ import annotations

from typing import Any

import pytest

from tests.analysis.builder import NAN, make_run
from tuimon.analysis.sweep import likeliest_key, sweep, sweep_keys
from tuimon.store.snapshot import RunSnapshot


def run_of(
    value: Any, loss: float, *, key: str = "lr", name: str | None = None, seed: int = 0
) -> RunSnapshot:
    return make_run(
        name or f"{value}_{seed}", metrics={"val_loss": [9.0, loss]}, config={key: value, "seed": seed}
    )


def test_best_values_by_rising_x_with_mean_and_spread_over_seeds() -> None:
    swept = sweep([run_of(1e-2, 3.0), run_of(1e-3, 1.0), run_of(1e-3, 2.0, seed=1)], "lr")
    assert (swept.key, swept.metric, swept.direction) == ("lr", "val_loss", "min")
    assert [point.x for point in swept.points] == [1e-3, 1e-2]
    first = swept.points[0].spread
    assert (first.n, first.mean, first.low, first.high) == (2, 1.5, 1.0, 2.0)
    assert first.std == pytest.approx(0.5**0.5)
    assert swept.points[0].members == ("0.001_0", "0.001_1")
    assert swept.best == 0


@pytest.mark.parametrize(
    ("values", "log"),
    [
        ([1e-4, 1e-3], True),
        ([1e-4, 9e-4], False),
        ([0.0, 1e-3, 1e-1], False),
        ([-1, 10], False),
        ([5], False),
    ],
)
def test_the_axis_is_logarithmic_where_it_spans_a_decade(values: list[float], log: bool) -> None:
    """And where every value has a logarithm."""
    assert sweep([run_of(value, 2.0) for value in values], "lr").log is log


def test_diverged_runs_are_marked_and_not_averaged() -> None:
    """Also where no run of a value survived: it stays on the axis."""
    swept = sweep([run_of(1, 2.0), run_of(1, NAN, seed=1), run_of(2, NAN)], "lr")
    assert [point.spread.diverged for point in swept.points] == [("1_1",), ("2_0",)]
    assert [point.spread.n for point in swept.points] == [1, 0]
    assert (swept.points[0].spread.mean, swept.points[1].spread.mean, swept.best) == (2.0, None, 0)


def test_runs_without_the_key_or_the_metric_are_named() -> None:
    swept = sweep(
        [
            run_of(1, 2.0),
            make_run("no metric", config={"lr": 3}),
            make_run("no key", metrics={"val_loss": [1]}),
        ],
        "lr",
        "val_loss",
    )
    assert (swept.without_key, swept.without_metric) == (("no key",), ("no metric",))
    assert [point.x for point in swept.points] == [1]


def test_text_is_a_category() -> None:
    """At places 0, 1, 2 ...; numbers among them come first, by size."""
    swept = sweep([run_of(value, 2.0) for value in ("sgd", "AdamW", 10, 9, None, True)], "lr")
    assert not swept.numeric
    assert not swept.log
    assert [(point.x, point.label) for point in swept.points] == [
        (0, "9"),
        (1, "10"),
        (2, "AdamW"),
        (3, "null"),
        (4, "sgd"),
        (5, "true"),
    ]


def test_numbers_in_text_are_numbers() -> None:
    """YAML reads 1e-3 as text."""
    swept = sweep([run_of("1e-3", 2.0), run_of(0.001, 1.0, name="b"), run_of("1e-1", 3.0)], "lr")
    assert (swept.numeric, swept.log) == (True, True)
    assert [(point.x, point.spread.n) for point in swept.points] == [(1e-3, 2), (1e-1, 1)]


def test_nan_and_infinity_as_settings_are_categories() -> None:
    assert [point.label for point in sweep([run_of(NAN, 1.0), run_of(1.0, 2.0)], "lr").points] == ["1", "nan"]


def test_nested_keys_and_qualities() -> None:
    runs = [
        make_run(str(value), metrics={"val_accuracy": [quality]}, config={"optimizer": {"lr": value}})
        for value, quality in ((1, 0.2), (2, 0.7), (3, 0.7))
    ]
    swept = sweep(runs, "optimizer.lr", "val_accuracy")
    assert (swept.direction, swept.best) == ("max", 1)


@pytest.mark.parametrize(
    ("runs", "key", "metric", "words"),
    [
        ([run_of(1, 2.0)], "batch", None, "no run has batch"),
        ([make_run(config={"lr": 1})], "lr", None, "no metric"),
        ([make_run(config={"lr": 1}, metrics={"grad_norm": [1]})], "lr", "grad_norm", "less or more"),
    ],
)
def test_what_cannot_be_swept_is_said(
    runs: list[RunSnapshot], key: str, metric: str | None, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        sweep(runs, key, metric)


def test_a_direction_can_be_given_for_a_metric_without() -> None:
    runs = [make_run(str(lr), config={"lr": lr}, metrics={"score": [lr, 1.0]}) for lr in (2.0, 3.0)]
    swept = sweep(runs, "lr", "score", direction="max")
    assert ([point.spread.mean for point in swept.points], swept.best) == ([2.0, 3.0], 1)


def test_the_keys_to_sweep_over_are_those_that_differ_without_seeds_and_names() -> None:
    runs = [
        make_run(
            str(number), config={"lr": number, "seed": number, "experiment_name": str(number), "depth": 2}
        )
        for number in range(3)
    ]
    assert sweep_keys(runs) == ("lr",)
    assert sweep_keys([]) == ()


def test_the_first_sweep_is_over_a_key_that_has_values_to_compare_a_learning_rate_if_there_is_one() -> None:
    """It used to be over the first key that differs, even where one value alone had the metric."""
    configs = [
        {"max_iters": 400, "width": 64, "opt": {"lr": 1e-3}},
        {"max_iters": 400, "width": 128, "opt": {"lr": 3e-3}},
    ]
    runs = [
        make_run(f"r{place}", metrics={"val_loss": [2.0]}, config=config)
        for place, config in enumerate(configs)
    ]
    runs.append(make_run("other", metrics={"val_acc": [0.5]}, config={"max_iters": 100}))
    assert sweep_keys(runs)[0] == "max_iters"
    assert likeliest_key(sweep_keys(runs), runs) == "opt.lr"
    assert likeliest_key(("max_iters", "width"), runs) == "width"
    assert likeliest_key(("max_iters",), runs) == "max_iters"
    assert likeliest_key((), runs) is None
