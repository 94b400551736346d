"""The lines of a log as they are on disk: bad ones and those that a resume took back included."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from tuimon.charts.notation import count_text
from tuimon.charts.record_text import RecordRows, record_detail, title_line
from tuimon.tui.actions import Scope
from tuimon.tui.bindings import screen_bindings
from tuimon.tui.drawing import Drawn
from tuimon.tui.keys_line import keys_line
from tuimon.tui.records_reader import RecordsPage, RecordsReader
from tuimon.tui.screens.scrolling_screen import ScrollingScreen
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.widgets.scrolled_lines import SCROLL_BAR_WIDTH, ScrolledLines
from tuimon.tui.widgets.search_input import SearchInput
from tuimon.tui.workspace import Board

_PAGE, _SEARCH = "records", "search"  # slots of the drawing thread
_DETAIL_SHARE = 0.25
_LEAST_DETAIL = 3


class RecordsScreen(ScrollingScreen):
    """The moving keys move a cursor through the lines; the one under it is shown as a whole below."""

    SCOPE = Scope.RECORDS
    BINDINGS: ClassVar[list[BindingType]] = [*screen_bindings(Scope.RECORDS)]
    AUTO_FOCUS = ""

    def __init__(self, key: str, path: Path) -> None:
        super().__init__(ScrolledLines(id="records"))
        self._key = key
        self._run_name = path.name
        self._reader = RecordsReader(path)
        self._page = RecordsPage(0, {}, more=True)
        self._cursor = 0
        self._needle = ""
        self._said = ""
        self._header = LinesView(id="header")
        self._detail = LinesView(id="detail")
        self._search = SearchInput(compact=True, placeholder="text to find", id="search")
        self._keys_line = LinesView(id="keys")

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        self._search.display = False
        yield self._header
        yield self.lines
        yield self._detail
        yield self._search
        yield self._keys_line

    @property
    def cursor(self) -> int:
        """The place of the line under the cursor, from 0."""
        return self._cursor

    # Reading

    def on_mount(self) -> None:
        """Read what comes into sight by scrolling."""
        self.watch(self.lines, "scroll_y", self._read, init=False)

    def show_board(self, board: Board) -> None:
        """There may be more lines."""
        run = board.run(self._key)
        if run is not None:
            self._run_name = run.name
        width, height = self.app.size
        self._detail.styles.height = max(_LEAST_DETAIL, round(height * _DETAIL_SHARE)) if height > 8 else 0
        self._keys_line.show_lines([keys_line(self.app.actions_in(self.SCOPE), width, self.app.look)], width)
        self._read()

    def _read(self) -> None:
        reader, first, count = self._reader, self.lines.top, self.lines.page_height
        self.app.drawing.request(self, _PAGE, lambda: reader.step(first, count))

    def on_drawn(self, message: Drawn) -> None:
        """Show what was read, and ask for the next step."""
        page: RecordsPage = message.result
        at_end = message.slot == _PAGE and self._cursor >= self._page.count - 1 > 0
        if page.problem is not None:
            self._said = page.problem
        elif message.slot == _SEARCH:
            self._searched(page)
        if page.lines or page.problem is not None:
            self._page = page
        if at_end and not self._page.more:
            self._cursor = max(0, self._page.count - 1)  # follow a log that grows
        self._show()
        if page.more and message.slot == _PAGE:
            self._read()

    def _show(self) -> None:
        width, look, page = self.app.size.width, self.app.look, self._page
        said = self._said or f"{count_text(page.count) if page.more else page.count} lines"
        self._header.show_lines(
            [title_line(self._run_name, said, width, ascii=look.ascii, theme=look.theme)], width
        )
        rows = RecordRows(
            page.count,
            self._cursor,
            width - SCROLL_BAR_WIDTH,
            page.lines,
            self._needle,
            look.ascii,
            look.theme,
        )
        self.lines.show_source(rows)
        self.lines.bring_into_sight(self._cursor)
        line, height = page.lines.get(self._cursor), self._detail.size.height
        detail = record_detail(line, width, height, ascii=look.ascii, theme=look.theme)
        self._detail.show_lines(detail, width)

    # Moving

    def _move_to(self, place: int) -> None:
        self._cursor = min(max(place, 0), max(0, self._page.count - 1))
        self._said = ""
        self._show()
        self._read()

    def action_down(self) -> None:
        """A line down."""
        self._move_to(self._cursor + 1)

    def action_up(self) -> None:
        """A line up."""
        self._move_to(self._cursor - 1)

    def action_first(self) -> None:
        """To the first line."""
        self._move_to(0)

    def action_last(self) -> None:
        """To the last line."""
        self._move_to(self._page.count - 1)

    def action_page_down(self) -> None:
        """A page down."""
        self._move_to(self._cursor + self.lines.page_height)

    def action_page_up(self) -> None:
        """A page up."""
        self._move_to(self._cursor - self.lines.page_height)

    # Searching

    def action_search(self) -> None:
        """Type what to look for."""
        self._search.open()

    def action_back(self) -> None:
        """Close the line to type in, else the screen."""
        if self._search.display:
            self._search.close()
        else:
            self.app.pop_screen()

    @on(Input.Submitted)
    def _search_typed(self, event: Input.Submitted) -> None:
        event.stop()
        self._search.close()
        if event.value:
            self._needle = event.value
        self._look(forward=True)

    def action_next_match(self) -> None:
        """The next line that has it."""
        self._look(forward=True)

    def action_previous_match(self) -> None:
        """The one before."""
        self._look(forward=False)

    def _look(self, *, forward: bool) -> None:
        if not self._needle:
            self.action_search()
            return
        reader, needle, line = self._reader, self._needle, self._cursor
        self._said = f"looking for {needle}"
        self.app.drawing.request(self, _SEARCH, lambda: reader.begin_search(needle, line, forward=forward))

    def _searched(self, page: RecordsPage) -> None:
        search, reader = page.search, self._reader
        if search is None:
            return
        if not search.over:
            self.app.drawing.request(self, _SEARCH, lambda: reader.search_on(search))
        elif search.found is None:
            self._said = f"{self._needle} is not in the log"
        else:
            self._cursor, self._said = search.found, f"{self._needle} in line {search.found + 1}"
