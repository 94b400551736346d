"""Which runs are shown: words typed by a person, asked of a run."""

from __future__ import annotations

from dataclasses import dataclass

from tuimon.analysis.leaderboard import RunRow
from tuimon.store.snapshot import RunSnapshot


class FilterError(ValueError):
    """A filter that cannot be read: ``position`` is the index of the first wrong character."""

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that was read; the empty one matches every run."""

    text: str
    words: tuple[str, ...]

    def matches(self, run: RunSnapshot, row: RunRow | None = None) -> bool:  # noqa: ARG002
        """Whether the run is shown: every word is in its name, tags or notes, whatever the case."""
        if not self.words:
            return True
        searched = "\n".join((run.name, *run.tags, run.notes)).casefold()
        return all(word in searched for word in self.words)


def parse_filter(text: str) -> Filter:
    """Read a filter; FilterError where it cannot be read."""
    return Filter(text, tuple(text.casefold().split()))


def match_words(run: RunSnapshot, text: str) -> bool:
    """Whether every word of ``text`` is in the run's name, tags or notes, whatever the case."""
    return parse_filter(text).matches(run)
