"""Finding, reading and judging all runs, in small steps, without a thread of its own."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tuimon.sources.discover import (
    DOCUMENT_SUFFIX,
    LOG_SUFFIX,
    OTHER_RANK,
    RunFiles,
    ScanLimits,
    Search,
    is_run_file,
)
from tuimon.store.pace import Pace
from tuimon.store.run_reader import RunReader, Surroundings
from tuimon.store.snapshot import RunSnapshot, StoreSnapshot

CHUNK_BYTES = 256 * 1024  # 2 to 3 ms of decoding: keys are answered in between
SLICE_SECONDS = 0.02  # of searching and of previews, for the same reason
RESTAT_SECONDS = 5.0  # how late a change is seen that no event told of
IDLE_SHARE = 1000  # looking at everything comes no sooner than so many times what it took: 0.1 % of a core
POLL_SHARE = 200  # 0.5 %, where no events tell of changes
HINT_SHARE = 20  # where there is a hint: 5 %, while things change
HINT_SECONDS = 0.1
POLL_SECONDS = 1.0
TICK_SECONDS = 1.0  # how often time alone may change a state, and missing paths are looked for


class Ingest:
    """All runs under some paths. :meth:`step` does a bounded piece of work, :meth:`publish` pictures it.

    ``on_path`` is told of each path once it exists, to be watched.
    """

    def __init__(
        self,
        paths: Iterable[Path],
        surroundings: Surroundings,
        *,
        limits: ScanLimits | None = None,
        previews: bool = True,
        on_path: Callable[[Path], None] | None = None,
    ) -> None:
        self._paths = tuple(dict.fromkeys(paths))
        self._surroundings = surroundings
        self._limits = limits
        self._previews = previews
        self._on_path = on_path
        self._readers: dict[str, RunReader] = {}
        self._to_preview: deque[RunReader] = deque()
        self._urgent: dict[str, None] = {}  # something new to read there
        self._backlog: list[str] = []  # to be read wholly, the first one last
        self._backlog_sorted = True
        self._preferred: dict[str, int] = {}
        self._awaited: tuple[RunReader, ...] = ()  # those of the preferred that were not read then
        self._search: Search | None = None
        self._taken = 0  # runs that were taken over from the search
        self._scanning = True
        self._identities: dict[Path, tuple[int, int]] = {}  # of the paths that are there
        self._missing: tuple[Path, ...] = ()
        self._search_problems: tuple[str, ...] = ()
        self._others: tuple[int, tuple[str, ...]] = 0, ()  # files that are no runs, where there are none
        self._lone_ranks: set[str] = set()  # runs by the log of another rank than 0, which is not there (yet)
        self._roots = frozenset(map(os.path.realpath, self._paths))
        self._looking = Pace(RESTAT_SECONDS, IDLE_SHARE, self._now())  # at the files of all known runs
        self._searching = Pace(RESTAT_SECONDS, IDLE_SHARE, self._now())  # for others
        self._ticked = self._now()
        self._snapshot = StoreSnapshot(0, (), True, "", (), ())
        self._pictures: dict[str, RunSnapshot] = {}
        self._changed = True
        """Whether something about the whole changed: which runs there are, what is missing, problems."""
        self._begin_search()

    # Work

    @property
    def scanning(self) -> bool:
        """Whether runs are still being found, or found ones looked at for the first time."""
        return self._scanning

    def step(self) -> bool:
        """Do a piece of work of some hundredths of a second; whether there is more to do now."""
        self._read_urgent()
        if self._search is not None:
            self._go_on_searching(self._search)
        if self._to_preview:
            self._preview_some()
        else:
            self._read_backlog()
        if self._scanning and self._search is None and not self._to_preview:
            self._scanning = False
            self._changed = True
        return bool(self._search or self._to_preview or self._urgent or self._backlog)

    def hint(self, paths: Iterable[str]) -> None:
        """Something may have changed at these paths."""
        for path in paths:
            reader = self._reader_of(path)
            if reader is not None:
                self._look_at(reader)
            elif path in self._roots:  # polled: it comes each second
                self._look_at_live()
                self._looking.ask(POLL_SECONDS, POLL_SHARE)
                self._searching.ask(POLL_SECONDS, POLL_SHARE)
            elif is_run_file(os.path.basename(path)) or self._may_be_searched(path):  # noqa: PTH119
                self._searching.ask(HINT_SECONDS, HINT_SHARE)

    def tick(self) -> None:
        """Do what time alone makes due: judge running runs, look for missing paths, look at everything."""
        now = self._now()
        if now - self._ticked >= TICK_SECONDS:
            self._ticked = now
            for reader in self._running():
                reader.judge()
            if any(map(os.path.exists, self._missing)):
                self._searching.ask(0.0, 0.0)
        if now >= self._looking.due:
            self._look_at_all()
        if self._search is None and now >= self._searching.due:
            self._begin_search()

    def seconds_to_tick(self) -> float:
        """How long :meth:`tick` need not be called."""
        now, due = self._now(), min(self._looking.due, self._searching.due)
        if self._missing or any(self._running()):
            due = min(due, self._ticked + TICK_SECONDS)
        return max(0.0, due - now)

    def add(self, path: Path) -> None:
        """Look there as well from now on."""
        place = os.path.realpath(path)
        if not any(place == root or place.startswith(root + os.sep) for root in self._roots):
            self._paths = (*self._paths, path)
            self._roots = frozenset(map(os.path.realpath, self._paths))
        self._searching.ask(0.0, 0.0)

    def prefer(self, keys: Iterable[str]) -> None:
        """Read these runs before the others."""
        self._preferred = {key: place for place, key in enumerate(keys)}
        preferred = (self._readers.get(key) for key in self._preferred)
        self._awaited = tuple(reader for reader in preferred if reader is not None and reader.loading)
        self._backlog_sorted = False

    def take_answer(self) -> bool:
        """Whether all of the runs that were preferred have been read by now; true once."""
        if not self._awaited or any(reader.loading for reader in self._awaited):
            return False
        self._awaited = ()
        return True

    def look(self) -> None:
        """Find and preview everything now, and leave to be read only what previews do not tell enough of."""
        while self._search is not None:
            self._go_on_searching(self._search)
        while self._to_preview:
            self._preview_some()
        self._scanning = False
        self._backlog = [key for key in self._backlog if not self._readers[key].preview_suffices]

    # Pictures

    @property
    def changed(self) -> bool:
        """Whether the next picture will be another one."""
        return self._changed or any(reader.changed for reader in self._readers.values())

    def publish(self, watch_mode: str = "") -> StoreSnapshot:
        """The picture of all runs; the same object where nothing changed."""
        new = [reader for reader in self._readers.values() if reader.changed]
        if self._to_preview:  # of these nothing is known yet, not even whether they run
            waiting = {reader.key for reader in self._to_preview}
            new = [reader for reader in new if reader.key not in waiting]
        if not (new or self._changed or watch_mode != self._snapshot.watch_mode):
            return self._snapshot
        for reader in new:
            picture = reader.snapshot()
            before = self._pictures.get(reader.key)
            self._changed |= before is None or before.header is not picture.header or bool(reader.rejected)
            self._pictures[reader.key] = picture
        if self._changed:
            self._put_in_order()
        self._snapshot = StoreSnapshot(
            version=self._snapshot.version + 1,
            runs=tuple(self._pictures.values()),
            scanning=self._scanning,
            watch_mode=watch_mode,
            problems=self._problems(),
            missing_paths=self._missing,
            found=len(self._readers),
            others=self._others[0],
            other_names=self._others[1],
        )
        self._changed = False
        return self._snapshot

    def _put_in_order(self) -> None:
        """The newest start first; a run that does not say when it started, by its file's time."""
        known = [key for key in self._pictures if key in self._readers and not self._readers[key].rejected]
        known.sort(key=lambda key: (self._start(key), key), reverse=True)
        self._pictures = {key: self._pictures[key] for key in known}

    def _start(self, key: str) -> float:
        reader = self._readers[key]
        start = reader.header.start_time
        return start.timestamp() if start is not None else reader.last_change or 0.0

    def _problems(self) -> tuple[str, ...]:
        rejected = (reader.rejected for reader in self._readers.values() if reader.rejected)
        return (*self._search_problems, *rejected)

    # Searching

    def _go_on_searching(self, search: Search) -> None:
        finished = search.step(SLICE_SECONDS)
        found = list(search.runs.values())
        for files in found[self._taken :]:
            self._take(files)
        self._taken = len(found)
        if not finished:
            return
        result = search.result()
        self._search = None
        self._searching.done(self._now(), search.spent)
        self._note_paths(result.missing)
        problems = (*result.problems, *([result.stopped] if result.stopped else ()))
        others = (0, ()) if self._readers else (result.others, result.other_names)
        if (problems, others) != (self._search_problems, self._others):
            self._changed = True
        self._search_problems, self._others = problems, others

    def _begin_search(self) -> None:
        clock = self._surroundings.clock
        self._searching.begun()
        self._search = Search(self._paths, limits=self._limits, monotonic=clock.monotonic)
        self._taken = 0

    def _note_paths(self, missing: tuple[Path, ...]) -> None:
        """Have paths watched that are there now."""
        if missing != self._missing:
            self._missing = missing
            self._changed = True
        identities = {path: identity for path in self._paths if (identity := _identity(path)) is not None}
        if self._on_path is not None:
            for path, identity in identities.items():
                if self._identities.get(path) != identity:  # it is new, or was replaced by another one
                    self._on_path(path)
        self._identities = identities

    def _take(self, files: RunFiles) -> None:
        """A run that the search found."""
        reader = self._readers.get(files.key)
        if reader is not None:
            if files.document != reader.files.document and reader.files.log is not None:
                reader.files = files
                reader.judge()
            return
        if files.log is not None and files.document is not None:
            self._drop(os.path.realpath(files.document))  # it had no log before
        for rank in [rank for rank in self._lone_ranks if OTHER_RANK.sub(LOG_SUFFIX, rank) == files.key]:
            self._lone_ranks.remove(rank)
            self._drop(rank)
        if OTHER_RANK.search(files.key):
            self._lone_ranks.add(files.key)
        reader = RunReader(files, self._surroundings)
        self._readers[files.key] = reader
        self._changed = True
        if self._previews:
            self._to_preview.append(reader)
        self._queue(files.key)

    def _drop(self, key: str) -> None:
        if self._readers.pop(key, None) is not None:
            self._changed = True
            self._urgent.pop(key, None)
            self._backlog = [queued for queued in self._backlog if queued != key]

    # Reading

    def _queue(self, key: str) -> None:
        self._backlog.append(key)
        self._backlog_sorted = False

    def _preview_some(self) -> None:
        deadline = self._now() + SLICE_SECONDS
        while self._to_preview and self._now() < deadline:
            reader = self._to_preview.popleft()
            _guarded(reader, reader.preview)
        self._backlog_sorted = False

    def _read_urgent(self) -> None:
        """A chunk of each run that is known to have something new; in turn, where they are many."""
        deadline = self._now() + SLICE_SECONDS
        for key in list(self._urgent):
            del self._urgent[key]
            reader = self._readers.get(key)
            if reader is not None and self._read_chunk(reader):
                self._urgent[key] = None  # the last in the row now
            if self._now() >= deadline:
                break

    def _read_backlog(self) -> None:
        """A chunk of the most wanted run that was not read wholly yet."""
        if not self._backlog_sorted:
            self._backlog.sort(key=self._wanted)
            self._backlog_sorted = True
        if not self._backlog:
            return
        key = self._backlog[-1]
        if not self._read_chunk(self._readers[key]) and self._backlog[-1:] == [key]:  # else it was dropped
            self._backlog.pop()

    def _wanted(self, key: str) -> tuple[int, bool, float]:
        """Rises with how much a run is wanted: asked for, live, new."""
        place = self._preferred.get(key, len(self._preferred))
        return -place, self._readers[key].state.is_live, self._start(key)

    def _read_chunk(self, reader: RunReader) -> bool:
        more = bool(_guarded(reader, lambda: reader.read(CHUNK_BYTES)))
        if reader.gone:
            self._drop(reader.key)
        return more and not reader.gone

    # Looking

    def _reader_of(self, path: str) -> RunReader | None:
        """The run that a file belongs to: as its log, its document, or what a person added to it."""
        reader = self._readers.get(path)
        if reader is None:
            path = OTHER_RANK.sub(LOG_SUFFIX, path)
            stem, suffix = os.path.splitext(path)  # noqa: PTH122 (called for every event)
            reader = self._readers.get(path)
            if suffix in (".meta", DOCUMENT_SUFFIX):
                reader = self._readers.get(stem + LOG_SUFFIX) or self._readers.get(stem + DOCUMENT_SUFFIX)
        return reader

    def _look_at(self, reader: RunReader) -> None:
        if reader.check():
            if not reader.loading:  # else it is being read anyway
                self._urgent[reader.key] = None
        elif reader.gone:
            self._drop(reader.key)
            # It may be back under another name, or be a run by its document alone.
            self._searching.ask(HINT_SECONDS, HINT_SHARE)

    def _look_at_live(self) -> None:
        for reader in [reader for reader in self._readers.values() if reader.state.is_live]:
            self._look_at(reader)

    def _running(self) -> Iterator[RunReader]:
        """The runs whose state may change by time alone."""
        return (reader for reader in self._readers.values() if reader.may_change_by_time)

    def _look_at_all(self) -> None:
        """The truth, whatever was hinted."""
        started = self._now()
        self._looking.begun()
        for reader in list(self._readers.values()):
            self._look_at(reader)
            if reader.state.is_live:
                reader.judge()
        self._looking.done(self._now(), self._now() - started)

    def _may_be_searched(self, path: str) -> bool:
        """Whether a path that no run bears may be a new directory with runs in it."""
        below = (path[len(root) :] for root in self._roots if path.startswith(root))
        return any("/." not in rest for rest in below) and os.path.isdir(path)  # noqa: PTH112 (for every event)

    def _now(self) -> float:
        return self._surroundings.clock.monotonic()


def _guarded(reader: RunReader, work: Callable[[], object]) -> object:
    """Do some work on one run. An error that nobody foresaw is shown at that run; the others go on."""
    try:
        return work()
    except Exception as error:  # whatever a file can hold must not end the reading of all others
        reader.fail(error)
        return None


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:  # it is missing, which the search has said
        return None
    return status.st_dev, status.st_ino
