"""Asking the terminal whether its background is light, while the app is still being imported."""

from __future__ import annotations

import os
import re
import select
import sys
import time
from collections.abc import Mapping
from typing import Any

# The background colour, then what the terminal is: every terminal answers the second question, and in order,
# so its answer ends the wait also where the first is not understood.
_QUESTION = b"\x1b]11;?\x1b\\\x1b[c"
_LAST_ANSWER = re.compile(rb"\x1b\[\?[0-9;]*c")
_COLOUR = re.compile(rb"\x1b\]11;rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})")
_WHOLE_COLOUR = re.compile(rb"\x1b\]11;[^\x07\x1b]*(?:\x07|\x1b\\)")
_LUMA = (0.299, 0.587, 0.114)  # of red, green and blue (ITU-R BT.601)

# Seconds from the question on. An answer that comes later than that would be taken for keys, so the wait is
# longer where a network is in between.
_PATIENCE = 0.3
_PATIENCE_REMOTE = 1.5


class BackgroundQuestion:
    """Asks at once; ``answer`` waits for what is left of the patience, and leaves the terminal as it was.

    Between the two no other reader of the terminal may be there. Where stdin and stdout are no terminal
    nothing is asked. ``typed`` is what a person typed meanwhile, as the terminal sent it.
    """

    typed = b""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._before: list[Any] | None = None
        self._text = b""  # what the terminal has sent so far
        self._deadline = time.monotonic() + (_PATIENCE_REMOTE if environ.get("SSH_CONNECTION") else _PATIENCE)
        if sys.platform == "win32" or not (os.isatty(0) and os.isatty(1)):
            return
        import termios

        try:
            before = termios.tcgetattr(0)
            quiet = termios.tcgetattr(0)
            quiet[3] &= ~(termios.ICANON | termios.ECHO)
            termios.tcsetattr(0, termios.TCSANOW, quiet)
            self._before = before
            os.write(1, _QUESTION)
        except (OSError, termios.error):  # a terminal that has gone; the app will say so
            self.withdraw()

    def is_answered(self) -> bool:
        """Whether ``answer`` would wait for nothing."""
        if self._before is not None:
            self._read(patience=0.0)
        return self._before is None or _LAST_ANSWER.search(self._text) is not None

    def answer(self) -> bool | None:
        """Whether the background is light; None where the terminal does not say."""
        if self._before is None:
            return None
        try:
            self._read(max(0.0, self._deadline - time.monotonic()))
            self.typed = keys_in(self._text)
            return is_light_answer(self._text)
        finally:
            self.withdraw()

    def withdraw(self) -> None:
        """The terminal as it was; nothing is waited for."""
        if self._before is not None and sys.platform != "win32":
            import termios

            before, self._before = self._before, None
            try:
                termios.tcsetattr(0, termios.TCSANOW, before)
            except (OSError, termios.error):  # gone meanwhile
                return

    def _read(self, patience: float) -> None:
        until = time.monotonic() + patience
        while not _LAST_ANSWER.search(self._text):
            ready, _, _ = select.select([0], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                break
            part = os.read(0, 1024)
            if not part:
                break
            self._text += part


def keys_in(text: bytes) -> bytes:
    """What is no part of a terminal's answers: keys that were pressed before and after them."""
    return _LAST_ANSWER.sub(b"", _WHOLE_COLOUR.sub(b"", text))


def is_light_answer(text: bytes) -> bool | None:
    """What a terminal's answer says of its background; None where no colour is in it."""
    found = _COLOUR.search(text)
    if found is None:
        return None
    parts = (int(part, 16) / (16 ** len(part) - 1) for part in found.groups())
    luma: float = sum(share * part for share, part in zip(_LUMA, parts, strict=True))
    return luma > 0.5
