"""Finding runs under directories, within bounds, in steps that can be interleaved with reading."""

from __future__ import annotations

import os
import re
import stat
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from tuimon.quick_dataclass import dataclass

PREFIX = "experiment_"
LOG_SUFFIX = ".jsonl"
DOCUMENT_SUFFIX = ".json"
OTHER_RANK = re.compile(r"\.rank\d+\.jsonl$")  # belongs to the run whose log bears the same stem, if any
_NAMED_OTHERS = 2  # of the files beside which no run was found, so many are named
_MOST_OTHERS = 1000  # are remembered, to name the first of them
SKIPPED_DIRECTORIES = frozenset({"node_modules"})  # besides hidden ones and virtual environments


@dataclass(frozen=True, slots=True)
class ScanLimits:
    """How far a search goes before it stops and says so.

    ``depth``: directories below the given one. ``entries``: directory entries looked at, over all paths.
    ``seconds``: time spent, over all paths.
    """

    depth: int = 8  # deeper than outputs/<project>/<date>/<time>/<job>/logs
    entries: int = 200_000  # a home directory full of data sets, in about a second on a local disk
    seconds: float = 20.0  # a slow network mount; a person has given up by then


@dataclass(frozen=True, slots=True)
class RunFiles:
    """The files of one run: its log, its document in the original shape, or both.

    ``key`` names the run for as long as its files stay where they are: the resolved path of the log, else of
    the document, as text.
    """

    key: str
    log: Path | None
    document: Path | None

    @property
    def path(self) -> Path:
        """The file that is read: the log where there is one."""
        path = self.log or self.document
        if path is None:
            raise ValueError(f"the run {self.key} has no file")
        return path


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a search found.

    ``stopped`` says why it ended early, if it did; ``problems`` are sentences about what could not be looked
    at; ``missing`` are given paths that do not exist. ``others`` counts files that end as logs do and are not
    named as they are; ``other_names`` are those of the first few.
    """

    runs: tuple[RunFiles, ...]
    stopped: str | None
    problems: tuple[str, ...]
    missing: tuple[Path, ...] = ()
    others: int = 0
    other_names: tuple[str, ...] = ()


def discover(paths: Iterable[str | Path], *, limits: ScanLimits | None = None) -> Discovery:
    """The runs under ``paths``: a directory is searched, a file is taken whatever it is called."""
    search = Search(paths, limits=limits)
    while not search.step(seconds=1.0):
        pass
    return search.result()


class Search:
    """One search under several paths, breadth first, so that logs near the top are found early."""

    def __init__(
        self,
        paths: Iterable[str | Path],
        *,
        limits: ScanLimits | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits or ScanLimits()
        self.runs: dict[str, RunFiles] = {}
        self.entries = 0
        self.spent = 0.0
        self._monotonic = monotonic
        self._stopped: str | None = None
        self._problems: list[str] = []
        self._missing: list[Path] = []
        self._others = 0
        self._other_names: list[str] = []
        self._visited: set[tuple[int, int]] = set()
        self._queue: deque[tuple[Path, int]] = deque()  # directories to look into, with their depth
        self._work = self._look([Path(path) for path in paths])
        self._finished = False

    def step(self, seconds: float) -> bool:
        """Go on for about ``seconds``; whether the search has ended."""
        started = self._monotonic()
        for _ in self._work:
            now = self._monotonic()
            if self.spent + now - started > self.limits.seconds:
                self._stop(f"after {self.limits.seconds:g} s")
            elif now - started >= seconds:
                self.spent += now - started
                return False
        self.spent += self._monotonic() - started
        self._finished = True
        return True

    @property
    def finished(self) -> bool:
        """Whether the search has ended."""
        return self._finished

    def result(self) -> Discovery:
        """What was found so far."""
        return Discovery(
            tuple(self.runs.values()),
            self._stopped,
            tuple(self._problems),
            tuple(self._missing),
            self._others,
            tuple(sorted(self._other_names)[:_NAMED_OTHERS]),
        )

    def _look(self, paths: list[Path]) -> Iterator[None]:
        """The search itself; it can be paused wherever it yields."""
        for path in paths:
            self._look_at_given(path)
            yield
        while self._queue and self._stopped is None:
            directory, depth = self._queue.popleft()
            yield from self._look_into(directory, depth)

    def _look_at_given(self, path: Path) -> None:
        try:
            mode = path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            self._missing.append(path)
            return
        except OSError as error:
            self._problems.append(f"cannot look at {path}: {error.strerror}")
            return
        if stat.S_ISDIR(mode):
            self._queue.append((path, 0))
        elif stat.S_ISREG(mode):
            self._take_file(path)
        else:
            self._problems.append(f"{path} is neither a directory nor a file")

    def _look_into(self, directory: Path, depth: int) -> Iterator[None]:
        """One directory: take its runs, queue its directories."""
        names: list[tuple[str, bool]] = []
        below: list[Path] = []
        try:
            if not self._is_first_visit(directory):
                return
            with os.scandir(directory) as entries:
                for entry in entries:
                    self.entries += 1
                    if self.entries > self.limits.entries:
                        self._stop(f"after {self.limits.entries:,} entries")
                        break
                    if entry.name == "pyvenv.cfg" and depth > 0:
                        return
                    if _is_part_of_a_run(entry.name) and _is_file(entry):
                        names.append((entry.name, entry.is_symlink()))
                    elif _may_hold_runs(entry):
                        below.append(directory / entry.name)
                    elif not self.runs and entry.name.endswith(LOG_SUFFIX):
                        self._note_other(entry.name)
                    if self.entries % 256 == 0:
                        yield
        except OSError as error:
            if not isinstance(error, (FileNotFoundError, NotADirectoryError)):
                self._problems.append(f"cannot read {directory}: {error.strerror}")
            return
        self._take_names(directory, names)
        if below and depth >= self.limits.depth:
            self._stopped = self._stopped or self._sentence(f"{self.limits.depth} directories deep")
        else:
            self._queue.extend((path, depth + 1) for path in below)
        yield

    def _note_other(self, name: str) -> None:
        """A file that is a run only when it is named; told of where there is no run."""
        if name.startswith("."):
            return
        self._others += 1
        if len(self._other_names) < _MOST_OTHERS:
            self._other_names.append(name)

    def _is_first_visit(self, directory: Path) -> bool:
        """False where a symbolic link leads back to a directory that was looked into before."""
        identity = directory.stat()
        key = (identity.st_dev, identity.st_ino)
        first = key not in self._visited
        self._visited.add(key)
        return first

    def _take_names(self, directory: Path, names: list[tuple[str, bool]]) -> None:
        """The runs of one directory. A search comes again each few seconds: mostly nothing is new in it."""
        if not names:
            return
        resolved = os.path.realpath(directory)
        has_links = any(is_link for _, is_link in names)  # which may lead elsewhere by now
        runs_of = _runs_of.__wrapped__ if has_links else _runs_of
        for files in runs_of(directory, resolved, tuple(names)):
            self._take(files)

    def _take_file(self, path: Path) -> None:
        """A file named by the person: its partner, if it has one, belongs to the same run."""
        if path.suffix == DOCUMENT_SUFFIX:
            log, document = path.with_suffix(LOG_SUFFIX), path
            if not log.is_file():
                self._take(RunFiles(os.path.realpath(path), None, path))
                return
        else:
            log, document = path, path.with_suffix(DOCUMENT_SUFFIX)
        beside = document if document != log and document.is_file() else None
        self._take(RunFiles(os.path.realpath(log), log, beside))

    def _take(self, files: RunFiles) -> None:
        self.runs.setdefault(files.key, files)

    def _stop(self, how: str) -> None:
        """Give up: say so, and drop what is left to do."""
        self._stopped = self._stopped or self._sentence(how)
        self._queue.clear()

    @staticmethod
    def _sentence(how: str) -> str:
        return f"the search for runs stopped {how}; name a directory nearer to the logs"


@lru_cache(maxsize=64)
def _runs_of(directory: Path, resolved: str, names: tuple[tuple[str, bool], ...]) -> tuple[RunFiles, ...]:
    """The runs that these files make, named with whether they are links: a document beside a log of its stem
    is the same run.
    """
    present = {name for name, _ in names}
    runs = []
    for name, is_link in names:
        if OTHER_RANK.search(name) and OTHER_RANK.sub(LOG_SUFFIX, name) in present:
            continue  # else rank 0 has written nothing, and the rank's log stands alone
        path = directory / name
        key = os.path.realpath(path) if is_link else os.path.join(resolved, name)  # noqa: PTH118 (cheaper)
        if name.endswith(LOG_SUFFIX):
            document = name[: -len(LOG_SUFFIX)] + DOCUMENT_SUFFIX
            runs.append(RunFiles(key, path, directory / document if document in present else None))
        elif name[: -len(DOCUMENT_SUFFIX)] + LOG_SUFFIX not in present:
            runs.append(RunFiles(key, None, path))
    return tuple(runs)


def is_run_file(name: str) -> bool:
    """Whether a file of this name is a run, or a part of one, wherever it is found."""
    if not name.startswith(PREFIX):
        return False
    return name.endswith(DOCUMENT_SUFFIX) or (name.endswith(LOG_SUFFIX) and not OTHER_RANK.search(name))


def _is_part_of_a_run(name: str) -> bool:
    return is_run_file(name) or (name.startswith(PREFIX) and OTHER_RANK.search(name) is not None)


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a symbolic link into something that cannot be looked at
        return False


def _may_hold_runs(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith(".") or entry.name in SKIPPED_DIRECTORIES:
        return False
    try:
        return entry.is_dir()
    except OSError:  # a symbolic link into something that cannot be looked at: nothing to find there
        return False
