"""A grid of terminal cells to write text into, at last turned into rows of Rich segments."""

from __future__ import annotations

from rich.cells import get_character_cell_size
from rich.segment import Segment
from rich.style import Style

from tuimon.charts.notation import ascii_text
from tuimon.charts.picture import Line

PLAIN = Style()
GRID_LINE = "┈"
ZERO_LINE = "╌"
BACKGROUND = (" ", GRID_LINE, ZERO_LINE)
_COVERED = ""  # the cell behind a wide character


class CellGrid:
    """``width`` x ``height`` cells, blank at first. What is written outside is cut off."""

    __slots__ = ("characters", "height", "styles", "width")

    def __init__(self, width: int, height: int) -> None:
        self.width = max(0, width)
        self.height = max(0, height)
        self.characters = [[" "] * self.width for _ in range(self.height)]
        self.styles = [[PLAIN] * self.width for _ in range(self.height)]

    def put(self, x: int, y: int, text: str, style: Style = PLAIN) -> int:
        """Write ``text`` from cell (x, y) to the right; returns the column after it."""
        if not 0 <= y < self.height:
            return x
        for character in text:
            size = 1 if character < "\u0300" else get_character_cell_size(character)
            if size == 0:
                continue  # a combining mark without a cell of its own: dropped rather than misplaced
            if x >= 0 and x + size <= self.width:
                self._set(x, y, character, style)
                if size == 2:
                    self._set(x + 1, y, _COVERED, style)
            x += size
        return x

    def _set(self, x: int, y: int, character: str, style: Style) -> None:
        row = self.characters[y]
        if row[x] == _COVERED and x > 0 and character != _COVERED:
            row[x - 1] = " "  # half of a wide character is gone, so all of it
        if x + 1 < self.width and row[x + 1] == _COVERED and character != _COVERED:
            row[x + 1] = " "
        row[x] = character
        self.styles[y][x] = style

    def character(self, x: int, y: int) -> str:
        """What stands in a cell; nothing outside."""
        return self.characters[y][x] if 0 <= y < self.height and 0 <= x < self.width else ""

    def is_blank(self, x: int, y: int, width: int) -> bool:
        """Whether ``width`` cells from (x, y) lie within the grid and hold nothing."""
        if not (0 <= y < self.height and x >= 0 and x + width <= self.width):
            return False
        return all(character == " " for character in self.characters[y][x : x + width])

    def is_free(self, x: int, y: int, width: int) -> bool:
        """The same where a line of the background grid counts as nothing."""
        if not (0 <= y < self.height and x >= 0 and x + width <= self.width):
            return False
        return all(character in BACKGROUND for character in self.characters[y][x : x + width])

    def lines(self, *, ascii: bool = False) -> tuple[Line, ...]:  # noqa: A002
        """The rows as segments, one for each run of equal style; ``ascii`` replaces all other characters."""
        return tuple(
            _segments(characters, styles, ascii)
            for characters, styles in zip(self.characters, self.styles, strict=True)
        )


def _segments(characters: list[str], styles: list[Style], ascii: bool) -> Line:  # noqa: A002
    segments: list[Segment] = []
    start = 0
    count = len(characters)
    while start < count:
        style = styles[start]
        stop = start + 1
        while stop < count and (styles[stop] is style):
            stop += 1
        text = "".join(characters[start:stop])
        segments.append(Segment(ascii_cells(text) if ascii else text, style))
        start = stop
    return tuple(segments)


def ascii_cells(text: str) -> str:
    """ASCII of the same width in cells."""
    if text.isascii():
        return text
    cells = []
    for character in text:
        size = get_character_cell_size(character)
        cells.append(ascii_text(character)[:size].ljust(size, "?"))
    return "".join(cells)
