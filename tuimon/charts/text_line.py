"""One row of text, written from left to right into a width that it cannot leave."""

from __future__ import annotations

from typing import Self

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.segment import Segment
from rich.style import Style

from tuimon.charts.cells import PLAIN, ascii_cells
from tuimon.charts.notation import cut_middle
from tuimon.charts.picture import Line


class LineBuilder:
    """A line of exactly ``width`` cells; what does not fit is cut off. With ``ascii`` it holds only ASCII."""

    __slots__ = ("_ascii", "_segments", "column", "width")

    def __init__(self, width: int, *, ascii: bool = False) -> None:  # noqa: A002
        self.width = max(0, width)
        self.column = 0
        self._ascii = ascii
        self._segments: list[Segment] = []

    @property
    def room(self) -> int:
        """The cells that are still free."""
        return self.width - self.column

    def add(self, text: str, style: Style = PLAIN) -> Self:
        """Write ``text``, as far as there is room for it."""
        if self._ascii:
            text = ascii_cells(text)
        size = cell_len(text)
        if size > self.room:
            text, size = set_cell_size(text, self.room), self.room
        if size:
            self._segments.append(Segment(text, style))
            self.column += size
        return self

    def cell(self, text: str, width: int, style: Style = PLAIN, *, right: bool = False) -> Self:
        """Write ``text`` into ``width`` cells: its middle cut where it is longer, else filled with spaces."""
        text = cut_middle(text, width)
        fill = " " * (width - cell_len(text))
        return self.add(fill).add(text, style) if right else self.add(text, style).add(fill)

    def to(self, column: int, style: Style = PLAIN) -> Self:
        """Spaces up to ``column``; nothing when the line is already there."""
        return self.add(" " * max(0, min(column, self.width) - self.column), style)

    def line(self, style: Style = PLAIN) -> Line:
        """The finished line, filled up to its width."""
        self.to(self.width, style)
        return tuple(self._segments)


def wrap(text: str, width: int, *, most: int | None = None) -> list[str]:
    """The text in lines of at most ``width`` cells, broken at spaces where there are any; at least one line.

    With ``most``, at most that many lines, the last one ending in an ellipsis where something is left out.
    """
    width = max(2, width)  # a wide character needs two
    lines: list[str] = []
    current = ""
    for word in text.split(" "):
        joined = f"{current} {word}" if current else word
        if cell_len(joined) <= width:
            current = joined
            continue
        if current:
            lines.append(current)
        *full, current = chop_cells(word, width) or [""]
        lines.extend(full)
        if most is not None and len(lines) > most:
            break
    lines.append(current)
    if most is not None and len(lines) > most:
        lines = lines[:most]
        lines[-1] = set_cell_size(lines[-1], min(width - 1, cell_len(lines[-1]))) + "…"
    return lines


def line_text(line: Line) -> str:
    """The characters of a line, for output without styles and for tests."""
    return "".join(segment.text for segment in line)
