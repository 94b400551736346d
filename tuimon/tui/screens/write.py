"""Where a person writes: a note of several lines, or one line. Both lie over the screen below."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Resize
from textual.screen import ModalScreen
from textual.widgets import Input, Label, TextArea

from tuimon.charts.notation import ascii_text, harmless

if TYPE_CHECKING:
    from tuimon.tui.app import TuimonApp


_LEAST_WIDTH = 40  # of a box, where the screen has so much
_SHORT_HINT = 60  # columns of a screen below which a note's hint is a short one


def editable(text: str) -> str:
    """A text from a file made fit for editing: lines stay, control characters are shown harmless."""
    return "\n".join(harmless(line.expandtabs(4)) for line in text.splitlines())


class _WriteScreen(ModalScreen[str | None]):
    """A box in the middle, with a title in its border and a line of hints at the bottom."""

    DEFAULT_CSS = """
    _WriteScreen { align: center middle; background: transparent; }
    _WriteScreen > Vertical {
        border: round $accent; background: $background; width: 80%; max-width: 90;
    }
    _WriteScreen Label { color: $foreground 60%; height: 1; width: 1fr; padding: 0 1; }
    """

    app: TuimonApp

    def __init__(self, title: str, hint: str) -> None:
        super().__init__()
        self._title, self._hint = title, hint
        self.hint = Label(markup=False)

    def on_resize(self, event: Resize) -> None:
        """No wider than the screen."""
        self.query_one(Vertical).styles.min_width = min(_LEAST_WIDTH, event.size.width)

    def box(self, *widgets: TextArea | Input | Label) -> Vertical:
        """The box around what is typed into."""
        box = Vertical(*widgets, self.hint)
        # As text: a border's title is markup, a run's name is not.
        box.border_title = Text(ascii_text(self._title) if self.app.ascii else self._title)
        if self.app.ascii:
            box.styles.border = ("ascii", self.app.palette_theme.accent)
        self.tell(self._hint)
        return box

    def tell(self, hint: str) -> None:
        """Another hint at the bottom."""
        self.hint.update(ascii_text(hint) if self.app.ascii else hint)


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
        super().__init__(title, "Ctrl+S or Esc keeps it   Ctrl+R discards")
        self._on_change = on_change
        self._area = TextArea(text, soft_wrap=True, theme="css", show_line_numbers=False)
        self._area.cursor_blink = False
        self._area.highlight_cursor_line = False

    def compose(self) -> ComposeResult:
        """The box."""
        yield self.box(self._area)

    def on_resize(self, event: Resize) -> None:
        """Both keys are said at any width."""
        super().on_resize(event)
        self.tell("Esc keeps  Ctrl+R discards" if event.size.width < _SHORT_HINT else self._hint)

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
    """One line: Enter dismisses with it, Escape with None, which ``keys`` says. Where ``expected`` is given
    only that is taken.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Close", show=False)]
    DEFAULT_CSS = """
    LineScreen > Vertical { height: 5; }
    LineScreen Label { padding: 0; }
    LineScreen Input { border: none; height: 1; padding: 0 1; background: transparent; }
    LineScreen Input:focus { border: none; background-tint: $foreground 0%; }
    """

    def __init__(self, title: str, text: str, hint: str, keys: str, *, expected: str | None = None) -> None:
        super().__init__(title, keys)
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

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        if self._expected is None or text == self._expected:
            self.dismiss(text)
        else:
            self.tell(f"that is not {self._expected}   Esc closes")
