"""Finished lines as the widgets take them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rich.style import Style
from textual.strip import Strip

from tuimon.charts.picture import Line
from tuimon.quick_dataclass import dataclass

SCROLL_BAR_WIDTH = 1  # reserved even where nothing scrolls, so that lines keep their width


class LineSource(Protocol):
    """Lines to be seen: ``heading`` stays in place, the others scroll below it."""

    @property
    def heading(self) -> Sequence[Line]:
        """The lines that stay in place."""

    def __len__(self) -> int:
        """How many lines scroll."""

    def line(self, index: int) -> Line:
        """One of the lines that scroll."""


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A source whose lines are all there already."""

    lines: Sequence[Line]
    heading: tuple[Line, ...] = ()

    def __len__(self) -> int:
        return len(self.lines)

    def line(self, index: int) -> Line:
        """One of the lines that scroll."""
        return self.lines[index]


def blank_strip(width: int) -> Strip:
    """An empty line. It has a style, because Textual's filter for NO_COLOR fails on segments without one."""
    return Strip.blank(width, Style.null())
