"""A scrolling view of lines that are drawn when they are seen, and repainted when they have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tuimon.charts.picture import Line
from tuimon.tui.painting.laid_out import LineSource, blank_strip
from tuimon.tui.widgets.plain_lines import PlainLines, changed_cells, grounded

if TYPE_CHECKING:
    from tuimon.tui.app import TuimonApp


class ScrolledLines(PlainLines, ScrollView, inherit_bindings=False):
    """Shows a source of lines: only what is seen is drawn, and only what differs from before is painted.

    The screen handles the keys, by the action table: Textual's own would scroll where the cursor is to move.
    """

    DEFAULT_CSS = """
    ScrolledLines {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
    }
    """

    app: TuimonApp

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._source: LineSource | None = None
        self._painted: dict[int, Strip] = {}
        self._fitted: dict[int, tuple[Line, int, Strip]] = {}

    def on_mount(self) -> None:
        """The scroll bar is drawn with block characters that ASCII lacks."""
        if self.app.ascii:
            self.styles.scrollbar_size_vertical = 0

    @property
    def heading_height(self) -> int:
        """The rows at the top that don't scroll."""
        return len(self._source.heading) if self._source is not None else 0

    @property
    def page_height(self) -> int:
        """How many of the scrolling lines are seen at once."""
        return max(1, self.size.height - self.heading_height)

    @property
    def top(self) -> int:
        """The first of the scrolling lines that is seen."""
        return round(self.scroll_y)

    def show_source(self, source: LineSource) -> None:
        """Show these lines instead, at the same place."""
        before = self._painted
        self._source = source
        self.virtual_size = Size(self.size.width, len(source) + len(source.heading))
        self._painted = {y: self._draw(y) for y in range(self.size.height)}
        width = self.size.width
        changed = [
            changed_cells(before.get(y), strip, y, width)
            for y, strip in self._painted.items()
            if before.get(y) != strip
        ]
        if changed:
            self.refresh(*changed)

    def bring_into_sight(self, index: int) -> None:
        """Scroll as little as needed to see one of the scrolling lines."""
        if index < self.top:
            self.scroll_to(y=index, animate=False)
        elif index >= self.top + self.page_height:
            self.scroll_to(y=index - self.page_height + 1, animate=False)

    def scroll_lines(self, by: int) -> None:
        """Scroll down (up, below 0) by so many lines."""
        self.scroll_to(y=self.top + by, animate=False)

    def line_at(self, y: int) -> int | None:
        """The scrolling line in row ``y`` of the widget; None where there is none."""
        index = y - self.heading_height + self.top
        seen = self._source is not None and y >= self.heading_height and index < len(self._source)
        return index if seen else None

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Other lines are seen now."""
        self._painted.clear()
        super().watch_scroll_y(old_value, new_value)

    def notify_style_update(self) -> None:
        """Draw anew in other styles."""
        self._painted.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One row of the widget."""
        strip = self._painted.get(y)
        if strip is None:
            strip = self._painted[y] = self._draw(y)
        return grounded(strip, self.app.look)

    def _draw(self, y: int) -> Strip:
        source, width = self._source, self.size.width
        if source is not None and y < len(source.heading):
            return self._fit(y, source.heading[y], width)
        index = self.line_at(y)
        if source is None or index is None:
            return blank_strip(width)
        return self._fit(y, source.line(index), width)

    def _fit(self, y: int, line: Line, width: int) -> Strip:
        """The line in the width of the widget: one that was drawn for an earlier size is cut or filled."""
        known = self._fitted.get(y)
        if known is None or known[0] is not line or known[1] != width:
            strip = Strip(line).adjust_cell_length(width, Style.null())
            known = self._fitted[y] = line, width, strip
        return known[2]
