"""A small table of text, for a terminal and for a notebook. Whatever the cells hold, it stays a table."""

from __future__ import annotations

import html
import unicodedata
from dataclasses import dataclass

from tuimon.records.statistics import one_line

# A cell longer than this is cut in its middle on a terminal: both ends of a name tell runs apart.
LONGEST_CELL = 40
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class TextTable:
    """A heading and rows of cells; ``align`` has ``<`` or ``>`` for each column, ``caption`` may be empty."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    align: str
    caption: str = ""

    def text(self) -> str:
        """The table in plain text: a rule under the heading, no line ends in a space."""
        lines = [[_fitted(cell) for cell in row] for row in (self.heading, *self.rows)]
        widths = [max(map(_cells, column)) for column in zip(*lines, strict=True)]
        padded = ["  ".join(map(_padded, row, widths, self.align)).rstrip() for row in lines]
        rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
        caption = [one_line(self.caption)] if self.caption else []
        return "\n".join((*caption, padded[0], rule, *padded[1:]))

    def html(self) -> str:
        """The table in HTML: every cell is text, none is markup or script."""
        caption = f"<caption>{_escaped(self.caption)}</caption>" if self.caption else ""
        head = "".join(map(_heading_cell, self.heading, self.align))
        rows = "".join(f"<tr>{''.join(map(_cell, row, self.align))}</tr>" for row in self.rows)
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _heading_cell(text: str, align: str) -> str:
    return f'<th style="text-align: {_SIDES[align]}">{_escaped(text)}</th>'


def _cell(text: str, align: str) -> str:
    return f'<td style="text-align: {_SIDES[align]}">{_escaped(text)}</td>'


_SIDES = {"<": "left", ">": "right"}


def _escaped(text: str) -> str:
    return html.escape(one_line(text))


def _padded(text: str, width: int, align: str) -> str:
    fill = " " * (width - _cells(text))
    return fill + text if align == ">" else text + fill


def _fitted(text: str) -> str:
    """The text on one line, cut in its middle where it is too long."""
    text = one_line(text)
    if _cells(text) <= LONGEST_CELL:
        return text
    half = (LONGEST_CELL - 1) // 2
    start, end = text[:half], text[-half:]
    while _cells(start) > half:
        start = start[:-1]
    while _cells(end) > half:
        end = end[1:]
    return start + _ELLIPSIS + end


def _cells(text: str) -> int:
    """How many cells of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )
