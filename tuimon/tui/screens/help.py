"""The keys of a screen, from the action table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from tuimon.charts.palette import style
from tuimon.charts.picture import Line
from tuimon.charts.text_line import LineBuilder
from tuimon.tui.keys.actions import Scope
from tuimon.tui.keys.bindings import screen_bindings
from tuimon.tui.painting.help_text import help_lines, help_sections, help_title
from tuimon.tui.painting.keys_line import keys_line, words_line
from tuimon.tui.painting.laid_out import SCROLL_BAR_WIDTH, LaidOut
from tuimon.tui.screens.scrolling_screen import ScrollingScreen
from tuimon.tui.view.board import Board
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.widgets.scrolled_lines import ScrolledLines
from tuimon.tui.widgets.search_input import SearchInput

_TYPING = (("Enter", "Keep"), ("Esc", "Clear"))


class HelpScreen(ScrollingScreen):
    """Help for the screen that it was called from, and of that the pane that had the focus."""

    SCOPE = Scope.HELP
    FOOTER: ClassVar[Mapping[str, int]] = {"back": 1, "search": 2}
    BINDINGS: ClassVar[list[BindingType]] = [*screen_bindings(Scope.HELP)]
    AUTO_FOCUS = ""

    def __init__(self, about: Scope, pane: str = "") -> None:
        super().__init__(ScrolledLines(id="help"))
        self._about = about
        self._pane = pane
        self._needle = ""
        self._header = LinesView(id="header")
        self._search = SearchInput(compact=True, placeholder="a key, or words of what it does", id="search")
        self._keys_line = LinesView(id="keys")

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        self._search.display = False
        yield self._header
        yield self.lines
        yield self._search
        yield self._keys_line

    def on_mount(self) -> None:
        """How much there is below changes with each line scrolled."""
        self.watch(self.lines, "scroll_y", self.show_last_line, init=False)

    def show_board(self, board: Board) -> None:
        """Help does not depend on runs."""

    def show_again(self) -> None:
        """Lay out anew."""
        look, width, actions = self.app.look, self.app.size.width, self.app.actions
        found = sum(len(keys) for _, keys in help_sections(self._about, self._pane, self._needle, actions))
        self._header.show_lines(
            [help_title(self._about, self._pane, self._needle, found, width, look)], width
        )
        inner = max(1, width - SCROLL_BAR_WIDTH)
        lines = help_lines(self._about, inner, look, actions, pane=self._pane, needle=self._needle)
        self.lines.show_source(LaidOut(lines))
        self.call_after_refresh(self.show_last_line)

    # The last line

    def key_line(self, width: int) -> Line:
        """The keys, and at the right whether there is more below."""
        look, theme = self.app.look, self.app.palette_theme
        if self._search.display:
            return words_line(_TYPING, width, look)
        below = round(self.lines.max_scroll_y) - self.lines.top
        hint = f"{below} more {'line' if below == 1 else 'lines'} below v " if below > 0 else ""
        hint = hint if look.ascii else hint.replace(" v ", " ▼ ")
        room = width - cell_len(hint)
        actions = self.app.actions_in(self.SCOPE)
        keys = keys_line(self.with_places(actions), room, look)
        warning = style(theme, theme.warning)
        return (*keys, *LineBuilder(cell_len(hint), ascii=look.ascii).add(hint, warning).line())

    # Finding

    def action_search(self) -> None:
        """Type what to look for; the list is narrowed while typing."""
        self._search.open()
        self._search.value = self._needle
        self._search.cursor_position = len(self._needle)
        self.show_last_line()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._search.display and event.value.strip() != self._needle:
            self._narrow(event.value.strip())

    @on(Input.Submitted)
    def _keep(self, event: Input.Submitted) -> None:
        event.stop()
        self._search.close()
        self.show_last_line()

    def _narrow(self, needle: str) -> None:
        self._needle = needle
        self.lines.scroll_home(animate=False)
        self.show_again()

    def action_back(self) -> None:
        """One layer back: the line to type in and what was typed there, then the screen."""
        if self._search.display:
            self._search.close()
            self._narrow("")
        elif self._needle:
            self._narrow("")
        else:
            self.app.pop_screen()
