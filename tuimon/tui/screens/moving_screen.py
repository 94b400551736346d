"""What the moving keys do on a screen, in one place: so many places further or back."""

from __future__ import annotations

from tuimon.tui.screens.board_screen import BoardScreen


class MovingScreen(BoardScreen):
    """Heirs say what is moved, through how many places, and how many of them are a page."""

    def move(self, by: int) -> None:
        """So many places further; back where it is negative. Beyond an end it is the end."""
        raise NotImplementedError

    @property
    def places(self) -> int:
        """How many there are."""
        raise NotImplementedError

    @property
    def page_places(self) -> int:
        """How many are seen at once, as far as a page is turned."""
        raise NotImplementedError

    def action_down(self) -> None:
        """One further."""
        self.move(1)

    def action_up(self) -> None:
        """One back."""
        self.move(-1)

    def action_first(self) -> None:
        """To the first."""
        self.move(-self.places)

    def action_last(self) -> None:
        """To the last."""
        self.move(self.places)

    def action_page_down(self) -> None:
        """A page further."""
        self.move(self.page_places)

    def action_page_up(self) -> None:
        """A page back."""
        self.move(-self.page_places)
