"""The output of a run, as ``tuimon run`` keeps it beside the log: read by pages, from any place of the file.

Places are offsets in bytes at which a line begins, so a large file needs no index: it opens as quickly as a
small one, at its end or wherever one looks. Nothing here is safe to call from two threads at once.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import BinaryIO

from tuimon.quick_dataclass import dataclass

SUFFIX = ".out"
SHOWN_BYTES = 16 * 1024  # of one line
CHUNK_BYTES = 2**20  # searched in about 15 ms where there are many colours
MAX_LINE_BYTES = 32 * 2**20  # looked through for the end of a line; what is longer is shown in pieces
_BLOCK_BYTES = 64 * 1024
_MOST_BLOCKS = 64  # in memory at once
_LONG_BYTES = 2**20  # a line so long is looked through once ...
_MOST_LONG = 8  # ... if it is one of so many

_SEQUENCE = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)|[ -/]*[0-OQ-WYZ\\`-~])",
)
_REDRAWN = re.compile(rb"(?m)^[^\n]*\r(?=[^\r\n])")  # the states of a line that a later one has replaced


@dataclass(frozen=True, slots=True)
class OutputPlace:
    """Where a page begins: ``move`` lines below the line at ``start`` (above, below 0).

    ``start`` None is where the last page begins.
    """

    start: int | None = None
    move: int = 0


@dataclass(frozen=True, slots=True)
class OutputLine:
    """One line: where it begins, and its text with whatever controls a terminal in it.

    Of a long line ``text`` is its beginning, and ``left_out`` how many bytes follow; where it is redrawn
    (``\\r``), its last state.
    """

    start: int
    text: str
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class OutputPage:
    """The lines of a page and where it stands: from ``start`` to before ``end`` of ``size`` bytes.

    ``place`` is what was asked for. ``is_kept`` says whether there is a file at all; ``problem`` why it
    cannot be read. ``replaced``: it is another file than before, so that places have lost their meaning.
    """

    place: OutputPlace
    lines: tuple[OutputLine, ...] = ()
    start: int = 0
    end: int = 0
    size: int = 0
    is_kept: bool = True
    replaced: bool = False
    problem: str | None = None

    @property
    def at_end(self) -> bool:
        """Whether nothing follows the page."""
        return self.end >= self.size


@dataclass(frozen=True, slots=True)
class OutputSearch:
    """A search on its way: the bytes in lower case, from where to look on, how many bytes are left.

    ``found`` is where the line begins that has them; it is over when that is there or nothing is ``left``.
    Before it has ``begun``, ``place`` is the line from beyond which it begins.
    """

    needle: bytes
    place: int
    forward: bool
    left: int
    found: int | None = None
    begun: bool = True

    @property
    def over(self) -> bool:
        """Whether there is nothing more to look at."""
        return self.found is not None or self.left <= 0


def output_path(log: Path) -> Path:
    """Where the output of the run with this log is kept."""
    return log.with_suffix(SUFFIX)


class PrintedOutput:
    """The output in the file at ``path``, which may grow, be replaced by a shorter one, appear or vanish."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._identity: tuple[int, int] | None = None
        self._size = 0
        self._long: dict[int, int] = {}  # where long lines begin, and before where they do not end

    def page(self, place: OutputPlace, rows: int) -> OutputPage:
        """``rows`` lines from ``place``, fewer where the file has no more."""
        try:
            with self._path.open("rb") as file:
                replaced = self._take_note(file)
                reading = _Reading(file, self._size, self._long)
                page = reading.page(OutputPlace() if replaced else place, rows)
        except FileNotFoundError:
            self._identity, self._size, self._long = None, 0, {}
            return OutputPage(place, is_kept=False)
        except OSError as error:
            return OutputPage(place, problem=error.strerror or str(error))
        start = page[0].start if page else 0
        return OutputPage(place, page, start, reading.end, self._size, replaced=replaced)

    def _take_note(self, file: BinaryIO) -> bool:
        """Take note of the file's size; returns whether it is another file than before."""
        status = os.fstat(file.fileno())
        identity = status.st_dev, status.st_ino
        replaced = self._identity not in (None, identity) or status.st_size < self._size
        if replaced:
            self._long = {}
        self._identity, self._size = identity, status.st_size
        return replaced

    def search(self, text: str, line: int, *, forward: bool = True) -> OutputSearch:
        """Begin to look for ``text``, whatever its case, from beyond the line at ``line``, round and round.

        -1 as the line is before all lines.
        """
        needle = text.lower().encode("utf-8", "replace")
        return OutputSearch(needle, line, forward, self._size if needle else 0, begun=False)

    def search_on(self, search: OutputSearch) -> OutputSearch:
        """Look at some megabytes; call it until the search is over.

        What is looked at is what one sees: without escape sequences, of a redrawn line its last state. The
        case of letters beyond ASCII counts. Raises ``OSError`` when the file cannot be read.
        """
        if search.over:
            return search
        with self._path.open("rb") as file:
            reading = _Reading(file, os.fstat(file.fileno()).st_size, self._long)
            return reading.search_forward(search) if search.forward else reading.search_backward(search)


class _Reading:
    """The file while it is open: lines found from their places. ``end`` is where the last page ended."""

    def __init__(self, file: BinaryIO, size: int, long: dict[int, int]) -> None:
        self._file = file
        self._size = size
        self._blocks: dict[int, bytes] = {}
        self._long = long
        self.end = 0

    def page(self, place: OutputPlace, rows: int) -> tuple[OutputLine, ...]:
        last = self._back(self._size, rows)
        if place.start is None or place.start >= self._size:
            start = last
        else:
            start = self._line_start(place.start + 1) if place.start else 0
        if place.move < 0:
            start = self._back(start, -place.move)
        for _ in range(place.move):
            if start >= last:
                break
            start = self._line_end(start)
        start = self.end = min(start, last)
        lines: list[OutputLine] = []
        while len(lines) < rows and self.end < self._size:
            end = self._line_end(self.end)
            lines.append(self._line(self.end, end))
            self.end = end
        return tuple(lines)

    def _back(self, end: int, count: int) -> int:
        """Where the ``count``-th line before ``end`` begins; ``end`` is the end of a line."""
        for _ in range(count):
            if end <= 0:
                break
            end = self._line_start(end)
        return end

    def _block(self, place: int) -> tuple[int, bytes]:
        """Bytes around a place, and where they begin."""
        start = place - place % _BLOCK_BYTES
        if start not in self._blocks:
            if len(self._blocks) >= _MOST_BLOCKS:
                self._blocks.clear()
            self._blocks[start] = self._bytes(start, _BLOCK_BYTES)
        return start, self._blocks[start]

    def _bytes(self, start: int, count: int) -> bytes:
        self._file.seek(start)
        return self._file.read(max(0, min(count, self._size - start)))

    def _line_start(self, end: int) -> int:
        """Where the line begins that ends before ``end``, its line end included."""
        place = end - 1  # whether or not that is a line end, it is none of the line before
        while place > 0:
            known = next((begin for begin, until in self._long.items() if begin < place <= until), None)
            if known is not None:
                place = known
                break
            start, block = self._block(place - 1)
            found = block.rfind(b"\n", 0, place - start)
            place = start if found < 0 else start + found + 1
            if found >= 0 or end - place >= MAX_LINE_BYTES:
                break
        place = max(0, place)
        self._note_long(place, end)
        return place

    def _line_end(self, start: int) -> int:
        """Where the line ends that begins at ``start``: behind its line end, or where the file ends."""
        place = max(start, self._long.get(start, start))
        while place < self._size:
            block_start, block = self._block(place)
            found = block.find(b"\n", place - block_start)
            place = block_start + (found + 1 if found >= 0 else _BLOCK_BYTES)
            if found >= 0 or place - start >= MAX_LINE_BYTES:
                break
        place = min(place, self._size)
        self._note_long(start, place)
        return place

    def _note_long(self, start: int, end: int) -> None:
        if end - start > _LONG_BYTES:
            self._long.pop(start, None)
            self._long[start] = end - 1
            if len(self._long) > _MOST_LONG:
                del self._long[next(iter(self._long))]

    def _line(self, start: int, end: int) -> OutputLine:
        if end - start <= SHOWN_BYTES:
            first, block = self._block(start)
            inside = end <= first + len(block)
            data = block[start - first : end - first] if inside else self._bytes(start, end - start)
            return OutputLine(start, _text(data))
        tail = self._bytes(end - SHOWN_BYTES, SHOWN_BYTES).rstrip(b"\r\n")
        redrawn = tail.find(b"\r")
        if redrawn >= 0:
            return OutputLine(start, _text(tail[redrawn:]))
        return OutputLine(start, _text(self._bytes(start, SHOWN_BYTES)), end - start - SHOWN_BYTES)

    def search_forward(self, search: OutputSearch) -> OutputSearch:
        """The next piece, from a line's beginning."""
        beyond = 0 if search.place < 0 else search.place
        start = beyond if search.begun or search.place < 0 else self._line_end(beyond)
        start = start if start < self._size else 0
        data = self._bytes(start, CHUNK_BYTES)
        if start + len(data) < self._size:
            data = data[: data.rfind(b"\n") + 1] or data
        shown = _shown(data)
        place = shown.find(search.needle)
        return self._looked(search, start, data, shown, place, start + len(data))

    def search_backward(self, search: OutputSearch) -> OutputSearch:
        """The piece before, up to a line's end."""
        end = min(max(0, search.place), self._size) or self._size
        start = max(0, end - CHUNK_BYTES)
        data = self._bytes(start, end - start)
        if start:
            cut = data.find(b"\n", 0, len(data) - 1) + 1
            start, data = start + cut, data[cut:]
        shown = _shown(data)
        place = shown.rfind(search.needle)
        return self._looked(search, start, data, shown, place, start)

    def _looked(
        self, search: OutputSearch, start: int, data: bytes, shown: bytes, place: int, on: int
    ) -> OutputSearch:
        needle, left = search.needle, max(0, search.left - max(1, len(data)))
        if place < 0:
            return OutputSearch(needle, on, search.forward, left)
        at = start
        for _ in range(shown.count(b"\n", 0, place)):
            at = start + data.index(b"\n", at - start) + 1
        return OutputSearch(needle, on, search.forward, left, self._line_start(at + 1) if at else 0)


def _text(data: bytes) -> str:
    return data.rstrip(b"\r\n").decode("utf-8", "replace")


def _shown(data: bytes) -> bytes:
    """What is seen of a piece of output, in lower case; the line ends stay."""
    if b"\x1b" in data:
        data = _SEQUENCE.sub(b"", data)
    if b"\r" in data:
        data = _REDRAWN.sub(b"", data)
    return data.lower()
