"""The logs of a run's other ranks, beside that of rank 0."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from tuimon.sources.discover import RunFiles
from tuimon.store.clock import Clock
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

LIST_SECONDS = 5.0  # between two looks whether further ranks write
_RANK = re.compile(r"\.rank(\d+)\.jsonl")


class RankReader(Protocol):
    """What reads the log of one rank, as any other log is read."""

    gone: bool
    state: RunState

    @property
    def changed(self) -> bool: ...  # noqa: D102

    def check(self) -> bool: ...  # noqa: D102

    def read(self, max_bytes: int) -> bool: ...  # noqa: D102

    def judge(self) -> None: ...  # noqa: D102

    def snapshot(self) -> RunSnapshot: ...  # noqa: D102


class RankReaders:
    """Finds the logs ``<stem>.rankN.jsonl`` beside ``log`` and reads them."""

    def __init__(self, log: Path, make: Callable[[RunFiles], RankReader], clock: Clock) -> None:
        self._log = log
        self._make = make
        self._clock = clock
        self._readers: dict[int, RankReader] = {}
        self._listed_at = -LIST_SECONDS
        self._others = False  # whether ranks have come or gone since the last pictures

    def __bool__(self) -> bool:
        return bool(self._readers)

    @property
    def changed(self) -> bool:
        """Whether there are news of any rank."""
        return self._others or any(reader.changed for reader in self._readers.values())

    @property
    def any_running(self) -> bool:
        """Whether the state of a rank may change by time alone."""
        return any(reader.state is RunState.RUNNING for reader in self._readers.values())

    def check(self) -> bool:
        """Look for ranks and at their logs: whether there is something to read."""
        now = self._clock.monotonic()
        found = False
        if now - self._listed_at >= LIST_SECONDS:
            self._listed_at = now
            for rank, path in self._list():
                if rank not in self._readers:
                    self._readers[rank] = self._make(RunFiles(os.path.realpath(path), path, None))
                    found = self._others = True
            self._readers = dict(sorted(self._readers.items()))
        for reader in self._readers.values():
            found |= reader.check()
        for rank in [rank for rank, reader in self._readers.items() if reader.gone]:
            del self._readers[rank]
            self._others = True
        return found

    def read(self, max_bytes: int) -> bool:
        """Read a chunk of each; whether there is more."""
        more = [reader.read(max_bytes) for reader in self._readers.values()]
        return any(more)

    def judge(self) -> None:
        """Tell the states anew."""
        for reader in self._readers.values():
            reader.judge()

    def snapshots(self) -> tuple[RunSnapshot, ...]:
        """The pictures of the ranks, in their order."""
        self._others = False
        return tuple(reader.snapshot() for reader in self._readers.values())

    def _list(self) -> Iterable[tuple[int, Path]]:
        stem = self._log.stem
        try:
            with os.scandir(self._log.parent) as entries:
                names = [entry.name for entry in entries if entry.name.startswith(stem)]
        except OSError:  # rank 0's log cannot be read either, which is said there
            return []
        matches = ((_RANK.fullmatch(name[len(stem) :]), name) for name in names)
        return [(int(match[1]), self._log.with_name(name)) for match, name in matches if match is not None]
