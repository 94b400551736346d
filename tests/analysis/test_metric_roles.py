"""What the name of a metric tells."""

from __future__ import annotations

import pytest

from tests.analysis.builder import make_run
from tuimon.analysis.metric_order import metric_groups
from tuimon.analysis.metric_roles import (
    Role,
    direction_of,
    is_evaluation,
    main_metric,
    role_of,
    stem_of,
    throughput_metric,
    train_metric,
)
from tuimon.store.snapshot import RunSnapshot


def having(*metrics: str, name: str = "run") -> RunSnapshot:
    return make_run(name, metrics={metric: [1.0] for metric in metrics})


@pytest.mark.parametrize(
    ("metric", "direction"),
    [
        ("val_loss", "min"),
        ("train/loss", "min"),
        ("valLoss", "min"),
        ("eval.perplexity", "min"),
        ("bpc", "min"),
        ("word_error", "min"),
        ("iter_time_ms", "min"),
        ("train/accuracy", "max"),
        ("val_f1", "max"),
        ("bleu4", "max"),
        ("episode_return", "max"),
        ("mean_reward", "max"),
        ("learning_rate", None),
        ("tokens_per_sec", None),
        ("grad_norm", None),
        ("loss_scale", None),
        ("kl_loss_weight", None),
        ("gradient_step", None),
        ("wallclock_time", None),
        ("glossary", None),
        ("", None),
    ],
)
def test_direction(metric: str, direction: str | None) -> None:
    """Loss, error, perplexity, bpc, time go down; accuracy, f1, bleu, return, reward up; others none."""
    assert direction_of(metric) == direction


@pytest.mark.parametrize(
    ("metric", "role"),
    [
        ("lr", Role.LEARNING_RATE),
        ("lr-AdamW/pg1", Role.LEARNING_RATE),
        ("learning_rate", Role.LEARNING_RATE),
        ("tokens_per_sec", Role.THROUGHPUT),
        ("samples_per_second", Role.THROUGHPUT),
        ("it/s", Role.THROUGHPUT),
        ("gpu0_util", Role.SYSTEM),
        ("gpu_mem", Role.SYSTEM),
        ("step_time", Role.DURATION),
        ("epoch", Role.PROGRESS),
        ("train/epoch", Role.PROGRESS),
        ("tokens", Role.PROGRESS),
        ("grad_norm", Role.OTHER),
    ],
)
def test_role(metric: str, role: Role) -> None:
    """The role decides the place among the charts and how values are written."""
    assert role_of(metric) is role


def test_train_and_evaluation_share_a_stem() -> None:
    """As a prefix, as a suffix, or without a word for it."""
    names = ("val_loss", "train_loss", "train/loss", "loss", "loss/test", "eval.loss", "validation-loss")
    assert {stem_of(name) for name in names} == {"loss"}
    assert [name for name in names if is_evaluation(name)] == [
        "val_loss",
        "loss/test",
        "eval.loss",
        "validation-loss",
    ]
    assert stem_of("test") == "test"


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        (("train_loss", "val_loss", "acc"), "val_loss"),
        (("train_loss", "eval_loss"), "train_loss"),
        (("loss", "eval_loss"), "eval_loss"),
        (("loss", "learning_rate"), "loss"),
        (("accuracy", "val_accuracy", "lr"), "val_accuracy"),
        (("score", "lr", "tokens_per_sec", "gradient_step"), "score"),
        (("lr", "gradient_step", "wallclock_time"), None),
        ((), None),
    ],
)
def test_main_metric(metrics: tuple[str, ...], expected: str | None) -> None:
    """No metric has to be called train_loss for the app to have something to show."""
    assert main_metric([having(*metrics)]) == expected


def test_the_main_metric_is_one_for_all_runs() -> None:
    """One run with val_loss is enough; of several losses the commonest counts."""
    assert main_metric([having("train_loss"), having("val_loss", "train_loss")]) == "val_loss"
    assert main_metric([having("a_loss"), having("b_loss"), having("b_loss")]) == "b_loss"


def test_train_and_throughput_metric() -> None:
    """The custom names first, then what comes near."""
    assert train_metric([having("train_loss", "loss")]) == "train_loss"
    assert train_metric([having("val_loss", "loss/train", "lr")]) == "loss/train"
    assert train_metric([having("val_loss", "acc")]) is None
    assert throughput_metric([having("samples_per_sec", "tokens_per_sec")]) == "tokens_per_sec"
    assert throughput_metric([having("samples/s", "eval_samples_per_second")]) == "samples/s"
    assert throughput_metric([having("eval_samples_per_second")]) is None
    assert throughput_metric([having("loss")]) is None


def test_groups_share_charts_in_the_order_of_importance() -> None:
    """The judged metric's chart first, rates next, then the rest by name; counters are no charts."""
    run = having(
        "wallclock_time", "gradient_step", "iter_time_ms", "gpu0_util", "zeta", "grad_norm", "tokens_per_sec",
        "learning_rate", "train_loss", "val_loss", "train/acc", "val/acc", "aux_loss",
    )  # fmt: skip
    assert metric_groups([run]) == (
        ("val_loss", "train_loss"),
        ("learning_rate",),
        ("tokens_per_sec",),
        ("val/acc", "train/acc"),
        ("aux_loss",),
        ("grad_norm",),
        ("zeta",),
        ("iter_time_ms",),
        ("gpu0_util",),
    )


def test_metrics_of_a_run_that_is_not_read_yet_are_known() -> None:
    """Its last record and its end line name them."""
    run = make_run(loading=True, last_values={"iteration": 5.0, "val_loss": 1.0})
    assert main_metric([run]) == "val_loss"
    assert metric_groups([run]) == (("val_loss",),)
