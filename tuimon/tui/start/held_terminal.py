"""The terminal between the command's first moment and Textual: quiet, and soon with a picture on it."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any, Self

from rich.color import ColorSystem

from tuimon.charts.picture import Line

ENTER_PICTURE = "\x1b[?1049h"  # the alternate screen, as Textual asks for it
LEAVE_PICTURE = "\x1b[?1049l"
_HIDE_CURSOR, _SHOW_CURSOR, _CLEAR = "\x1b[?25l", "\x1b[?25h", "\x1b[2J"
_ENDING = ("SIGTERM", "SIGHUP")


class HeldTerminal:
    """Used as a context: what was done to the terminal is undone at the end, unless Textual has taken over.

    What is typed meanwhile is not shown and waits for Textual. Ctrl+C, SIGTERM and SIGHUP end the process in
    an orderly way. Where stdin or stderr is no terminal, and on Windows, nothing is held and nothing shown.
    """

    def __init__(self) -> None:
        self._modes: list[Any] | None = None
        self._handlers: dict[int, Any] = {}
        self._shows = False

    def __enter__(self) -> Self:
        in_main = threading.current_thread() is threading.main_thread()  # which alone handles signals
        if sys.platform == "win32" or not (in_main and os.isatty(0) and os.isatty(2)):
            return self
        import termios

        try:
            modes = termios.tcgetattr(0)
            self._set(modes, interrupts=_is_ours())
        except termios.error:  # a terminal that has gone; the app will say so
            return self
        self._modes = modes
        for number in (getattr(signal, name) for name in _ENDING):
            self._handlers[number] = signal.signal(number, _end)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shows:
            self._shows = False
            _write(LEAVE_PICTURE + _SHOW_CURSOR)
        modes = self.hand_over()
        if modes is not None and sys.platform != "win32":
            import termios

            with suppress(termios.error):  # the terminal may have gone meanwhile
                termios.tcsetattr(0, termios.TCSANOW, modes)
        for number, handler in self._handlers.items():
            signal.signal(number, handler or signal.SIG_DFL)
        self._handlers = {}

    @property
    def is_held(self) -> bool:
        """Whether there is a terminal that a picture can be shown on."""
        return self._modes is not None

    @property
    def shows(self) -> bool:
        """Whether a picture is on it that Textual has not taken over."""
        return self._shows

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows, as Textual will find them."""
        columns, rows = shutil.get_terminal_size()
        return columns or 80, rows or 25

    def show(self, lines: Sequence[Line], colours: int) -> None:
        """Show a picture as large as the terminal, which has so many colours."""
        system = _colour_system(colours)
        rows = [f"\x1b[{y};1H{_painted(line, system)}" for y, line in enumerate(lines, start=1)]
        self._shows = _write("".join((ENTER_PICTURE, _HIDE_CURSOR, _CLEAR, *rows)))

    def keys_only(self) -> None:
        """From here on Ctrl+C is a key for Textual too, no signal."""
        if self._modes is not None:
            self._set(self._modes, interrupts=False)

    def hand_over(self) -> list[Any] | None:
        """Textual has taken over: it removes the picture, and sets these modes, at its end."""
        modes, self._modes = self._modes, None
        self._shows = False
        return modes

    def _set(self, modes: list[Any], *, interrupts: bool) -> None:
        """The modes that Textual sets, so that keys come to it as they would later; output stays as it is."""
        if sys.platform == "win32":
            return
        import termios

        inward, outward, control, local, *speeds, characters = modes
        inward &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
        local &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
        characters = [*characters]
        characters[termios.VMIN], characters[termios.VTIME] = 1, 0
        if interrupts:  # by Ctrl+C alone: nobody wants the picture of a stopped process on the terminal
            none = os.fpathconf(0, "PC_VDISABLE").to_bytes(1, "little")
            characters[termios.VSUSP] = characters[termios.VQUIT] = none
        else:
            local &= ~termios.ISIG
        termios.tcsetattr(0, termios.TCSANOW, [inward, outward, control, local, *speeds, characters])


def _is_ours() -> bool:
    """Whether a key can send a signal to this process; where it cannot, the key would be lost."""
    if sys.platform == "win32":
        return False
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:  # no controlling terminal, as in some containers
        return False


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _write(text: str) -> bool:
    """Write to where Textual will; returns whether there was anybody to take it."""
    try:
        file = sys.__stderr__
        if file is None:
            return False
        file.write(text)
        file.flush()
    except (OSError, ValueError):  # gone, or closed
        return False
    return True


def _painted(line: Line, system: ColorSystem) -> str:
    return "".join(
        part.style.render(part.text, color_system=system) if part.style else part.text for part in line
    )


def _colour_system(colours: int) -> ColorSystem:
    if colours > 256:
        return ColorSystem.TRUECOLOR
    return ColorSystem.EIGHT_BIT if colours > 16 else ColorSystem.STANDARD
