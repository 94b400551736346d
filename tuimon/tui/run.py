"""Running the app from a command: the store starts first, and a crash leaves a report."""

from __future__ import annotations

import gc
import io
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tuimon.quick_dataclass import dataclass
from tuimon.tui.start.begin import begin
from tuimon.tui.start.held_terminal import HeldTerminal
from tuimon.tui.start.terminal_watch import TerminalWatch
from tuimon.tui.start.without_openssl import import_without_openssl

if TYPE_CHECKING:
    from tuimon.tui.app import TuimonApp
    from tuimon.tui.beside_training import Training
    from tuimon.tui.start.begin import Start

REPORT_WIDTH = 120

# How long a thread may keep the interpreter while another one waits for it, in seconds. With Python's 5 ms a
# key pressed while a large log is read would wait that long at every turn of the event loop.
SWITCH_INTERVAL = 0.001

# How long Textual waits, in milliseconds, to tell Escape from the beginning of a key's escape sequence: its
# own 100 are felt at every step back. The parts of a sequence arrive together also over SSH.
ESCAPE_DELAY = "30"

# How often a second Textual may paint: what has changed waits for up to two such periods. With its own 60 the
# charts, drawn some 15 ms after what answers a key at once, would wait as long again. Nothing is painted more
# often by that than it changes.
PICTURES_PER_SECOND = "250"


@dataclass(frozen=True, slots=True)
class _Call:
    """What the app was called with."""

    paths: tuple[str | Path, ...]
    poll: bool | None
    mark_names: tuple[str, ...]
    open_log: Path | None
    training: Training | None
    before_hard_end: Callable[[], object] | None


def run_app(
    paths: Sequence[str | Path],
    *,
    poll: bool | None = None,
    mark_names: Sequence[str] = (),
    open_log: Path | None = None,
    training: Training | None = None,
    before_hard_end: Callable[[], object] | None = None,
) -> int:
    """Open the app on directories and files until the person quits; returns the exit code.

    ``poll`` forces looking for changes at intervals (True) or leaves the choice to the file system (None).
    The newest run of each of ``mark_names`` is marked as it appears; that of ``open_log`` is opened.
    ``training`` is the one that was started with the app, whose log may come to be another one.
    ``before_hard_end`` is called where a signal could not end the app in an orderly way and the process is
    about to be ended.
    """
    call = _Call(tuple(paths), poll, tuple(mark_names), open_log, training, before_hard_end)
    os.environ.setdefault("ESCDELAY", ESCAPE_DELAY)  # these two are read when Textual is imported
    os.environ.setdefault("TEXTUAL_FPS", PICTURES_PER_SECOND)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy would start threads for algebra we don't do
    gc.disable()  # imports make much and drop nothing: looking for garbage meanwhile takes a fifth of them
    import_without_openssl("hashlib")
    try:
        with HeldTerminal() as terminal, TerminalWatch():
            return _from_start_to_end(call, terminal)
    except OSError:  # says itself what is wrong
        raise
    except Exception:  # a fault before the app was there to tell of it
        from traceback import format_exc

        _tell_of_crash(format_exc())
        return 1


def _from_start_to_end(call: _Call, terminal: HeldTerminal) -> int:
    try:
        drawn_first = not call.mark_names and call.open_log is None  # else the first picture would be another
        start = begin(call.paths, terminal, poll=call.poll, draws=drawn_first)
        try:
            return _run(_app(call, start), start, terminal)
        finally:
            start.feed.stop()
    except KeyboardInterrupt:
        if not terminal.shows:
            raise
        return 0  # Ctrl+C quits, whether or not what is seen is Textual's already


def _app(call: _Call, start: Start) -> TuimonApp:
    """Load Textual and make the app; this takes as long as everything before."""
    import_without_openssl("asyncio")
    from tuimon.tui.app import TuimonApp
    from tuimon.tui.ending import LastResort

    app = TuimonApp(
        start.feed,
        place=start.place,
        look=start.asked.look(),
        mark_names=call.mark_names,
        preferences=start.preferences,
        open_log=call.open_log.resolve() if call.open_log is not None else None,
        training=call.training,
        first=start.give_first(),
    )
    app.last_resort = LastResort(call.before_hard_end)
    app.wait_with_keys(start.asked.typed)
    return app


def _run(app: TuimonApp, start: Start, terminal: HeldTerminal) -> int:
    from rich.console import Console

    from tuimon.tui.start.over_picture import driver_over

    app.driver_class = driver_over(app.driver_class, terminal)
    if terminal.shows:
        app.veil()
    gc.freeze()  # what is there now stays for good and need not be looked at again
    gc.enable()
    faults = io.StringIO()
    app.error_console = Console(file=faults, width=REPORT_WIDTH)  # where Textual prints a traceback
    sys.setswitchinterval(SWITCH_INTERVAL)
    start.feed.start()
    terminal.keys_only()
    memory = start.preferences.memory
    try:
        app.run()
    finally:
        start.feed.stop()
        trouble = memory.keep(app.view) if memory is not None else None
        app.last_resort.disarm()
    if app.lost_note is not None:
        print(f"tuimon: a note could not be kept, here it is:\n{app.lost_note}", file=sys.stderr)
    if trouble:
        print(f"tuimon: {trouble}", file=sys.stderr)
    if faults.getvalue():
        _tell_of_crash(faults.getvalue())
    return app.return_code or 0


def _tell_of_crash(text: str) -> None:
    report = write_report(text)
    print(f"tuimon: the app has crashed, its logs are untouched; report: {report}", file=sys.stderr)


def write_report(text: str) -> Path:
    """Keep a traceback in the user's log directory, else in the temporary one; returns the file."""
    from platformdirs import user_log_path

    name = f"crash_{datetime.now():%Y%m%d_%H%M%S}.txt"
    report = user_log_path("tuimon") / name
    try:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(text, encoding="utf-8")
    except OSError:  # a full disk or a home that is read-only must not hide what happened
        report = Path(tempfile.gettempdir()) / f"tuimon_{name}"
        report.write_text(text, encoding="utf-8")
    return report
