"""How a process can end, and what each way writes into the logs of its runs.

============================  ==============================================================
the interpreter exits         ``end``: finished, or failed after an uncaught exception
Ctrl+C                        ``end``: interrupted
SIGTERM, SIGUSR1              ``end``: interrupted; the process dies by the same signal
``os._exit``, SIGKILL         nothing: readers see from the process that it is gone
a fork                        the child lets go of the logs, they are the parent's
============================  ==============================================================

SIGTERM and SIGUSR1 are how schedulers announce a preemption. Both are handled only where they would end the
process anyway: in the main thread, where nobody else handles them.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys

TYPE_CHECKING = False  # importing typing costs a training 4 ms
if TYPE_CHECKING:
    from types import FrameType, TracebackType

    from tuimon.tracker.run_writer import RunWriter

_SIGNALS = [signal.SIGTERM] + ([signal.SIGUSR1] if hasattr(signal, "SIGUSR1") else [])
_OWN_HANDLERS = ("lightning", "pytorch_lightning")
"""Modules that handle both signals to requeue a job, but only where nobody else does, and later than here."""


class _Process:
    """What is hooked into this process, and for whom."""

    def __init__(self) -> None:
        self.running: dict[int, RunWriter] = {}
        self.hooked = False
        self.uncaught: BaseException | None = None
        self.previous_hook = sys.excepthook


_process = _Process()


def watch(run: RunWriter) -> None:
    """From now on ``run`` hears how the process ends."""
    if not _process.hooked:
        _process.hooked = True
        atexit.register(_at_exit)
        _process.previous_hook, sys.excepthook = sys.excepthook, _on_uncaught
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=_in_child)
    _process.running[id(run)] = run
    _handle_signals()


def release(run: RunWriter) -> None:
    """``run`` has ended; with the last one the signals go back to their default."""
    _process.running.pop(id(run), None)
    if not _process.running:
        let_go_of_signals()


def _at_exit() -> None:
    for run in tuple(_process.running.values()):
        run.end_after(_process.uncaught)


def _on_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Remember what ends the main thread (threads have their own hook); a prompt's errors end nothing."""
    if not hasattr(sys, "ps1"):
        _process.uncaught = error
    _process.previous_hook(kind, error, trace)


def _on_signal(number: int, _frame: FrameType | None) -> None:
    for run in tuple(_process.running.values()):
        run.end_by_signal(signal.Signals(number).name)
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def _handle_signals() -> None:
    """Handle the signals that nobody else does."""
    if not sys.modules.keys().isdisjoint(_OWN_HANDLERS):
        return
    try:
        for number in _SIGNALS:
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, _on_signal)
    except ValueError:
        return  # not the main thread, where alone handlers can be set


def let_go_of_signals() -> None:
    """Leave the signals that the tracker handles to their default, for somebody else to handle."""
    try:
        for number in _SIGNALS:
            if signal.getsignal(number) is _on_signal:
                signal.signal(number, signal.SIG_DFL)
    except ValueError:
        return  # not the main thread; the handler, left in place, only passes the signal on


def _in_child() -> None:
    """The child's signals are the default again: whoever ends a worker expects it to die at once."""
    for run in tuple(_process.running.values()):
        run.abandon()
    _process.running.clear()
    _process.uncaught = None
    let_go_of_signals()
