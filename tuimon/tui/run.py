"""Running the app from a command: the store starts first, and a crash leaves a report."""

from __future__ import annotations

import gc
import io
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tuimon.settings.terminal import colour_count, wants_colour
from tuimon.tui.terminal_background import BackgroundQuestion

if TYPE_CHECKING:
    from tuimon.settings.sections import Look as LookSettings
    from tuimon.settings.sections import Settings
    from tuimon.store.store import RunStore
    from tuimon.tui.beside_training import Training
    from tuimon.tui.look import Look

REPORT_WIDTH = 120

# How long a thread may keep the interpreter while another one waits for it, in seconds. With Python's 5 ms a
# key pressed while a large log is read would wait that long at every turn of the event loop.
SWITCH_INTERVAL = 0.001

# How long file events may wait, in seconds: the first charts come first.
EVENTS_WAIT = 0.5

# How long Textual waits, in milliseconds, to tell Escape from the beginning of a key's escape sequence: its
# own 100 are felt at every step back. The parts of a sequence arrive together also over SSH.
ESCAPE_DELAY = "30"


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
    os.environ.setdefault("ESCDELAY", ESCAPE_DELAY)  # read when Textual is imported
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy would start threads for algebra we don't do
    gc.disable()  # imports make much and drop nothing: looking for garbage meanwhile takes a fifth of them

    from tuimon.settings.loading import load_settings

    loaded = load_settings()
    question = background_question(loaded.settings.look, os.environ)
    try:
        from rich.console import Console

        from tuimon.analysis.metric_roles import tell_directions
        from tuimon.tui.app import TuimonApp
        from tuimon.tui.ending import LastResort
        from tuimon.tui.feed import StoreFeed
        from tuimon.tui.preferences import preferences_of
        from tuimon.tui.view_memory import ViewMemory

        tell_directions(loaded.settings.metrics.told)
        memory = ViewMemory(paths) if loaded.settings.restore_view else None
        feed = StoreFeed(_store(paths, loaded.settings, poll))
        app = TuimonApp(
            feed,
            place=place_text(paths),
            look=look_for(loaded.settings.look, os.environ, question),
            mark_names=mark_names,
            preferences=preferences_of(loaded, memory),
            open_log=open_log.resolve() if open_log is not None else None,
            training=training,
        )
    finally:
        if question is not None:
            question.withdraw()
    app.last_resort = LastResort(before_hard_end)
    if question is not None:
        app.wait_with_keys(question.typed.decode("utf-8", "replace"))
    gc.freeze()  # what is there now stays for good and need not be looked at again
    gc.enable()
    faults = io.StringIO()
    app.error_console = Console(file=faults, width=REPORT_WIDTH)  # where Textual prints a traceback
    sys.setswitchinterval(SWITCH_INTERVAL)
    # Before the app's first frame, but not before the imports above: threads that compute share one
    # interpreter lock, so reading at the same time would only make the imports take longer.
    feed.start()
    try:
        app.run()
    finally:
        feed.stop()
        trouble = memory.keep(app.view) if memory is not None else None
        app.last_resort.disarm()
    if app.lost_note is not None:
        print(f"tuimon: a note could not be kept, here it is:\n{app.lost_note}", file=sys.stderr)
    if trouble:
        print(f"tuimon: {trouble}", file=sys.stderr)
    if faults.getvalue():
        report = write_report(faults.getvalue())
        print(f"tuimon: the app has crashed, its logs are untouched; report: {report}", file=sys.stderr)
    return app.return_code or 0


def background_question(look: LookSettings, environ: Mapping[str, str]) -> BackgroundQuestion | None:
    """Ask the terminal for its background, where colours are for one and the environment does not say."""
    if (
        not look.colours
        or look.theme == "ansi"
        or not wants_colour(environ, is_terminal=True)
        or environ.get("COLORFGBG")
    ):
        return None
    return BackgroundQuestion(environ) if colour_count(environ) > 16 else None


def look_for(look: LookSettings, environ: Mapping[str, str], question: BackgroundQuestion | None) -> Look:
    """The look by the settings, the environment, and the terminal's answer."""
    from tuimon.tui.look import look_of

    light = question.answer() if question is not None else None
    return look_of(environ, theme=look.theme, colours=look.colours, light=light)


def _store(paths: Sequence[str | Path], settings: Settings, poll: bool | None) -> RunStore:
    from tuimon.sources.watch import FileWatcher
    from tuimon.store.liveness import Silence
    from tuimon.store.store import RunStore

    poll = True if settings.poll else poll
    return RunStore(
        paths,
        watcher=FileWatcher(poll=poll, interval=settings.poll_interval, head_start=EVENTS_WAIT),
        silence=Silence(settings.health.stall_seconds, settings.health.stall_intervals),
    )


def place_text(paths: Sequence[str | Path]) -> str:
    """Where the runs are, as a person would say it: the home directory as ``~``, more places counted."""
    first, *others = [str(path) for path in paths] or ["."]
    home = str(Path.home())
    whole = str(Path(first).absolute())
    text = f"~{whole[len(home) :]}" if whole == home or whole.startswith(home + os.sep) else whole
    return f"{text} +{len(others)}" if others else text


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
