"""Ending on signals, also where the terminal is gone and the ordinary way out waits for it for ever."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

# Seconds from a signal to the hard way out. Leaving takes a tenth of that, even on a busy machine.
PATIENCE_SECONDS = 5.0


def end_on_signals(leave: Callable[[int], None]) -> Callable[[], None]:
    """Let SIGTERM and SIGHUP call ``leave(exit_code)`` in the main thread; returns what undoes that.

    The first of them alone: a terminal that vanishes is told several times, and the way out with what is to
    be kept is taken once. So when one has come nothing is undone; a :class:`LastResort` is at work then.

    A Python handler, not one of the event loop: where the terminal is gone, Textual's writer may have died
    with its queue full, and the loop then waits for room in it and runs no handler any more.
    """
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        return lambda: None

    told: list[int] = []

    def on_signal(number: int, _frame: FrameType | None) -> None:
        told.append(number)
        if len(told) == 1:
            leave(128 + number)

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGHUP)}

    def undo() -> None:
        if not told:
            for number, handler in before.items():
                signal.signal(number, handler)

    return undo


class LastResort:
    """Ends the process when the ordinary way out takes longer than :data:`PATIENCE_SECONDS`.

    ``before`` is called first, in a thread of its own: what must not outlive the app is ended there.
    """

    def __init__(self, before: Callable[[], object] | None = None) -> None:
        self._before = before
        self._timer: threading.Timer | None = None

    def arm(self, exit_code: int) -> None:
        """The way out was taken; from here on the time runs."""
        if self._timer is None:
            self._timer = threading.Timer(PATIENCE_SECONDS, self._end, (exit_code,))
            self._timer.daemon = True
            self._timer.start()

    def disarm(self) -> None:
        """The app has ended by itself."""
        if self._timer is not None:
            self._timer.cancel()

    def _end(self, exit_code: int) -> None:
        try:
            if self._before is not None:
                self._before()
        finally:
            os._exit(exit_code)
