"""Between the store's thread and the app: changes are heard of once somebody listens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from tuimon.store.snapshot import StoreSnapshot


class Store(Protocol):
    """What the app needs of a store of runs."""

    def start(self, on_change: Callable[[int], None]) -> None:
        """Begin reading; ``on_change(version)`` is called from the store's thread."""

    def stop(self) -> None:
        """End reading."""

    def snapshot(self) -> StoreSnapshot:
        """The newest picture."""

    def prioritise(self, keys: Iterable[str]) -> None:
        """Read these runs first."""

    def make_way(self, seconds: float) -> None:
        """Read slowly for so long."""

    def pictures_each(self, seconds: float) -> None:
        """Picture what comes no more often than this."""

    def also(self, path: Path) -> None:
        """Read what is there as well."""

    def pause(self, longest: float) -> None:
        """Read nothing until ``go_on``, at most for so many seconds."""

    def go_on(self) -> None:
        """End a pause."""


class StoreFeed:
    """A store that can start before there is an app to tell: so reading and the app's start overlap."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._listener: Callable[[int], object] | None = None
        self._prioritised: tuple[str, ...] = ()
        self._started = False
        self._changed = threading.Event()

    def start(self) -> None:
        """Begin reading, where that is not so already."""
        if not self._started:
            self._started = True
            self._store.start(self._on_change)

    def whole_list(self, patience: float) -> StoreSnapshot | None:
        """The first picture with all runs, waited for so many seconds; None where it has not come then."""
        return self._wait_for(lambda snapshot: not snapshot.scanning, patience)

    def newer(self, than: StoreSnapshot, patience: float) -> StoreSnapshot | None:
        """The next picture, waited for so many seconds; None where there is none by then."""
        return self._wait_for(lambda snapshot: snapshot.version != than.version, patience)

    def _wait_for(self, suits: Callable[[StoreSnapshot], bool], patience: float) -> StoreSnapshot | None:
        until = time.monotonic() + patience
        while not suits(self.snapshot()):
            self._changed.clear()
            if not suits(self.snapshot()) and not self._changed.wait(until - time.monotonic()):
                return None
        return self.snapshot()

    def listen(self, listener: Callable[[int], object], *, each: float = 0.0) -> None:
        """Tell ``listener`` of every later version, from the store's thread; ``each``: how often it looks."""
        self._store.pictures_each(each)
        self._listener = listener

    def stop(self) -> None:
        """End reading; nobody is told anything any more."""
        self._listener = None
        self._store.stop()

    def snapshot(self) -> StoreSnapshot:
        """The newest picture."""
        return self._store.snapshot()

    def prioritise(self, keys: Iterable[str]) -> None:
        """Read these runs first; costs nothing while they are the same."""
        wanted = tuple(keys)
        if wanted != self._prioritised:
            self._prioritised = wanted
            self._store.prioritise(wanted)

    def make_way(self, seconds: float) -> None:
        """Leave the processor to what answers a key."""
        self._store.make_way(seconds)

    def also(self, path: Path) -> None:
        """Read what is there as well, now or as soon as it appears."""
        self._store.also(path)

    def pause(self, longest: float) -> None:
        """Leave the processor to something else until ``go_on``, at most for so many seconds."""
        self._store.pause(longest)

    def go_on(self) -> None:
        """Read on."""
        self._store.go_on()

    def _on_change(self, version: int) -> None:
        self._changed.set()
        if self._listener is not None:
            self._listener(version)
