"""The state of a run changes with its log, with time alone, and with its process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.conftest import Eventually
from tests.store.live import StartLive
from tuimon.store.liveness import RunState
from tuimon.store.store import RunStore
from tuimon.testing import RunBuilder
from tuimon.testing.run_builder import this_process


def test_silence_makes_a_run_stalled_and_bytes_revive_it(
    tmp_path: Path, live: StartLive, eventually: Eventually
) -> None:
    """By time alone: nothing touches the file."""
    run = RunBuilder(tmp_path, "a").header(host="elsewhere").metrics(0, train_loss=4.0)
    store = live(tmp_path)
    eventually(lambda: store.ready("a"))
    assert store.runs()["a"].state is RunState.RUNNING
    store.clock.advance(61)
    eventually(lambda: store.ready("a") and store.runs()["a"].state is RunState.STALLED)
    run.metrics(1, train_loss=3.0)
    store.watcher.hint(run.path)
    eventually(lambda: store.rows("a") == 2)
    assert store.runs()["a"].state is RunState.RUNNING


def test_a_resume_after_an_end_is_running_again(
    tmp_path: Path, live: StartLive, eventually: Eventually
) -> None:
    run = RunBuilder(tmp_path, "a").header().metrics(0, train_loss=4.0).end("interrupted")
    store = live(tmp_path)
    eventually(lambda: store.ready("a"))
    assert store.runs()["a"].state is RunState.INTERRUPTED
    run.resume(**this_process())
    store.watcher.hint(run.path)
    eventually(lambda: store.ready("a") and store.runs()["a"].state is RunState.RUNNING)
    assert store.runs()["a"].end is None


WRITER = """
import json, sys, time
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from tuimon.testing.run_builder import RunBuilder, this_process
run = RunBuilder(Path(sys.argv[1]), "killed").header(**this_process())
for step in range(5):
    run.metrics(step, train_loss=4.0)
print("ready", flush=True)
input()
"""


def test_a_killed_process_is_a_crashed_run(tmp_path: Path, eventually: Eventually) -> None:
    """With the real clock, watcher and process: SIGKILL, and within seconds the run says crashed."""
    root = Path(__file__).parents[2]
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path), str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    store = RunStore([tmp_path])
    store.start(lambda _: None)
    try:
        eventually(lambda: [len(run.iterations) for run in store.snapshot().runs] == [5])
        assert store.snapshot().runs[0].state is RunState.RUNNING
        os.kill(writer.pid, signal.SIGKILL)  # nobody waits for it yet: a zombie is as dead
        eventually(lambda: store.snapshot().runs[0].state is RunState.CRASHED)
    finally:
        store.stop()
        writer.communicate()
