"""What all hooks have in common, without a framework."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tuimon
from tests.tracker.process import kinds, logs, only_log, records
from tuimon import ExperimentTracker
from tuimon.hooks.metric_names import COMMON, OF_THE_LOG, is_evaluation, renamed
from tuimon.hooks.training_run import TrainingRun, quietly
from tuimon.store.store import RunStore
from tuimon.tracker.hooked import is_running
from tuimon.tracker.short_way import current_run
from tuimon.tracker.warn import TrackerWarning

NAMES = st.sampled_from([*COMMON, *COMMON.values(), *OF_THE_LOG, "acc", "iteration_"])


@given(st.dictionaries(NAMES, st.integers(), max_size=8))
def test_no_value_is_lost_by_a_new_name(values: dict[str, int]) -> None:
    """Each value has one name that is no field of the log; one that is taken stays with its owner."""
    named = renamed(values, COMMON)
    assert not named.keys() & OF_THE_LOG
    assert sorted(named.values()) == sorted(values.values())
    for name in COMMON.values():
        if name in values:
            assert named[name] == values[name]


@pytest.mark.parametrize(
    ("name", "evaluates"),
    [("val_loss", True), ("val/loss", True), ("test_acc", True), ("valley", False), ("train_loss", False)],
)
def test_an_evaluation_is_known_by_its_names(name: str, evaluates: bool) -> None:
    """By the word that a name begins with."""
    assert is_evaluation({"epoch": 1, name: 1.0}) is evaluates


class Hook:
    """Goes wrong."""

    @quietly
    def first(self) -> None:
        raise ZeroDivisionError("x")

    @quietly
    def second(self) -> None:
        raise KeyboardInterrupt


def test_what_goes_wrong_in_a_hook_is_said_once() -> None:
    """And not raised; what isn't an error, such as Ctrl+C, is."""
    hook = Hook()
    with pytest.warns(TrackerWarning, match=r"Hook\.first failed \(ZeroDivisionError: x\)") as caught:  # noqa: PT031 (once for both)
        hook.first()
        hook.first()
    assert len(caught) == 1
    with pytest.raises(KeyboardInterrupt):
        hook.second()


def log(run: TrainingRun, loss: float, iteration: int, **options: Any) -> None:
    run.log({"loss": loss}, {"loss": "train_loss"}, iteration=iteration, gradient_step=iteration, **options)


def test_hyperparameters_stand_in_the_header(tmp_path: Path) -> None:
    """Those of the hook's maker win; what becomes known after the start is an event, once."""
    run = TrainingRun("a", None, {"log_dir": tmp_path, "config": {"lr": 1}})
    run.add_config({"lr": 2, "early": 3})
    run.start({"late": 4}, "not this")
    run.add_config({"lr": 2, "after": 5})
    run.add_config({"after": 5})
    run.end()
    header, event, _ = only_log(tmp_path)
    assert (header["name"], header["config"]) == ("a", {"late": 4, "early": 3, "lr": 1})
    assert event["message"] == "hyperparameters: after = 5"


@pytest.mark.parametrize(
    ("config", "name"), [({"name": "of config"}, "of config"), ({}, "of framework"), (None, "of framework")]
)
def test_a_run_is_called_as_is_said_first(tmp_path: Path, config: Any, name: str) -> None:
    """By the maker of the hook, the config, the framework."""
    run = TrainingRun(None, None, {"log_dir": tmp_path, "config": config})
    run.start({}, "of framework")
    run.end()
    assert only_log(tmp_path)[0]["name"] == name


def test_what_is_logged_after_the_end_goes_on_with_the_run(tmp_path: Path) -> None:
    """No row is superseded, the time in between is left out, and readers see it as finished."""
    run = TrainingRun("a", None, {"log_dir": tmp_path})
    for step in range(3):
        log(run, 3.0 - step, step)
    run.end()
    log(run, 9.0, 1, evaluation=True)
    log(run, 0.5, 3)
    run.end()
    lines = only_log(tmp_path)
    assert kinds(lines) == ["run", *["metrics"] * 3, "end", "event", "eval", "metrics", "end"]
    seconds = [line["wallclock_time"] for line in lines if line["type"] in ("metrics", "eval")]
    assert seconds == sorted(seconds)
    assert lines[-1]["duration_seconds"] >= seconds[-1]
    assert lines[-1]["summary"]["train_loss"]["count"] == 4
    (shown,) = RunStore([tmp_path]).load_all().runs
    assert (shown.state.value, list(shown.iterations)) == ("finished", [0, 1, 2, 3])


def test_a_resumed_run_goes_on_after_its_end(tmp_path: Path) -> None:
    """Steps and time count on; only the resume supersedes."""
    first = TrainingRun("a", None, {"log_dir": tmp_path})
    for step in range(4):
        log(first, 3.0 - step, step)
    first.end()
    second = TrainingRun("a", None, {"log_dir": tmp_path, "resume": True})
    log(second, 5.0, 2)
    second.end()
    log(second, 6.0, 3)
    second.end()
    (path,) = logs(tmp_path)
    history = tuimon.load_experiment_log(path).metrics_history
    assert [row.train_loss for row in history] == [3.0, 2.0, 5.0, 6.0]
    assert [row.gradient_step for row in history] == [0, 1, 2, 3]


def test_the_next_training_is_not_the_one_that_was_resumed(tmp_path: Path) -> None:
    """``resume`` is for the first training of a hook."""
    for resume in (None, True):
        run = TrainingRun("a", None, {"log_dir": tmp_path, "resume": resume})
        log(run, 1.0, 0)
        run.end()
    run.forget()
    log(run, 2.0, 0)
    run.end()
    assert [kinds(records(path)).count("resume") for path in logs(tmp_path)] == [1, 0]


def test_a_run_that_was_removed_after_its_end_is_not_gone_on_with(tmp_path: Path) -> None:
    """A warning; the training goes on."""
    run = TrainingRun("a", None, {"log_dir": tmp_path})
    log(run, 1.0, 0)
    run.end()
    logs(tmp_path)[0].unlink()
    with pytest.warns(TrackerWarning, match="cannot go on with"):
        run.start({})
    assert not run.is_running
    assert run.has_run


def test_the_run_of_init_is_logged_to(tmp_path: Path) -> None:
    """While it goes on; it is not ended."""
    assert current_run() is None
    mine = tuimon.init("mine", log_dir=tmp_path)
    run = TrainingRun("other", None, {"log_dir": tmp_path / "other"})
    log(run, 1.0, 0)
    run.end()
    run.interrupt("x")
    assert is_running(mine)
    tuimon.finish()
    assert current_run() is None
    assert kinds(only_log(tmp_path)) == ["run", "metrics", "end"]
    assert not (tmp_path / "other").exists()


def test_a_given_tracker_that_has_ended_stays_ended(tmp_path: Path) -> None:
    """It is its caller's; what comes late is dropped with a warning."""
    tracker = ExperimentTracker({"name": "x"}, tmp_path)
    run = TrainingRun(None, tracker, {})
    log(run, 1.0, 0)
    tracker.finish()
    with pytest.warns(TrackerWarning, match="the run has ended"):
        log(run, 2.0, 1)
    assert kinds(only_log(tmp_path)) == ["run", "metrics", "end"]


def test_an_interruption_says_why(tmp_path: Path) -> None:
    """In the end; a second one changes nothing."""
    run = TrainingRun("a", None, {"log_dir": tmp_path})
    log(run, 1.0, 0)
    run.interrupt("SIGTERM")
    run.interrupt("SIGTERM")
    run.end()
    end = only_log(tmp_path)[-1]
    assert (end["status"], end["reason"]) == ("interrupted", "SIGTERM")


def test_a_copy_has_no_run(tmp_path: Path) -> None:
    """Pickled or copied, while the run goes on."""
    run = TrainingRun("a", None, {"log_dir": tmp_path})
    log(run, 1.0, 0)
    for other in (pickle.loads(pickle.dumps(run)), copy.deepcopy(run)):
        assert not other.has_run
        other.end()
    assert run.is_running
    run.end()
