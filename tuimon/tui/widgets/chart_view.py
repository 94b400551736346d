"""A picture of charts that the wheel can turn over."""

from __future__ import annotations

from textual.events import MouseScrollDown, MouseScrollLeft, MouseScrollRight, MouseScrollUp
from textual.message import Message

from tuimon.tui.widgets.lines_view import LinesView


class ChartView(LinesView):
    """Finished pictures; the wheel says over which cell it was turned, and which way."""

    TRUE_COLOURS = True

    class Wheel(Message):
        """The wheel was turned: ``zoom`` 1 in or -1 out, or ``pan`` 1 to the right or -1 to the left."""

        def __init__(self, x: int, y: int, *, zoom: int = 0, pan: int = 0) -> None:
            super().__init__()
            self.x = x
            self.y = y
            self.zoom = zoom
            self.pan = pan

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """In; with Shift to the left."""
        self._turned(event, 1)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Out; with Shift to the right."""
        self._turned(event, -1)

    def on_mouse_scroll_left(self, event: MouseScrollLeft) -> None:
        """To the left."""
        event.stop()
        self.post_message(self.Wheel(event.x, event.y, pan=-1))

    def on_mouse_scroll_right(self, event: MouseScrollRight) -> None:
        """To the right."""
        event.stop()
        self.post_message(self.Wheel(event.x, event.y, pan=1))

    def _turned(self, event: MouseScrollUp | MouseScrollDown, zoom: int) -> None:
        event.stop()
        by_shift = event.shift
        self.post_message(
            self.Wheel(event.x, event.y, zoom=0 if by_shift else zoom, pan=-zoom if by_shift else 0)
        )
