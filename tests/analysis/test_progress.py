"""How far, and how long still."""

from __future__ import annotations

import numpy as np
import pytest

from tests.analysis.builder import NAN, make_run
from tests.snapshots_by_hand import Values
from tuimon.analysis.axes import GRADIENT_STEP, ITERATION
from tuimon.analysis.progress import eta_of, planned_total, progress_of, seconds_per_step
from tuimon.records.metric_summary import MetricSummary
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot


def training(records: int, seconds: float = 0.5, **fields: object) -> RunSnapshot:
    """A run with one record a step at a steady pace."""
    metrics: dict[str, Values] = {
        "train_loss": np.ones(records),
        "wallclock_time": np.arange(records) * seconds,
    }
    return make_run(metrics=metrics, **fields)  # type: ignore[arg-type]  # the builder's own keywords


@pytest.mark.parametrize(
    ("config", "total"),
    [
        ({"max_iters": 100}, 100),
        ({"max_steps": 100}, 100),
        ({"total_steps": 100}, 100),
        ({"num_iterations": 100}, 100),
        ({"training": {"maxSteps": 100}}, 100),
        ({"trainer": {"num-train-steps": 100.0}, "steps": 7}, 100),
        ({"max_steps": -1, "iterations": 100}, 100),
        ({"max_iters": True}, None),
        ({"max_iters": "many"}, None),
        ({"max_iters": float("inf")}, None),
        ({"warmup_iters": 100, "eval_steps": 5}, None),
        ({}, None),
    ],
)
def test_the_total_is_what_the_config_says(config: dict[str, object], total: float | None) -> None:
    """Under the names in use, nested or not; -1, words and neighbouring keys are no totals."""
    planned = planned_total(training(10, config=config))
    assert (planned and planned[0]) == total


def test_a_total_that_was_printed_counts_iterations() -> None:
    """``tuimon run`` logs the y of ``step x/y``, which counts where the config names no total."""
    metrics: dict[str, Values] = {"train_loss": np.ones(10), "total_iterations": [40.0]}
    run = make_run(metrics=metrics)
    assert planned_total(run) == (40, ITERATION)
    assert progress_of(run) == 0.25
    assert planned_total(make_run(metrics=metrics, config={"max_iters": 20})) == (20, ITERATION)


def test_iterations_and_steps_are_counted_by_their_own_counter() -> None:
    """Under accumulation 100 iterations are not 100 gradient steps."""
    metrics: dict[str, Values] = {"gradient_step": [0, 0, 1, 1, 2, 2, 3, 3], "train_loss": np.ones(8)}
    assert progress_of(make_run(metrics=metrics, config={"max_iters": 16})) == 0.5
    assert progress_of(make_run(metrics=metrics, config={"max_steps": 16})) == 0.25


@pytest.mark.parametrize("first", [0, 1])
def test_the_last_step_is_the_whole_way(first: int) -> None:
    """Whether the loop counts from 0 to 99 or from 1 to 100."""
    run = training(100, iterations=range(first, first + 100), config={"max_iters": 100})
    assert progress_of(run) == 1.0
    assert progress_of(training(99, iterations=range(first, first + 99), config={"max_iters": 100})) == 0.99


def test_a_finished_run_that_was_logged_sparsely_is_done() -> None:
    """Logged every 10th step its last record is at 990 of 1000; stopped at 500 it is half done."""
    config, over = {"max_iters": 1000}, RunState.FINISHED
    assert progress_of(training(100, iterations=range(0, 1000, 10), config=config, state=over)) == 1.0
    assert progress_of(training(50, iterations=range(0, 500, 10), config=config, state=over)) == 0.491
    assert progress_of(training(100, iterations=range(0, 1000, 10), config=config)) == 0.991


def test_more_steps_than_planned_is_done() -> None:
    """Never more than the whole, and done already before the log is read."""
    assert progress_of(training(20, config={"max_iters": 10})) == 1.0


def test_epochs_stand_in_where_no_steps_are_planned() -> None:
    """A logged epoch and the number of epochs in the config."""
    run = make_run(metrics={"train_loss": [2.0, 1.0], "epoch": [0.5, 1.5]}, config={"num_epochs": 3})
    assert progress_of(run) == 0.5
    assert progress_of(make_run(metrics={"epoch": [NAN]}, config={"num_epochs": 3})) is None


def test_before_the_log_is_read_the_end_line_tells() -> None:
    """Its last iteration, and how sparsely it was logged."""
    run = make_run(
        config={"max_iters": 1000},
        state=RunState.FINISHED,
        loading=True,
        last_values={"iteration": 990.0, "wallclock_time": 99.0},
        summaries={"wallclock_time": MetricSummary(100, 99.0, 0.0, 99.0, 0.0, 990.0)},
    )
    assert progress_of(run) == 1.0
    assert progress_of(make_run(config={"max_iters": 1000}, loading=True)) is None


def test_eta_is_what_is_left_at_the_recent_pace() -> None:
    """100 of 400 steps done at 0.5 s each."""
    assert eta_of(training(100, config={"max_iters": 400})) == 150.0


def test_eta_follows_a_change_of_speed() -> None:
    """The beginning is forgotten."""
    elapsed = np.concatenate((np.arange(1000) * 0.1, 100 + np.arange(300) * 2.0))
    run = make_run(metrics={"wallclock_time": elapsed}, config={"max_iters": 1400})
    assert eta_of(run) == pytest.approx(200.0)


def test_pauses_for_evaluations_do_not_move_the_eta() -> None:
    """Every 25 steps a minute of evaluation."""
    elapsed = np.cumsum(np.where(np.arange(200) % 25 == 0, 60.0, 0.5))
    run = make_run(metrics={"wallclock_time": elapsed}, config={"max_iters": 400})
    assert eta_of(run) == pytest.approx(100.0)


def test_a_restart_does_not_count_as_slow_or_fast_steps() -> None:
    """Between two processes neither steps nor time are those of training."""
    run = make_run(
        metrics={"wallclock_time": [0.0, 0.001, 10.0]},
        iterations=[0, 100, 101],
        segment_rows=(1,),
        config={"max_iters": 111},
    )
    assert seconds_per_step(run, ITERATION) == pytest.approx(9.999)


def test_under_accumulation_a_gradient_step_takes_all_its_micro_batches() -> None:
    """Four records of 1 s share a step: it takes 4 s, not the 1 s between the records where it changes."""
    steps = np.arange(80) // 4
    run = make_run(
        metrics={"wallclock_time": np.arange(80.0), "gradient_step": steps}, config={"max_steps": 30}
    )
    assert seconds_per_step(run, GRADIENT_STEP) == 4.0
    assert eta_of(run) == 40.0


def test_time_since_the_newest_record_is_taken_off() -> None:
    """Between two sparse records the ETA still counts down, to 0 and not below."""
    run = training(100, config={"max_iters": 400}, last_change=1000.0)
    assert eta_of(run, now=1030.0) == 120.0
    assert eta_of(run, now=9000.0) == 0.0
    assert eta_of(run, now=900.0) == 150.0  # a clock that is behind the file system's adds nothing


@pytest.mark.parametrize("state", [state for state in RunState if state is not RunState.RUNNING])
def test_what_does_not_run_has_no_eta(state: RunState) -> None:
    """Nobody knows when a stalled run will be done."""
    assert eta_of(training(100, config={"max_iters": 400}, state=state)) is None


@pytest.mark.parametrize("records", [0, 1])
def test_too_few_records_have_no_eta(records: int) -> None:
    """One record has no pace."""
    assert eta_of(training(records, config={"max_iters": 400})) is None


def test_without_a_total_there_is_neither() -> None:
    """Absent, not 0."""
    run = training(100)
    assert progress_of(run) is None
    assert eta_of(run) is None


def test_a_run_past_its_planned_total_has_no_time_left() -> None:
    """It would be done in 0 s for ever; at the total itself it is."""
    config = {"max_iters": 100}
    assert eta_of(training(110, config=config)) is None
    assert eta_of(training(101, config=config)) == 0.0  # the last evaluation stands at the total
