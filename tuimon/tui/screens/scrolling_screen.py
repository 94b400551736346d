"""A screen of lines that the moving keys scroll."""

from __future__ import annotations

from textual.events import Resize

from tuimon.tui.screens.board_screen import BoardScreen
from tuimon.tui.widgets.scrolled_lines import ScrolledLines


class ScrollingScreen(BoardScreen):
    """The moving keys scroll ``lines``."""

    def __init__(self, lines: ScrolledLines) -> None:
        super().__init__()
        self.lines = lines
        self.lines.can_focus = False

    def on_resize(self, _event: Resize) -> None:
        """Lay out anew."""
        self.show_again()

    def action_down(self) -> None:
        """A line down."""
        self.lines.scroll_lines(1)

    def action_up(self) -> None:
        """A line up."""
        self.lines.scroll_lines(-1)

    def action_first(self) -> None:
        """To the top."""
        self.lines.scroll_home(animate=False)

    def action_last(self) -> None:
        """To the end."""
        self.lines.scroll_end(animate=False)

    def action_page_down(self) -> None:
        """A page down."""
        self.lines.scroll_lines(self.lines.page_height)

    def action_page_up(self) -> None:
        """A page up."""
        self.lines.scroll_lines(-self.lines.page_height)
