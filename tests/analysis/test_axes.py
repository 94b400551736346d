"""Which x a curve can have, and what stands on it."""

from __future__ import annotations

from datetime import timedelta

from numpy.testing import assert_array_equal

from tests.analysis.builder import NAN, START, make_run
from tuimon.analysis.axes import (
    CLOCK,
    ELAPSED,
    GRADIENT_STEP,
    ITERATION,
    TOKENS,
    TOKENS_DERIVED,
    TOKENS_MIXED,
    AxisKind,
    XAxis,
    available_axes,
    axis_of,
    default_axis,
    has_axis,
    x_values,
)
from tuimon.records.events import ResumeRecord
from tuimon.store.columns import Floats
from tuimon.store.snapshot import RunSnapshot


def x_of(run: RunSnapshot, metric: str, axis: XAxis) -> Floats | None:
    return x_values(run, run.metrics[metric], axis)


def test_each_value_has_the_x_of_its_own_row() -> None:
    """A metric that is logged every third row is placed by rows, not by counting its values."""
    run = make_run(
        metrics={
            "gradient_step": [0, 0, 1, 1, 2, 2],
            "val_loss": {1: 3.0, 4: 2.0},
            "wallclock_time": [0, 1, 2, 3, 4, 5],
        },
        iterations=[10, 20, 30, 40, 50, 60],
    )
    assert_array_equal(x_of(run, "val_loss", ITERATION), [20, 50])
    assert_array_equal(x_of(run, "val_loss", GRADIENT_STEP), [0, 2])
    assert_array_equal(x_of(run, "val_loss", ELAPSED), [1, 4])


def test_a_gradient_step_that_was_never_counted_is_lacking() -> None:
    """A counter that stayed 0 would put all points on one x."""
    run = make_run(metrics={"gradient_step": [0, 0, 0], "train_loss": [3, 2, 1]})
    assert x_of(run, "train_loss", GRADIENT_STEP) is None
    assert not has_axis(run, GRADIENT_STEP)
    assert GRADIENT_STEP not in available_axes([run])


def test_a_metric_as_axis_holds_its_newest_value() -> None:
    """Where the axis metric was not logged its last value stands; before its first one there is no x."""
    run = make_run(metrics={"train_loss": [5, 4, 3, 2], "epoch": {1: 1.0, 3: 2.0}})
    assert_array_equal(x_of(run, "train_loss", axis_of("epoch")), [NAN, 1, 1, 2])
    assert axis_of("epoch").kind is AxisKind.COUNT
    assert axis_of("grad_norm").kind is AxisKind.VALUE


def test_a_metric_that_ended_early_holds_its_last_value() -> None:
    """Few rows of many, beyond the axis metric's last one: each gets the value of its own row."""
    run = make_run(metrics={"epoch": [5.0, 6.0, 7.0], "val_loss": {0: 3.0, 5: 2.0, 7: 1.0}})
    assert_array_equal(x_of(run, "val_loss", axis_of("epoch")), [5, 7, 7])


def test_the_clock_of_a_resumed_run_includes_the_downtime() -> None:
    """Elapsed time leaves the hours between two processes out, the clock does not."""
    resume = ResumeRecord(time=START + timedelta(hours=5), line_number=3)
    run = make_run(
        metrics={"wallclock_time": [0, 60, 61, 90], "train_loss": [4, 3, 2, 1]},
        resumes=(resume,),
        segment_rows=(2,),
    )
    begin = START.timestamp()
    assert_array_equal(x_of(run, "train_loss", CLOCK), [begin, begin + 60, begin + 18_001, begin + 18_030])
    assert_array_equal(x_of(run, "train_loss", ELAPSED), [0, 60, 61, 90])


def test_without_a_start_time_there_is_no_clock() -> None:
    """An old document without a time still has its elapsed time."""
    run = make_run(metrics={"wallclock_time": [0, 1], "train_loss": [2, 1]}, start=None)
    assert x_of(run, "train_loss", CLOCK) is None
    assert available_axes([run])[:2] == (ITERATION, ELAPSED)
    assert CLOCK not in available_axes([run])


def test_tokens_come_from_the_log_or_from_the_config() -> None:
    """Logged tokens win; derived ones say so in the label; without the numbers there are none."""
    config = {"batch_size": 4, "context_length": 8, "gradient_accumulation_steps": 2}
    metrics = {"gradient_step": [0, 1, 2], "train_loss": [3, 2, 1]}
    derived = make_run(metrics=metrics, config=config)
    logged = make_run(metrics={**metrics, "tokens": [5, 6, 7]}, config=config)
    assert_array_equal(x_of(derived, "train_loss", TOKENS), [0, 64, 128])
    assert_array_equal(x_of(logged, "train_loss", TOKENS), [5, 6, 7])
    assert x_of(make_run(metrics=metrics), "train_loss", TOKENS) is None
    assert TOKENS_DERIVED in available_axes([derived])
    assert TOKENS in available_axes([logged])
    assert TOKENS_MIXED in available_axes([derived, logged])
    assert "some derived" in TOKENS_MIXED.label


def test_tokens_are_derived_from_iterations_where_steps_are_not_counted() -> None:
    """Every iteration is a batch then."""
    run = make_run(metrics={"train_loss": [3, 2, 1]}, config={"batch_size": 4, "context_length": 8})
    assert_array_equal(x_of(run, "train_loss", TOKENS), [0, 32, 64])


def test_the_default_is_gradient_step_only_where_every_run_counted_it() -> None:
    """One run without would be missing from the chart; a run without records has no say."""
    counted = make_run("a", metrics={"gradient_step": [0, 1], "train_loss": [2, 1]})
    uncounted = make_run("b", metrics={"gradient_step": [0, 0], "train_loss": [2, 1]})
    assert default_axis([counted, make_run("new")]) is GRADIENT_STEP
    assert default_axis([counted, uncounted]) is ITERATION
    assert default_axis([]) is ITERATION


def test_available_axes_offer_every_metric_once() -> None:
    """The standard axes first, then the metrics by name, without those that are a standard axis already."""
    run = make_run(
        metrics={"gradient_step": [0, 1], "wallclock_time": [0, 1], "train_loss": [2, 1], "acc": [0, 1]}
    )
    ids = [axis.id for axis in available_axes([run])]
    assert ids == ["gradient_step", "iteration", "elapsed", "clock", "acc", "train_loss"]


def test_a_run_without_records_has_no_axis() -> None:
    """No x rather than an error."""
    run = make_run()
    assert not any(has_axis(run, axis) for axis in (GRADIENT_STEP, ITERATION, ELAPSED, CLOCK, TOKENS))
