"""What the analyzer calls the runs, and which run a person means."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from tuimon.records.run_lookup import RunCandidate, UnknownRun, newest_first, resolve_run
from tuimon.records.statistics import one_line
from tuimon.store.snapshot import RunSnapshot

_MOST_NEAREST = 3
_MOST_KNOWN = 8  # of what exists, in a message
Value = TypeVar("Value")


class UnknownExperiment(UnknownRun, KeyError, ValueError):  # noqa: N818 (as UnknownRun)
    """No loaded run is meant by ``text``; ``nearest`` are the names closest to it.

    A ``KeyError``, as ``logs[name]`` would raise, and a ``ValueError``, as the original's methods raised.
    """

    def __init__(
        self, text: str, nearest: Sequence[str], known: Sequence[str] = (), *, any_loaded: bool = True
    ) -> None:
        super().__init__(text, nearest)
        self._hint = "" if nearest else known_names(known)
        if not any_loaded:
            self._hint = "; no run is loaded: load_all() reads them"

    def __str__(self) -> str:
        return f"{self.args[0]}{self._hint}"  # a KeyError would show it in quotes


class UnknownMetric(KeyError, ValueError):  # noqa: N818 (it names the metric, not the failure)
    """No loaded run has ``metric``; ``nearest`` are the names closest to it."""

    def __init__(self, metric: str, known: Sequence[str]) -> None:
        self.metric = metric
        self.nearest = tuple(difflib.get_close_matches(metric, known, n=_MOST_NEAREST, cutoff=0.5))
        hint = f"; nearest: {', '.join(self.nearest)}" if self.nearest else known_names(known)
        super().__init__(f"no loaded run has a metric {metric!r}{hint}")

    def __str__(self) -> str:
        return str(self.args[0])


def known_names(names: Sequence[str]) -> str:
    """``; known: a, b, c and 12 more``, nothing where there are none."""
    if not names:
        return ""
    more = f" and {len(names) - _MOST_KNOWN} more" if len(names) > _MOST_KNOWN else ""
    return f"; known: {', '.join(map(one_line, names[:_MOST_KNOWN]))}{more}"


def names_of(candidates: Iterable[RunCandidate]) -> dict[str, RunCandidate]:
    """Each run under a name of its own, newest first: the newest of a name has it, earlier ones ``name@id``.

    A log that was copied has the id of its original: then the file's name tells it apart, then the path.
    """
    ordered = newest_first(candidates)
    named: dict[str, RunCandidate] = {}
    for run in ordered:
        named.setdefault(run.name, run)
    bare = {run.path for run in named.values()}
    for run in ordered:
        if run.path not in bare:
            names = (f"{run.name}@{run.run_id}", run.path.stem, str(run.path))
            named[next(name for name in names if name not in named)] = run
    places = {run.path: place for place, run in enumerate(ordered)}
    return dict(sorted(named.items(), key=lambda item: places[item[1].path]))


def meant_by(text: str | os.PathLike[str], named: Mapping[str, RunCandidate]) -> str:
    """The name of the run that ``text`` means: a name of ``named``, else as ``resolve_run`` finds it.

    Raises ``UnknownExperiment`` or ``AmbiguousRun``.
    """
    text = os.fspath(text)
    if text in named:
        return text
    try:
        run = resolve_run(text, tuple(named.values()))
    except UnknownRun as error:
        known = list(named)
        raise UnknownExperiment(error.text, error.nearest, known, any_loaded=bool(named)) from None
    return next(name for name, candidate in named.items() if candidate is run)


def candidate_of(run: RunSnapshot) -> RunCandidate:
    """A run that was read, as one that a text may mean."""
    return RunCandidate(run.path, run.run_id, run.name, run.header.start_time)
