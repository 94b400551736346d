"""A terminal that vanishes takes the app with it, whether or not the kernel sends a signal."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Sequence
from io import FileIO, TextIOWrapper
from pathlib import Path

import pytest

from tests.conftest import Eventually
from tests.terminal import TerminalSession
from tests.tui.test_run_app import CHART, START, exit_code, logs, started
from tuimon.tui.ending import end_on_signals
from tuimon.tui.start.over_picture import PatientFile

__all__ = ["logs"]

IGNORING_HANGUPS = ("sh", "-c", 'trap "" HUP; exec "$@"', "sh")


def kept_views(state: Path) -> list[dict[str, object]]:
    return [json.loads(file.read_text(encoding="utf-8"))["view"] for file in state.rglob("views/*.json")]


def test_an_app_whose_terminal_has_gone_ends_and_keeps_its_view(
    logs: Path, tmp_path: Path, eventually: Eventually
) -> None:
    """It was not the controlling terminal, so no signal comes; the exit code is that of one all the same."""
    with started(logs, START, XDG_STATE_HOME=str(tmp_path / "state")) as app:
        app.wait_for(CHART)
        app.send("y")
        app.wait_for("y log")
        app.hang_up()
        assert exit_code(app, eventually) == 128 + signal.SIGHUP
    (view,) = kept_views(tmp_path / "state")
    assert view["log_y"] is True
    assert not list((tmp_path / "state").rglob("crash_*"))


def session(command: Sequence[str], directory: Path, *, controlling: bool) -> TerminalSession:
    environment = {**os.environ, "TERM": "xterm-256color", "XDG_STATE_HOME": str(directory / "state")}
    return TerminalSession(
        command, cwd=directory, environment=environment, size=(30, 100), controlling=controlling
    )


@pytest.mark.parametrize("printed", ["\x1b[", "train_loss", "\x1b[?1004h", "\x1b[?2004h"])
def test_a_terminal_that_goes_while_the_app_starts_ends_it(
    logs: Path, tmp_path: Path, printed: str, eventually: Eventually
) -> None:
    """From the first picture on, while Textual is loaded and takes the terminal over."""
    with session([sys.executable, "-c", START, str(logs)], tmp_path, controlling=False) as app:
        app.wait_for(printed)
        app.hang_up()
        assert exit_code(app, eventually) == 128 + signal.SIGHUP
    assert not list((tmp_path / "state").rglob("crash_*"))


def test_who_ignores_hangups_ends_with_the_terminal_all_the_same(
    logs: Path, tmp_path: Path, eventually: Eventually
) -> None:
    """As under nohup, with the terminal the controlling one; told more than once, the view is kept."""
    command = [*IGNORING_HANGUPS, sys.executable, "-c", START, str(logs)]
    with session(command, tmp_path, controlling=True) as app:
        app.wait_for("\x1b[?2004h")
        app.wait_for("smooth")
        app.wait_for("log", app.type("y"))
        app.hang_up()
        assert exit_code(app, eventually) == 128 + signal.SIGHUP
    (view,) = kept_views(tmp_path / "state")
    assert view["log_y"] is True


def test_the_way_out_is_taken_once() -> None:
    """A signal that comes again on the way, or at its end, interrupts nothing that is being kept."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    codes: list[int] = []
    try:
        undo = end_on_signals(codes.append)
        undo()
        assert {number: signal.getsignal(number) for number in before} == before
        undo = end_on_signals(codes.append)
        for number in (signal.SIGHUP, signal.SIGHUP, signal.SIGTERM):
            signal.raise_signal(number)
        undo()
        signal.raise_signal(signal.SIGHUP)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert codes == [128 + signal.SIGHUP]


def test_what_is_written_to_a_terminal_that_has_gone_is_dropped() -> None:
    """Whoever fails before the app is told would keep it from ending; other faults are told."""
    master, slave = os.openpty()
    with open(slave, "w", encoding="utf-8") as terminal:
        os.close(master)
        with pytest.raises(OSError, match="error"):
            os.write(slave, b"a")
        patient = PatientFile(terminal)
        patient.write("a" * 100_000)
        patient.flush()
    full = TextIOWrapper(FileIO("/dev/full", "w"), write_through=True)
    with full, pytest.raises(OSError, match="space"):
        PatientFile(full).write("a line\n")
