"""The lines of a log as they are on disk: bad ones and those that a resume took back included."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Resize

from tuimon.charts.notation import count_text
from tuimon.charts.record_text import RecordRows, record_detail, title_line
from tuimon.tui.background.drawing import Drawn
from tuimon.tui.background.records_reader import RecordsPage, RecordsReader
from tuimon.tui.keys.actions import Scope
from tuimon.tui.keys.bindings import screen_bindings
from tuimon.tui.painting.laid_out import SCROLL_BAR_WIDTH
from tuimon.tui.screens.searching_screen import PAGE_SLOT, SEARCH_SLOT, SearchingScreen
from tuimon.tui.view.board import Board
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.widgets.scrolled_lines import ScrolledLines

_DETAIL_SHARE = 0.25
_LEAST_DETAIL = 3


class RecordsScreen(SearchingScreen):
    """The moving keys move a cursor through the lines; the one under it is shown as a whole below."""

    SCOPE = Scope.RECORDS
    BINDINGS: ClassVar[list[BindingType]] = [*screen_bindings(Scope.RECORDS)]

    def __init__(self, key: str, path: Path) -> None:
        super().__init__()
        self.lines = ScrolledLines(id="records")
        self.lines.can_focus = False
        self._key = key
        self._run_name = path.name
        self._reader = RecordsReader(path)
        self._page = RecordsPage(0, {}, more=True)
        self._cursor = 0
        self._detail = LinesView(id="detail")

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self.header
        yield self.lines
        yield self._detail
        yield self.search
        yield self.keys_line

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
        height = self.app.size.height
        self._detail.styles.height = max(_LEAST_DETAIL, round(height * _DETAIL_SHARE)) if height > 8 else 0
        self.show_last_line()
        self._read()

    def _read(self) -> None:
        reader, first, count = self._reader, self.lines.top, self.lines.page_height
        self.app.drawing.request(self, PAGE_SLOT, lambda: reader.step(first, count))

    def on_drawn(self, message: Drawn) -> None:
        """Show what was read, and ask for the next step."""
        page: RecordsPage = message.result
        at_end = message.slot == PAGE_SLOT and self._cursor >= self._page.count - 1 > 0
        if page.problem is not None:
            self.said = page.problem
        elif message.slot == SEARCH_SLOT:
            self._searched(page)
        if page.lines or page.problem is not None:
            self._page = page
        if at_end and not self._page.more:
            self._cursor = max(0, self._page.count - 1)  # follow a log that grows
        self._show()
        if page.more and message.slot == PAGE_SLOT:
            self._read()

    def _show(self) -> None:
        width, look, page = self.app.size.width, self.app.look, self._page
        said = self.said or f"{count_text(page.count) if page.more else page.count} lines"
        self.header.show_lines(
            [title_line(self._run_name, said, width, ascii=look.ascii, theme=look.theme)], width
        )
        rows = RecordRows(
            page.count,
            self._cursor,
            width - SCROLL_BAR_WIDTH,
            page.lines,
            self.needle,
            look.ascii,
            look.theme,
        )
        self.lines.show_source(rows)
        self.lines.bring_into_sight(self._cursor)
        line, height = page.lines.get(self._cursor), self._detail.size.height
        detail = record_detail(line, width, height, ascii=look.ascii, theme=look.theme)
        self._detail.show_lines(detail, width)

    def on_resize(self, _event: Resize) -> None:
        """Lay out anew."""
        self.show_again()

    def move(self, by: int) -> None:
        """The cursor to another line."""
        self._cursor = min(max(self._cursor + by, 0), max(0, self._page.count - 1))
        self.said = ""
        self._show()
        self._read()

    @property
    def places(self) -> int:
        """How many lines are known."""
        return self._page.count

    @property
    def page_places(self) -> int:
        """The lines that are seen at once."""
        return self.lines.page_height

    # Searching

    def look(self, *, forward: bool) -> None:
        """From the line under the cursor."""
        reader, needle, line = self._reader, self.needle, self._cursor
        self.said = f"looking for {needle}"
        search = partial(reader.begin_search, needle, line, forward=forward)
        self.app.drawing.request(self, SEARCH_SLOT, search)

    def _searched(self, page: RecordsPage) -> None:
        search, reader = page.search, self._reader
        if search is None:
            return
        if not search.over:
            self.app.drawing.request(self, SEARCH_SLOT, lambda: reader.search_on(search))
        elif search.found is None:
            self.said = f"{self.needle} is not in the log"
        else:
            self._cursor, self.said = search.found, f"{self.needle} in line {search.found + 1}"
