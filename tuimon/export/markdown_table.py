"""Tables in Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len

from tuimon.charts.notation import harmless

_LONGEST_PADDED = 40  # cells; a longer one stands out rather than widening its column
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$#&])")
_INNER_UNDERLINE = re.compile(r"(?<=[^\W_])\\_(?=[^\W_])")


def markdown_table(heading: Sequence[str], rows: Sequence[Sequence[str]], align: str) -> str:
    """A table of plain text, also readable as it is; ``align`` has ``<`` or ``>`` for each column."""
    cells = [[markdown_cell(text) for text in row] for row in (heading, *rows)]
    widths = [
        max(3, *(min(cell_len(row[place]), _LONGEST_PADDED) for row in cells))
        for place in range(len(heading))
    ]
    rule = [
        "-" * (width - 1) + (":" if side == ">" else "-") for width, side in zip(widths, align, strict=True)
    ]
    lines = [cells[0], rule, *cells[1:]]
    return "".join(_line(row, widths, align) for row in lines)


def markdown_cell(text: str) -> str:
    """Text as a cell that shows just that text: nothing in it is markup, and none of it ends the cell."""
    escaped = _SPECIAL.sub(r"\\\1", harmless(text))
    return _INNER_UNDERLINE.sub("_", escaped)  # names are full of them, and inside of words they are nothing


def _line(cells: Sequence[str], widths: Sequence[int], align: str) -> str:
    padded = []
    for text, width, side in zip(cells, widths, align, strict=True):
        fill = " " * (width - cell_len(text))
        padded.append(fill + text if side == ">" else text + fill)
    return f"| {' | '.join(padded)} |\n"
