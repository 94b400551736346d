"""Noticing that the terminal has gone, also where no signal says so."""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
from types import TracebackType
from typing import Self

_STANDARD = (0, 1, 2)


class TerminalWatch:
    """Used as a context: when the terminal vanishes, the process gets the SIGHUP that the kernel owes it.

    The kernel sends one only to those whose controlling terminal it was, which it is not in some containers
    and under some supervisors. What was the terminal is nowhere from then on: reading it says that it is at
    its end, and what is written to it is dropped, so that nobody fails on the way out. On Linux alone.
    """

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._wake = -1

    def __enter__(self) -> Self:
        in_main = threading.current_thread() is threading.main_thread()  # which alone handles signals
        terminals = [number for number in _STANDARD if os.isatty(number)]
        if sys.platform == "linux" and in_main and terminals:
            asleep, self._wake = os.pipe()
            self._thread = threading.Thread(
                target=_watch, args=(terminals, asleep), name="terminal-watch", daemon=True
            )
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread is not None:
            os.close(self._wake)
            self._thread.join()


def _watch(terminals: list[int], asleep: int) -> None:
    """Sleep until one of the terminals is hung up, or until the pipe is: then there is nothing to do."""
    poll = select.poll()
    for number in (*terminals, asleep):
        poll.register(number, 0)  # that it is hung up is told unasked
    ended = {number for number, _ in poll.poll()}
    os.close(asleep)
    if asleep in ended:
        return
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in terminals:
        os.dup2(nowhere, number)
    os.close(nowhere)
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGHUP)
