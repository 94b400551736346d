"""Bytes that a program printed, as the lines that a person sees.

A line ends with ``\\n``; each state of a line that is redrawn (``\\r``, or the cursor moved by an escape
sequence, as progress bars do) is a line of its own. Escape sequences and control characters are taken out.
"""

from __future__ import annotations

import re

# Of a longer line the beginning is kept. Metrics lines have some hundred bytes; source code dumped on one
# line, or a program that prints binary data, must not fill the memory.
MAX_LINE_BYTES = 16 * 1024

_ENDS = b"\r\n"

# Cursor up, down, to a column, to a place; the screen cleared; another screen: what follows is another line.
_MOVES = r"\x1b\[[0-9;]*[ABEFGHJdf]|\x1b\[\?[0-9;]*[hl]|\x1b[78cDEMH]|\x08+"
_SEQUENCES = (
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours and the like
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)"  # OSC and other strings: titles, links
    r"|\x1b[ -/]*[0-~]"  # two characters and charsets
    r"|\x1b\[?[0-?]*[ -/]*$"  # cut off
)
_MOVE = re.compile(_MOVES)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # other than tabs and line ends
_NOT_TEXT = re.compile(rf"{_SEQUENCES}|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class LineSplitter:
    """Turns chunks of output into lines; where the chunks are cut makes no difference."""

    def __init__(self) -> None:
        self._unfinished = bytearray()
        self._is_redraw = False

    def feed(self, chunk: bytes) -> list[str]:
        """The lines that ``chunk`` finishes, without their ends; empty ones are left out."""
        last = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        if last < 0:
            self._keep(chunk)
            return []
        self._is_redraw = chunk[last] == _ENDS[0]
        first = min(place for place in (chunk.find(b"\n"), chunk.find(b"\r")) if place >= 0)
        self._keep(chunk[:first])
        lines = whole_lines(bytes(self._unfinished) + chunk[first:last])
        self._unfinished.clear()
        self._keep(chunk[last + 1 :])
        return lines

    def finish(self) -> list[str]:
        """What has no end yet: nothing more will come."""
        lines = text_lines(self._unfinished)
        self._unfinished.clear()
        return lines

    def peek(self) -> list[str]:
        """The redrawn line as it stands, not ended yet: a bar ends its state only with the next one."""
        return text_lines(self._unfinished) if self._is_redraw else []

    def _keep(self, piece: bytes) -> None:
        room = MAX_LINE_BYTES - len(self._unfinished)
        self._unfinished += piece[:room]


def whole_lines(raw: bytes) -> list[str]:
    """The lines that people see of bytes that end where a line does. Plain text, the most, goes at once."""
    text = raw.decode("utf-8", "replace")
    if _CONTROL.search(text) is None:
        lines = text.replace("\r", "\n").split("\n")
        if max(map(len, lines)) * 4 <= MAX_LINE_BYTES:
            return [stripped for line in lines if (stripped := line.rstrip())]
    pieces = raw.replace(b"\r", b"\n").split(b"\n")
    return [line for piece in pieces for line in text_lines(piece[:MAX_LINE_BYTES])]


def text_lines(raw: bytes | bytearray) -> list[str]:
    """The readable text of one line's bytes; several where the cursor was moved within."""
    text = raw.decode("utf-8", "replace")
    clean = (_NOT_TEXT.sub("", part).rstrip() for part in _MOVE.split(text))
    return [part for part in clean if part]
