"""However the training's process ends: one well-formed file, and nothing lost that was logged."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.conftest import Eventually
from tests.tracker.process import kinds, logs, only_log, records, run_script, start_script
from tuimon import load_experiment_log

LOG_THREE = """
tracker = ExperimentTracker({"name": "x"}, directory)
for step in range(3):
    tracker.log_metrics(step, train_loss=3.0 - step)
"""


def test_sigkill_loses_nothing_that_was_logged(tmp_path: Path) -> None:
    """Killed right after the 5,000th call: 5,000 records are read back, and no end."""
    code = """
tracker = ExperimentTracker({"name": "x"}, directory)
for step in range(5000):
    tracker.log_metrics(step, train_loss=1.0, learning_rate=1e-3, tokens_per_sec=1e4, iter_time_ms=2.0)
os.kill(os.getpid(), signal.SIGKILL)
"""
    code_of_exit, _ = run_script(code, tmp_path)
    assert code_of_exit == -signal.SIGKILL
    (path,) = logs(tmp_path)
    log = load_experiment_log(path)
    assert [row.iteration for row in log.metrics_history] == list(range(5000))
    assert (log.end_time, log.best_train_loss) == (None, 1.0)


def test_a_clean_exit_without_finish_is_finished(tmp_path: Path) -> None:
    """The interpreter's end writes the end line, with the summary."""
    assert run_script(LOG_THREE, tmp_path) == (0, "")
    end = only_log(tmp_path)[-1]
    assert end["status"] == "finished"
    assert end["summary"]["train_loss"]["min"] == 1.0


def test_an_uncaught_exception_is_failed_with_its_traceback(tmp_path: Path) -> None:
    """Type, message and traceback are in the end line, and Python's own report still appears."""
    code = LOG_THREE + "\ndef diverge():\n    raise RuntimeError('loss is NaN')\ndiverge()\n"
    exit_code, errors = run_script(code, tmp_path)
    assert exit_code == 1
    assert "RuntimeError: loss is NaN" in errors
    end = only_log(tmp_path)[-1]
    assert end["status"] == "failed"
    assert end["exception"]["type"] == "RuntimeError"
    assert end["exception"]["message"] == "loss is NaN"
    assert "in diverge" in end["exception"]["traceback"]


def test_another_excepthook_is_still_called(tmp_path: Path) -> None:
    """The hook that was there before is not replaced but chained."""
    code = "sys.excepthook = lambda *_: print('mine', file=sys.stderr)\n" + LOG_THREE + "raise RuntimeError\n"
    _, errors = run_script(code, tmp_path)
    assert errors.strip() == "mine"
    assert only_log(tmp_path)[-1]["status"] == "failed"


def test_a_threads_exception_is_not_the_runs_failure(tmp_path: Path) -> None:
    """The main thread goes on and ends well, and so does the run."""
    code = LOG_THREE + "thread = threading.Thread(target=lambda: 1 / 0)\nthread.start()\nthread.join()\n"
    exit_code, errors = run_script(code, tmp_path)
    assert exit_code == 0
    assert "ZeroDivisionError" in errors
    assert only_log(tmp_path)[-1]["status"] == "finished"


def test_a_run_that_was_finished_before_a_failure_stays_finished(tmp_path: Path) -> None:
    """What goes wrong after finish() is not the run's."""
    run_script(LOG_THREE + "tracker.finish()\nraise RuntimeError\n", tmp_path)
    assert kinds(only_log(tmp_path)) == ["run", "metrics", "metrics", "metrics", "end"]
    assert only_log(tmp_path)[-1]["status"] == "finished"


@pytest.mark.parametrize(
    ("raised", "status", "exit_code"),
    [
        ("raise ValueError('x')", "failed", 1),
        ("raise KeyboardInterrupt", "interrupted", -signal.SIGINT),
        ("sys.exit(3)", "failed", 3),
        ("sys.exit()", "finished", 0),
        ("pass", "finished", 0),
    ],
)
def test_leaving_the_context_ends_the_run_and_the_exception_goes_on(
    tmp_path: Path, raised: str, status: str, exit_code: int
) -> None:
    """As a context manager: the status says how it was left, and nothing is swallowed."""
    code = f"with ExperimentTracker({{'name': 'x'}}, directory) as tracker:\n    {raised}\n"
    assert run_script(code, tmp_path)[0] == exit_code
    lines = only_log(tmp_path)
    assert kinds(lines) == ["run", "end"]
    assert lines[-1]["status"] == status
    assert ("exception" in lines[-1]) == (status == "failed")


def test_ctrl_c_interrupts_and_loses_nothing(tmp_path: Path, eventually: Eventually) -> None:
    """SIGINT without a context manager: the end says interrupted."""
    code = LOG_THREE + "print('ready', flush=True)\ntime.sleep(300)\n"
    with start_script(code, tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    assert kinds(only_log(tmp_path)) == ["run", "metrics", "metrics", "metrics", "end"]
    assert only_log(tmp_path)[-1]["status"] == "interrupted"


def test_sigterm_writes_the_end_and_the_process_dies_of_it(tmp_path: Path) -> None:
    """Even while the main thread holds the tracker's lock."""
    code = LOG_THREE + "\nwith tracker._run._lock:\n    print('ready', flush=True)\n    time.sleep(300)\n"
    with start_script(code, tmp_path) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.terminate()
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGTERM
    end = only_log(tmp_path)[-1]
    assert (end["type"], end["status"]) == ("end", "interrupted")
    assert end["duration_seconds"] > 0


def test_sigterm_while_another_thread_holds_the_lock(tmp_path: Path) -> None:
    """The handler waits for nobody."""
    code = (
        LOG_THREE
        + """
def hold():
    with tracker._run._lock:
        print("ready", flush=True)
        time.sleep(300)
threading.Thread(target=hold, daemon=True).start()
time.sleep(300)
"""
    )
    with start_script(code, tmp_path) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.terminate()
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGTERM
    assert only_log(tmp_path)[-1]["status"] == "interrupted"


def test_a_trainings_own_sigterm_handler_is_left_alone(tmp_path: Path) -> None:
    """Who handles SIGTERM already, e.g. to save a checkpoint, goes on doing so."""
    code = (
        """
def save(*_):
    tracker.log_event("checkpoint")
    sys.exit(0)
signal.signal(signal.SIGTERM, save)
"""
        + LOG_THREE
        + "os.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(300)\n"
    )
    assert run_script(code, tmp_path)[0] == 0
    assert kinds(only_log(tmp_path))[-2:] == ["event", "end"]


def test_sigterm_is_the_default_again_after_the_run(tmp_path: Path) -> None:
    """With the last run's end the handler goes."""
    code = (
        LOG_THREE
        + """
assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
tracker.finish()
assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
"""
    )
    assert run_script(code, tmp_path) == (0, "")


def test_os_exit_leaves_a_whole_log_without_an_end(tmp_path: Path) -> None:
    """Nothing runs at os._exit, so nothing more is written; what was logged is there."""
    assert run_script(LOG_THREE + "os._exit(7)", tmp_path)[0] == 7
    assert kinds(only_log(tmp_path)) == ["run", "metrics", "metrics", "metrics"]


def test_logging_while_the_interpreter_shuts_down_is_harmless(tmp_path: Path) -> None:
    """A daemon thread and a finaliser that still log find the run ended; the end stays last."""
    code = (
        LOG_THREE
        + """
class Late:
    def __del__(self):
        tracker.log_metrics(train_loss=0.0)
late = Late()
def endless():
    while True:
        tracker.log_metrics(train_loss=0.0)
threading.Thread(target=endless, daemon=True).start()
"""
    )
    assert run_script(code, tmp_path)[0] == 0
    lines = only_log(tmp_path)
    assert kinds(lines)[-1] == "end"
    assert kinds(lines).count("end") == 1


def test_several_runs_in_one_process_all_end(tmp_path: Path) -> None:
    """A sweep in one process: each run has its end."""
    code = LOG_THREE + LOG_THREE + "raise RuntimeError\n"
    run_script(code, tmp_path)
    assert [records(path)[-1]["status"] for path in logs(tmp_path)] == ["failed", "failed"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_writes_nothing(tmp_path: Path) -> None:
    """Its calls are dropped with one warning, it writes no end, and the parent's log is whole."""
    code = (
        LOG_THREE
        + """
pid = os.fork()
if pid == 0:
    for step in range(100):
        tracker.log_metrics(1000 + step, train_loss=0.0)
    tracker.log_event("from the child")
    tracker.save()
    tracker.finish()
    sys.exit(0)
os.waitpid(pid, 0)
tracker.log_metrics(3, train_loss=0.0)
"""
    )
    exit_code, errors = run_script(code, tmp_path)
    assert exit_code == 0
    assert errors.count("TrackerWarning: tuimon: nothing is logged: this is a forked child") == 1
    lines = only_log(tmp_path)
    assert [line["iteration"] for line in lines if line["type"] == "metrics"] == [0, 1, 2, 3]
    assert kinds(lines).count("end") == 1
    assert not list(tmp_path.glob("*.json"))


def test_a_child_forked_while_a_thread_logs_does_not_hang(tmp_path: Path) -> None:
    """The lock may be held by a thread that the child does not have."""
    code = (
        LOG_THREE
        + """
import warnings
warnings.simplefilter("ignore")
done = False
def endless():
    while not done:
        tracker.log_metrics(train_loss=0.0)
thread = threading.Thread(target=endless)
thread.start()
for _ in range(30):
    pid = os.fork()
    if pid == 0:
        tracker.log_metrics(train_loss=9.0)
        os._exit(0)
    os.waitpid(pid, 0)
done = True
thread.join()
"""
    )
    exit_code, errors = run_script(code, tmp_path)
    assert (exit_code, errors) == (0, "")
    assert all(line.get("train_loss") != 9.0 for line in only_log(tmp_path))


def test_a_forked_worker_dies_of_sigterm_at_once(tmp_path: Path) -> None:
    """The handler is the parent's: a worker that is busy in C is ended as if there were no tracker."""
    code = (
        LOG_THREE
        + """
pid = os.fork()
if pid == 0:
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    os._exit(5)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 5
"""
    )
    assert run_script(code, tmp_path) == (0, "")


def test_threads_interleave_whole_lines(tmp_path: Path) -> None:
    """8 threads with one tracker: every line whole, every record there, iterations none twice."""
    code = """
tracker = ExperimentTracker({"name": "x"}, directory)
def work(number):
    for step in range(500):
        tracker.log_metrics(train_loss=float(step), **{f"thread_{number}/" + "x" * 200: step})
        tracker.increment_gradient_step()
threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert tracker.gradient_step_count == 4000
"""
    assert run_script(code, tmp_path) == (0, "")
    lines = [line for line in only_log(tmp_path) if line["type"] == "metrics"]
    assert [line["iteration"] for line in lines] == list(range(4000))
    for number in range(8):
        mine = [line[key] for line in lines for key in line if key.startswith(f"thread_{number}/")]
        assert mine == list(range(500))


def test_an_error_at_a_prompt_is_not_the_runs_failure(tmp_path: Path) -> None:
    """In an interactive interpreter an exception ends nothing."""
    code = "sys.ps1 = '>>> '\n" + LOG_THREE + "sys.excepthook(*[ValueError, ValueError('typo'), None])\n"
    run_script(code, tmp_path)
    assert only_log(tmp_path)[-1]["status"] == "finished"
