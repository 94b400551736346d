"""The app as a process in a real terminal: ends, signals, crashes, places."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.conftest import Eventually
from tests.terminal import TerminalApp, TerminalProgram
from tuimon.testing import RunBuilder
from tuimon.tui.run import write_report
from tuimon.tui.start.begin import place_text

START = "from tuimon.tui.run import run_app; import sys; sys.exit(run_app(sys.argv[1:]))"
CRASH = """
import sys
from tuimon.tui.painting import charts_painter
from tuimon.tui.run import run_app
def broken(*_): raise RuntimeError("the pen broke")
charts_painter.draw_chart = broken
sys.exit(run_app(sys.argv[1:]))
"""
STUCK = """
import sys, threading
from textual.drivers.linux_driver import LinuxDriver
from tuimon.tui import ending
from tuimon.tui.run import run_app
ending.PATIENCE_SECONDS = 0.5
LinuxDriver.close = lambda self: threading.Event().wait()
sys.exit(run_app(sys.argv[1:], before_hard_end=lambda: open(sys.argv[1] + "/stopped", "w").close()))
"""
TELLS_PERIOD = """
import sys
from tuimon.tui.run import run_app
code = run_app(sys.argv[1:])
from textual.screen import UPDATE_PERIOD
print("painted each", UPDATE_PERIOD)
sys.exit(code)
"""
CHART = r"train_loss.*┤"


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    directory = tmp_path / "logs"
    directory.mkdir()
    run = RunBuilder(directory, "alive").header(config={"lr": 0.001})
    for step in range(20):
        run.metrics(iteration=step, train_loss=3 - step / 10)
    return directory


def started(logs: Path, code: str = START, **environment: str) -> TerminalApp:
    return TerminalApp([sys.executable, "-c", code, str(logs)], columns=100, rows=30, environment=environment)


def exit_code(app: TerminalProgram, eventually: Eventually) -> int | None:
    eventually(lambda: app.process.poll() is not None)
    return app.process.returncode


@pytest.mark.parametrize(
    "keys", ["q", "\x03", "/q\x03", "?\x03", "x\x03", "nq\x03", "tq\x03", "\rvq", "\rv/q\x03"]
)
def test_the_app_quits_and_leaves_the_terminal(logs: Path, keys: str, eventually: Eventually) -> None:
    """By q, and by Ctrl+C from inputs, lists and help."""
    with started(logs) as app:
        app.wait_for(CHART)
        for key in keys:
            app.send(key)
            app.settled_after(0.0, quiet=0.1)
        assert exit_code(app, eventually) == 0


def test_a_finished_picture_waits_no_longer_than_it_took(logs: Path) -> None:
    """Textual by itself paints at most each 17 ms: charts that answer a key would wait for that."""
    with started(logs, TELLS_PERIOD) as app:
        app.wait_for(CHART)
        app.send("q")
        app.wait_for(r"painted each 0\.00")


def test_sigterm_leaves_the_terminal_clean(logs: Path, eventually: Eventually) -> None:
    """The cursor is shown again, and the exit code says which signal it was."""
    with started(logs) as app:
        app.wait_for(CHART)
        assert app.screen.cursor.hidden
        app.process.send_signal(signal.SIGTERM)
        assert exit_code(app, eventually) == 128 + signal.SIGTERM
        eventually(lambda: not app.screen.cursor.hidden)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_terminal_that_takes_nothing_any_more_cannot_keep_the_app(
    logs: Path, number: signal.Signals, eventually: Eventually
) -> None:
    """Where Textual waits for a dead terminal for ever, the process ends, and what it started before it."""
    with started(logs, STUCK) as app:
        app.wait_for(CHART)
        app.send("?")
        app.wait_for("Mark none")  # before Textual is there a signal has no terminal to wait for
        app.process.send_signal(number)
        assert exit_code(app, eventually) == 128 + number
        assert (logs / "stopped").exists()


def test_a_crash_is_one_line_and_a_report(logs: Path, tmp_path: Path, eventually: Eventually) -> None:
    """The line names the file; the file has the traceback, and nothing of what was logged."""
    with started(logs, CRASH, XDG_STATE_HOME=str(tmp_path / "state")) as app:
        assert exit_code(app, eventually) == 1
        eventually(lambda: "the app has crashed" in app.text())
        assert "Traceback" not in app.text()
    (report,) = (tmp_path / "state").rglob("crash_*.txt")
    text = report.read_text(encoding="utf-8")
    assert "RuntimeError: the pen broke" in text
    assert "alive" not in text


def test_no_screen_needs_colour(logs: Path, eventually: Eventually) -> None:
    """NO_COLOR: every screen and list opens; cells without a style used to end the app."""
    screens = (
        ("x", "x axis"),
        ("s", "sort by"),
        ("c", "compared with"),
        ("\r", "config"),
        ("?", "Mark none"),
    )
    RunBuilder(logs, "another").header().metrics(iteration=0, train_loss=3.0)
    with started(logs, NO_COLOR="1") as app:
        app.wait_for(CHART)
        app.wait_for("another")
        for key, shown in screens:
            app.send(key)
            app.wait_for(shown)
            app.send("\x1b")
            eventually(lambda shown=shown: shown not in app.text())
        app.send("q")
        assert exit_code(app, eventually) == 0


def test_a_terminal_without_utf8_gets_ascii(logs: Path) -> None:
    """LC_ALL=C: axes and curves of ASCII characters."""
    with started(logs, LC_ALL="C", LANG="C") as app:
        app.wait_for(r"train_loss.*[+|].*o")
        assert app.text().isascii()


def test_a_directory_that_does_not_exist_yet_is_waited_for(tmp_path: Path) -> None:
    """One sentence says so; the run that appears there is shown."""
    directory = tmp_path / "later"
    with started(directory) as app:
        app.wait_for("does not exist yet")
        directory.mkdir()
        run = RunBuilder(directory, "first").header()
        run.metrics(iteration=1, train_loss=2.0).metrics(iteration=2, train_loss=1.0)
        app.wait_for(CHART)


def test_places_are_named_as_a_person_would(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The home directory is ``~``; further places are counted."""
    monkeypatch.setenv("HOME", str(tmp_path))
    assert place_text([tmp_path / "logs"]) == f"~{os.sep}logs"
    assert place_text([tmp_path]) == "~"
    assert place_text([f"{tmp_path}_other"]) == f"{tmp_path}_other"
    assert place_text([tmp_path / "a", tmp_path / "b"]) == f"~{os.sep}a +1"
    monkeypatch.chdir(tmp_path)
    assert place_text(["logs"]) == f"~{os.sep}logs"


def test_a_report_that_cannot_be_kept_is_no_second_crash(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where the log directory cannot be written the temporary directory takes the report."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(blocked))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    report = write_report("what happened")
    assert report.read_text(encoding="utf-8") == "what happened"
