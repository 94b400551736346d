"""All runs in memory, kept current by one thread and published as snapshots."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuimon.sources.watch import LogWatcher
    from tuimon.store.snapshot import StoreSnapshot


class RunStore:
    """The runs found under ``paths`` (directories and files)."""

    def __init__(
        self,
        paths: Iterable[str | Path],
        *,
        clock: Callable[[], float] = time.time,
        watcher: LogWatcher | None = None,
        poll: bool | None = None,
        process_probe: Callable[[int], float | None] | None = None,
    ) -> None:
        raise NotImplementedError

    def start(self, on_change: Callable[[int], None]) -> None:
        """Begin reading in a thread; ``on_change(version)`` is called from it, at most each 0.1 s."""
        raise NotImplementedError

    def stop(self) -> None:
        """End the thread and the watching; the last snapshot stays."""
        raise NotImplementedError

    def snapshot(self) -> StoreSnapshot:
        """The newest picture; cheap, from any thread."""
        raise NotImplementedError

    def load_all(self, timeout: float | None = None) -> StoreSnapshot:
        """Find and read everything once, in the calling thread; nothing is watched."""
        raise NotImplementedError

    def load_previews(self) -> StoreSnapshot:
        """Headers and end summaries alone for ended runs, the others wholly; nothing is watched."""
        raise NotImplementedError

    def prioritise(self, keys: Iterable[str]) -> None:
        """Read these runs before the others."""
        raise NotImplementedError
