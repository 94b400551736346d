"""Noticing that files change: events where the system sends them, polling where it does not."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tuimon.sources.file_systems import remote_file_system

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers.api import BaseObserver, ObservedWatch

POLL_INTERVAL = 1.0  # seconds; a person waiting for a curve does not notice more, an idle machine not less
MAX_DIRECTORIES = 4_000  # each takes a kernel watch of about 1 KB, out of 8,192 on older systems
MAX_WATCHES = 64  # each is a thread of watchdog's
POLL_VARIABLE = "TUIMON_POLL"


class LogWatcher(Protocol):
    """Says which paths may have changed. What it says is a hint: a path may come too often, or never."""

    @property
    def mode(self) -> str:
        """How changes are noticed, in words: ``events``, ``poll (nfs)``, ``poll (watch limit)``, ..."""
        ...

    def start(self) -> None:
        """Begin watching."""
        ...

    def watch(self, path: Path) -> None:
        """Watch a directory and all below it, or a file; again when it has come back after being deleted."""
        ...

    def wait(self, timeout: float) -> frozenset[str]:
        """The paths that may have changed since the last call; empty after ``timeout`` seconds.

        A directory among them stands for everything below it.
        """
        ...

    def wake(self) -> None:
        """Make a ``wait`` in another thread return now."""
        ...

    def stop(self) -> None:
        """End watching; a ``wait`` in another thread returns."""
        ...


class HintBox:
    """Paths put in by some threads and taken out by one that waits for them."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._paths: set[str] = set()
        self._awake = False

    @property
    def is_awake(self) -> bool:
        """Whether something was put in since the last :meth:`take`."""
        return self._awake

    def put(self, *paths: str) -> None:
        """Add hints, waking the waiter; without any, just wake it."""
        with self._condition:
            self._paths.update(paths)
            self._awake = True
            self._condition.notify_all()

    def take(self, timeout: float) -> frozenset[str]:
        """All hints, as soon as there is one; empty when woken without, or after ``timeout`` seconds."""
        with self._condition:
            if not self._awake:
                self._condition.wait(timeout)
            paths = frozenset(self._paths)
            self._paths.clear()
            self._awake = False
            return paths


class FileWatcher:
    """Events from watchdog for local directories, polling for the rest.

    Polling is chosen by file-system type, where the system's limit of watches is reached, where there are too
    many directories, or when asked for (``poll=True`` or ``TUIMON_POLL=1``). ``poll=False`` asks for events
    even on a remote file system. A polled path is hinted at as a whole each ``interval`` seconds.

    Events begin ``head_start`` seconds after the first path was named: importing watchdog (30 ms of Python)
    would take the processor from whoever starts at that moment. Until then it is polled.
    """

    def __init__(
        self,
        *,
        poll: bool | None = None,
        interval: float = POLL_INTERVAL,
        head_start: float = 0.0,
        remote: Callable[[Path], str | None] = remote_file_system,
    ) -> None:
        self._poll = poll if poll is not None else (True if asked_to_poll() else None)
        self._interval = interval
        self._head_start = head_start
        self._remote = remote
        self._hints = HintBox()
        self._lock = threading.Lock()
        self._polled: dict[str, str] = {}  # resolved path to the reason
        self._watched: dict[str, ObservedWatch] = {}
        self._waiting: list[str] = []  # still to be begun; polled meanwhile
        self._lost: set[str] = set()  # deleted, and their watch with them; polled until they are back
        self._observer: BaseObserver | None = None
        self._starter: threading.Thread | None = None
        self._stopping = False
        self._stopped = threading.Event()
        self._last_poll = time.monotonic()

    @property
    def mode(self) -> str:
        """``events``, ``poll (reason)``, or both where the paths differ."""
        with self._lock:
            reasons = list(dict.fromkeys(self._polled.values()))
            events = bool(self._watched or self._waiting or not reasons)
        return ", ".join(["events"] * events + [f"poll ({reason})" for reason in reasons])

    @property
    def is_starting(self) -> bool:
        """Whether some path is not watched yet; it is polled meanwhile."""
        with self._lock:
            return bool(self._waiting)

    def start(self) -> None:
        """Nothing yet: watching begins with the first path."""

    def watch(self, path: Path) -> None:
        """Watch ``path``; a large tree takes a while to watch, so this happens in a thread of its own."""
        resolved = os.path.realpath(path)
        with self._lock:
            if self._stopping:
                return
            self._waiting.append(resolved)
            if self._starter is None:
                self._starter = threading.Thread(target=self._begin_all, name="tuimon-watch", daemon=True)
                self._starter.start()

    def wait(self, timeout: float) -> frozenset[str]:
        """The paths that may have changed; polled ones each interval."""
        with self._lock:
            polled = {*self._polled, *self._waiting, *self._lost}
        due = self._last_poll + self._interval
        longest = min(timeout, due - time.monotonic()) if polled else timeout
        hints = self._hints.take(max(0.0, longest))
        if polled and time.monotonic() >= due:
            self._last_poll = time.monotonic()
            hints |= polled
            self._watch_returned()
        return hints

    def wake(self) -> None:
        """Make a ``wait`` in another thread return now."""
        self._hints.put()

    def stop(self) -> None:
        """End watching."""
        with self._lock:
            self._stopping = True
            self._stopped.set()
            starter = self._starter
        self.wake()
        if starter is not None:
            starter.join()
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None

    def _watch_returned(self) -> None:
        """Watch again what was deleted and is back."""
        with self._lock:
            returned = [path for path in self._lost if os.path.exists(path)]  # noqa: PTH110 (never raises)
            self._lost.difference_update(returned)
        for path in returned:
            self.watch(Path(path))

    def _take_event(self, event: FileSystemEvent) -> None:
        """Called by watchdog, in its own thread."""
        source = os.fsdecode(event.src_path)
        if event.event_type == "deleted":  # of a watched directory: its watch is gone as well
            with self._lock:
                lost = [path for path, watch in self._watched.items() if os.fsdecode(watch.path) == source]
                self._lost.update(lost)
        self._hints.put(source, *([os.fsdecode(event.dest_path)] if event.dest_path else []))

    def _begin_all(self) -> None:
        """Begin watching what waits for it; the thread ends when nothing waits any more."""
        self._stopped.wait(self._head_start)
        self._head_start = 0.0
        while True:
            with self._lock:
                if self._stopping or not self._waiting:
                    self._starter = None
                    return
                path = self._waiting[0]
            reason = self._begin(path)
            with self._lock:
                self._waiting.remove(path)
                self._polled.pop(path, None)
                if reason is not None:
                    self._polled[path] = reason
            self._hints.put(path)  # what changed before the watch stood went unseen

    def _begin(self, path: str) -> str | None:
        """Watch ``path`` by events; else the reason why it has to be polled."""
        target = Path(path) if os.path.isdir(path) else Path(path).parent  # noqa: PTH112 (never raises)
        recursive = str(target) == path
        reason = self._reason_to_poll(target, recursive)
        if reason is None:
            try:
                self._schedule(path, str(target), recursive)
            except OSError as error:
                limit = error.errno in (errno.ENOSPC, errno.EMFILE, errno.ENFILE)
                reason = "watch limit" if limit else f"no events: {error.strerror}"
        return reason

    def _reason_to_poll(self, target: Path, recursive: bool) -> str | None:
        if self._poll is True:
            return "asked"
        if self._poll is None and (kind := self._remote(target)) is not None:
            return kind
        if len(set(self._watched.values())) >= MAX_WATCHES:
            return "many paths"
        if recursive and self._has_many_directories(target):
            return "many directories"
        return None

    def _has_many_directories(self, target: Path) -> bool:
        """Whether watching all of ``target`` would take more of the system's watches than is decent."""
        return any(
            count > MAX_DIRECTORIES or self._stopping for count, _ in enumerate(os.walk(target), start=1)
        )

    def _schedule(self, path: str, target: str, recursive: bool) -> None:
        """Have watchdog report changes in ``target``. Raises ``OSError`` where the system refuses."""
        observer = self._running_observer()
        with self._lock:
            earlier = self._watched.pop(path, None)
            is_shared = earlier in self._watched.values()
        if earlier is not None and not is_shared:  # of a directory that was deleted and is back
            observer.unschedule(earlier)
        handler = _handler(self._take_event)
        watch = observer.schedule(handler, target, recursive=recursive, event_filter=_wanted_events())
        with self._lock:
            self._watched[path] = watch
        if recursive and not self._has_room(target):
            with self._lock:
                del self._watched[path]
            observer.unschedule(watch)
            raise OSError(errno.ENOSPC, "the limit of watches is reached")

    def _running_observer(self) -> BaseObserver:
        if self._observer is None:
            import logging

            from watchdog.observers import Observer

            # Its warnings would be printed into the screen of the app; what they tell of, lost events, is
            # made good by the slow re-stat.
            logging.getLogger("watchdog").addHandler(logging.NullHandler())
            self._observer = Observer()
            self._observer.start()
        return self._observer

    @staticmethod
    def _has_room(target: str) -> bool:
        """Whether one more watch can be had. watchdog says nothing when a directory below gets none."""
        from watchdog.events import FileSystemEventHandler
        from watchdog.observers import Observer

        probe = Observer()
        probe.schedule(FileSystemEventHandler(), target, recursive=False)
        try:
            probe.start()
        except OSError as error:
            return error.errno != errno.ENOSPC
        probe.stop()
        probe.join()
        return True


def asked_to_poll() -> bool:
    """Whether the environment asks for polling (``TUIMON_POLL`` set to anything but ``0``)."""
    return os.environ.get(POLL_VARIABLE, "0") not in ("", "0")


def _handler(take: Callable[[FileSystemEvent], None]) -> FileSystemEventHandler:
    """What hands each of watchdog's events to ``take``."""
    from watchdog.events import FileSystemEventHandler

    class Handler(FileSystemEventHandler):
        def dispatch(self, event: FileSystemEvent) -> None:
            take(event)

    return Handler()


def _wanted_events() -> list[type[FileSystemEvent]]:
    """All but opening and closing: the reader's own would come back as hints."""
    from watchdog import events

    return [
        *(events.FileModifiedEvent, events.FileCreatedEvent, events.FileMovedEvent, events.FileDeletedEvent),
        *(events.DirCreatedEvent, events.DirMovedEvent, events.DirDeletedEvent),
    ]
