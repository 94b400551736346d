"""A program in a real pseudo-terminal: type at it, read its screen, and know when each byte came."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import tempfile
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import psutil
import pyte


class TerminalApp:
    """A process on a pseudo-terminal of ``columns`` x ``rows``, its output parsed as a terminal would.

    A thread reads the output and stamps it with ``time.monotonic()``, so times are those at which the bytes
    reached the terminal. Use it as a context manager; leaving it kills the process.
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
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        variables = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LC_ALL": "C.UTF-8",
            # Nobody's settings, and no view of an earlier session.
            "XDG_CONFIG_HOME": self._home.name,
            "XDG_STATE_HOME": self._home.name,
            **(environment or {}),
        }
        # Colours and size are the terminal's; start-up is measured with compiled modules.
        for name in ("NO_COLOR", "COLUMNS", "LINES", "PYTHONDONTWRITEBYTECODE"):
            variables.pop(name, None)
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=variables,
            cwd=cwd,
            start_new_session=True,
        )
        os.close(slave)
        self._master = master
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
        self._reader.join(timeout=5)
        os.close(self._master)
        self._home.cleanup()

    def _read(self) -> None:
        while True:
            ready, _, _ = select.select([self._master], [], [], 0.2)
            if not ready:
                if self.process.poll() is not None:
                    return
                continue
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:
                return  # Linux reports the closed other end of a pseudo-terminal as an I/O error
            if not data:
                return
            now = time.monotonic()
            # pyte knows no private-parameter CSI sequences such as the kitty keyboard protocol's
            if b"\x1b[c" in data:  # "what are you?", which every terminal answers, here with its background
                os.write(self._master, b"\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[?62;22c")
            shown = re.sub(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]", b"", data)
            with self._lock:
                self._arrivals.append((now, len(data)))
                self._stream.feed(shown)

    def send(self, keys: str) -> float:
        """Type ``keys``; returns the time at which they were written."""
        os.write(self._master, keys.encode())
        return time.monotonic()

    def resize(self, columns: int, rows: int) -> None:
        """The terminal's window in another size."""
        with self._lock:
            self.screen.resize(rows, columns)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process.send_signal(signal.SIGWINCH)  # it is not the process's controlling terminal

    def text(self) -> str:
        """The screen's lines as one text."""
        with self._lock:
            return "\n".join(self.screen.display)

    def wait_for(self, pattern: str, timeout: float = 30.0) -> float:
        """Wait until the screen matches ``pattern``; returns the seconds since the process started."""
        compiled = re.compile(pattern, re.S)
        deadline = time.monotonic() + timeout
        while not compiled.search(self.text()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"nothing on the screen matched {pattern!r}:\n{self.text()}")
            time.sleep(0.004)
        with self._lock:
            return self._arrivals[-1][0] - self.started

    def bytes_since(self, moment: float) -> int:
        """How many bytes were written to the terminal after ``moment``."""
        with self._lock:
            return sum(size for when, size in self._arrivals if when > moment)

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
