"""A store that runs, under a clock and a watcher that do what the test says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from tuimon.store.snapshot import RunSnapshot
from tuimon.store.store import RunStore
from tuimon.testing import FakeClock, FakeWatcher


class Live:
    """A store that runs, with a fake clock and a fake watcher."""

    def __init__(self, *paths: Path, **options: Any) -> None:
        self.clock = FakeClock()
        self.watcher = FakeWatcher()
        self.versions: list[int] = []
        self._waits = 0
        self.store = RunStore(paths, **{"clock": self.clock, "watcher": self.watcher, **options})
        self.store.start(self.versions.append)

    def runs(self) -> dict[str, RunSnapshot]:
        return {run.name: run for run in self.store.snapshot().runs}

    def ready(self, name: str) -> bool:
        """Whether the run of this name was read to its end."""
        self._let_publish()
        return name in self.runs() and not self.runs()[name].loading

    def rows(self, name: str) -> int:
        self._let_publish()
        return len(self.runs()[name].iterations) if name in self.runs() else -1

    def _let_publish(self) -> None:
        """Let time pass, without which nothing would be published: once for each piece of work of the store.

        On a busy machine, where that takes long, no more time passes for the store than on any other.
        """
        if self.watcher.waits != self._waits:
            self._waits = self.watcher.waits
            self.clock.advance(0.11)


StartLive: TypeAlias = Callable[..., Live]
