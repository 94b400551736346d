"""Going on with a run: the right one, from the right row, and never beside a living writer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.tracker.process import kinds, logs, only_log, records, run_script, start_script
from tuimon import ExperimentTracker, load_experiment_log
from tuimon.records.folded_run import fold_log
from tuimon.records.run_lookup import UnknownRun
from tuimon.tracker.warn import TrackerWarning

LIVING = """
tracker = ExperimentTracker({"name": "x"}, directory)
tracker.start()
print("ready", flush=True)
time.sleep(300)
"""


def first_part(directory: Path, **options: Any) -> ExperimentTracker:
    """A run of 6 steps, one optimizer step each, ended."""
    tracker = ExperimentTracker({"name": "x"}, directory, **options)
    for step in range(6):
        tracker.log_metrics(step, train_loss=6.0 - step)
        tracker.increment_gradient_step()
    tracker.finish()
    return tracker


def test_a_resumed_run_goes_on_from_the_last_row_kept(tmp_path: Path) -> None:
    """Later rows are superseded, steps and seconds go on, the best value is computed anew."""
    first = first_part(tmp_path)
    kept = first.metrics_history[3]
    second = ExperimentTracker({"name": "x"}, tmp_path, resume=True)
    second.start()
    assert (second.run_id, second.path) == (first.run_id, first.path)
    second.log_metrics(4, train_loss=5.0)
    assert second.gradient_step_count == 3
    assert second.get_elapsed_time() > kept.wallclock_time
    second.increment_gradient_step()
    second.log_metrics(5, train_loss=4.0)
    second.finish()
    log = load_experiment_log(first.path or "")
    assert [row.iteration for row in log.metrics_history] == [0, 1, 2, 3, 4, 5]
    assert [row.gradient_step for row in log.metrics_history] == [0, 1, 2, 3, 3, 4]
    assert [row.train_loss for row in log.metrics_history] == [6, 5, 4, 3, 5, 4]
    seconds = [row.wallclock_time for row in log.metrics_history]
    assert seconds == sorted(seconds)
    assert (log.best_train_loss, log.final_train_loss) == (3.0, 4.0)
    assert kinds(only_log(tmp_path)).count("end") == 2
    assert fold_log(first.path or Path()).superseded_rows == 2


def test_a_given_gradient_step_is_absolute_after_a_resume(tmp_path: Path) -> None:
    """It is read back as it was given, whatever the reader adds."""
    first_part(tmp_path)
    second = ExperimentTracker({"name": "x"}, tmp_path, resume=True)
    second.log_metrics(4, train_loss=1.0, gradient_step=400)
    second.increment_gradient_step()
    second.log_eval(4, val_loss=1.0)
    second.finish()
    assert second.metrics_history[-1].gradient_step == 401
    first_given = [line for line in only_log(tmp_path) if line["type"] == "metrics"][-1]
    assert first_given["gradient_step"] == 397


def test_a_run_is_resumed_twice(tmp_path: Path) -> None:
    """Offsets add up over the processes."""
    first_part(tmp_path)
    for step in (6, 7):
        tracker = ExperimentTracker({"name": "x"}, tmp_path, resume=True)
        tracker.start()
        tracker.increment_gradient_step()
        tracker.log_metrics(train_loss=1.0)
        tracker.finish()
        assert tracker.metrics_history[-1].iteration == step
        assert tracker.metrics_history[-1].gradient_step == step
    history = tracker.metrics_history
    assert [row.wallclock_time for row in history] == sorted(row.wallclock_time for row in history)


def test_the_resume_line_begins_anew_after_half_a_line(tmp_path: Path) -> None:
    """A torn tail costs itself alone."""
    first = first_part(tmp_path)
    assert first.path is not None
    content = first.path.read_bytes()
    first.path.write_bytes(content[: content.index(b'{"type":"end"') + 20])
    second = ExperimentTracker({"name": "x"}, tmp_path, resume=True)
    second.log_metrics(6, train_loss=1.0)
    second.finish()
    folded = fold_log(first.path)
    assert folded.bad_line_count == 1
    assert len(folded.iterations) == 7
    assert len(folded.resumes) == 1


@pytest.mark.parametrize("how", ["path", "name", "id", "prefix"])
def test_a_run_is_named_by_path_name_id_or_prefix(tmp_path: Path, how: str) -> None:
    """As everywhere else."""
    first = first_part(tmp_path)
    named: Any = {"path": first.path, "name": "x", "id": first.run_id, "prefix": first.run_id[:5]}[how]
    second = ExperimentTracker({"name": "something else"}, tmp_path, resume=named)
    second.start()
    second.finish()
    assert (second.path, second.name) == (first.path, "x")


def test_a_run_that_is_not_there_is_an_error_before_the_training(tmp_path: Path) -> None:
    """A wrong name is told with the nearest one, and nothing is written."""
    first_part(tmp_path)
    with pytest.raises(UnknownRun, match="no run is called 'x0'; nearest: x"):
        ExperimentTracker({"name": "x"}, tmp_path, resume="x0").start()
    assert len(logs(tmp_path)) == 1


def test_true_is_the_newest_of_the_name_and_a_new_run_where_there_is_none(tmp_path: Path) -> None:
    """Other names' runs are not touched."""
    with ExperimentTracker({"name": "x"}, tmp_path, resume=True):
        pass
    with ExperimentTracker({"name": "x"}, tmp_path) as newest:
        pass
    with ExperimentTracker({"name": "y"}, tmp_path):
        pass
    with ExperimentTracker({"name": "x"}, tmp_path, resume=True) as resumed:
        assert resumed.path == newest.path
    assert len(logs(tmp_path)) == 3


def test_auto_goes_on_with_this_jobs_run_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A requeue resumes; another job, another array task, or no job at all starts a new run."""

    def start(job: str | None, task: str | None = None) -> Path | None:
        for name, value in (("SLURM_JOB_ID", job), ("SLURM_ARRAY_TASK_ID", task)):
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        with ExperimentTracker({"name": "x"}, tmp_path, resume="auto") as tracker:
            return tracker.path

    first = start("17", "1")
    assert start("17", "1") == first
    others = {start("17", "2"), start("18", "1"), start(None), start(None)}
    assert len(others) == 4
    assert first not in others


def test_a_living_run_is_not_resumed(tmp_path: Path) -> None:
    """Its lock says so: a warning and a new run; once it is killed, it can be resumed."""
    with start_script(LIVING, tmp_path) as process:
        assert process.stdout is not None
        process.stdout.readline()
        (living,) = logs(tmp_path)
        other = ExperimentTracker({"name": "x"}, tmp_path, resume=True)
        with pytest.warns(TrackerWarning, match="living process"):
            other.start()
        other.finish()
        assert other.path != living
        assert kinds(records(living)) == ["run"]
        process.kill()
        process.communicate(timeout=60)
    with ExperimentTracker({"name": "x"}, tmp_path, resume=living) as other:
        assert other.path == living
    assert kinds(records(living)) == ["run", "resume", "end"]


def test_a_run_of_this_very_process_is_not_resumed_while_it_goes_on(tmp_path: Path) -> None:
    """The lock holds against the process that has it, too; with the run's end it is free."""
    running = ExperimentTracker({"name": "x"}, tmp_path)
    running.start()
    other = ExperimentTracker({"name": "x"}, tmp_path, resume=running.path)
    with pytest.warns(TrackerWarning, match="living process"):
        other.start()
    assert other.path != running.path
    running.finish()
    with ExperimentTracker({"name": "x"}, tmp_path, resume=running.path) as resumed:
        assert resumed.path == running.path
    other.finish()


def test_without_locks_the_process_itself_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a file system that has none, a living process of this machine is still not resumed beside."""
    monkeypatch.setattr("tuimon.tracker.log_file.try_lock", lambda _descriptor: True)
    with start_script(LIVING, tmp_path) as process:
        assert process.stdout is not None
        process.stdout.readline()
        (living,) = logs(tmp_path)
        with pytest.warns(TrackerWarning, match="living process"):
            ExperimentTracker({"name": "x"}, tmp_path, resume=living).start()
        process.kill()
        process.communicate(timeout=60)


def test_an_orphaned_fork_does_not_keep_its_parents_run_alive(tmp_path: Path) -> None:
    """A data loader's worker that outlives a killed training does not hold the lock."""
    code = """
tracker = ExperimentTracker({"name": "x"}, directory)
tracker.start()
reading, writing = os.pipe()
if os.fork() == 0:
    os.write(writing, b"x")
    os.close(1); os.close(2)
    time.sleep(20)
    os._exit(0)
os.read(reading, 1)
os.kill(os.getpid(), signal.SIGKILL)
"""
    run_script(code, tmp_path)
    (path,) = logs(tmp_path)
    with ExperimentTracker({"name": "x"}, tmp_path, resume=True) as tracker:
        assert tracker.path == path


def test_a_log_that_cannot_be_opened_is_not_resumed(tmp_path: Path) -> None:
    """A saved document, a directory: a warning and a new run."""
    first = first_part(tmp_path)
    document = first.save()
    assert first.path is not None
    first.path.unlink()
    second = ExperimentTracker({"name": "x"}, tmp_path, resume=document)
    with pytest.warns(TrackerWarning, match="a saved document, not a log"):
        second.start()
    second.finish()
    assert kinds(only_log(tmp_path)) == ["run", "end"]
