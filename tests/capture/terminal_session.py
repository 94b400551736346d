"""A program in a real pseudo-terminal that is its controlling one, as a terminal emulator starts a shell."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.conftest import wait_until

_TAKE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""


class TerminalSession:
    """Types at a program and keeps every byte that it prints. Leaving the context kills the session."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        environment: Mapping[str, str],
        size: tuple[int, int] = (24, 80),
    ) -> None:
        self._master, slave = pty.openpty()
        self.resize(*size)
        self.printed = bytearray()
        self.process = subprocess.Popen(
            [sys.executable, "-c", _TAKE_TERMINAL, *command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd,
            env=environment,
            start_new_session=True,
        )
        os.close(slave)
        self._ends = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.hang_up()

    def resize(self, rows: int, columns: int) -> None:
        """Give the terminal another size, as dragging its window does."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def hang_up(self) -> None:
        """Close the terminal, as closing its window does."""
        self._ends.set()
        self._reader.join(timeout=60)
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def type(self, keys: str) -> int:
        """Type ``keys``; where in what is printed their answer begins."""
        place = len(self.printed)
        os.write(self._master, keys.encode())
        return place

    def wait_for(self, text: str, since: int = 0, timeout: float = 60.0) -> int:
        """Wait until ``text`` is printed behind place ``since``; the place behind it."""
        found = text.encode()
        try:
            wait_until(lambda: found in self.printed[since:], timeout)
        except AssertionError:
            seen = bytes(self.printed[since:])
            raise AssertionError(f"{text!r} was not printed: {seen[:400]!r} ... {seen[-400:]!r}") from None
        return self.printed.index(found, since) + len(found)

    def finish(self, timeout: float = 60.0) -> int:
        """Wait for the end of the program and of its output; its exit code."""
        code = self.process.wait(timeout)
        self._reader.join(timeout)
        return code

    def modes(self) -> list[int | list[bytes | int]]:
        """The terminal's modes."""
        return termios.tcgetattr(self._master)

    def _read(self) -> None:
        while not self._ends.is_set():
            if not select.select([self._master], [], [], 0.05)[0]:
                continue
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:  # no process has the terminal open any more
                return
            self.printed += data
