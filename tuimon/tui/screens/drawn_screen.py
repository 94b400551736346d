"""A screen that the drawing thread draws as a whole: a title, a chart, and lines that scroll."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Generic, Protocol, TypeVar

from textual.app import ComposeResult
from textual.strip import Strip

from tuimon.charts.picture import Line
from tuimon.tui.background.drawing import Drawn
from tuimon.tui.screens.scrolling_screen import ScrollingScreen
from tuimon.tui.view.board import Board
from tuimon.tui.widgets.chart_view import ChartView
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.widgets.scrolled_lines import ScrolledLines


class ScreenPicture(Protocol):
    """What is drawn of every such screen; the chart has no rows where there is no room for it."""

    @property
    def title(self) -> Line:
        """The first line."""

    @property
    def chart(self) -> tuple[Strip, ...]:
        """The rows of the chart."""


PictureT = TypeVar("PictureT", bound=ScreenPicture)


class DrawnScreen(ScrollingScreen, Generic[PictureT]):
    """Asks for a picture whenever there is a new board, and keeps the newest one."""

    SLOT: ClassVar[str]
    """Of the drawing thread: a request replaces the one before that has not begun."""

    def __init__(self, lines: ScrolledLines) -> None:
        super().__init__(lines)
        self.picture: PictureT | None = None
        self._header = LinesView(id="header")
        self._chart = ChartView(id="chart")
        self._keys_line = LinesView(id="keys")

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._header
        yield self._chart
        yield self.lines
        yield self._keys_line

    def drawing_of(self, board: Board, width: int, height: int) -> Callable[[], PictureT | None]:
        """What the drawing thread is to do; None is its result where all that is shown is gone.

        ``height`` is what the title and the keys leave.
        """
        raise NotImplementedError

    def show_picture(self, picture: PictureT) -> None:
        """Show the lines of a new picture."""
        raise NotImplementedError

    def show_board(self, board: Board) -> None:
        """Draw anew in the drawing thread; runs that have not changed cost nothing there."""
        width, height = self.app.size
        self.app.drawing.request(self, self.SLOT, self.drawing_of(board, width, max(0, height - 2)))
        self.show_last_line()

    def on_drawn(self, message: Drawn) -> None:
        """Show what was drawn."""
        picture: PictureT | None = message.result
        if picture is None:
            if self.is_current:
                self.app.pop_screen()  # the logs were deleted
            return
        self.picture = picture
        self.show_first_line(picture.title)
        self._chart.styles.height = len(picture.chart)
        self._chart.display = bool(picture.chart)
        self._chart.show(picture.chart)
        self.show_picture(picture)


class ChartsAloneScreen(DrawnScreen[PictureT]):
    """One whose charts can take the place of its lines."""

    def __init__(self, lines: ScrolledLines) -> None:
        super().__init__(lines)
        self.charts_alone = False

    def action_full_chart(self) -> None:
        """The charts without the lines, or with them again."""
        self.charts_alone = not self.charts_alone
        self.show_again()

    def action_back(self) -> None:
        """One layer back: the cursor of the charts, the charts without the lines, the screen."""
        if self.charts_alone and self.app.view.zoom.cursor is None:
            self.action_full_chart()
        else:
            super().action_back()
