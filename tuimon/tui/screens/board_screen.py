"""What the screens that show runs have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.screen import Screen

from tuimon.tui.actions import Scope
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

    def on_screen_resume(self) -> None:
        """Show what has changed while another screen was on top."""
        if self.app.board is not None:
            self.show_board(self.app.board)

    def action_back(self) -> None:
        """Step back to the screen below."""
        self.app.pop_screen()
