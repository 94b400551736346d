"""Following one growing file: whole lines, as they come, whatever happens to the file meanwhile."""

from __future__ import annotations

import os
from dataclasses import field, replace
from pathlib import Path
from typing import BinaryIO

from tuimon.quick_dataclass import dataclass
from tuimon.records.lines import MAX_LINE_BYTES, BadLine, decode_line

PROOF_BYTES = 256  # remembered from the head and from before the offset, to notice a rewritten file
NOTHING_LEFT = b" \t\r\0"  # what a line may hold and still be no more than the end of the one before


@dataclass(frozen=True, slots=True)
class TailChunk:
    """What one read brought.

    ``lines`` are whole lines without their ``\\n``, the first being line ``first_line_number`` (from 1) of
    the file. A line that was too long to keep stands as an empty one and its number in ``too_long``.
    ``restarted``: the file is not the one read before (truncated, replaced, rewritten); everything known of
    it is void and these lines are its first. ``at_end``: there was nothing more to read. ``missing``: there
    is no such file (now).
    """

    lines: list[bytes] = field(default_factory=list)
    first_line_number: int = 1
    too_long: tuple[int, ...] = ()
    restarted: bool = False
    at_end: bool = True
    missing: bool = False


class LogTail:
    """Reads a file from where the last read ended; never the same bytes twice.

    A last line without ``\\n`` is held back until the rest of it comes, unless it is a whole record already
    (only its newline is missing: the writer died or is between two blocks). No more than one chunk and one
    line of ``max_line_bytes`` are held in memory.
    """

    def __init__(self, path: Path, *, max_line_bytes: int = MAX_LINE_BYTES) -> None:
        self.path = path
        self.offset = 0
        """Bytes read so far."""
        self.size = 0
        """The file's size when it was last read."""
        self._max_line_bytes = max_line_bytes
        self._forget()

    def _forget(self) -> None:
        """Begin at the first byte."""
        self.offset = 0
        self._identity: tuple[int, int] | None = None
        self._next_line = 1
        self._pieces: list[bytes] = []  # of the line that is not whole yet
        self._held = 0  # bytes in them
        self._dropping = False  # inside a line that is too long
        self._taken_early = False  # the line that is not whole yet was given out: only its end may follow
        self._head = b""
        self._before = b""  # the bytes before the offset

    def read(self, max_bytes: int) -> TailChunk:
        """The next lines, out of at most ``max_bytes`` bytes.

        Raises ``OSError`` where the file exists and cannot be read.
        """
        try:
            with open(self.path, "rb", buffering=0) as file:
                return self._read_open(file, max_bytes)
        except FileNotFoundError:
            was_known = self._identity is not None
            self._forget()
            self.size = 0
            return TailChunk(missing=True, restarted=was_known)

    def _read_open(self, file: BinaryIO, max_bytes: int) -> TailChunk:
        status = os.fstat(file.fileno())
        self.size = status.st_size
        identity = (status.st_dev, status.st_ino)
        restarted = self._identity is not None and not self._is_same(file, identity)
        if restarted:
            self._forget()
        self._identity = identity
        data = _read_at(file, self.offset, max_bytes)
        if self._taken_early and data.split(b"\n", 1)[0].strip(NOTHING_LEFT):
            # The line that was given out early goes on: what was made of it is wrong.
            self._forget()
            return replace(self._read_open(file, max_bytes), restarted=True)
        return self._take(data, at_end=len(data) < max_bytes, restarted=restarted)

    def _is_same(self, file: BinaryIO, identity: tuple[int, int]) -> bool:
        """Whether the file still begins with what was read of it."""
        if identity != self._identity or self.size < self.offset:
            return False
        if _read_at(file, 0, len(self._head)) != self._head:
            return False
        return _read_at(file, self.offset - len(self._before), len(self._before)) == self._before

    def _take(self, data: bytes, *, at_end: bool, restarted: bool) -> TailChunk:
        """Cut ``data``, the bytes after the offset, into lines."""
        self.offset += len(data)
        self._head += data[: PROOF_BYTES - len(self._head)]
        self._before = (self._before + data[-PROOF_BYTES:])[-PROOF_BYTES:]
        lines = data.split(b"\n")
        rest = lines.pop()
        if lines and self._taken_early:
            del lines[0]  # no more than the end of the line that was given out
            self._taken_early = False
        elif lines:
            lines[0] = b"".join((*self._pieces, lines[0]))
            self._drop_pieces()
        first = self._next_line
        too_long = self._blank_too_long(lines, first)
        self._next_line += len(lines)
        self._keep(rest)
        if at_end and (early := self._whole_already()) is not None:
            lines.append(early)
            self._next_line += 1
        return TailChunk(lines, first, too_long, restarted=restarted, at_end=at_end)

    def _blank_too_long(self, lines: list[bytes], first: int) -> tuple[int, ...]:
        """Empty the lines that are too long; their numbers."""
        numbers = []
        if lines and self._dropping:
            numbers.append(first)
            lines[0] = b""
            self._dropping = False
        if sum(map(len, lines)) > self._max_line_bytes:
            for place, line in enumerate(lines):
                if len(line) > self._max_line_bytes:
                    numbers.append(first + place)
                    lines[place] = b""
        return tuple(numbers)

    def _keep(self, rest: bytes) -> None:
        """Hold back the beginning of a line, unless it is known to be too long already."""
        if not rest or self._taken_early or self._dropping:
            return
        self._pieces.append(rest)
        self._held += len(rest)
        if self._held > self._max_line_bytes:
            self._drop_pieces()
            self._dropping = True

    def _whole_already(self) -> bytes | None:
        """The line held back, where it is a whole record without its newline; it counts as given out then."""
        if not self._pieces or not self._pieces[-1].rstrip(NOTHING_LEFT).endswith(b"}"):
            return None
        line = b"".join(self._pieces)
        try:
            decode_line(line)
        except BadLine:
            return None
        self._drop_pieces()
        self._taken_early = True
        return line

    def _drop_pieces(self) -> None:
        self._pieces = []
        self._held = 0


def _read_at(file: BinaryIO, offset: int, size: int) -> bytes:
    if size == 0:
        return b""
    file.seek(offset)
    return file.read(size)
