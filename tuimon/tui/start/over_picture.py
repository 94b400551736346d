"""Textual taking over a terminal that has the first picture on it, without a blank in between."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import RenderableType
from textual.app import App
from textual.driver import Driver
from textual.screen import Screen

from tuimon.tui.start.held_terminal import ENTER_PICTURE, LEAVE_PICTURE, HeldTerminal

_CLEAR = "\x1b[H\x1b[J"

LONGEST_VEIL = 1.0  # seconds; whatever was to be waited for, then what there is is shown


def driver_over(driver: type[Driver], held: HeldTerminal) -> type[Driver]:
    """The driver, which begins with the terminal as it is held and leaves it as it was before that."""

    class OverPicture(driver):  # type: ignore[misc, valid-type]
        """Asks once less for the alternate screen: terminals clear it, though they show it already."""

        attrs_before: list[Any] | None
        _file: Any
        _is_there = False

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            if hasattr(self, "_file"):
                self._file = PatientFile(self._file)

        def start_application_mode(self) -> None:
            self._is_there = held.shows
            super().start_application_mode()
            if held.is_held:
                self.attrs_before = held.hand_over()

        def write(self, data: str) -> None:
            if data == ENTER_PICTURE and self._is_there:
                self._is_there = False
                return
            # tmux keeps rows of what it was larger than at the start; none are left to keep.
            super().write(_CLEAR + data if data == LEAVE_PICTURE else data)

        def run_input_thread(self) -> None:
            with _while_it_is_there():
                super().run_input_thread()

    return OverPicture if held.is_held and sys.platform != "win32" else driver


@contextmanager
def _while_it_is_there() -> Iterator[None]:
    """Stop where the terminal is gone: the app is about to be told (``TerminalWatch``)."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.EIO:
            raise


class PatientFile:
    """A terminal to write to; once it is gone, what is written is dropped.

    Textual's writer would end, and the app wait for ever for it to take what it has to say.
    """

    def __init__(self, file: Any) -> None:
        self._file = file

    def fileno(self) -> int:
        """The terminal's descriptor."""
        return int(self._file.fileno())

    def write(self, text: str) -> None:
        """Write, or drop."""
        with _while_it_is_there():
            self._file.write(text)

    def flush(self) -> None:
        """Write what is still to be written, or drop it."""
        with _while_it_is_there():
            self._file.flush()


class VeiledStart(App[object]):
    """Mixed into the app: while it is veiled nothing is painted, so the first picture stays.

    Textual paints a screen several times until each widget has its size and its content.
    """

    veiled = False

    def veil(self) -> None:
        """Paint nothing until ``unveil``."""
        self.veiled = True

    def on_mount(self) -> None:
        """A veil does not stay for ever."""
        if self.veiled:
            self.set_timer(LONGEST_VEIL, self.unveil)

    def unveil(self) -> None:
        """Everything is in its place: paint it all."""
        if self.veiled:
            self.veiled = False
            self.screen.refresh()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if not self.veiled:
            super()._display(screen, renderable)
