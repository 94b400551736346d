"""Which run a person means: by path, run id, name, or the beginning of one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from tuimon.quick_dataclass import dataclass

NEWEST = "@"

RUN_FILE_PATTERN = re.compile(
    r"experiment_(?P<name>.*?)"
    r"(?:_(?P<time>\d{8}_\d{6})(?:_(?P<clash>\d+))?)?"
    r"(?P<rank>\.rank\d+)?\.(?P<kind>jsonl|json)",
    re.DOTALL,
)
"""Matched whole (``fullmatch``) against a file's name; other ranks' logs have a ``rank``."""


@dataclass(frozen=True, slots=True)
class RunCandidate:
    """A run that a text may mean."""

    path: Path
    run_id: str
    name: str
    start_time: datetime | None = None


class UnknownRun(LookupError):  # noqa: N818 (it names the run, not the failure)
    """No run is meant by ``text``; ``nearest`` are the names closest to it."""

    def __init__(self, text: str, nearest: Sequence[str]) -> None:
        hint = f"; nearest: {', '.join(nearest)}" if nearest else ""
        super().__init__(f"no run is called {text!r}{hint}")
        self.text = text
        self.nearest = tuple(nearest)


class AmbiguousRun(LookupError):  # noqa: N818 (it names the run, not the failure)
    """Several runs are meant by ``text``: ``matches``."""

    def __init__(self, text: str, matches: Sequence[RunCandidate]) -> None:
        names = ", ".join(f"{match.name} ({match.run_id})" for match in matches)
        super().__init__(f"{text!r} is the beginning of several runs: {names}")
        self.text = text
        self.matches = tuple(matches)


def newest_first(candidates: Iterable[RunCandidate]) -> list[RunCandidate]:
    """By start time, those without one last; of one second, the later file name first."""

    def age(candidate: RunCandidate) -> tuple[float, int, str]:
        start = candidate.start_time
        seconds = start.timestamp() if start is not None else float("-inf")
        name = candidate.path.name
        return seconds, len(name), name  # `_2`, `_10`: the longer name is the later one

    return sorted(candidates, key=age, reverse=True)


def resolve_run(text: str, candidates: Sequence[RunCandidate]) -> RunCandidate:
    """The run that ``text`` means.

    Tried in this order: ``@`` (the newest of all), a path, an exact run id, an exact name (the newest of that
    name; ``name@run_id`` for an earlier one), a prefix of one run's id or of one name. Raises
    :class:`UnknownRun` or :class:`AmbiguousRun`.
    """
    ordered = newest_first(candidates)
    if text == NEWEST and ordered:
        return ordered[0]
    exact = (
        next((run for run in ordered if _is_path(text, run.path)), None)
        or next((run for run in ordered if run.run_id == text), None)
        or next((run for run in ordered if run.name == text), None)
        or next((run for run in ordered if f"{run.name}@{run.run_id}" == text), None)
    )
    if exact is not None:
        return exact
    matches = [run for run in ordered if text and (run.name.startswith(text) or run.run_id.startswith(text))]
    if not matches:
        raise UnknownRun(text, _nearest(text, ordered))
    if len({run.name for run in matches}) > 1:
        raise AmbiguousRun(text, matches)
    return matches[0]


def _is_path(text: str, path: Path) -> bool:
    if text in (str(path), path.name, path.stem):
        return True
    given = Path(text)
    return given.name == path.name and given.absolute() == path.absolute()


def _nearest(text: str, candidates: Sequence[RunCandidate]) -> list[str]:
    import difflib

    names = list(dict.fromkeys(run.name for run in candidates))
    return difflib.get_close_matches(text, names, n=3, cutoff=0.5)
