"""A watcher that hints at what it is told to."""

from __future__ import annotations

import os
from pathlib import Path

from tuimon.sources.watch import HintBox

LONGEST_WAIT = 0.02  # real seconds; a fake clock may have been moved meanwhile


class FakeWatcher:
    """A :class:`~tuimon.sources.watch.LogWatcher` without a file system: :meth:`hint` is the only event.

    ``mode`` can be set. ``watched`` are the paths that were to be watched, in order; ``waits`` counts the
    calls of :meth:`wait`, before each of which the store has done a piece of work.
    """

    def __init__(self, mode: str = "events") -> None:
        self.mode = mode
        self.watched: list[Path] = []
        self.waits = 0
        self.started = False
        self.stopped = False
        self._hints = HintBox()

    def hint(self, *paths: str | Path) -> None:
        """Say that these paths may have changed."""
        self._hints.put(*(os.path.realpath(path) for path in paths))

    def start(self) -> None:
        """Begin: nothing to do."""
        self.started = True

    def watch(self, path: Path) -> None:
        """Remember that ``path`` was to be watched."""
        self.watched.append(path)

    def wait(self, timeout: float) -> frozenset[str]:
        """The hints since the last call; empty soon, whatever ``timeout``, so that a fake clock is seen."""
        self.waits += 1
        return self._hints.take(min(timeout, LONGEST_WAIT))

    @property
    def is_awake(self) -> bool:
        """Whether hints or a call of :meth:`wake` have not been taken yet."""
        return self._hints.is_awake

    def wake(self) -> None:
        """Make a ``wait`` in another thread return now."""
        self._hints.put()

    def stop(self) -> None:
        """End."""
        self.stopped = True
        self.wake()
