"""Keys that come faster than the app answers: each one is for what the key before it has opened.

Textual sends a key to the widget that has the focus when it is read, and looks up what it does only when it
has come back; a second key read meanwhile would still go to the old widget and screen. Keys that come in one
piece (pasted, typed ahead, by a script) would act on the runs instead of standing in the filter or the note.
"""

from __future__ import annotations

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.events import Event, Key
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

LOOK_AGAIN = 0.005  # seconds, while a screen that was opened is not there yet
# The key, up to the app, which does what the line has bound to it; the line's message of that, up to the box
# or the dialog around it; what this closes and calls.
WAYS_UP = 3


class KeyTaken(Message, bubble=True):
    """Goes the way of what a key in a line to type in has brought about, behind it, up to the app.

    ``again``: so many times more, for what was only begun meanwhile.
    """

    def __init__(self, again: int) -> None:
        super().__init__()
        self.again = again


class KeysInOrder(App[object]):
    """Mixed into the app, before other classes."""

    _waiting: list[Key] | None = None
    _asked: tuple[Screen[object], Widget] | None = None  # was given a key that may close it, and is not done

    def wait_with_keys(self, typed: str) -> None:
        """Keys that were typed before the app was there, as a terminal sends them, come first of all.

        They wait, and those after them, until ``let_keys_go``; so do keys that come before that where none
        were typed.
        """
        parser = XTermParser()
        events = [*parser.feed(typed), *parser.feed("")] if typed else []
        self._waiting = [event for event in events if isinstance(event, Key)]

    def let_keys_go(self) -> None:
        """There is something now that the keys can be about."""
        if self._waiting is not None:
            self.call_later(self._go_on)

    async def on_event(self, event: Event) -> None:
        """Keys one after another, everything else as ever."""
        # Ctrl+C is the way out: it waits for nothing.
        if not isinstance(event, Key) or event.is_forwarded or event.key == "ctrl+c":
            await super().on_event(event)
        elif self._waiting is not None:
            self._waiting.append(event)
        elif self._is_changing():
            self._waiting = [event]
            self.set_timer(LOOK_AGAIN, self._go_on)
        else:
            await self._press(event)

    async def _go_on(self) -> None:
        waiting = self._waiting or []
        while waiting and self.screen_stack and not self._is_changing():
            await self._press(waiting.pop(0))
        if waiting:
            self.set_timer(LOOK_AGAIN, self._go_on)
        else:
            self._waiting = None

    async def _press(self, event: Key) -> None:
        """Where text is typed the widget is asked first; elsewhere what the key does is done here and now."""
        widget, screen = self.focused, self.screen
        typing = _takes_text(widget)
        if typing or screen.maximized is not None or not await self._check_bindings(event.key):
            await super().on_event(event)
        # What is typed into it changes no screen; Enter and the like may: the next key waits for that.
        if typing and not event.is_printable and screen is self.screen:
            assert widget is not None
            self._wait_for(widget, WAYS_UP - 1)

    def _wait_for(self, widget: Widget, again: int) -> None:
        sent = widget.call_later(widget.post_message, KeyTaken(again))
        self._asked = (self.screen, widget) if sent else None

    def on_key_taken(self, message: KeyTaken) -> None:
        """The key has done what it does."""
        if message.again and self.screen_stack:
            self._wait_for(self.focused or self.screen, message.again - 1)
        else:
            self.call_next(self._answered)  # behind what a dialog that was closed has the app call

    def _answered(self) -> None:
        self._asked = None

    def _is_changing(self) -> bool:
        """Whether a key that was pressed may yet change which screen and which line the next one is for."""
        if not self.screen_stack:
            return True  # the app is closing
        if self._asked is not None:
            screen, widget = self._asked
            if screen not in self.screen_stack or not widget.is_attached:
                # Closed, and what was still on its way with it; what it has called is not done yet.
                self._wait_for(self.focused or self.screen, 1)
            return True
        return self._is_opening()

    def _is_opening(self) -> bool:
        """Whether the screen on top has not got as far as taking keys; all dialogs begin with a focus."""
        screen = self.screen
        return not screen.is_mounted or (isinstance(screen, ModalScreen) and screen.focused is None)


def _takes_text(widget: Widget | None) -> bool:
    """Whether it is one of those that keep keys for themselves; importing these to ask takes 5 ms."""
    return widget is not None and type(widget).check_consume_key is not Widget.check_consume_key
