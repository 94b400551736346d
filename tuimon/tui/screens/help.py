"""The keys of a screen, from the action table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.events import Resize

from tuimon.charts.palette import style
from tuimon.charts.picture import Line
from tuimon.charts.text_line import LineBuilder, wrap
from tuimon.tui.actions import ACTIONS, Action, Scope
from tuimon.tui.bindings import screen_bindings
from tuimon.tui.look import Look
from tuimon.tui.screens.board_screen import BoardScreen
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.workspace import Board

_LEAST_HELP = 20  # cells; below this the sentences would be a column of words


def help_lines(scope: Scope, width: int, look: Look, actions: Iterable[Action] = ACTIONS) -> list[Line]:
    """What every key of a screen does, those of the screen first; nothing else is listed."""
    theme = look.theme
    muted, ink = style(theme, theme.muted), style(theme, theme.text)
    key_ink, heading = style(theme, theme.accent, bold=True), style(theme, theme.text, bold=True)
    shown = [action for action in actions if scope in action.scopes or Scope.EVERYWHERE in action.scopes]
    keys_width = max(cell_len(action.key_text) for action in shown) + 2
    title_width = max(cell_len(action.title) for action in shown) + 2
    indent = 2 + keys_width + title_width
    lines: list[Line] = []
    for group in (scope, Scope.EVERYWHERE):
        lines.append(LineBuilder(width, ascii=look.ascii).line())
        lines.append(LineBuilder(width, ascii=look.ascii).add(" ").add(group.value, heading).line())
        for action in shown:
            if (Scope.EVERYWHERE in action.scopes) != (group is Scope.EVERYWHERE):
                continue
            for row, words in enumerate(wrap(action.help, max(_LEAST_HELP, width - indent - 1))):
                line = LineBuilder(width, ascii=look.ascii).add("  ")
                if row == 0:
                    line.add(action.key_text, key_ink).to(2 + keys_width).add(action.title, ink)
                lines.append(line.to(indent).add(words, muted).line())
    return lines


class HelpScreen(BoardScreen):
    """Help for the screen that it was called from."""

    SCOPE = Scope.HELP
    BINDINGS: ClassVar[list[BindingType]] = [*screen_bindings(Scope.HELP)]

    def __init__(self, about: Scope) -> None:
        super().__init__()
        self._about = about
        self._text = LinesView()
        self._scroll = VerticalScroll(self._text, can_focus=False)

    def compose(self) -> ComposeResult:
        """One long page."""
        yield self._scroll

    def show_board(self, board: Board) -> None:
        """Help does not depend on runs."""

    def on_resize(self, event: Resize) -> None:
        """Wrap the sentences anew."""
        width = max(1, event.size.width - 1)  # the scroll bar has the last column
        lines = help_lines(self._about, width, self.app.look, self.app.actions)
        self._text.styles.height = len(lines)
        self._text.show_lines(lines, width)

    def action_down(self) -> None:
        """A line down."""
        self._scroll.scroll_down(animate=False)

    def action_up(self) -> None:
        """A line up."""
        self._scroll.scroll_up(animate=False)

    def action_first(self) -> None:
        """To the top."""
        self._scroll.scroll_home(animate=False)

    def action_last(self) -> None:
        """To the end."""
        self._scroll.scroll_end(animate=False)

    def action_page_down(self) -> None:
        """A page down."""
        self._scroll.scroll_page_down(animate=False)

    def action_page_up(self) -> None:
        """A page up."""
        self._scroll.scroll_page_up(animate=False)
