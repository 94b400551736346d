"""A scheduler's job that is preempted and requeued: one run, and each interruption with its reason."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.tracker.process import kinds, logs, only_log, records, run_script, start_script
from tuimon import load_experiment_log
from tuimon.records.events import EndRecord
from tuimon.store.liveness import RunState
from tuimon.store.store import RunStore
from tuimon.tracker.environment import job_facts

TRAINING = """
import pathlib
saved = pathlib.Path(directory).parent / "step.txt"
first = int(saved.read_text()) if saved.exists() else 0
tracker = ExperimentTracker({"name": "x"}, directory, resume="auto")
for step in range(first, first + 10):
    tracker.increment_gradient_step()
    tracker.log_metrics(step, train_loss=100.0 - step)
    if step % 4 == 0:
        saved.write_text(str(step))
"""
WAIT = "print('ready', flush=True)\ntime.sleep(300)\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1])
def test_a_preempted_job_that_is_requeued_is_one_run(tmp_path: Path, number: signal.Signals) -> None:
    """It dies by the scheduler's signal, says so, and the restart goes on from its checkpoint."""
    directory = tmp_path / "logs"
    environment = {"SLURM_JOB_ID": "99812", "SLURM_ARRAY_TASK_ID": "4", "SLURM_RESTART_COUNT": "0"}
    with start_script(TRAINING + WAIT, directory, environment=environment) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(number)
        process.communicate(timeout=60)
    assert process.returncode == -number
    end = EndRecord.from_record(only_log(directory)[-1])
    assert (end.status, end.reason) == ("interrupted", number.name)

    assert run_script(TRAINING, directory, environment={**environment, "SLURM_RESTART_COUNT": "1"}) == (0, "")
    lines = only_log(directory)
    assert kinds(lines).count("resume") == 1
    rows = load_experiment_log(logs(directory)[0]).metrics_history
    assert [row.iteration for row in rows] == list(range(18))
    assert [row.gradient_step for row in rows] == list(range(1, 19))
    seconds = [row.wallclock_time for row in rows]
    assert seconds == sorted(seconds)
    (run,) = RunStore([directory]).load_all().runs
    assert run.segment_rows == (8,)
    assert (run.header.job_id, run.header.array_index, run.header.restart_count) == ("99812", 4, 0)
    assert (run.resumes[0].job_id, run.resumes[0].restart_count) == ("99812", 1)
    assert run.state is RunState.FINISHED


def test_both_signals_are_the_default_again_after_the_run(tmp_path: Path) -> None:
    """And a forked worker has the defaults at once."""
    code = """
both = signal.SIGTERM, signal.SIGUSR1
default = lambda: [signal.getsignal(number) is signal.SIG_DFL for number in both]
tracker = ExperimentTracker({"name": "x"}, directory)
tracker.start()
assert default() == [False, False]
if not (child := os.fork()):
    os._exit(0 if default() == [True, True] else 1)
assert os.waitpid(child, 0)[1] == 0
tracker.finish()
assert default() == [True, True]
"""
    assert run_script(code, tmp_path) == (0, "")


def test_a_trainings_own_handler_is_left_alone(tmp_path: Path) -> None:
    """Who saves a checkpoint at SIGUSR1 goes on doing so; SIGTERM, which it does not handle, still ends."""
    code = """
signal.signal(signal.SIGUSR1, lambda *_: tracker.log_event("checkpoint"))
tracker = ExperimentTracker({"name": "x"}, directory)
tracker.start()
os.kill(os.getpid(), signal.SIGUSR1)
os.kill(os.getpid(), signal.SIGTERM)
time.sleep(300)
"""
    assert run_script(code, tmp_path)[0] == -signal.SIGTERM
    lines = only_log(tmp_path)
    assert kinds(lines) == ["run", "event", "end"]
    assert lines[-1]["reason"] == "SIGTERM"


@pytest.mark.parametrize(("left_by", "exit_code"), [("SIGTERMException(143)", 143), ("SIGTERMException", 0)])
def test_where_lightning_is_its_own_handlers_find_their_place_free(
    tmp_path: Path, left_by: str, exit_code: int
) -> None:
    """It requeues at SIGUSR1 only where nobody handles that; its exception at SIGTERM is an interruption."""
    code = """
import types
sys.modules["lightning"] = types.ModuleType("lightning")
class SIGTERMException(SystemExit):
    pass
tracker = ExperimentTracker({"name": "x"}, directory)
tracker.start()
assert signal.getsignal(signal.SIGUSR1) is signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
with tracker:
    raise """
    assert run_script(code + left_by, tmp_path)[0] == exit_code
    end = records(logs(tmp_path)[0])[-1]
    assert (end["status"], end["reason"]) == ("interrupted", "SIGTERM")


def test_ctrl_c_is_a_reason(tmp_path: Path) -> None:
    run_script(
        "tracker = ExperimentTracker({'name': 'x'}, directory)\nwith tracker:\n    raise KeyboardInterrupt",
        tmp_path,
    )
    assert only_log(tmp_path)[-1]["reason"] == "Ctrl+C"


def test_an_arrays_elements_carry_the_id_that_people_know(tmp_path: Path) -> None:
    """squeue shows 100_3, and scancel takes it; SLURM_JOB_ID is another number for each element."""
    array = {"SLURM_JOB_ID": "103", "SLURM_ARRAY_JOB_ID": "100", "SLURM_ARRAY_TASK_ID": "3"}
    assert job_facts(array) == {"job_id": "100", "array_index": 3, "restart_count": None}
    assert job_facts({"SLURM_JOB_ID": "103"})["job_id"] == "103"
