"""A screen of lines that the moving keys scroll."""

from __future__ import annotations

from textual.events import Resize

from tuimon.tui.screens.moving_screen import MovingScreen
from tuimon.tui.widgets.scrolled_lines import ScrolledLines


class ScrollingScreen(MovingScreen):
    """The moving keys scroll ``lines``."""

    def __init__(self, lines: ScrolledLines) -> None:
        super().__init__()
        self.lines = lines
        self.lines.can_focus = False

    def on_resize(self, _event: Resize) -> None:
        """Lay out anew."""
        self.show_again()

    def move(self, by: int) -> None:
        """Scroll by lines."""
        self.lines.scroll_lines(by)

    @property
    def places(self) -> int:
        """All lines."""
        return self.lines.virtual_size.height

    @property
    def page_places(self) -> int:
        """The lines that are seen at once."""
        return self.lines.page_height
