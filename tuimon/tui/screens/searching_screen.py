"""A screen of text in which one looks for words: the line to type in, and from match to match."""

from __future__ import annotations

from textual import on
from textual.widgets import Input

from tuimon.tui.screens.moving_screen import MovingScreen
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.widgets.search_input import SearchInput

PAGE_SLOT, SEARCH_SLOT = "page", "search"  # of the drawing thread, in which is read


class SearchingScreen(MovingScreen):
    """Heirs read a page and look for :attr:`needle`; what there is to say of that is :attr:`said`."""

    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self.needle = ""
        self.said = ""
        self.header = LinesView(id="header")
        self.search = SearchInput(compact=True, placeholder="text to find", id="search")
        self.search.display = False
        self.keys_line = LinesView(id="keys")

    def look(self, *, forward: bool) -> None:
        """Look for the next line that has the needle, or the one before."""
        raise NotImplementedError

    def look_after_typing(self) -> None:
        """Look forward for what was typed just now."""
        self.action_next_match()

    def action_search(self) -> None:
        """Type what to look for."""
        self.search.open()

    def action_back(self) -> None:
        """Close the line to type in, else the screen."""
        if self.search.display:
            self.search.close()
        else:
            self.app.pop_screen()

    @on(Input.Submitted)
    def _search_typed(self, event: Input.Submitted) -> None:
        event.stop()
        self.search.close()
        if event.value:
            self.needle = event.value
        self.look_after_typing()

    def action_next_match(self) -> None:
        """The next line that has it."""
        self._look_or_type(forward=True)

    def action_previous_match(self) -> None:
        """The one before."""
        self._look_or_type(forward=False)

    def _look_or_type(self, *, forward: bool) -> None:
        if self.needle:
            self.look(forward=forward)
        else:
            self.action_search()
