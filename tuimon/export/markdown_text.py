"""Text, tables and fences in Markdown. Text from a log stays text: nothing in it is markup."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len

from tuimon.charts.notation import harmless

_SPECIAL = re.compile(r"([\\`*\[\]|~$#])")
# An underline inside a word is no emphasis, and names are full of them.
_UNDERLINE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
# What begins a list, and what under a line of text makes it a heading.
_BEGINS_A_LINE = re.compile(r"^(\s*)(?=[-+=])|^(\s*\d+)(?=[.)](?:\s|$))")
_LONGEST_CELL = 60  # to which the columns of a table are padded; longer cells stand out
# What may not be in a table: a whole line of text would be one cell.
_MOST_IN_CELL = 200


def plain(text: str) -> str:
    """Text from a log on one line, shown as it is wherever it stands."""
    text = harmless(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _UNDERLINE.sub(r"\\_", _SPECIAL.sub(r"\\\1", text))
    return _BEGINS_A_LINE.sub(r"\g<0>\\", text)


def code(text: str, *, cell: bool = False) -> str:
    """Text from a log as code; ``cell``: within a table, where a bar would end the cell."""
    text = harmless(text)
    if not text.strip():
        return '``""``' if not text else f'``"{text}"``'
    fence = "`" * (_longest_run(text) + 1)
    space = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    if cell:
        text = text.replace("|", "\\|")
    return f"{fence}{space}{text}{space}{fence}"


def cell_text(text: str) -> str:
    """``plain``, bounded: a cell is no place for a page."""
    return plain(text if len(text) <= _MOST_IN_CELL else f"{text[:_MOST_IN_CELL]}…")


def quoted(text: str) -> list[str]:
    """Lines of text from a log as a block quote, line by line, nothing left out."""
    return [f"> {_indented(line)}".rstrip() for line in text.strip("\n").expandtabs(4).splitlines()]


def table(heading: Sequence[str], rows: Sequence[Sequence[str]], align: str = "") -> list[str]:
    """A table of cells that are Markdown already, padded to be read as plain text too.

    ``align`` holds ``<`` or ``>`` for each column; ``<`` where it has none.
    """
    align = align.ljust(len(heading), "<")
    widths = [
        max(3, *(min(cell_len(cell), _LONGEST_CELL) for cell in column))
        for column in zip(heading, *rows, strict=True)
    ]
    rules = [
        "-" * (width - 1) + (":" if side == ">" else "-") for width, side in zip(widths, align, strict=True)
    ]
    return [_row(cells, widths, align) for cells in (heading, rules, *rows)]


def table_of_text(heading: Sequence[str], rows: Sequence[Sequence[str]], align: str = "") -> str:
    """``table`` for cells of text from a log, as one text that ends with a line end."""
    lines = table([*map(cell_text, heading)], [[*map(cell_text, row)] for row in rows], align)
    return "\n".join(lines) + "\n"


def fence(lines: Sequence[str]) -> list[str]:
    """Lines as they are, in a code fence that none of them can end."""
    marks = "`" * max(3, _longest_run("\n".join(lines)) + 1)
    return [f"{marks}text", *(line.rstrip() for line in lines), marks]


def _row(cells: Sequence[str], widths: Sequence[int], align: str) -> str:
    padded = (
        " " * (width - cell_len(cell)) + cell if side == ">" else cell + " " * (width - cell_len(cell))
        for cell, width, side in zip(cells, widths, align, strict=True)
    )
    return f"| {' | '.join(padded)} |"


def _indented(line: str) -> str:
    """``plain`` with spaces that are kept at its start: four others would make it code."""
    words = line.lstrip(" ")
    return "\u00a0" * (len(line) - len(words)) + plain(words)


def _longest_run(text: str) -> int:
    """The longest run of backticks."""
    return max(map(len, re.findall("`+", text)), default=0)
