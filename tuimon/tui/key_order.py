"""Keys that come faster than the app answers: each one is for what the key before it has opened.

Textual sends a key to the widget that has the focus when it is read, and looks up what it does only when it
has come back; a second key read meanwhile would still go to the old widget and screen. Keys that come in one
piece (pasted, typed ahead, by a script) would act on the runs instead of standing in the filter or the note.
"""

from __future__ import annotations

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.events import Event, Key
from textual.screen import ModalScreen
from textual.widgets import Input, TextArea

LOOK_AGAIN = 0.005  # seconds, while a screen that was opened is not there yet


class KeysInOrder(App[object]):
    """Mixed into the app, before other classes."""

    _waiting: list[Key] | None = None

    def wait_with_keys(self, typed: str) -> None:
        """Keys that were typed before the app was there, as a terminal sends them, come first of all.

        They wait, and those after them, until ``let_keys_go``.
        """
        parser = XTermParser()
        events = [*parser.feed(typed), *parser.feed("")] if typed else []
        self._waiting = [event for event in events if isinstance(event, Key)] or None

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
        elif self._is_opening():
            self._waiting = [event]
            self.set_timer(LOOK_AGAIN, self._go_on)
        else:
            await self._press(event)

    async def _go_on(self) -> None:
        waiting = self._waiting or []
        while waiting and not self._is_opening():
            await self._press(waiting.pop(0))
        if waiting:
            self.set_timer(LOOK_AGAIN, self._go_on)
        else:
            self._waiting = None

    async def _press(self, event: Key) -> None:
        """Where text is typed the widget is asked first; elsewhere what the key does is done here and now."""
        typing = isinstance(self.focused, Input | TextArea)
        if typing or self.screen.maximized is not None or not await self._check_bindings(event.key):
            await super().on_event(event)

    def _is_opening(self) -> bool:
        """Whether the screen on top has not got as far as taking keys; all dialogs begin with a focus."""
        screen = self.screen
        return not screen.is_mounted or (isinstance(screen, ModalScreen) and screen.focused is None)
