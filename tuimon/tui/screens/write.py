"""Where a person writes: a note of several lines, or one line. Both lie over the screen below."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Resize
from textual.screen import ModalScreen
from textual.widgets import Input, Label, TextArea

from tuimon.charts.notation import ascii_text, cut_middle, harmless
from tuimon.charts.palette import style
from tuimon.charts.picture import Line
from tuimon.charts.text_line import LineBuilder, line_text
from tuimon.tui.screens.pick import hint_line, hint_width
from tuimon.tui.widgets.lines_view import LinesView

if TYPE_CHECKING:
    from tuimon.tui.app import TuimonApp


_LEAST_WIDTH = 66  # of a box, where the screen has so much: what is asked before a run is deleted is whole
_LEAST_SAID = 12  # cells of a hint's sentence

DISCARD = ("Ctrl+R", "discard")

Keys = tuple[tuple[str, str], ...]
"""Keys with what they do, as in the last line of every list."""


def editable(text: str) -> str:
    """A text from a file made fit for editing: lines stay, control characters are shown harmless."""
    return "\n".join(harmless(line.expandtabs(4)) for line in text.splitlines())


class _WriteScreen(ModalScreen[str | None]):
    """A box in the middle, with a title in its border and its keys in its last line.

    ``short`` are the keys where those have no room.
    """

    DEFAULT_CSS = """
    _WriteScreen { align: center middle; background: transparent; }
    _WriteScreen > Vertical {
        border: round $accent; background: $background; width: 80%; max-width: 90;
    }
    _WriteScreen Label { color: $foreground 60%; height: 1; width: 1fr; padding: 0 1; }
    """

    app: TuimonApp

    def __init__(self, title: str, keys: Keys, short: Keys = ()) -> None:
        super().__init__()
        self._title, self._keys, self._short = title, keys, short or keys
        self._said = ""
        self.hint = LinesView()

    def on_resize(self, event: Resize) -> None:
        """No wider than the screen; the keys have what is left by the border."""
        self.query_one(Vertical).styles.min_width = min(_LEAST_WIDTH, event.size.width)
        self.call_after_refresh(self._show_hint)

    def box(self, *widgets: TextArea | Input | Label) -> Vertical:
        """The box around what is typed into."""
        box = Vertical(*widgets, self.hint)
        # As text: a border's title is markup, a run's name is not.
        box.border_title = Text(ascii_text(self._title) if self.app.ascii else self._title)
        if self.app.ascii:
            box.styles.border = ("ascii", self.app.palette_theme.accent)
        return box

    def tell(self, said: str) -> None:
        """What is wrong, before the keys."""
        self._said = said
        self._show_hint()

    def _show_hint(self) -> None:
        theme, width = self.app.palette_theme, self.hint.size.width
        key, quiet, bad = (style(theme, ink) for ink in (theme.accent, theme.muted, theme.bad))
        keys = self._keys if hint_width(self._keys) <= width else self._short
        said: Line = ()
        if self._said:
            keys = keys[-1:]
            text = cut_middle(f" {self._said}  ", max(_LEAST_SAID, width - hint_width(keys)))
            said = LineBuilder(min(cell_len(text), width), ascii=self.app.ascii).add(text, bad).line()
        keys_line = hint_line(keys, "", width - cell_len(line_text(said)), key, quiet, ascii=self.app.ascii)
        self.hint.show_lines([(*said, *keys_line)], width)


class NoteScreen(_WriteScreen):
    """A note. It is dismissed with the text by Ctrl+S and Escape alike, with None by Ctrl+R; ``on_change``
    has the text at any time.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,escape", "keep", "Keep", show=False, priority=True),
        Binding("ctrl+r", "dismiss(None)", "Discard", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    NoteScreen > Vertical { height: 60%; min-height: 6; }
    NoteScreen TextArea { height: 1fr; border: none; padding: 0 1; background: $background; }
    NoteScreen TextArea:focus { border: none; background-tint: $foreground 0%; }
    """

    def __init__(self, title: str, text: str, on_change: Callable[[str], None]) -> None:
        super().__init__(title, (("Ctrl+S or Esc", "keep"), DISCARD), (("Esc", "keep"), DISCARD))
        self._on_change = on_change
        self._area = TextArea(text, soft_wrap=True, theme="css", show_line_numbers=False)
        self._area.cursor_blink = False
        self._area.highlight_cursor_line = False

    def compose(self) -> ComposeResult:
        """The box."""
        yield self.box(self._area)

    def on_mount(self) -> None:
        """Go on at the end of what is there."""
        self._area.move_cursor(self._area.document.end)
        self._area.focus()

    @on(TextArea.Changed)
    def _typed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._on_change(self._area.text)

    def action_keep(self) -> None:
        """Close."""
        self.dismiss(self._area.text)


class LineScreen(_WriteScreen):
    """One line. Where ``expected`` is given it is dismissed with that alone by Enter, with None by Escape;
    else with what was typed by Enter and Escape alike, with None by Ctrl+R, as a note is.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", show=False),
        Binding("ctrl+r", "dismiss(None)", "Discard", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    LineScreen > Vertical { height: 5; }
    LineScreen Label { padding: 0 1; }
    LineScreen Input { border: none; height: 1; background: transparent; }
    LineScreen Input.-textual-compact { padding: 0 1; }
    LineScreen Input:focus { border: none; background-tint: $foreground 0%; }
    """

    def __init__(
        self, title: str, text: str, hint: str, keys: Keys, short: Keys = (), *, expected: str | None = None
    ) -> None:
        super().__init__(title, keys, short)
        self._expected = expected
        self._about = hint
        self._input = Input(text, compact=True, select_on_focus=False)

    def compose(self) -> ComposeResult:
        """The box."""
        about = ascii_text(self._about) if self.app.ascii else self._about
        yield self.box(self._input, Label(about, markup=False))

    def on_mount(self) -> None:
        """Begin typing."""
        self._input.focus()

    def action_leave(self) -> None:
        """Keep what was typed, unless it was to confirm something."""
        self.dismiss(self._input.value.strip() if self._expected is None else None)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        if self._expected is None or text == self._expected:
            self.dismiss(text)
        else:
            self.tell(f"that is not {self._expected}")
