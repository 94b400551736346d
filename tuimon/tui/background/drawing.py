"""The one thread that computes and draws, so that the event loop only ever swaps finished pictures."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from textual.message import Message
from textual.message_pump import MessagePump

from tuimon.quick_dataclass import dataclass


class Drawn(Message, bubble=False):
    """What a requested piece of work returned, posted to the widget, screen or app that asked for it."""

    def __init__(self, slot: str, result: Any) -> None:
        super().__init__()
        self.slot = slot
        self.result = result


class DrawingFailed(Message):
    """A piece of work raised; posted to the app, which ends with this error."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


@dataclass(frozen=True, slots=True)
class _Job:
    target: MessagePump
    slot: str
    work: Callable[[], object]


class DrawingThread:
    """Does the requested work in turn. A request replaces its unstarted predecessor of the same slot.

    So slow work merges requests by construction: the newest state is drawn, never a queue of stale ones.
    """

    def __init__(self, on_error: Callable[[BaseException], object]) -> None:
        self._on_error = on_error
        self._jobs: dict[tuple[int, str], _Job] = {}
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="tuimon-drawing", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the work at hand; what is still waiting is dropped."""
        with self._changed:
            self._stopping = True
            self._jobs.clear()
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join()

    def request(self, target: MessagePump, slot: str, work: Callable[[], object]) -> None:
        """Run ``work()`` in the thread and post ``Drawn(slot, result)`` to ``target``."""
        with self._changed:
            if not self._stopping:
                self._jobs[id(target), slot] = _Job(target, slot, work)
                self._changed.notify()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            try:
                result = job.work()
            except Exception as error:  # a fault in drawing must end the app with a report, not hang it
                self._on_error(error)
                continue
            job.target.post_message(Drawn(job.slot, result))

    def _next(self) -> _Job | None:
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._stopping)
            if self._stopping:
                return None
            return self._jobs.pop(next(iter(self._jobs)))
