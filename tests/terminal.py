"""Programs in a real pseudo-terminal: type at them, and see what they print or what the screen shows."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
import pyte

from tests.conftest import wait_until

_TAKE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
_NOT_PASSED_ON = ("NO_COLOR", "COLUMNS", "LINES", "PYTHONDONTWRITEBYTECODE")


class TerminalProgram:
    """A process on a pseudo-terminal of ``size`` (rows, columns), and a thread that reads what it prints.

    A context manager: leaving it kills the process and closes the terminal.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        size: tuple[int, int],
        environment: Mapping[str, str],
        cwd: str | os.PathLike[str] | None,
    ) -> None:
        self._master, slave = pty.openpty()
        self._set_size(*size)
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            cwd=cwd,
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
        self._set_size(rows, columns)

    def _set_size(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def hang_up(self) -> None:
        """Close the terminal, as closing its window does."""
        self._ends.set()
        self._reader.join(timeout=60)
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def finish(self, timeout: float = 60.0) -> int:
        """Wait for the end of the program and of its output; its exit code."""
        code = self.process.wait(timeout)
        self._reader.join(timeout)
        return code

    def modes(self) -> list[int | list[bytes | int]]:
        """The terminal's modes."""
        return termios.tcgetattr(self._master)

    def received(self, data: bytes) -> None:
        """Take what was printed; called in the reading thread."""
        raise NotImplementedError

    def _read(self) -> None:
        while not self._ends.is_set():
            if not select.select([self._master], [], [], 0.05)[0]:
                continue
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:  # no process has the terminal open any more
                return
            self.received(data)


class TerminalSession(TerminalProgram):
    """Types at a program and keeps every byte that it prints.

    The terminal is the program's controlling one, as a terminal emulator starts a shell, unless asked not to
    be: then no key and no hang-up sends a signal.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        environment: Mapping[str, str],
        size: tuple[int, int] = (24, 80),
        controlling: bool = True,
    ) -> None:
        self.printed = bytearray()
        taking = [sys.executable, "-c", _TAKE_TERMINAL] if controlling else []
        super().__init__([*taking, *command], size=size, environment=environment, cwd=cwd)

    def received(self, data: bytes) -> None:
        """Keep what was printed."""
        self.printed += data

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


class TerminalApp(TerminalProgram):
    """A program whose output is parsed as a terminal would, each piece stamped with when it came.

    Times are those of ``time.monotonic()`` at which the bytes reached the terminal.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 120,
        rows: int = 36,
        environment: Mapping[str, str] | None = None,
        cwd: str | os.PathLike[str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._lock = threading.Lock()
        self._home = tempfile.TemporaryDirectory(prefix="tuimon-home-")
        self._arrivals: list[tuple[float, int]] = []
        self._rest = b""
        variables = {
            # Colours and size are the terminal's; start-up is measured with compiled modules.
            **{name: value for name, value in os.environ.items() if name not in _NOT_PASSED_ON},
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LC_ALL": "C.UTF-8",
            # Nobody's settings, and no view of an earlier session.
            "XDG_CONFIG_HOME": self._home.name,
            "XDG_STATE_HOME": self._home.name,
            **(environment or {}),
        }
        super().__init__(command, size=(rows, columns), environment=variables, cwd=cwd)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self._home.cleanup()

    def resize(self, rows: int, columns: int) -> None:
        """Another size, for the screen too; the program is told: the terminal is not its controlling one."""
        with self._lock:
            self.screen.resize(rows, columns)
        super().resize(rows, columns)
        self.process.send_signal(signal.SIGWINCH)

    def received(self, data: bytes) -> None:
        """Answer what asks the terminal something, and show the rest."""
        now = time.monotonic()
        whole, self._rest = _cut_before_half_a_code(self._rest + data)
        if b"\x1b[c" in whole:  # "what are you?", which every terminal answers, here with its background
            os.write(self._master, b"\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[?62;22c")
        # pyte knows no private-parameter CSI sequences such as the kitty keyboard protocol's
        shown = re.sub(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]", b"", whole)
        with self._lock:
            self._arrivals.append((now, len(data)))
            self._stream.feed(shown)

    def send(self, keys: str) -> float:
        """Type ``keys``; returns the time at which they were written."""
        os.write(self._master, keys.encode())
        return time.monotonic()

    def text(self) -> str:
        """The screen's lines as one text."""
        with self._lock:
            return "\n".join(self.screen.display)

    def wait_for(self, pattern: str, timeout: float = 60.0) -> float:
        """Wait until the screen matches ``pattern``; returns the seconds since the process started."""
        compiled = re.compile(pattern, re.S)
        deadline = time.monotonic() + timeout
        while not compiled.search(self.text()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"nothing on the screen matched {pattern!r}:\n{self.text()}")
            time.sleep(0.004)
        with self._lock:
            return self._arrivals[-1][0] - self.started

    def settled_after(self, moment: float, *, quiet: float = 0.3, timeout: float = 5.0) -> float:
        """Seconds from ``moment`` to the last byte of the burst that followed it; 0.0 if nothing came."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            with self._lock:
                last = self._arrivals[-1][0] if self._arrivals else moment
            if time.monotonic() - max(last, moment) > quiet:
                return max(last - moment, 0.0)
            time.sleep(0.005)
        return timeout

    def wait_until_idle(self, *, share: float = 0.03, window: float = 0.7, timeout: float = 60.0) -> None:
        """Wait until the process has used less than ``share`` of a core for ``window`` seconds."""
        deadline = time.monotonic() + timeout
        used = share * window + 1
        while used > share * window:
            if time.monotonic() > deadline:
                raise TimeoutError(f"still busy after {timeout} s:\n{self.text()}")
            before = self.cpu_seconds()
            time.sleep(window)
            used = self.cpu_seconds() - before

    def cpu_seconds(self) -> float:
        """Processor time that the process has used so far, in seconds."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def peak_memory(self) -> float:
        """The process's largest resident memory so far, in megabytes."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
        raise RuntimeError("the kernel reports no peak memory")


def _cut_before_half_a_code(data: bytes) -> tuple[bytes, bytes]:
    """What comes before an escape sequence that was read in part, and the part."""
    half = re.search(rb"\x1b(?:\[[<>=?]?[0-9;]*)?$", data)
    return (data, b"") if half is None else (data[: half.start()], data[half.start() :])
