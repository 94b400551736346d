"""Reading a log for the screen of its lines; lives in the drawing thread."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tuimon.quick_dataclass import dataclass
from tuimon.store.log_lines import LineSearch, LogLine, LogLines

AROUND = 100  # lines read beyond those that are seen, so that a step finds the next ones there


@dataclass(frozen=True, slots=True, eq=False)
class RecordsPage:
    """What is known by now: how many lines, some of them by place, whether there are ``more`` bytes to read.

    ``search`` is where the search has come to. ``problem`` says why the log cannot be read.
    """

    count: int
    lines: Mapping[int, LogLine]
    more: bool
    search: LineSearch | None = None
    problem: str | None = None


class RecordsReader:
    """Does one bounded step at a time; the screen asks for the next one."""

    def __init__(self, path: Path) -> None:
        self._lines = LogLines(path, records=path.suffix != ".json")
        self._more = True

    def step(self, first: int, count: int) -> RecordsPage:
        """Take note of a further piece of the log; read ``count`` lines from ``first`` and some around."""
        try:
            self._more = self._lines.extend()
            return self._page(first, count)
        except OSError as error:
            return RecordsPage(0, {}, more=False, problem=error.strerror or str(error))

    def begin_search(self, text: str, line: int, *, forward: bool) -> RecordsPage:
        """Begin to look for a text from the line at ``line``, and do the first step."""
        return self.search_on(self._lines.search(text, line, forward=forward))

    def search_on(self, search: LineSearch) -> RecordsPage:
        """One more step of a search; where it has found a line, with the lines around that."""
        try:
            search = self._lines.search_on(search)
            first = search.found if search.found is not None else 0
            return self._page(first, 1 if search.found is not None else 0, search)
        except OSError as error:
            return RecordsPage(0, {}, more=False, problem=error.strerror or str(error))

    def _page(self, first: int, count: int, search: LineSearch | None = None) -> RecordsPage:
        start = max(0, min(first, len(self._lines)) - AROUND)
        lines = self._lines.read(start, count + 2 * AROUND) if count else ()
        known = {line.number - 1: line for line in lines}
        return RecordsPage(len(self._lines), known, self._more, search)
