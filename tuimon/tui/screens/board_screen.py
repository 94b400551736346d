"""What the screens that show runs have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.screen import Screen

from tuimon.tui.actions import Scope
from tuimon.tui.screen_lines import keys_line, notice_line
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.workspace import Board

if TYPE_CHECKING:
    from tuimon.tui.app import TuimonApp


class BoardScreen(Screen[None]):
    """A screen that shows the board. The app calls ``show_board`` when there is a new one, also on resume."""

    SCOPE: ClassVar[Scope]

    app: TuimonApp

    def show_board(self, board: Board) -> None:
        """Show what has changed; called in the event loop, so it only asks for drawing."""
        raise NotImplementedError

    def chosen_key(self) -> str | None:
        """The run that an action for one run is about: the one under the cursor."""
        return self.app.board.cursor if self.app.board is not None else None

    def chosen_keys(self) -> tuple[str, ...]:
        """The runs that an action is about: the marked ones of those shown, else the one under the cursor."""
        board = self.app.board
        marked = () if board is None else tuple(key for key in board.keys if key in board.state.marked)
        key = self.chosen_key()
        return marked or (() if key is None else (key,))

    def show_last_line(self) -> None:
        """Show the keys, or what there is to say."""
        app, width = self.app, self.app.size.width
        for line in self.query("#keys").results(LinesView):
            if app.notice is not None:
                line.show_lines([notice_line(app.notice, width, app.look)], width)
            else:
                line.show_lines([keys_line(app.actions_in(self.SCOPE), width, app.look)], width)

    def on_screen_resume(self) -> None:
        """Show what has changed while another screen was on top."""
        self.show_last_line()
        if self.app.board is not None:
            self.show_board(self.app.board)

    def action_back(self) -> None:
        """Step back to the screen below."""
        self.app.pop_screen()
