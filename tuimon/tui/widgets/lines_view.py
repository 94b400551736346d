"""A widget that shows finished lines, and repaints those alone that are not what they were."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tuimon.charts.picture import Line
from tuimon.tui.painting.laid_out import blank_strip
from tuimon.tui.widgets.plain_lines import PlainLines, changed_cells, grounded

if TYPE_CHECKING:
    from tuimon.tui.app import TuimonApp


class LinesView(PlainLines, Widget):
    """Lines drawn elsewhere. Until there are new ones it keeps showing the old ones: nothing flickers."""

    DEFAULT_CSS = """
    LinesView { height: 1; width: 1fr; }
    """

    app: TuimonApp

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._strips: tuple[Strip, ...] = ()

    def show(self, strips: Sequence[Strip]) -> None:
        """Show these lines instead."""
        before, self._strips = self._strips, tuple(strips)
        if before is self._strips:
            return
        width = self.size.width
        changed = [
            Region(0, y, width, 1)
            if y >= len(before) or y >= len(self._strips)
            else changed_cells(before[y], self._strips[y], y, width)
            for y in range(max(len(before), len(self._strips)))
            if y >= len(before) or y >= len(self._strips) or before[y] != self._strips[y]
        ]
        if changed:
            self.refresh(*changed)

    def show_lines(self, lines: Sequence[Line], width: int) -> None:
        """Show lines of Rich segments, each ``width`` cells wide."""
        self.show([Strip(line, width) for line in lines])

    def render_line(self, y: int) -> Strip:
        """The line at ``y``, as it is, on the ground of the look."""
        strip = self._strips[y] if y < len(self._strips) else blank_strip(self.size.width)
        return grounded(strip, self.app.look)
