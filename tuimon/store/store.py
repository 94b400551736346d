"""All runs in memory, kept current by one thread and published as snapshots."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from tuimon.sources.discover import ScanLimits
from tuimon.sources.watch import FileWatcher, LogWatcher
from tuimon.store.clock import Clock
from tuimon.store.ingest import Ingest
from tuimon.store.liveness import USUAL_SILENCE, Machine, ProcessProbe, Silence, process_start, this_machine
from tuimon.store.run_reader import Surroundings
from tuimon.store.snapshot import StoreSnapshot

BREATH_SECONDS = 0.02  # between two steps, while somebody else is to have the processor
LATEST_PICTURE = 1.0  # how old a snapshot may get meanwhile
PUBLISH_SECONDS = 0.1  # between two snapshots: faster than anybody redraws, slow enough to cost nothing


class RunStore:
    """The runs found under ``paths`` (directories and files).

    Either live: :meth:`start`, then :meth:`snapshot` whenever ``on_change`` was called, :meth:`stop`. Or
    once: :meth:`load_all` or :meth:`load_previews`.

    ``clock``, ``watcher``, ``process_probe`` and ``machine`` are there to be replaced in tests (see
    ``tuimon.testing``). ``poll`` is that of :class:`~tuimon.sources.watch.FileWatcher`. A log silent
    for longer than ``silence`` is that of a stalled run.
    """

    def __init__(
        self,
        paths: Iterable[str | Path],
        *,
        clock: Clock = time,
        watcher: LogWatcher | None = None,
        poll: bool | None = None,
        process_probe: ProcessProbe = process_start,
        machine: Machine | None = None,
        limits: ScanLimits | None = None,
        silence: Silence = USUAL_SILENCE,
    ) -> None:
        self._paths = [Path(path) for path in paths]
        self._clock = clock
        self._watcher = watcher
        self._poll = poll
        self._surroundings = Surroundings(clock, process_probe, machine or this_machine(), silence)
        self._limits = limits
        self._snapshot = StoreSnapshot(0, (), True, "", (), ())
        self._preferred: deque[tuple[str, ...]] = deque(maxlen=1)  # the newest wish, from any thread
        self._added: deque[Path] = deque()
        self._held_until = self._paused_until = 0.0
        self._gap = PUBLISH_SECONDS
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, on_change: Callable[[int], None]) -> None:
        """Begin reading in a thread; ``on_change(version)`` is called from it, at most each 0.1 s."""
        if self._thread is not None:
            raise RuntimeError("the store was started already")
        watcher = self._watcher = self._watcher or FileWatcher(poll=self._poll)
        ingest = Ingest(self._paths, self._surroundings, limits=self._limits, on_path=watcher.watch)
        self._thread = threading.Thread(
            target=self._run, args=(ingest, watcher, on_change), name="tuimon-ingest", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End the thread and the watching; the last snapshot stays."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.wake()
        if self._thread is not None:
            self._thread.join()

    def snapshot(self) -> StoreSnapshot:
        """The newest picture; cheap, from any thread."""
        return self._snapshot

    def load_all(self, timeout: float | None = None) -> StoreSnapshot:
        """Find and read everything once, in the calling thread; nothing is watched.

        After ``timeout`` seconds it stops where it is: runs not read to their end say ``loading``.
        """
        deadline = None if timeout is None else self._clock.monotonic() + timeout
        ingest = Ingest(self._paths, self._surroundings, limits=self._limits, previews=False)
        while ingest.step() and (deadline is None or self._clock.monotonic() < deadline):
            pass
        self._snapshot = ingest.publish()
        return self._snapshot

    def load_previews(self) -> StoreSnapshot:
        """What a list of runs needs, once, in the calling thread; nothing is watched.

        Of runs that ended only the two ends of the log are read (they say ``loading``; their ``summaries``
        and ``last_values`` are complete), the others wholly.
        """
        ingest = Ingest(self._paths, self._surroundings, limits=self._limits)
        ingest.look()
        while ingest.step():
            pass
        self._snapshot = ingest.publish()
        return self._snapshot

    def prioritise(self, keys: Iterable[str]) -> None:
        """Read these runs before the others. From any thread."""
        self._preferred.append(tuple(keys))
        if self._watcher is not None:
            self._watcher.wake()

    def also(self, path: Path) -> None:
        """Read what is there as well, now or as soon as it appears. From any thread."""
        self._added.append(path)
        if self._watcher is not None:
            self._watcher.wake()

    def make_way(self, seconds: float) -> None:
        """Read slowly for so long, and picture nothing new: a person has pressed a key. From any thread.

        Threads that compute share one interpreter lock, so what answers the key would wait for each chunk.
        """
        self._held_until = self._clock.monotonic() + seconds

    def pictures_each(self, seconds: float) -> None:
        """Once all is read, read and picture what comes no more often than this. From any thread.

        A log that grows a hundred times a second is then read as often as somebody looks.
        """
        self._gap = max(PUBLISH_SECONDS, seconds)

    def pause(self, longest: float) -> None:
        """Read nothing until ``go_on``, at most for so many seconds. From any thread."""
        self._paused_until = self._clock.monotonic() + longest

    def go_on(self) -> None:
        """End a pause. From any thread."""
        if self._paused_until:
            self._paused_until = 0.0
            if self._watcher is not None:
                self._watcher.wake()

    def _run(self, ingest: Ingest, watcher: LogWatcher, on_change: Callable[[int], None]) -> None:
        """The ingest thread."""
        watcher.start()
        try:
            self._keep_current(ingest, watcher, on_change)
        except Exception as error:  # said where the person looks, and raised for whoever watches threads
            said = f"reading stopped, please report this: {type(error).__name__}: {error}"
            last = self._snapshot
            self._snapshot = replace(last, version=last.version + 1, problems=(*last.problems, said))
            on_change(self._snapshot.version)
            raise
        finally:
            watcher.stop()

    def _keep_current(self, ingest: Ingest, watcher: LogWatcher, on_change: Callable[[int], None]) -> None:
        started = published = self._clock.monotonic()
        scanning = True
        while not self._stopping.is_set():
            pause = self._paused_until - self._clock.monotonic()
            if pause > 0:
                ingest.hint(watcher.wait(pause))
                continue
            if self._preferred:
                ingest.prefer(self._preferred.popleft())
            while self._added:
                ingest.add(self._added.popleft())
            more = ingest.step()
            ingest.tick()
            wait = 0.0 if more else ingest.seconds_to_tick()
            is_answer = ingest.take_answer()  # somebody has been waiting for just that
            if ingest.changed or watcher.mode != self._snapshot.watch_mode:
                # A list that still grows is pictured ever more rarely, and at once when it is whole.
                gap = PUBLISH_SECONDS if more else self._gap
                gap = max(gap, published - started) if scanning else gap
                now = self._clock.monotonic()
                if more and now < self._held_until:
                    gap = LATEST_PICTURE
                elif is_answer:
                    gap = 0.0
                rest = published + gap - now
                is_listed = scanning and not ingest.scanning and now - started > PUBLISH_SECONDS
                is_first = self._snapshot.version == 0 and not more  # a small directory at once, all of it
                if rest <= 0 or is_first or is_listed:
                    scanning = ingest.scanning
                    published = now
                    self._publish(ingest, watcher.mode, on_change)
                else:
                    wait = min(wait, rest)
            if more and self._clock.monotonic() < self._held_until:
                wait = max(wait, BREATH_SECONDS)
            hints = watcher.wait(wait)
            early = published + self._gap - self._clock.monotonic()
            if hints and not more and early > 0:
                self._stopping.wait(early)  # reading it now would show nothing sooner
                hints |= watcher.wait(0.0)
            ingest.hint(hints)

    def _publish(self, ingest: Ingest, watch_mode: str, on_change: Callable[[int], None]) -> None:
        before = self._snapshot
        self._snapshot = ingest.publish(watch_mode)
        if self._snapshot is not before:
            on_change(self._snapshot.version)
