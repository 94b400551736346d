"""``tuimon demo``: real trainings, the app on them, and what is left when it is quit."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.cli.commands import run_tuimon
from tests.conftest import Eventually
from tests.terminal import TerminalApp
from tuimon.cli import demo_command, demo_sweep
from tuimon.cli.demo_command import BRIEF_SECONDS, START_SECONDS
from tuimon.cli.demo_sweep import RUN_NAMES, DemoSweep
from tuimon.cli.main import main
from tuimon.store.liveness import process_start
from tuimon.testing import RunBuilder

ALL_THREE_LISTED = r"(?s).*".join(sorted(RUN_NAMES))


def demo_in_terminal(directory: Path, *options: str) -> TerminalApp:
    return TerminalApp([sys.executable, "-m", "tuimon", "demo", *options], cwd=directory)


def logs(directory: Path) -> list[list[dict[str, Any]]]:
    """The records of each of the demo's logs; a last line of which only a part is written is none yet."""
    paths = sorted((directory / "tuimon-demo").glob("experiment_*.jsonl"))
    texts = [path.read_bytes() for path in paths]
    return [[json.loads(line) for line in text.split(b"\n")[:-1]] for text in texts]


def statuses(directory: Path) -> list[str]:
    """How the demo's runs ended, as far as they have."""
    return [log[-1]["status"] for log in logs(directory) if log and log[-1]["type"] == "end"]


def still_runs(header: dict[str, Any]) -> bool:
    """Whether the process that wrote this header is there, and not another one of the same id."""
    started = process_start(header["pid"])
    return started is not None and abs(started - header["process_start_time"]) < 2


def test_quitting_stops_the_trainings_and_says_so(tmp_path: Path) -> None:
    """The app shows all three, marked; after ``q`` no process is left and every log has its end."""
    with demo_in_terminal(tmp_path) as terminal:
        terminal.wait_for(r"3 marked")
        terminal.wait_for(r"val_loss.*lr_1e-2")
        assert all(name in terminal.text() for name in RUN_NAMES)
        terminal.send("q")
        terminal.wait_for(r"See them again: tuimon ")
        assert terminal.finish() == 0
        shown = terminal.text()
    assert re.search(r"Stopped the trainings after \d+s: .*interrupted", shown)
    assert f"Logs: {tmp_path / 'tuimon-demo'}" in shown
    assert len(statuses(tmp_path)) == 3
    assert set(statuses(tmp_path)) <= {"interrupted", "failed"}  # one may have diverged by then
    assert not any(still_runs(log[0]) for log in logs(tmp_path))


@pytest.fixture
def no_one_left() -> Iterator[list[psutil.Process]]:
    """Processes to be put in; those that still run after the test are killed, with their children."""
    started: list[psutil.Process] = []
    yield started
    for process in started:
        with suppress(psutil.NoSuchProcess):
            for one in (*process.children(recursive=True), process):
                one.kill()


def test_kept_trainings_go_on_until_they_are_ended(
    tmp_path: Path, eventually: Eventually, no_one_left: list[psutil.Process]
) -> None:
    """With --keep neither the app's end nor the terminal's is theirs; the line that it leaves ends them."""
    with demo_in_terminal(tmp_path, "--keep") as terminal:
        terminal.wait_for(r"3 marked")
        no_one_left += psutil.Process(terminal.process.pid).children()
        terminal.send("q")
        terminal.wait_for(r"The trainings go on; this ends them: kill \d+")
        assert terminal.finish() == 0
        told = re.search(r"this ends them: kill (\d+)", terminal.text())
    assert told
    assert set(statuses(tmp_path)) <= {"failed"}  # one may have diverged by then
    left = [len(log) for log in logs(tmp_path)]

    def gone_on() -> bool:
        now = zip(left, logs(tmp_path), strict=True)
        return all(log[-1]["type"] == "end" or len(log) > before + 20 for before, log in now)

    eventually(gone_on)
    assert set(statuses(tmp_path)) <= {"failed"}
    os.kill(int(told[1]), signal.SIGTERM)
    eventually(lambda: len(statuses(tmp_path)) == 3)
    assert set(statuses(tmp_path)) <= {"failed", "interrupted"}
    assert "interrupted" in statuses(tmp_path)


def test_a_closed_terminal_stops_the_trainings(tmp_path: Path, eventually: Eventually) -> None:
    """A hang-up ends the app, which ends them."""
    with demo_in_terminal(tmp_path) as terminal:
        terminal.wait_for(r"3 marked")
        terminal.process.send_signal(signal.SIGHUP)
        eventually(lambda: len(statuses(tmp_path)) == 3)


def test_without_a_terminal_it_trains_briefly_and_prints_the_charts(tmp_path: Path) -> None:
    """One plain snapshot of all three; training takes less than 20 seconds however slow the machine is."""
    done = run_tuimon("demo", cwd=tmp_path)
    assert BRIEF_SECONDS + START_SECONDS < 20
    assert all(log[-1]["duration_seconds"] < 20 for log in logs(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    for word in ("val_loss", "learning_rate", "tokens_per_sec", "gradient step", *RUN_NAMES):
        assert word in done.stdout
    assert re.search(r"│.*[.o*%]{3}", done.stdout), "no curve was drawn"
    assert max(map(len, done.stdout.splitlines())) <= 120
    assert "See them again: tuimon " in done.stderr
    assert len(statuses(tmp_path)) == 3


def test_the_demos_curves_are_real(tmp_path: Path) -> None:
    """A good learning rate learns, the highest diverges; both are told by name."""
    done = run_tuimon("demo", "--iterations=60", "--seconds=170", cwd=tmp_path, timeout=180)
    assert done.returncode == 0, done.stderr
    assert "lr_1e-3, lr_1e-2 finished; lr_3e-1 failed" in done.stderr
    losses = {
        log[0]["name"]: [line["train_loss"] for line in log if "train_loss" in line] for log in logs(tmp_path)
    }
    assert losses["lr_1e-2"][-1] < losses["lr_1e-2"][0] - 1
    assert losses["lr_3e-1"][-1] > losses["lr_3e-1"][0] + 1


def test_a_time_limit_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """--seconds ends the trainings as finished, wherever they are."""
    monkeypatch.setattr(demo_command, "START_SECONDS", 100.0)  # a busy machine
    monkeypatch.chdir(tmp_path)
    assert main(["demo", "--seconds=1", "--iterations=100000", "--dir", "elsewhere"]) == 0
    assert "finished" in capsys.readouterr().err
    assert len(list((tmp_path / "elsewhere").glob("experiment_*.jsonl"))) == 3


def test_a_file_in_the_directorys_place_is_a_wrong_call(tmp_path: Path) -> None:
    """It is named; nothing is started."""
    (tmp_path / "taken").write_text("")
    done = run_tuimon("demo", "--dir", "taken", cwd=tmp_path)
    assert done.returncode == 2
    assert "taken" in done.stderr


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory whose ``sweep.py`` is run instead of the demo's."""
    directory = tmp_path / "scripts"
    directory.mkdir()
    monkeypatch.setattr(demo_sweep, "scripts_directory", lambda: directory)
    return directory


def test_trainings_that_cannot_start_are_told_with_their_last_words(
    scripts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, the file with the whole output and its last line."""
    (scripts / "sweep.py").write_text("raise SystemExit('no text to learn from')")
    assert main(["demo", "--dir", str(tmp_path / "runs")]) == 1
    assert capsys.readouterr().err == (
        f"tuimon: {tmp_path / 'runs' / 'sweep.out'}: no training logged: no text to learn from\n"
    )


def test_runs_of_an_earlier_start_are_told_first(
    scripts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are shown beside the new ones."""
    (scripts / "sweep.py").write_text("raise SystemExit('no text to learn from')")
    directory = tmp_path / "runs"
    for number in range(2):
        RunBuilder(directory, f"lr_{number}").header().metrics(0, train_loss=1.0).end()
    assert main(["demo", "--dir", str(directory)]) == 1
    first = capsys.readouterr().err.splitlines()[0]
    assert (
        first
        == f"tuimon: {directory}: new runs are shown beside 2 earlier runs; --dir takes another directory"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="process groups are POSIX's")
def test_trainings_that_do_not_end_are_killed(scripts: Path, tmp_path: Path, eventually: Eventually) -> None:
    """After the patience is over, with all that they started."""
    (scripts / "sweep.py").write_text(
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    sweep = DemoSweep.start(tmp_path / "runs", iterations=None, seconds=None)
    output = tmp_path / "runs" / "sweep.out"
    eventually(lambda: output.read_text().endswith("\n"))
    child = psutil.Process(int(output.read_text()))
    assert sweep.stop(patience=0.1)
    eventually(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    assert not sweep.is_running()
    assert not sweep.stop()
