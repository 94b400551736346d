"""The pages that come with tuimon, one after the other."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tuimon.charts.palette import style
from tuimon.charts.picture import Line
from tuimon.charts.text_line import LineBuilder
from tuimon.docs.pages import PAGES, page_text
from tuimon.tui.background.drawing import Drawn
from tuimon.tui.keys.actions import Scope
from tuimon.tui.keys.bindings import screen_bindings
from tuimon.tui.painting.laid_out import SCROLL_BAR_WIDTH, LaidOut
from tuimon.tui.painting.look import Look
from tuimon.tui.screens.scrolling_screen import ScrollingScreen
from tuimon.tui.view.board import Board
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.widgets.scrolled_lines import ScrolledLines


def lay_out(name: str, width: int, look: Look) -> tuple[str, LaidOut]:
    """The page in ``width`` cells, with its name."""
    from tuimon.charts.page_text import page_lines  # Markdown takes 50 ms to load: in the drawing thread

    return name, LaidOut(page_lines(page_text(name), width, ascii=look.ascii, theme=look.theme))


class PagesScreen(ScrollingScreen):
    """The moving keys scroll the page, the paging keys turn to the next one."""

    SCOPE = Scope.PAGES
    BINDINGS: ClassVar[list[BindingType]] = [*screen_bindings(Scope.PAGES)]

    def __init__(self) -> None:
        super().__init__(ScrolledLines(id="page"))
        self._place = 0
        self._laid_out: tuple[str, int] | None = None
        self._header = LinesView(id="header")
        self._keys_line = LinesView(id="keys")

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._header
        yield self.lines
        yield self._keys_line

    @property
    def page(self) -> str:
        """The name of the page that is shown."""
        return PAGES[self._place]

    def show_board(self, board: Board) -> None:
        """Pages do not depend on runs."""

    def show_again(self) -> None:
        """Lay out where width or page are others than before."""
        width = self.app.size.width
        self.show_last_line()
        self._header.show_lines([_header(self.page, width, self.app.look)], width)
        name, inner, look = self.page, max(1, width - SCROLL_BAR_WIDTH), self.app.look
        if self._laid_out != (name, inner):
            self._laid_out = name, inner
            self.app.drawing.request(self, "page", lambda: lay_out(name, inner, look))

    def on_drawn(self, message: Drawn) -> None:
        """Show what was laid out."""
        name, lines = message.result
        if name == self.page:
            self.lines.show_source(lines)

    def action_next_text(self) -> None:
        """The next page, from its top."""
        self._turn(1)

    def action_previous_text(self) -> None:
        """The previous page, from its top."""
        self._turn(-1)

    def action_back(self) -> None:
        """Close the pages."""
        self.app.pop_screen()

    def _turn(self, by: int) -> None:
        self._place = (self._place + by) % len(PAGES)
        self.lines.scroll_home(animate=False)
        self.show_again()


def _header(shown: str, width: int, look: Look) -> Line:
    theme = look.theme
    line = LineBuilder(width, ascii=look.ascii).add(" ")
    for name in PAGES:
        here = name == shown
        ink = style(theme, theme.accent, bold=True, reverse=here) if here else style(theme, theme.muted)
        line.add(f" {name} ", ink).add(" ")
    return line.line()
