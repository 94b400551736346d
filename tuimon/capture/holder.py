"""The process that holds a program's output: it outlives whatever started it.

It leads a session of its own with the program's pseudo-terminal, passes every byte on at once to where the
output went before, keeps it in a file, and tracks what it says. The process that the person started (see
``front``) types and signals; when that one dies, this one goes on.
"""

from __future__ import annotations

import errno
import json
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from types import FrameType
from typing import ParamSpec

from tuimon.capture.child import CannotStart, Output, Terminal, Wiring, let_go, make_usable, start
from tuimon.capture.launch import Launch
from tuimon.capture.printed_text import LineSplitter
from tuimon.capture.recorder import Recorder, fault

P = ParamSpec("P")

CHUNK = 64 * 1024
# A write of so many bytes to a pipe that poll() calls writable never waits (PIPE_BUF is at least this on
# Linux); waiting here would hold up the program's signals.
WRITE_BYTES = 4096
# How long a redrawn line stands before it is read though its end has not come, and how often it is looked
# whether the program has a tracker of its own.
QUIET_SECONDS = 0.5
# A shell whose job was killed gives the terminal modes of its own; they are not to be overwritten.
SHELL_SECONDS = 0.1
FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)


class _Stream:
    """One output of the program on its way."""

    def __init__(self, output: Output) -> None:
        self.source = output.source
        self.destination = output.destination
        self.is_terminal = output.is_terminal
        self.splitter = LineSplitter()
        self.waiting = memoryview(b"")
        self.is_open = True


class Holder:
    """Runs one program to its end. ``front`` is the socket to the process that the person started."""

    def __init__(
        self, launch: Launch, wiring: Wiring, terminal: Terminal | None, front: socket.socket
    ) -> None:
        self._wiring = wiring
        self._terminal = terminal
        self._launch = launch
        self._front: socket.socket | None = front
        self._recorder = Recorder(launch)
        self._streams = [_Stream(output) for output in wiring.outputs]
        self._pid = 0
        self._wait_status: int | None = None
        self._is_quiet = False
        self._told_log = False, False  # whether it was told, and then whether it was the program's own
        self._looked_for_claim = time.monotonic()

    def run(self) -> None:
        """Start the program, hold its output until it ends, and tell the front how it ended."""
        wakeup = self._hear_signals()
        try:
            try:
                self._pid = start(self._launch.command, self._wiring, self._recorder.environment)
            except CannotStart as failure:
                self._tell(failed=[failure.error.errno, failure.error.strerror])
                return
            self._let_go()
            self._tell(started=self._pid)
            self._recorder.start()
            while self._wait_status is None:
                self._wait_for_news(wakeup)
            self._end(self._wait_status)
        finally:
            self._recorder.forget()
        self._pass_on_what_others_print()

    # The program

    def _let_go(self) -> None:
        """Of stdin, which is the program's; in the background of the terminal, which is the app's."""
        used = {stream.destination for stream in self._streams}
        let_go({0, *(number for number in (1, 2) if os.isatty(number) and self._launch.in_background)} - used)

    def _hear_signals(self) -> int:
        """Pass signals on to the program; the descriptor by which a signal ends a wait."""
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        os.set_blocking(writing, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _nothing)
        for number in FORWARDED:
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup: the program ignores it as well
                signal.signal(number, self._pass_signal_on)
        return reading

    def _pass_signal_on(self, number: int, _frame: FrameType | None) -> None:
        if self._pid and self._wait_status is None:
            try:
                os.killpg(self._pid, number)
            except ProcessLookupError:
                return  # it has just ended

    def _look_at_child(self) -> None:
        while self._wait_status is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG | os.WUNTRACED)
            if pid == 0:
                return
            if os.WIFSTOPPED(status):
                self._tell(stopped=os.WSTOPSIG(status))
            else:
                self._wait_status = status

    def _end(self, status: int) -> None:
        """The program has ended: what it printed last, its run, and the news for the front."""
        if self._wiring.slave is not None:
            # Background processes of the program stay: without this the kernel would hang up on them when
            # this process, which leads the session, ends.
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # the next line is what the kernel sends it for
            os.tcsetpgrp(self._wiring.slave, os.getpgrp())
            os.close(self._wiring.slave)
        for stream in self._streams:
            self._write_all(stream)
            while stream.is_open and self._is_readable(stream):
                self._read(stream)
                self._write_all(stream)
            self._guarded(self._recorder.read, stream.splitter.finish())
        self._guarded(self._recorder.end, status)
        self._tell(
            ended=status,
            log=str(self._recorder.log or ""),
            records=self._recorder.records,
            trouble=self._recorder.trouble,
        )
        self._close_front()

    def _pass_on_what_others_print(self) -> None:
        """Processes that the program left behind may go on printing, as they could without this one."""
        poll = select.poll()
        while still_open := [stream for stream in self._streams if stream.is_open]:
            for stream in still_open:
                poll.register(stream.source, select.POLLIN)
            ready = {descriptor for descriptor, _ in poll.poll()}
            for stream in still_open:
                if stream.source in ready:
                    self._pass_on(stream, self._take(stream))
                    self._write_all(stream)
                    if not stream.is_open:
                        poll.unregister(stream.source)

    # The output

    def _wait_for_news(self, wakeup: int) -> None:
        """Wait for output, a signal or the front's end, and handle what came."""
        events = self._wait(wakeup)
        if time.monotonic() - self._looked_for_claim > QUIET_SECONDS:
            self._looked_for_claim = time.monotonic()
            self._guarded(self._recorder.look_for_claim)
        state = self._recorder.is_ready, self._recorder.has_given_way
        if state != self._told_log and self._recorder.is_ready:
            self._told_log = state
            self._tell(log=str(self._recorder.log or ""))
        if not events:
            self._when_quiet()
        if wakeup in events:
            os.read(wakeup, 512)
        if wakeup in events or not events:
            self._look_at_child()
        if self._front is not None and self._front.fileno() in events:
            self._hear_front()
        for stream in self._streams:
            if stream.waiting and stream.destination in events:
                self._write(stream)
            elif stream.is_open and not stream.waiting and stream.source in events:
                self._read(stream)

    def _wait(self, wakeup: int) -> set[int]:
        """The descriptors that are ready; of a stream whose output waits to be written, its destination."""
        poll = select.poll()
        poll.register(wakeup, select.POLLIN)
        if self._front is not None:
            poll.register(self._front, select.POLLIN)
        for stream in self._streams:
            if not stream.is_open:
                continue
            if stream.waiting and stream.destination is not None:
                poll.register(stream.destination, select.POLLOUT)
            else:
                poll.register(stream.source, select.POLLIN)
        return {descriptor for descriptor, _ in poll.poll(QUIET_SECONDS * 1000)}

    def _when_quiet(self) -> None:
        if not self._is_quiet:
            self._is_quiet = True
            for stream in self._streams:
                self._guarded(self._recorder.read, stream.splitter.peek())

    def _read(self, stream: _Stream) -> None:
        data = self._take(stream)
        if not data:
            return
        self._is_quiet = False
        self._pass_on(stream, data)
        self._guarded(self._recorder.keep, data)
        self._guarded(self._recorder.read, stream.splitter.feed(data))

    def _take(self, stream: _Stream) -> bytes:
        """What there is to read; nothing when it is closed."""
        try:
            data = os.read(stream.source, CHUNK)
        except OSError as error:
            if error.errno != errno.EIO:  # Linux says so when no process has the terminal open any more
                raise
            data = b""
        if not data:
            self._close(stream)
        return data

    def _pass_on(self, stream: _Stream, data: bytes) -> None:
        if stream.destination is not None:
            stream.waiting = memoryview(data)
            self._write(stream)

    def _write(self, stream: _Stream) -> None:
        """Write what waits, as far as that is possible without waiting."""
        while stream.waiting and stream.destination is not None and _is_writable(stream.destination):
            try:
                written = os.write(stream.destination, stream.waiting[:WRITE_BYTES])
            except OSError:
                self._lose_destination(stream)
                return
            stream.waiting = stream.waiting[written:]

    def _write_all(self, stream: _Stream) -> None:
        while stream.waiting and stream.destination is not None:
            select.select([], [stream.destination], [])
            self._write(stream)

    def _lose_destination(self, stream: _Stream) -> None:
        """Nobody reads the output any more. A terminal that is gone leaves the program to its work; behind a
        closed pipe the program is to get SIGPIPE as it would have."""
        stream.destination, stream.waiting = None, memoryview(b"")
        if not stream.is_terminal:
            self._close(stream)

    def _close(self, stream: _Stream) -> None:
        if stream.is_open:
            stream.is_open = False
            os.close(stream.source)

    def _is_readable(self, stream: _Stream) -> bool:
        poll = select.poll()
        poll.register(stream.source, select.POLLIN)
        return bool(poll.poll(0))

    # The front

    def _tell(self, **news: object) -> None:
        if self._front is None:
            return
        try:
            self._front.sendall(json.dumps(news).encode() + b"\n")
        except OSError:
            self._close_front()

    def _hear_front(self) -> None:
        """The front says nothing: what comes is its end, and it did not put the terminal back (SIGKILL)."""
        if self._front is None or self._front.recv(64):
            return
        self._close_front()
        if self._terminal is not None and not self._launch.in_background:
            time.sleep(SHELL_SECONDS)
            make_usable(self._terminal)

    def _close_front(self) -> None:
        if self._front is not None:
            self._front.close()
            self._front = None

    def _guarded(self, work: Callable[P, None], *given: P.args, **named: P.kwargs) -> None:
        """Do what tracks and keeps; a fault of ours there is told at the end and never stops the output."""
        try:
            work(*given, **named)
        except Exception as error:
            self._recorder.complain(fault(error))


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """A handler, so that the signal ends a wait."""


def _is_writable(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    return bool(poll.poll(0))
