"""Starting the program: which of its streams are a pseudo-terminal, and which are pipes."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import stat
import termios
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

STREAMS = (0, 1, 2)


@dataclass(frozen=True, slots=True)
class Terminal:
    """The person's terminal, as it was found: a descriptor of it and its modes."""

    descriptor: int
    modes: list[int | list[bytes | int]]

    @property
    def local_modes(self) -> int:
        """The flags of echo, line editing and signals."""
        flags = self.modes[3]
        return flags if isinstance(flags, int) else 0


@dataclass(frozen=True, slots=True)
class Pseudoterminal:
    """What the program gets in place of the terminal."""

    master: int
    slave: int


def terminal_of_this_process() -> Terminal | None:
    """The terminal on stdout, stderr or stdin; None where none of them is one."""
    for descriptor in (1, 2, 0):
        if os.isatty(descriptor):
            return Terminal(descriptor, termios.tcgetattr(descriptor))
    return None


def open_pseudoterminal(like: Terminal) -> Pseudoterminal:
    """A pseudo-terminal of the terminal's modes and size.

    But for one: by default the kernel drops what was printed and not read yet at Ctrl+C and Ctrl+Z, and with
    it lines of metrics. (What was typed and not read is dropped by :func:`drop_typed`.)
    """
    master, slave = os.openpty()
    modes = list(like.modes)
    modes[3] = like.local_modes | termios.NOFLSH
    if not os.isatty(0):  # nobody types, so the terminal stays in its modes and makes the line ends itself
        modes[1] = 0
    termios.tcsetattr(slave, termios.TCSANOW, modes)
    copy_size(like.descriptor, master)
    return Pseudoterminal(master, slave)


def copy_size(source: int, target: int) -> None:
    """Give one terminal the size of the other; its foreground processes hear of it from the kernel."""
    try:
        fcntl.ioctl(target, termios.TIOCSWINSZ, fcntl.ioctl(source, termios.TIOCGWINSZ, bytes(8)))
    except OSError:
        return  # the terminal is gone, which is noticed elsewhere


def drop_typed(slave: int, keys: bytes) -> bytes:
    """What is to be handed on of ``keys``: one that sends a signal drops what was typed before it."""
    modes = termios.tcgetattr(slave)
    if not modes[3] & termios.ISIG:
        return keys
    signs = [modes[6][name] for name in (termios.VINTR, termios.VQUIT, termios.VSUSP)]
    place = max(keys.rfind(sign) for sign in signs if isinstance(sign, bytes) and sign != b"\0")
    if place < 0:
        return keys
    termios.tcflush(slave, termios.TCIFLUSH)
    return keys[place:]


def make_usable(terminal: Terminal) -> None:
    """Give the terminal its modes back, where it is still in those in which nobody can use it."""
    try:
        _, output, _, local, *_ = termios.tcgetattr(terminal.descriptor)
        if not (local & (termios.ICANON | termios.ISIG) or output & termios.OPOST):
            termios.tcsetattr(terminal.descriptor, termios.TCSADRAIN, terminal.modes)
    except termios.error:
        return  # the terminal is gone


@dataclass(frozen=True, slots=True)
class Output:
    """Where the program's output is read, and where it goes on to (None: nowhere)."""

    source: int
    destination: int | None
    is_terminal: bool


@dataclass(frozen=True, slots=True)
class Wiring:
    """The program's three streams, and the ends of them that are kept here."""

    streams: tuple[int, int, int]
    outputs: tuple[Output, ...]
    slave: int | None


def wire(terminal: Terminal | None, pseudo: Pseudoterminal | None, *, in_background: bool) -> Wiring:
    """Connect: a terminal before is the pseudo-terminal, anything else a pipe; stdin stays what it is.

    In the background nothing goes on to the terminal, and stdin is empty.
    """
    outputs: list[Output] = []
    streams = [os.open(os.devnull, os.O_RDWR) if in_background or not _is_open(0) else 0, -1, -1]
    if pseudo is not None and terminal is not None:
        destination = None if in_background else terminal.descriptor
        outputs.append(Output(pseudo.master, destination, is_terminal=True))
        if not in_background and os.isatty(0):
            streams[0] = pseudo.slave
    for number in (1, 2):
        if pseudo is not None and os.isatty(number):
            streams[number] = pseudo.slave
        elif number == 2 and streams[1] != -1 and _is_same_file(1, 2):
            streams[2] = streams[1]  # 2>&1: one pipe, so that the order stays
        else:
            source, streams[number] = os.pipe()
            outputs.append(Output(source, number if _is_open(number) else None, is_terminal=False))
    return Wiring(
        (streams[0], streams[1], streams[2]), tuple(outputs), pseudo.slave if pseudo is not None else None
    )


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _is_same_file(one: int, other: int) -> bool:
    if not (_is_open(one) and _is_open(other)):
        return False
    first, second = os.fstat(one), os.fstat(other)
    return os.path.samestat(first, second) and not stat.S_ISDIR(first.st_mode)


def let_go(descriptors: Iterable[int]) -> None:
    """Put the null device in the place of these: a pipe is to end when the program has let go of it."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in descriptors:
        os.dup2(null, descriptor)
    os.close(null)


class CannotStart(Exception):  # noqa: N818 (it says what is so)
    """The program could not be executed; ``error`` is the system's reason."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror)
        self.error = error


def start(command: Sequence[str], wiring: Wiring, environment: Mapping[str, str]) -> int:
    """Start the program in a process group of its own, in the foreground of its terminal; its process id.

    This process leads the session. The program does not: a group whose parents are all outside the session
    is orphaned, and the kernel then ignores Ctrl+Z in it. Raises :class:`CannotStart`.
    """
    if wiring.slave is not None:
        fcntl.ioctl(wiring.slave, termios.TIOCSCTTY, 0)
    news, telling = os.pipe()  # both close on exec: nothing comes where the program was executed
    pid = os.fork()
    if pid == 0:
        os.close(news)
        _become(command, wiring, environment, telling)
    os.close(telling)
    for stream in {*wiring.streams} - {0, wiring.slave}:
        os.close(stream)
    with os.fdopen(news, "rb") as pipe:
        failure = pipe.read()
    if failure:
        os.waitpid(pid, 0)
        raise CannotStart(OSError(*json.loads(failure)))
    return pid


def _become(command: Sequence[str], wiring: Wiring, environment: Mapping[str, str], telling: int) -> NoReturn:
    """Be the program; where that fails, tell why and end."""
    try:
        os.setpgid(0, 0)
        if wiring.slave is not None:
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # we are in the background until the next line
            os.tcsetpgrp(wiring.slave, os.getpid())
        for number in (signal.SIGTTOU, signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)  # Python ignores the last two, programs must not
        # Above the three first, so that no stream is overwritten before it is in its place.
        high = [fcntl.fcntl(stream, fcntl.F_DUPFD, 10) for stream in wiring.streams]
        for descriptor, stream in zip(STREAMS, high, strict=True):
            os.dup2(stream, descriptor, inheritable=True)
            os.close(stream)
        os.execvpe(command[0], list(command), dict(environment))
    except OSError as error:
        os.write(telling, json.dumps([error.errno, error.strerror]).encode())
    finally:
        os._exit(127)
