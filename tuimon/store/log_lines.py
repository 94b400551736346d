"""The lines of a log as they are on disk, by number: for looking at records one by one.

The file is indexed in bounded steps, by the places of its line ends alone; lines are read when they are
looked at. Nothing here is safe to call from two threads at once.
"""

from __future__ import annotations

import bisect
import os
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from tuimon.quick_dataclass import dataclass
from tuimon.records.lines import BadLine, as_number, decode_line
from tuimon.store.growing_array import GrowingArray

CHUNK_BYTES = 4 * 2**20  # indexed or searched in about 10 ms
SHOWN_BYTES = 64 * 1024  # of one line; nobody reads on, and a line may have 100 MB
_RESUME = b'"resume"'
_LOOK_AHEAD = 1000  # lines after a resume in which its first row is looked for
_ROWS = ("metrics", "eval")


class LineKind(StrEnum):
    """What is to be said of a line. The values are the words shown to people."""

    GOOD = ""
    BAD = "bad"
    SUPERSEDED = "superseded"
    TORN = "torn"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line: its number from 1, its first SHOWN_BYTES as text, its ``size`` in bytes.

    ``type`` is what the record says it is; ``about`` a sentence where the kind needs one.
    """

    number: int
    text: str
    size: int
    kind: LineKind = LineKind.GOOD
    type: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class LineSearch:
    """A search on its way: the bytes in lower case, the next line (from 0) to look at, how many are left.

    ``found`` is the line that has them; the search is over when it is there or nothing is ``left``.
    """

    needle: bytes
    line: int
    forward: bool
    left: int
    found: int | None = None

    @property
    def over(self) -> bool:
        """Whether there is nothing more to look at."""
        return self.found is not None or self.left <= 0


class LogLines:
    """The lines of the file at ``path``. ``records`` False: of a text in which nothing is a record."""

    def __init__(self, path: Path, *, records: bool = True) -> None:
        self._path = path
        self._records = records
        self._begin()

    def _begin(self) -> None:
        self._starts = GrowingArray(np.int64)
        self._starts.extend([0])  # where the line after the last whole one begins
        self._read = 0
        self._tail = b""
        self._identity: tuple[int, int] | None = None
        self._candidates: list[int] = []  # places in the file where a resume may stand
        self._resumes: list[tuple[int, float | None]] = []  # line, and the first iteration after it

    def __len__(self) -> int:
        """The lines known by now, one that has no end yet included."""
        return len(self._starts) - 1 + int(self._read > self._starts[-1])

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def extend(self, most: int = CHUNK_BYTES) -> bool:
        """Take note of up to ``most`` further bytes; returns whether there are more.

        A file that was replaced or cut is begun anew. Raises ``OSError`` when it cannot be read.
        """
        with self._path.open("rb") as file:
            status = os.fstat(file.fileno())
            identity = status.st_dev, status.st_ino
            if self._identity not in (None, identity) or status.st_size < self._read:
                self._begin()
            self._identity = identity
            file.seek(self._read)
            chunk = file.read(most)
        ends = np.flatnonzero(np.frombuffer(chunk, np.uint8) == ord("\n")) + (self._read + 1)
        self._starts.extend(ends)
        if self._records:
            self._note_resumes(self._tail + chunk, self._read - len(self._tail))
            self._tail = chunk[1 - len(_RESUME) :]
        self._read += len(chunk)
        self._settle_resumes()
        return self._read < status.st_size

    def _note_resumes(self, data: bytes, offset: int) -> None:
        place = data.find(_RESUME)
        while place >= 0:
            self._candidates.append(offset + place)
            place = data.find(_RESUME, place + 1)

    def _settle_resumes(self) -> None:
        """Candidates in lines that are whole by now are looked at; the others wait."""
        whole = int(self._starts[-1])
        waiting = [place for place in self._candidates if place >= whole]
        lines = {self._line_at(place) for place in self._candidates if place < whole}
        self._candidates = waiting
        for line in sorted(lines):
            if (_decoded(self._bytes(line, 1)[0]) or {}).get("type") == "resume":
                self._resumes.append((line, None))
        self._resumes = [
            (line, self._first_iteration(line + 1) if first is None else first)
            for line, first in self._resumes
        ]

    def _first_iteration(self, line: int) -> float | None:
        """The iteration of the first row at or after a line; None while there is none."""
        whole = len(self._starts) - 1
        for data in self._bytes(line, min(_LOOK_AHEAD, whole - line)) if line < whole else ():
            record = _decoded(data)
            if record is not None and record.get("type") in _ROWS:
                return as_number(record.get("iteration"))
        return None

    def _line_at(self, place: int) -> int:
        return bisect.bisect_right(self._starts.current(), place) - 1

    def _end(self, line: int) -> int:
        return int(self._starts[line + 1]) if line + 1 < len(self._starts) else self._read

    def _bytes(self, first: int, count: int, most: int = CHUNK_BYTES) -> list[bytes]:
        """The bytes of some lines, in one piece where they fit into ``most``."""
        start, end = int(self._starts[first]), self._end(first + count - 1)
        with self._path.open("rb") as file:
            if end - start <= most:
                file.seek(start)
                data = file.read(end - start)
                return [
                    data[int(self._starts[line]) - start : self._end(line) - start]
                    for line in range(first, first + count)
                ]
            lines = []
            for line in range(first, first + count):
                file.seek(int(self._starts[line]))
                lines.append(file.read(min(self._end(line) - int(self._starts[line]), SHOWN_BYTES)))
            return lines

    def read(self, first: int, count: int) -> tuple[LogLine, ...]:
        """Lines from ``first`` (counted from 0), as many of ``count`` as there are.

        Raises ``OSError`` when the file cannot be read.
        """
        count = min(count, len(self) - first)
        if count <= 0:
            return ()
        return tuple(
            self._described(line, data) for line, data in enumerate(self._bytes(first, count), start=first)
        )

    def _described(self, line: int, data: bytes) -> LogLine:
        size = self._end(line) - int(self._starts[line])
        text = data[:SHOWN_BYTES].rstrip(b"\r\n").decode("utf-8", "replace")
        number = line + 1
        if not self._records or len(data) < size:
            return LogLine(number, text, size)
        if line == len(self._starts) - 1:
            return LogLine(
                number, text, size, LineKind.TORN, about="without a line end: cut, or not written yet"
            )
        if not data.strip(b"\0\r\n\t "):
            return LogLine(number, text, size)
        try:
            record = decode_line(data)
        except BadLine as bad:
            return LogLine(number, text, size, LineKind.BAD, about=bad.reason)
        kind = record.get("type")
        kind = kind if isinstance(kind, str) else ""
        resume = self._superseded_by(line, record) if kind in _ROWS else None
        if resume is None:
            return LogLine(number, text, size, type=kind)
        about = f"taken back by the resume in line {resume + 1}"
        return LogLine(number, text, size, LineKind.SUPERSEDED, kind, about)

    def _superseded_by(self, line: int, record: dict[str, Any]) -> int | None:
        """The first later resume that went on at or before the record's iteration."""
        iteration = as_number(record.get("iteration"))
        if iteration is None:
            return None
        for resume, first in self._resumes:
            if resume > line and first is not None and first <= iteration:
                return resume
        return None

    def search(self, text: str, start: int, *, forward: bool = True) -> LineSearch:
        """Begin to look for ``text``, whatever its case, from beyond line ``start``, round and round."""
        count = len(self)
        step = 1 if forward else -1
        line = (start + step) % count if count else 0
        needle = text.lower().encode("utf-8", "replace")
        return LineSearch(needle, line, forward, count if needle else 0)

    def search_on(self, search: LineSearch, most: int = CHUNK_BYTES) -> LineSearch:
        """Look at lines of up to ``most`` bytes; call it until the search is over.

        The case of letters beyond ASCII counts. Raises ``OSError`` when the file cannot be read.
        """
        if search.over:
            return search
        first, last = self._span(search, most)
        start = int(self._starts[first])
        with self._path.open("rb") as file:
            file.seek(start)
            data = file.read(min(self._end(last) - start, max(most, SHOWN_BYTES))).lower()
        place = data.find(search.needle) if search.forward else data.rfind(search.needle)
        if place >= 0:
            found = self._line_at(start + place)
            return LineSearch(search.needle, search.line, search.forward, 0, found)
        next_line = (last + 1 if search.forward else first - 1) % len(self)
        return LineSearch(search.needle, next_line, search.forward, search.left - (last - first + 1))

    def _span(self, search: LineSearch, most: int) -> tuple[int, int]:
        """The first and the last line to look at next: at least one, not beyond the ends of the file."""
        starts, here = self._starts.current(), search.line
        if search.forward:
            limit = int(np.searchsorted(starts, starts[here] + most, "right")) - 2
            last = min(max(here, limit), here + search.left - 1, len(self) - 1)
            return here, last
        limit = int(np.searchsorted(starts, self._end(here) - most, "left"))
        return max(min(here, limit), here - search.left + 1, 0), here


def _decoded(data: bytes) -> dict[str, Any] | None:
    try:
        return decode_line(data)
    except BadLine:
        return None
