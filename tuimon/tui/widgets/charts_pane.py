"""The pane with the large chart and the strips."""

from __future__ import annotations

from textual.events import Click
from textual.message import Message

from tuimon.tui.widgets.chart_view import ChartView


class ChartsPane(ChartView, can_focus=True):
    """Finished pictures of charts; a click says in which cell."""

    class Clicked(Message):
        """A cell of the pane was clicked."""

        def __init__(self, x: int, y: int) -> None:
            super().__init__()
            self.x = x
            self.y = y

    def on_click(self, event: Click) -> None:
        """Tell the screen, which knows what is shown where."""
        self.post_message(self.Clicked(event.x, event.y))
