"""What a run's program printed, as ``tuimon run`` keeps it: from the end, live, searchable."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Resize

from tuimon.charts.notation import harmless
from tuimon.charts.output_text import OutputView, output_lines, output_title
from tuimon.quick_dataclass import dataclass
from tuimon.store.printed_output import OutputPage, OutputPlace, OutputSearch, PrintedOutput, output_path
from tuimon.tui.background.drawing import Drawn
from tuimon.tui.keys.actions import Scope
from tuimon.tui.keys.bindings import screen_bindings
from tuimon.tui.screens.searching_screen import PAGE_SLOT, SEARCH_SLOT, SearchingScreen
from tuimon.tui.view.board import Board
from tuimon.tui.widgets.turned_lines import TurnedLines

LOOK_INTERVAL = 0.4  # seconds between looks at a file that may grow: a program prints without logging
_SIDEWAYS = 20  # cells by a key
_FOUND_SHARE = 3  # a line that was found stands in the upper third


@dataclass(frozen=True, slots=True)
class _Answer:
    """A page that was read, in which turn and for how many rows it was asked for."""

    turn: int
    rows: int
    page: OutputPage


class OutputScreen(SearchingScreen):
    """The moving keys go through the output; at its end it is followed as it grows."""

    SCOPE = Scope.OUTPUT
    BINDINGS: ClassVar[list[BindingType]] = [*screen_bindings(Scope.OUTPUT)]

    def __init__(self, key: str, log: Path) -> None:
        super().__init__()
        self._key = key
        self._run_name = log.stem
        self._output = PrintedOutput(output_path(log))
        self._page: OutputPage | None = None
        self._place = OutputPlace()
        self._turn = 0  # counts the places that moves were counted from
        self._shift = 0
        self._found: int | None = None
        self.lines = TurnedLines(id="output")

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self.header
        yield self.lines
        yield self.search
        yield self.keys_line

    # Reading and showing

    def on_mount(self) -> None:
        """Look whether there is more, as long as the screen is on top."""
        self.set_interval(LOOK_INTERVAL, self._look_again)

    def _look_again(self) -> None:
        if self.is_current:
            self._read()

    def on_resize(self, _event: Resize) -> None:
        """The keys in another width."""
        self.show_last_line()

    @on(TurnedLines.Resized)
    def _resized(self) -> None:
        self._read()

    def show_board(self, board: Board) -> None:
        """The run may have got another name."""
        run = board.run(self._key)
        if run is not None:
            self._run_name = board.names.get(run.key) or run.name
        self.show_last_line()
        self._read()

    def chosen_key(self) -> str | None:
        """The run of the screen."""
        return self._key

    def _read(self) -> None:
        output, place, turn, rows = self._output, self._place, self._turn, self.lines.size.height
        if rows > 0:
            read = partial(output.page, place, rows)
            self.app.drawing.request(self, PAGE_SLOT, lambda: _Answer(turn, rows, read()))

    def on_drawn(self, message: Drawn) -> None:
        """Show what was read, or go on with a search."""
        if message.slot == SEARCH_SLOT:
            self._searched(message.result)
            return
        answer: _Answer = message.result
        if answer.turn != self._turn:
            return  # somewhere else is to be looked at by now
        self._page = page = answer.page
        asked = page.place
        if page.replaced:
            self._found = None
            self._look_from(OutputPlace())
        else:
            rest = self._place.move - asked.move
            # At the end it is followed; a search stays where it has found something.
            follows = page.at_end and not rest and (self._found is None or asked.start is None)
            reached = OutputPlace(None if follows else page.start)
            if reached != asked:
                self._look_from(reached)
            self._place = OutputPlace(reached.start, rest)
        self._show()
        if self._place.move or answer.rows != self.lines.size.height:
            self._read()

    def _look_from(self, place: OutputPlace) -> None:
        """From here on moves count from this place: what was asked for before comes too late."""
        self._place = place
        self._turn += 1

    def _show(self) -> None:
        page, width, look = self._page, self.app.size.width, self.app.look
        if page is None:
            return
        follows = self._place == OutputPlace()
        self.header.show_lines(
            [
                output_title(
                    self._run_name,
                    page,
                    self.said,
                    width,
                    follows=follows,
                    ascii=look.ascii,
                    theme=look.theme,
                )
            ],
            width,
        )
        view = OutputView(width, self._shift, self.needle, self._found, look.ascii, look.theme)
        self.lines.show_lines(output_lines(page, view, self.lines.size.height), width)

    # Moving

    def move(self, by: int) -> None:
        """So many lines further."""
        self.said, self._found = "", None
        self._place = OutputPlace(self._place.start, self._place.move + by)
        self._read()

    @property
    def page_places(self) -> int:
        """All lines that are seen but one."""
        return max(1, self.lines.size.height - 1)

    def action_first(self) -> None:
        """To the beginning."""
        self._go_to(OutputPlace(0))

    def action_last(self) -> None:
        """To the end, which is followed."""
        self._go_to(OutputPlace())

    def _go_to(self, place: OutputPlace) -> None:
        self.said, self._found = "", None
        self._look_from(place)
        self._read()

    def action_left(self) -> None:
        """What stands further to the left."""
        self._shift = max(0, self._shift - _SIDEWAYS)
        self._show()

    def action_right(self) -> None:
        """What stands further to the right."""
        self._shift += _SIDEWAYS
        self._show()

    @on(TurnedLines.Turned)
    def _turned(self, message: TurnedLines.Turned) -> None:
        self.move(message.by)

    # Searching

    def action_back(self) -> None:
        """Close the line to type in, else the screen."""
        typing = self.search.display
        super().action_back()
        if typing:
            self.call_after_refresh(self._read)

    def look_after_typing(self) -> None:
        """Once the output has the row of the line that was typed in."""
        self.call_after_refresh(self.action_next_match)

    def look(self, *, forward: bool) -> None:
        """From what was found; else from the first line that is seen, that one included."""
        page = self._page
        if page is not None and page.lines:
            line = self._found if self._found is not None else page.start - 1
            self.said = f"looking for {harmless(self.needle)}"
            self._show()
            self._search_on(self._output.search(self.needle, line, forward=forward))

    def _search_on(self, search: OutputSearch) -> None:
        output = self._output

        def step() -> OutputSearch | str:
            try:
                return output.search_on(search)
            except OSError as error:
                return error.strerror or str(error)

        self.app.drawing.request(self, SEARCH_SLOT, step)

    def _searched(self, search: OutputSearch | str) -> None:
        if isinstance(search, str):
            self.said = search
        elif not search.over:
            self._search_on(search)
            return
        elif search.found is None:
            self.said = f"{harmless(self.needle)} is not in the output"
        else:
            self.said, self._found = f"{harmless(self.needle)} found", search.found
            self._look_from(OutputPlace(search.found, -(self.lines.size.height // _FOUND_SHARE)))
            self._read()
            return
        self._show()
