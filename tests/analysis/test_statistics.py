"""A metric of a run in numbers."""

from __future__ import annotations

import math

import pytest

from tests.analysis.builder import INF, NAN, make_run
from tuimon.analysis.statistics import metric_statistics, run_statistics
from tuimon.records.metric_summary import MetricSummary


def test_statistics_leave_out_what_is_not_finite_and_count_it() -> None:
    """Except the last value, which is what was logged last."""
    run = make_run(metrics={"loss": [4.0, 2.0, INF, 2.0, NAN, -INF, NAN]}, iterations=range(10, 80, 10))
    found = metric_statistics(run, "loss")
    assert found is not None
    assert (found.count, found.nan_count, found.inf_count) == (7, 2, 2)
    assert (found.min, found.min_step, found.max, found.max_step) == (2.0, 20, 4.0, 10)
    assert found.mean == pytest.approx(8 / 3)
    assert found.std == pytest.approx(math.sqrt(8 / 9))
    assert found.last is not None
    assert math.isnan(found.last)
    assert found.last_step == 70


def test_a_metric_of_nan_alone() -> None:
    """Counted, no more."""
    found = metric_statistics(make_run(metrics={"loss": [NAN]}), "loss")
    assert found is not None
    assert (found.count, found.min, found.mean, found.std, found.max_step) == (1, None, None, None, None)


def test_every_metric_in_the_order_of_the_charts() -> None:
    """Steps by gradient step where it is counted."""
    run = make_run(
        metrics={"aux": {1: 1.0}, "train_loss": [2.0, 1.0], "val_loss": {1: 3.0}, "gradient_step": [0, 5]},
    )
    every = run_statistics(run)
    assert [statistics.metric for statistics in every] == ["val_loss", "train_loss", "aux"]
    assert every[1].min_step == 5


def test_before_the_log_is_read_the_end_line_tells() -> None:
    """Without mean and deviation, which it does not have."""
    run = make_run(
        loading=True,
        summaries={"loss": MetricSummary(9, 2.0, 1.0, 5.0, 80.0, 0.0, 1)},
        last_values={"loss": 2.0},
    )
    (found,) = run_statistics(run)
    assert (found.count, found.last, found.min, found.min_step, found.mean) == (9, 2.0, 1.0, 80, None)


def test_a_metric_that_the_run_lacks() -> None:
    """None, not zeros."""
    assert metric_statistics(make_run(), "loss") is None


def test_a_constant_metric_does_not_deviate() -> None:
    """Not even by the rounding of its mean."""
    found = metric_statistics(make_run(metrics={"lr": [0.1] * 7}), "lr")
    assert found is not None
    assert found.std == 0.0
