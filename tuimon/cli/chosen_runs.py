"""The runs that a person names, found and read."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuimon.cli.failure import CommandFailed
from tuimon.cli.log_directories import (
    Command,
    chosen_paths,
    described,
    require_existing,
    require_log,
    require_runs_or_reason,
)
from tuimon.cli.offered import offered
from tuimon.cli.printing import tell
from tuimon.records.candidates import candidate
from tuimon.records.run_lookup import NEWEST, AmbiguousRun, RunCandidate, UnknownRun, resolve_run

if TYPE_CHECKING:
    from tuimon.store.snapshot import RunSnapshot

_MOST_MATCHES = 5  # of an ambiguous name; more fill the screen


WHAT_RUN_IS = (
    "RUN is the path of a log, or the name, the id or an unambiguous beginning of either of a run in the log "
    "directories; @ is the newest."
)


def run_argument(command: Command) -> Command:
    """Give a command the argument RUN, and its help what that may be."""
    _explain(command)
    return click.argument("run", metavar="RUN", shell_complete=offered("runs"))(command)


def runs_argument(command: Command) -> Command:
    """Give a command the argument RUN RUN..., of which it takes any number; it says itself how many."""
    _explain(command)
    return click.argument("runs", nargs=-1, metavar="RUN...", shell_complete=offered("runs"))(command)


def _explain(command: Command) -> None:
    """Below the command's own words, which are its docstring."""
    command.__doc__ = f"{inspect.cleandoc(command.__doc__ or '')}\n\n{WHAT_RUN_IS}"


def load_runs(words: Sequence[str], log_dirs: Sequence[Path]) -> tuple[RunSnapshot, ...]:
    """The runs that the words mean, read wholly, each once, in the order in which they are named.

    Raises CommandFailed where one is not known or cannot be told from others.
    """
    return read_runs([found.path for found in find_runs(words, log_dirs)])


def find_runs(words: Sequence[str], log_dirs: Sequence[Path]) -> tuple[RunCandidate, ...]:
    """The runs that the words mean, each once. Raises CommandFailed as :func:`load_runs`."""
    known = Known(chosen_paths((), log_dirs))
    found = {candidate.path: candidate for word in words for candidate in [known.run(word)]}
    return tuple(found.values())


@dataclass(slots=True)
class Known:
    """The runs in the log directories, looked for when the first word is no path."""

    log_dirs: tuple[Path, ...]
    _candidates: tuple[RunCandidate, ...] | None = None

    def run(self, word: str) -> RunCandidate:
        """The run that ``word`` means: a path of any file, else as ``resolve_run``."""
        path = Path(word)
        if word and _is_file(path):
            require_log(path)
            log = path.with_suffix(".jsonl")
            return candidate(log if path.suffix == ".json" and log.is_file() else path)
        is_directory = os.path.isdir(word)  # noqa: PTH112 (never raises)
        if is_directory and not all(directory.exists() for directory in self.log_dirs):
            raise CommandFailed(_directory_text(word))
        candidates = self.candidates()
        if not candidates:
            raise CommandFailed(f"{described(self.log_dirs)}: no runs yet")
        try:
            run = resolve_run(word, candidates)
        except AmbiguousRun as error:
            raise CommandFailed(_ambiguous(error)) from None
        except UnknownRun as error:
            raise CommandFailed(_directory_text(word) if is_directory else self._unknown(error)) from None
        self._tell_of_others(word, run)
        return run

    def candidates(self) -> tuple[RunCandidate, ...]:
        """All runs under the log directories."""
        if self._candidates is None:
            require_existing(self.log_dirs)
            self._candidates = found_candidates(self.log_dirs)
        return self._candidates

    def _tell_of_others(self, word: str, run: RunCandidate) -> None:
        """Where the name was meant, there may be older runs of it."""
        if word in (NEWEST, run.run_id) or run.name != word:
            return
        others = [other for other in self.candidates() if other.name == word and other.path != run.path]
        if others:
            names = ", ".join(f"{word}@{other.run_id}" for other in others[:_MOST_MATCHES])
            more = f" and {len(others) - _MOST_MATCHES} more" if len(others) > _MOST_MATCHES else ""
            tell(f"{word}: the newest of {len(others) + 1} runs of this name; earlier: {names}{more}")

    def _unknown(self, error: UnknownRun) -> str:
        from tuimon.charts.notation import harmless

        hint = f"; did you mean {', '.join(map(repr, error.nearest))}?" if error.nearest else ""
        return f"{described(self.log_dirs)}: no run is called {harmless(error.text)!r}{hint}"


def found_candidates(log_dirs: Iterable[Path]) -> tuple[RunCandidate, ...]:
    """The runs under directories, searched as the app does. Raises CommandFailed where none can be read."""
    from tuimon.sources.discover import discover

    discovery = discover(log_dirs)
    require_runs_or_reason(len(discovery.runs), discovery.problems)
    return tuple(candidate(files.path) for files in discovery.runs)


def read_runs(paths: Sequence[Path]) -> tuple[RunSnapshot, ...]:
    """The logs read wholly, in the order given. Raises CommandFailed for one that cannot be read."""
    from tuimon.cli.own_settings import run_store

    snapshot = run_store(paths).load_all()
    runs = {run.key: run for run in snapshot.runs}
    keys = [os.path.realpath(path) for path in paths]
    for path, key in zip(paths, keys, strict=True):
        if key not in runs:
            raise CommandFailed(next(iter(snapshot.problems), f"{path}: no run can be read there"))
        if runs[key].problem is not None:
            tell(f"{path}: {runs[key].problem}")
    return tuple(runs[key] for key in dict.fromkeys(keys))


def _directory_text(word: str) -> str:
    return f"{word}: a directory, not a run; --log-dir {word} looks for runs in it"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name longer than a file's may be, say
        return False


def _ambiguous(error: AmbiguousRun) -> str:
    from tuimon.charts.notation import harmless

    shown = [f"{harmless(run.name)} ({run.run_id})" for run in error.matches[:_MOST_MATCHES]]
    more = len(error.matches) - len(shown)
    rest = f" and {more} more" if more else ""
    return f"{harmless(error.text)!r} is the beginning of several runs: {', '.join(shown)}{rest}"
