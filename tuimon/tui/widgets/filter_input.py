"""The line in which a filter is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Self

from rich.highlighter import Highlighter
from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label

from tuimon.charts.notation import harmless
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.view.filter_text import filter_problem

EXAMPLES = "words  state:running  tag:x  cfg.lr>=1e-3  val_loss<2.1  age<2h  not  or  ( )"
_WRONG = Style(bold=True, reverse=True)
_MOST_NAMED = 30  # completions in words; more than that fit no line


KEYS = (("Enter", "Keep"), ("Esc", "Clear"), ("Tab", "Complete"))
"""What the keys do while a filter is typed."""


class _WrongPlace(Highlighter):
    """Marks the first character of a filter that cannot be read."""

    def highlight(self, text: Text) -> None:
        """Mark it; at the end of the line the cursor stands there already."""
        problem = filter_problem(text.plain)
        if problem is not None:
            text.stylize(_WRONG, problem.position, problem.position + 1)


class FilterInput(Widget):
    """A line to type in; every change is told at once. Tab completes, Enter keeps the line, Escape clears it.

    ``runs`` gives the runs whose keys and values complete what is typed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close(False)", "Clear", show=False),
        Binding("tab", "complete(1)", "Complete", show=False),
        Binding("shift+tab", "complete(-1)", "Complete", show=False),
    ]
    DEFAULT_CSS = """
    FilterInput { height: 1; layout: horizontal; }
    FilterInput Label { width: 10; color: $accent; text-style: bold; }
    FilterInput Input { width: 1fr; border: none; height: 1; padding: 0; background: transparent; }
    FilterInput Input:focus { border: none; background-tint: $foreground 0%; }
    FilterInput #completions { width: auto; max-width: 50%; color: $foreground 70%; text-style: none; }
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

    def __init__(self, runs: Callable[[], Sequence[RunSnapshot]], *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._runs = runs
        self._input = Input(
            compact=True, select_on_focus=False, placeholder=EXAMPLES, highlighter=_WrongPlace()
        )
        self._named = Label("", id="completions", markup=False)
        self._offered: _Offered | None = None

    def compose(self) -> ComposeResult:
        """The slash, the line, and what it could become."""
        yield Label(" filter / ")
        yield self._input
        yield self._named

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
        self._offer(None)
        # At once, not when Textual comes to it: the next key may be there already.
        self.screen.set_focus(self._input, scroll_visible)
        return self

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._offered is not None and event.value != self._offered.shown:
            self._offer(None)
        self.post_message(self.Changed(event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_close(True)

    def action_close(self, keep: bool) -> None:
        """Stop typing."""
        self._offer(None)
        self.post_message(self.Closed(keep=keep))

    def action_complete(self, by: int) -> None:
        """Complete the word before the cursor as far as it is sure; then one candidate after another."""
        offered = self._offered
        if offered is None or offered.shown != self.value:
            offered = _offered(self.value, self._input.cursor_position, self._runs())
        else:
            offered = offered.turned(by)
        if offered is None:
            return
        self._offer(offered)
        self._input.value = offered.shown
        self._input.cursor_position = offered.cursor

    def _offer(self, offered: _Offered | None) -> None:
        several = offered is not None and len(offered.words) > 1
        self._offered = offered if several else None
        words = offered.words[:_MOST_NAMED] if offered is not None and several else ()
        self._named.update("  " + "  ".join(harmless(word) for word in words) if words else "")


class _Offered:
    """What a word can become: ``words`` in the place from ``start`` to ``end`` of ``text``.

    ``place`` is the one in the line, or None while the line has only what they have in common.
    """

    def __init__(self, text: str, start: int, end: int, words: tuple[str, ...], place: int | None) -> None:
        self._text, self._start, self._end, self.words, self._place = text, start, end, words, place
        common, typed = _common_start(words), text[start:end]
        self._common = common if len(common) >= len(typed) else typed

    @property
    def _word(self) -> str:
        return self._common if self._place is None else self.words[self._place]

    @property
    def shown(self) -> str:
        """The line with it."""
        return self._text[: self._start] + self._word + self._text[self._end :]

    @property
    def cursor(self) -> int:
        """The place after it."""
        return self._start + len(self._word)

    def turned(self, by: int) -> _Offered:
        """With the next word, round and round."""
        first = 0 if by > 0 else -1
        place = (first if self._place is None else self._place + by) % len(self.words)
        return _Offered(self._text, self._start, self._end, self.words, place)


def _common_start(words: Sequence[str]) -> str:
    first, last = min(words), max(words)
    length = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:length]


def _offered(text: str, cursor: int, runs: Sequence[RunSnapshot]) -> _Offered | None:
    from tuimon.analysis.filter_completion import complete_filter  # 17 ms that few starts need

    found = complete_filter(text, cursor, runs)
    if not found:
        return None
    start, end = found[0].start, found[0].end
    return _Offered(text, start, end, tuple(each.text for each in found), None)
