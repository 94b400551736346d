"""The live table of runs: only what is seen is drawn, and the cursor stays on its run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual.events import Click, Resize
from textual.geometry import Size
from textual.message import Message

from tuimon.charts.run_table import DrawnRows, shown_columns
from tuimon.tui.painting.look import Look
from tuimon.tui.painting.table_lines import cursor_place, pinned_rows, table_lines
from tuimon.tui.view.board import Board
from tuimon.tui.widgets.scrolled_lines import ScrolledLines


class RunTable(ScrolledLines, can_focus=True):
    """The runs of a board. Keys are the screen's; the mouse moves the cursor, opens and scrolls."""

    TRUE_COLOURS = True

    class CursorMoved(Message):
        """The person pointed at another run."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class Opened(Message):
        """The person asked for the run's own screen."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._board: Board | None = None
        self._drawn: tuple[Board, Size, int, Look] | None = None
        self._cursor_row = 0
        self._rows_drawn = DrawnRows()

    def show_board(self, board: Board) -> None:
        """Show a board; where the cursor was seen and has moved, or was moved, it is brought into sight."""
        before = self._board
        moved = before is None or before.cursor != board.cursor
        was_seen = self._cursor_row < self.top + self.page_height
        was_seen = was_seen and (self._cursor_row >= self.top or self._cursor_row < 0)
        row = cursor_place(board) - self._pinned(board)
        self._board, was_row, self._cursor_row = board, self._cursor_row, row
        self._show_lines(board)
        if moved or (was_seen and row != was_row):
            self.bring_into_sight(max(0, row))

    def work_ahead(self) -> Callable[[Board], object] | None:
        """To be called in the drawing thread with a board that will be shown: its columns are laid out."""
        size, look, bar = self.size, self.app.look, self.styles.scrollbar_size_vertical
        return (lambda board: table_lines(board, _line_width(board, size, bar), look)) if size.width else None

    def columns_shown(self, *, automatic: bool = False) -> tuple[str, ...]:
        """The columns that have room; ``automatic``: those that the table would have by itself."""
        if self._board is None:
            return ()
        spec = table_lines(self._board, self.size.width, self.app.look).spec
        return shown_columns(replace(spec, columns=None, wider=()) if automatic else spec)

    def on_resize(self, _event: Resize) -> None:
        """Draw in the new width, with the cursor in sight."""
        if self._board is not None:
            self._cursor_row = cursor_place(self._board) - self._pinned(self._board)
            self._show_lines(self._board)
            self.bring_into_sight(max(0, self._cursor_row))

    def _show_lines(self, board: Board) -> None:
        """Draw the lines, where they are not drawn so already."""
        width = _line_width(board, self.size, self.styles.scrollbar_size_vertical)
        wanted = board, self.size, width, self.app.look
        if wanted != self._drawn:
            self._drawn = wanted
            pinned = self._pinned(board)
            lines = table_lines(board, width, self.app.look, pinned=pinned, drawn=self._rows_drawn)
            self.show_source(lines)

    def _pinned(self, board: Board) -> int:
        """How many rows stay in sight."""
        return pinned_rows(board, self.size.height)

    def on_click(self, event: Click) -> None:
        """A click moves the cursor to a run, a second one on the same run opens it."""
        if self._board is None:
            return
        index = self.line_at(event.y)
        pinned = self._pinned(self._board)
        place = event.y - 1 if 0 < event.y <= pinned else None if index is None else index + pinned
        if place is None:
            return
        key = self._board.rows[place].key
        if event.chain == 2:
            self.post_message(self.Opened(key))
        else:
            self.post_message(self.CursorMoved(key))


def _line_width(board: Board, size: Size, bar: int) -> int:
    """The cells for a line: where not all runs fit, the scroll bar takes the last one."""
    return size.width - (bar if len(board.rows) + 1 > size.height else 0)
