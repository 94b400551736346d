"""The start of the app as a process in a terminal: the first picture, and the way from there to Textual."""

from __future__ import annotations

import os
import signal
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.terminal import TerminalApp, TerminalSession
from tuimon.store.store import RunStore
from tuimon.testing import RunBuilder
from tuimon.tui.background.feed import StoreFeed

# Loading Textual waits until somebody writes into the pipe that is named last.
GATED = """
import sys
class Gate:
    def find_spec(self, name, path=None, target=None):
        if name == "textual":
            sys.meta_path.remove(self)
            with open(sys.argv[2]) as pipe:
                pipe.read()
sys.meta_path.insert(0, Gate())
from tuimon.tui.run import run_app
sys.exit(run_app([sys.argv[1]]))
"""
CHART = r"train_loss.*┤.*q Quit"
LONG_AGO = time.time() - 90 * 86_400


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Two runs that ended long ago, so that no age changes meanwhile."""
    directory = tmp_path / "logs"
    directory.mkdir()
    for name, day in (("first", 2), ("second", 1)):
        start = f"2020-01-0{day}T00:00:00+00:00"
        run = RunBuilder(directory, name).header(start_time=start, config={"lr": 0.001})
        for step in range(20):
            run.metrics(iteration=step, train_loss=3 - step / 10, grad_norm=1 + step / 50)
        run.end().last_written(LONG_AGO)
    return directory


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """What holds Textual back."""
    pipe = tmp_path / "gate"
    os.mkfifo(pipe)
    return pipe


def open_gate(gate: Path) -> None:
    """Let Textual be loaded."""
    gate.write_text("")


class WatchedApp(TerminalApp):
    """Looks at the title of the large chart after each escape sequence, once it was seen."""

    def __init__(self, command: Sequence[str], **environment: str) -> None:
        self.printed = b""
        self.titles: set[bool] = set()
        self.watching = False
        super().__init__(command, columns=100, rows=30, environment=environment)

    def received(self, data: bytes) -> None:
        """Take it sequence by sequence."""
        self.printed += data
        first, *codes = data.split(b"\x1b")
        for piece in (first, *(b"\x1b" + code for code in codes)):
            super().received(piece)
            if self.watching:
                row = self.screen.buffer[1]
                self.titles.add("train_loss" in "".join(row[x].data for x in range(30)))

    def cells(self) -> list[list[tuple[Any, ...]]]:
        """Characters and colours of the screen, without the clock."""
        self.text()  # waits for what is being shown
        rows = [[self.screen.buffer[y][x] for x in range(100)] for y in range(30)]
        rows[0] = rows[0][:90]
        return [[_seen(cell) for cell in row] for row in rows]


def _seen(cell: Any) -> tuple[Any, ...]:
    """Of a blank the background alone."""
    return (cell.bg,) if cell.data == " " else (cell.data, cell.fg, cell.bg, cell.bold, cell.reverse)


def gated(logs: Path, gate: Path) -> list[str]:
    """The command of the app that waits for the gate."""
    return [sys.executable, "-c", GATED, str(logs), str(gate)]


def session(logs: Path, gate: Path, tmp_path: Path, **more: str) -> TerminalSession:
    """The app on its controlling terminal, which says in the environment that it is dark."""
    variables = {
        **os.environ,
        "TERM": "xterm-256color",
        "COLORFGBG": "15;0",
        "LC_ALL": "C.UTF-8",
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path),
        **more,
    }
    return TerminalSession(gated(logs, gate), cwd=tmp_path, environment=variables, size=(30, 100))


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"COLORTERM": ""},
        {"COLORTERM": "", "TERM": "xterm"},
        {"NO_COLOR": "1"},
        {"COLORFGBG": "0;15"},
    ],
    ids=["all colours", "256 colours", "16 colours", "no colour", "light"],
)
def test_the_charts_are_there_before_textual_and_stay(
    logs: Path, gate: Path, environment: dict[str, str]
) -> None:
    """Textual paints the same over them: no blank in between, and the terminal is not cleared again."""
    with WatchedApp(gated(logs, gate), **environment) as app:
        app.wait_for(CHART)
        before = app.cells()
        app.watching = True
        open_gate(gate)
        app.send("j")
        app.wait_for(r"\n>[^\n]*second")
        app.send("k")
        app.wait_for(r"\n>[^\n]*first")
        app.settled_after(0.0)
        assert app.titles == {True}
        assert app.printed.count(b"\x1b[?1049h") == 1
        assert app.cells() == before


def test_keys_that_come_before_textual_are_not_lost(logs: Path, gate: Path) -> None:
    """Typed at the first picture: each acts when the app is there, in order."""
    with TerminalApp(gated(logs, gate), columns=100, rows=30) as app:
        app.wait_for(CHART)
        app.send("j/econ")
        open_gate(gate)
        app.wait_for(r"filter / econ.*")
        app.wait_for(r"\n>[^\n]*second")


def test_ctrl_c_ends_the_start_at_once(logs: Path, gate: Path, tmp_path: Path) -> None:
    """At the first picture it quits as it does later, and leaves the terminal as it was."""
    with session(logs, gate, tmp_path) as app:
        app.wait_for("Quit")
        app.type("\x03")
        assert app.finish() == 0
        assert_left_clean(app)


def test_ctrl_c_is_kept_where_it_is_no_signal(logs: Path, gate: Path) -> None:
    """Without a controlling terminal, as in some containers, it is a key that waits for Textual."""
    with TerminalApp(gated(logs, gate), columns=100, rows=30) as app:
        app.wait_for(CHART)
        app.send("\x03")
        open_gate(gate)
        assert app.finish() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signals_end_the_start_and_leave_the_terminal(
    logs: Path, gate: Path, tmp_path: Path, number: signal.Signals
) -> None:
    """The exit code says which one it was."""
    with session(logs, gate, tmp_path) as app:
        app.wait_for("Quit")
        app.process.send_signal(number)
        assert app.finish() == 128 + number
        assert_left_clean(app)


def test_the_terminal_is_left_as_it_was_found(logs: Path, gate: Path, tmp_path: Path) -> None:
    """Textual restores at its end the modes from before the first picture."""
    with session(logs, gate, tmp_path) as app:
        app.wait_for("Quit")
        open_gate(gate)
        app.wait_for("\x1b[?1003h")
        app.type("q")
        assert app.finish() == 0
        assert_left_clean(app)


def assert_left_clean(app: TerminalSession) -> None:
    """The screen from before, a cursor, keys that are echoed, and not a word."""
    modes = app.modes()[3]
    assert isinstance(modes, int)
    assert modes & termios.ECHO
    assert modes & termios.ICANON
    assert modes & termios.ISIG
    printed = bytes(app.printed)
    assert printed.rindex(b"\x1b[?1049l") > printed.rindex(b"\x1b[?1049h")
    assert printed.rindex(b"\x1b[?25h") > printed.rindex(b"\x1b[?25l")
    assert b"Traceback" not in printed
    assert b"tuimon:" not in printed


def test_a_terminal_that_does_not_say_what_it_is_gets_the_app_alone(
    logs: Path, gate: Path, tmp_path: Path
) -> None:
    """Its background decides on the colours, so without an answer nothing is drawn before Textual."""
    with session(logs, gate, tmp_path, COLORFGBG="", COLORTERM="truecolor") as app:
        app.wait_for("\x1b]11;?")
        open_gate(gate)
        charts = app.wait_for("train_loss")
        assert bytes(app.printed).index(b"\x1b[?1003h") < charts
        app.type("q")
        assert app.finish() == 0


def test_a_feed_waits_for_the_list_of_runs(logs: Path) -> None:
    """As long as it is told to, and no longer than it takes."""
    feed = StoreFeed(RunStore([logs]))
    assert feed.whole_list(0.0) is None
    feed.start()
    try:
        snapshot = feed.whole_list(60.0)
        assert snapshot is not None
        assert {run.name for run in snapshot.runs} == {"first", "second"}
    finally:
        feed.stop()
