"""Several ranks of one training, each with a log of its own: real processes, started by hand."""

from __future__ import annotations

import contextlib
import importlib.util
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import Eventually
from tests.tracker.process import kinds, logs, records, run_script, start_script
from tuimon.analysis.health import HealthKind, HealthMonitor, HealthRules
from tuimon.store.liveness import RunState, Silence
from tuimon.store.snapshot import RunSnapshot
from tuimon.store.store import RunStore

WORLD = 4
TRAINING = """
rank = int(os.environ["RANK"])
tracker = ExperimentTracker({"name": "x"}, directory, all_ranks=True, resume=os.environ.get("GO_ON") and True)
first = int(os.environ.get("GO_ON", 0))
for step in range(first, first + 30):
    tracker.increment_gradient_step()
    own = {"rank_zero": 1.0} if rank == 0 else {}
    milliseconds = 150.0 if rank == 2 else 100.0
    tracker.log_metrics(step, train_loss=10.0 - step / 10 + rank, iter_time_ms=milliseconds, **own)
"""
# On a busy machine rank 0 may start long after the others, which are over within milliseconds.
PATIENT = "from tuimon.tracker import ranks\nranks.LAST_WAIT_SECONDS = 60.0\n"


@contextlib.contextmanager
def started(code: str, directory: Path, **environment: str) -> Iterator[list[subprocess.Popen[str]]]:
    """All ranks, the last one first; whatever happens, none is left behind."""
    with ExitStack() as stack:
        processes: list[subprocess.Popen[str]] = []
        for rank in reversed(range(WORLD)):
            variables = {"RANK": str(rank), "WORLD_SIZE": str(WORLD), "MASTER_PORT": "29500", **environment}
            process = start_script(code, directory, environment=variables)
            stack.enter_context(process)
            stack.callback(process.kill)
            processes.insert(0, process)
        yield processes


def run_all(code: str, directory: Path, **environment: str) -> list[str]:
    with started(PATIENT + code, directory, **environment) as processes:
        return [process.communicate(timeout=60)[1] for process in processes]


def only_run(directory: Path) -> RunSnapshot:
    (run,) = RunStore([directory]).load_all().runs
    return run


def stem_of(directory: Path) -> str:
    (main,) = [path for path in logs(directory) if ".rank" not in path.name]
    return main.stem


def test_four_ranks_are_one_run(tmp_path: Path) -> None:
    """Whichever starts first: a log each beside rank 0's, nothing lost, their mean and spread in one run."""
    assert run_all(TRAINING, tmp_path) == [""] * WORLD
    stem = stem_of(tmp_path)
    names = [f"{stem}.jsonl", *(f"{stem}.rank{rank}.jsonl" for rank in range(1, WORLD))]
    assert sorted(path.name for path in logs(tmp_path)) == sorted(names)
    for path in logs(tmp_path):
        lines = records(path)
        assert kinds(lines) == ["run", *["metrics"] * 30, "end"]
        assert lines[0]["world_size"] == WORLD
    run = only_run(tmp_path)
    assert run.header.rank == 0
    assert [rank.header.rank for rank in run.ranks] == [1, 2, 3]
    assert run.metrics["train_loss"].values.tolist() == pytest.approx(
        [10 - step / 10 + 1.5 for step in range(30)]
    )
    spread = run.spreads["train_loss"]
    assert (spread.high - spread.low).tolist() == pytest.approx([3.0] * 30)
    assert spread.own.values[0] == 10.0
    assert "rank_zero" in run.metrics
    assert set(run.spreads) == {"train_loss", "iter_time_ms"}
    assert run.summaries["train_loss"].min == pytest.approx(8.6)


def test_jobs_one_after_the_other_do_not_mix(tmp_path: Path) -> None:
    """All that a launcher says may be the same, as with torchrun's usual port."""
    run_all(TRAINING, tmp_path)
    run_all(TRAINING, tmp_path)
    runs = RunStore([tmp_path]).load_all().runs
    assert len(runs) == 2
    assert all([rank.header.rank for rank in run.ranks] == [1, 2, 3] for run in runs)
    assert len(logs(tmp_path)) == 2 * WORLD


def test_a_requeued_job_goes_on_in_all_its_logs(tmp_path: Path) -> None:
    """Each rank resumes its own log, and the run is one with a segment."""
    run_all(TRAINING, tmp_path)
    assert run_all(TRAINING, tmp_path, GO_ON="20") == [""] * WORLD
    assert len(logs(tmp_path)) == WORLD
    run = only_run(tmp_path)
    assert run.iterations.tolist() == list(range(50))
    assert run.segment_rows == (20,)
    assert all(rank.iterations.tolist() == list(range(50)) for rank in run.ranks)
    assert run.metrics["train_loss"].values[-1] == pytest.approx(10 - 4.9 + 1.5)


def test_a_rank_without_rank_zero_keeps_its_records(tmp_path: Path) -> None:
    """It waits in memory while it trains and a moment at its end, then writes a log that stands alone."""
    environment = {"RANK": "3", "WORLD_SIZE": "4"}
    assert run_script(TRAINING, tmp_path, environment=environment) == (0, "")
    (path,) = logs(tmp_path)
    assert path.name.endswith(".rank3.jsonl")
    assert kinds(records(path)).count("metrics") == 30


def test_without_all_ranks_rank_zero_alone_writes(tmp_path: Path) -> None:
    errors = run_all(TRAINING.replace("all_ranks=True", "all_ranks=False"), tmp_path)
    assert len(logs(tmp_path)) == 1
    assert errors[0] == ""
    assert "rank 0 alone writes" in errors[1]


def test_a_rank_that_is_killed_or_stops_is_named(tmp_path: Path, eventually: Eventually) -> None:
    """Killed: as soon as it is gone. Stopped: within the silence that is allowed; the others go on."""
    code = TRAINING + "print('ready', flush=True)\nstep = 30\n"
    code += (
        "while True:\n    tracker.log_metrics(step, train_loss=1.0)\n    step += 1\n    time.sleep(0.05)\n"
    )
    rules = HealthRules(stall_seconds=2.0)
    store = RunStore([tmp_path], silence=Silence(2.0, 10.0))
    versions: list[int] = []
    with started(code, tmp_path) as processes:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        store.start(versions.append)
        try:
            eventually(lambda: [len(run.ranks) for run in store.snapshot().runs] == [WORLD - 1])
            processes[2].kill()
            processes[2].wait()
            processes[3].send_signal(signal.SIGSTOP)

            def said() -> set[str]:
                (run,) = store.snapshot().runs
                health = HealthMonitor(rules).of(run, run.last_change or 0.0)
                return {event.message for event in health.events if event.kind is HealthKind.RANK}

            eventually(lambda: "rank 2 is gone without a word (killed?)" in said())
            eventually(lambda: "rank 3 fell silent" in said())

            def others() -> set[RunState]:
                (run,) = store.snapshot().runs
                return {run.state, run.ranks[0].state}

            eventually(lambda: others() == {RunState.RUNNING})
        finally:
            store.stop()
            processes[3].send_signal(signal.SIGCONT)


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs torch")
def test_torchrun_starts_one_run(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(
        f"import os\nfrom tuimon import ExperimentTracker\ndirectory = {str(tmp_path)!r}\n{TRAINING}"
    )
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(WORLD), str(script)]
    subprocess.run([sys.executable, *launch], check=True, timeout=120, capture_output=True)
    assert len(only_run(tmp_path).ranks) == WORLD - 1
