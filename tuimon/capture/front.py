"""The process that a person starts: it hands keys, window size, signals and job control to the program.

The output does not pass through here: the holder writes it, and goes on when this process is killed.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import resource
import select
import signal
import socket
import sys
import termios
import tty
from collections.abc import Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

from tuimon.capture.child import (
    Pseudoterminal,
    Terminal,
    copy_size,
    drop_typed,
    let_go,
    open_pseudoterminal,
    terminal_of_this_process,
    wire,
)
from tuimon.capture.holder import FORWARDED, Holder
from tuimon.capture.launch import Launch

# How often a job in the background looks whether it was brought to the foreground: shells don't say.
BACKGROUND_SECONDS = 0.25
KEYS = 4096  # bytes; also what the kernel keeps for a program that does not read
NOT_FOUND, NOT_EXECUTABLE = 127, 126  # what shells report


@dataclass(slots=True)
class News:
    """What the holder has told."""

    pid: int = 0
    log: str = ""
    wait_status: int | None = None
    records: int = 0
    trouble: str | None = None
    failure: tuple[int, str] | None = None
    is_over: bool = False
    """No more will be told."""


class HolderLine:
    """The socket to the holder, read without waiting."""

    def __init__(self, connection: socket.socket, pid: int) -> None:
        self.pid = pid
        self.connection = connection
        self.news = News()
        self.stops: list[int] = []
        self._rest = b""

    def hear(self) -> None:
        """Take in what was told since; waits for the next word if there is none."""
        data = self.connection.recv(1 << 16)
        if not data:
            self.news.is_over = True
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._take(json.loads(line))

    def hear_what_there_is(self) -> None:
        """Take in what was told since, if anything was."""
        while not self.news.is_over and select.select([self.connection], [], [], 0)[0]:
            self.hear()

    def _take(self, told: Mapping[str, Any]) -> None:
        news = self.news
        news.pid = told.get("started", news.pid)
        news.log = told.get("log", news.log)
        news.records = told.get("records", news.records)
        news.trouble = told.get("trouble", news.trouble)
        if "failed" in told:
            number, reason = told["failed"]
            news.failure, news.is_over = (number, reason), True
        if "stopped" in told:
            self.stops.append(told["stopped"])
        if "ended" in told:
            news.wait_status, news.is_over = told["ended"], True


def launch(plan: Launch) -> tuple[HolderLine, Terminal | None, Pseudoterminal | None]:
    """Start the holder, which starts the program; the line to it, and the terminals.

    The holder is a fork of this process, not a new interpreter: the program starts that much earlier.
    """
    terminal = terminal_of_this_process()
    pseudo = open_pseudoterminal(terminal) if terminal is not None else None
    ours, theirs = socket.socketpair()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        _hold(plan, terminal, pseudo, ours, theirs)
    theirs.close()
    if not os.isatty(0):
        let_go([0])
    if pseudo is not None and (plan.in_background or not os.isatty(0)):
        os.close(pseudo.slave)
    return HolderLine(ours, pid), terminal, pseudo


def _hold(
    plan: Launch,
    terminal: Terminal | None,
    pseudo: Pseudoterminal | None,
    ours: socket.socket,
    theirs: socket.socket,
) -> None:
    """Be the holder, and end."""
    code = 1
    try:
        ours.close()
        os.setsid()
        wiring = wire(terminal, pseudo, in_background=plan.in_background)
        Holder(plan, wiring, terminal, theirs).run()
        code = 0
    except BaseException as error:
        os.write(2, f"tuimon: internal error: {type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(code)


class Front:
    """Between the person's terminal and the program's."""

    def __init__(self, line: HolderLine, terminal: Terminal | None, pseudo: Pseudoterminal | None) -> None:
        self._line = line
        self._terminal = terminal
        self._pseudo = pseudo
        self._types = terminal is not None and os.isatty(0)
        self._drops_typed = terminal is not None and not terminal.local_modes & termios.NOFLSH
        self._is_raw = False
        self._keys = b""
        self._signals: list[int] = []

    def serve(self) -> int:
        """Serve until the program ends; its exit code, negative for the signal that it died of."""
        wakeup = self._hear_signals()
        try:
            while not self._line.news.is_over:
                self._take_terminal()
                self._wait(wakeup)
                self._handle_signals()
                while self._line.stops:
                    self._stop(self._line.stops.pop(0))
        finally:
            self._leave_terminal()
        return exit_code(self._line.news)

    def _hear_signals(self) -> int:
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        os.set_blocking(writing, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        for number in (*FORWARDED, signal.SIGTSTP, signal.SIGCONT, signal.SIGWINCH, signal.SIGQUIT):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._note_signal)
        return reading

    def _note_signal(self, number: int, _frame: FrameType | None) -> None:
        self._signals.append(number)

    def _handle_signals(self) -> None:
        while self._signals:
            number = self._signals.pop(0)
            if number == signal.SIGWINCH:
                self._pass_size_on()
            elif number == signal.SIGCONT:
                self._is_raw = False  # the shell has put the terminal into modes of its own
                self._pass_size_on()
                self._send(number)
            else:
                self._send(number)

    def _send(self, number: int) -> None:
        if self._line.news.pid:
            with contextlib.suppress(ProcessLookupError):  # it has just ended
                os.killpg(self._line.news.pid, number)

    def _pass_size_on(self) -> None:
        if self._terminal is not None and self._pseudo is not None:
            copy_size(self._terminal.descriptor, self._pseudo.master)

    # The terminal

    def _is_in_foreground(self) -> bool:
        try:
            return os.tcgetpgrp(0) == os.getpgrp()
        except OSError:
            return False

    def _take_terminal(self) -> None:
        """Let every key through as it is, as soon as the terminal is this job's."""
        if self._types and not self._is_raw and self._is_in_foreground():
            try:
                tty.setraw(0, termios.TCSADRAIN)
            except termios.error:
                self._types = False  # it has been hung up
                return
            self._is_raw = True

    def _leave_terminal(self) -> None:
        if self._is_raw and self._terminal is not None:
            self._is_raw = False
            with contextlib.suppress(termios.error):  # it has been hung up
                termios.tcsetattr(0, termios.TCSADRAIN, self._terminal.modes)

    def _wait(self, wakeup: int) -> None:
        poll = select.poll()
        poll.register(wakeup, select.POLLIN)
        poll.register(self._line.connection, select.POLLIN)
        if self._is_raw and self._pseudo is not None:
            if self._keys:
                poll.register(self._pseudo.master, select.POLLOUT)
            else:
                poll.register(0, select.POLLIN)
        is_waiting_for_foreground = self._types and not self._is_raw
        events = dict(poll.poll(BACKGROUND_SECONDS * 1000 if is_waiting_for_foreground else None))
        if wakeup in events:
            os.read(wakeup, 512)
        if self._line.connection.fileno() in events:
            self._line.hear()
        if 0 in events:
            self._read_keys()
        if self._keys and self._pseudo is not None and self._pseudo.master in events:
            self._pass_keys_on(self._pseudo.master)

    def _read_keys(self) -> None:
        try:
            self._keys = os.read(0, KEYS)
        except OSError:
            self._keys = b""
        if not self._keys:
            self._types = self._is_raw = False  # the terminal has been hung up
        elif self._pseudo is not None:
            if self._drops_typed:
                self._keys = drop_typed(self._pseudo.slave, self._keys)
            self._pass_keys_on(self._pseudo.master)

    def _pass_keys_on(self, master: int) -> None:
        poll = select.poll()
        poll.register(master, select.POLLOUT)
        if poll.poll(0):
            written = os.write(master, self._keys[:256])
            self._keys = self._keys[written:]

    # The end, and stops

    def _stop(self, number: int) -> None:
        """The program was stopped: stop the whole job, so that the shell takes over; then go on."""
        self._leave_terminal()
        if number == signal.SIGTSTP:
            before = signal.signal(number, signal.SIG_DFL)
            os.killpg(0, number)  # as the terminal's Ctrl+Z does: everything in the pipeline
            signal.signal(number, before)
        else:
            os.kill(os.getpid(), signal.SIGSTOP)
        self._pass_size_on()
        self._send(signal.SIGCONT)


def exit_code(news: News) -> int:
    """The program's exit code, negative for a signal; a shell's code where it could not be executed."""
    if news.failure is not None:
        return NOT_FOUND if news.failure[0] in (errno.ENOENT, errno.ENOTDIR) else NOT_EXECUTABLE
    if news.wait_status is None:
        return 1  # the holder was killed
    return os.waitstatus_to_exitcode(news.wait_status)


def die_by(number: int) -> None:
    """End this process by the signal, as the program did."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # the core is the program's, not this process's
    if number not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
    os.kill(os.getpid(), number)
