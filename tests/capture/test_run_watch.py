"""``tuimon run --watch``: the training starts, the app takes the terminal, and leaving it ends nothing."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

from tests.capture.captured import (
    command_line,
    environment,
    has_ended,
    kept_output,
    logged,
    run,
    script,
    values,
)
from tests.conftest import Eventually
from tests.terminal import TerminalApp

TICKS = """
import os, sys, time
print("terminal", os.isatty(1), sys.stdin.read() == "", flush=True)
for step in range(100000):
    print(f"step {step}/200 loss {5 - step / 1000:.4f}", flush=True)
    time.sleep(0.01)
    if os.path.exists("go"):
        break
"""


def watch(directory: Path, command: list[str]) -> TerminalApp:
    return TerminalApp(command_line(command, "--watch"), environment=environment(directory), cwd=directory)


def test_leaving_the_app_leaves_the_training(tmp_path: Path, eventually: Eventually) -> None:
    """The app opens on the run, its output a key away; ``q`` says how to come back and how to stop, and the
    training goes on."""
    with watch(tmp_path, script(tmp_path, TICKS)) as app:
        app.wait_for(r"train .*train_loss|train_loss.*train ")
        app.wait_for(r"output   O shows all of it\s+step \d+/200")
        app.send("O")
        app.wait_for(r"output of train .*followed\s+step \d+/200 loss")
        app.send("g")
        app.wait_for(r"terminal True True\s+step 0/200")
        app.send("q")
        back = r"tuimon\s+\S*/experiment_logs"  # found from any directory
        app.wait_for(f"The training goes on: train.*Come back: .*{back}.*Stop it: .*kill -INT")
        assert app.finish() == 0
        assert not has_ended(tmp_path)
        (tmp_path / "go").touch()
        eventually(lambda: has_ended(tmp_path))
    assert kept_output(tmp_path).startswith(b"terminal True True\r\n")
    steps = [step for step, _ in values(tmp_path, "train_loss")]
    assert steps == list(range(len(steps)))
    assert logged(tmp_path)[-1]["status"] == "finished"


OWN = """
import os, time
from tuimon import ExperimentTracker
print("not yet tracked", flush=True)
while not os.path.exists("begin"):
    time.sleep(0.01)
with ExperimentTracker({"experiment_name": "own"}, "elsewhere") as tracker:
    for step in range(100000):
        tracker.log_metrics(step, train_loss=5 - step / 1000)
        print("chatter", step, flush=True)
        time.sleep(0.01)
        if os.path.exists("go"):
            break
"""


def test_a_script_with_a_tracker_is_the_run_that_is_watched(tmp_path: Path, eventually: Eventually) -> None:
    """Opened on what is captured, the app goes to the run of the script's own tracker as that begins, also
    in another directory and while the script prints without a pause; the output is beside its log."""
    with watch(tmp_path, script(tmp_path, OWN)) as app:
        app.wait_for(r"(?s)run +experiment_logs/experiment_train_.*not yet tracked")
        (tmp_path / "begin").touch()
        app.wait_for(r"(?s)run +\S*/elsewhere/experiment_own_.*chatter \d", timeout=60)
        app.send("O")
        app.wait_for(r"output of own .*followed")
        app.send("\x1b")
        app.wait_for(r"run +\S*/elsewhere/experiment_own_")
        app.send("\x1b")
        app.wait_for(r"▶ own .*1 marked   1 run")
        app.send("q")
        app.wait_for(r"(?s)Come back: .*tuimon\s+\S*/elsewhere")
        (tmp_path / "go").touch()
        assert app.process.wait(60) == 0
    (log,) = (tmp_path / "elsewhere").glob("*.jsonl")
    eventually(lambda: b'"status":"finished"' in log.read_bytes(), timeout=60)
    assert not list((tmp_path / "experiment_logs").glob("*.jsonl"))


SIZES = """
import os, signal, time
def tell(*_):
    print("size", *os.get_terminal_size(1), flush=True)
signal.signal(signal.SIGWINCH, tell)
tell()
while not os.path.exists("go"):
    time.sleep(0.01)
"""


def test_the_training_hears_of_the_terminals_size(tmp_path: Path, eventually: Eventually) -> None:
    """Its hidden terminal is as large as the person's, also when that is resized."""
    with watch(tmp_path, script(tmp_path, SIZES)) as app:
        app.wait_for(r"size 120 36")
        app.resize(30, 90)
        app.wait_for(r"size 90 30")
        (tmp_path / "go").touch()
        eventually(lambda: has_ended(tmp_path), timeout=60)
        app.send("q")
        assert app.process.wait(60) == 0
    assert b"size 120 36\r\nsize 90 30" in kept_output(tmp_path)


def test_the_line_that_is_told_stops_it(tmp_path: Path, eventually: Eventually) -> None:
    """The process named when the app is left ends the training by Ctrl+C's signal."""
    with watch(tmp_path, script(tmp_path, TICKS)) as app:
        app.wait_for("train_loss")
        app.send("q")
        app.wait_for(r"kill -INT \d+\D")
        told = re.search(r"kill -INT (\d+)", app.text())
        assert told
        os.kill(int(told[1]), signal.SIGINT)
        eventually(lambda: has_ended(tmp_path))
    assert logged(tmp_path)[-1]["status"] == "interrupted"


def test_a_training_that_has_ended_tells_how(tmp_path: Path, eventually: Eventually) -> None:
    """Left after its end, the command has the training's exit code."""
    with watch(tmp_path, script(tmp_path, "print('step 1 loss 2')\nraise SystemExit(3)\n")) as app:
        eventually(lambda: has_ended(tmp_path))
        app.wait_for("failed")
        app.send("q")
        app.wait_for("exit code 3")
        assert app.finish() == 3


def test_a_command_that_is_not_there_opens_no_app(tmp_path: Path) -> None:
    """One clear line and the shell's exit code, as without ``--watch``."""
    with watch(tmp_path, ["no-such-command"]) as app:
        app.wait_for("tuimon: no-such-command: command not found")
        assert app.finish() == 127


def test_the_app_needs_a_terminal(tmp_path: Path) -> None:
    """Without one nothing is started."""
    done = run(tmp_path, ["touch", "started"], "--watch")
    assert done.returncode == 1
    assert b"needs a terminal" in done.stderr
    assert not (tmp_path / "started").exists()
