"""The line in which a filter is typed."""

from __future__ import annotations

from typing import ClassVar, Self

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label


class FilterInput(Widget):
    """A line to type in; every change is told at once. Enter keeps the filter, Escape clears it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close(False)", "Clear", show=False),
        Binding("tab", "close(True)", "Keep", show=False),
    ]
    DEFAULT_CSS = """
    FilterInput { height: 1; layout: horizontal; }
    FilterInput Label { width: 10; color: $accent; text-style: bold; }
    FilterInput Input { width: 1fr; border: none; height: 1; padding: 0; background: transparent; }
    FilterInput Input:focus { border: none; background-tint: $foreground 0%; }
    """

    class Changed(Message):
        """Another text stands in the line."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Closed(Message):
        """The person is done: the filter holds on (``keep``), or was cleared."""

        def __init__(self, *, keep: bool) -> None:
            super().__init__()
            self.keep = keep

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._input = Input(compact=True, select_on_focus=False)

    def compose(self) -> ComposeResult:
        """The slash and the line."""
        yield Label(" filter / ")
        yield self._input

    @property
    def value(self) -> str:
        """The text."""
        return self._input.value

    @value.setter
    def value(self, text: str) -> None:
        self._input.value = text
        self._input.cursor_position = len(text)

    def focus(self, scroll_visible: bool = True) -> Self:
        """Begin typing."""
        self._input.focus(scroll_visible)
        return self

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_close(True)

    def action_close(self, keep: bool) -> None:
        """Stop typing."""
        self.post_message(self.Closed(keep=keep))
