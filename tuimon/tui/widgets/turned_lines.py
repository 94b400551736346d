"""A view of finished lines that says when the wheel is turned over it, and when its size changes."""

from __future__ import annotations

from textual.events import MouseScrollDown, MouseScrollUp
from textual.message import Message

from tuimon.tui.widgets.lines_view import LinesView

_BY_WHEEL = 3  # lines


class TurnedLines(LinesView):
    """The screen decides which lines are seen; there may be more of them than anyone has counted."""

    DEFAULT_CSS = """
    TurnedLines { height: 1fr; }
    """

    class Turned(Message):
        """The wheel asks for lines ``by`` so many further down; up, where that is below 0."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    class Resized(Message):
        """There is room for more lines, or for fewer."""

    def on_resize(self) -> None:
        """Other lines are to be seen."""
        self.post_message(self.Resized())

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Up."""
        event.stop()
        self.post_message(self.Turned(-_BY_WHEEL))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Down."""
        event.stop()
        self.post_message(self.Turned(_BY_WHEEL))
