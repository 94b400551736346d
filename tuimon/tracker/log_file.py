"""The one writer of a log: a line is with the kernel before the call returns, and trouble never raises."""

from __future__ import annotations

import contextlib
import errno
import os
from collections import deque
from pathlib import Path
from time import monotonic

from tuimon.tracker.file_lock import try_lock
from tuimon.tracker.warn import warn

BACKLOG_BYTES = 4 * 2**20  # some 20,000 records: hours of most trainings, nothing beside a model
FIRST_GAP = 0.1  # seconds until the first retry; each further gap is twice as long
LONGEST_GAP = 30.0
CHECK_SECONDS = 5.0  # how often a look is taken whether the file still has a name; 0.5 µs a look

_write = os.write  # the one place where bytes go to a log
_FLAGS = os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0)


class RunIsAlive(Exception):  # noqa: N818 (a finding, not a failure)
    """Another process writes the log."""


class LogFile:
    """An append-only log that is written line by line.

    What cannot be written waits in a bounded backlog, the oldest records dropped first, and is tried again in
    later calls with growing gaps. ``lost`` counts the records that were given up. Not thread-safe: the
    tracker has the lock.
    """

    def __init__(self, path: Path, first_line: bytes, *, fsync: bool = False) -> None:
        self.path = path
        self.lost = 0
        self._descriptor = -1
        self._fsync = fsync
        self._first_line = first_line  # again where a removed log is made anew
        self._due = first_line  # goes before the backlog and is never dropped: first line, or a line's rest
        self._torn = False  # whether the file ends within a line, of which `_due` is the rest
        self._backlog: deque[bytes] = deque()
        self._backlog_size = 0
        self._gap = FIRST_GAP
        self._retry_at = 0.0
        self._warned = False
        self._clear = False  # whether the file is open and nothing is due
        self._check_at = monotonic() + CHECK_SECONDS
        self._since_check = 0

    @classmethod
    def create(cls, path: Path, first_line: bytes, *, fsync: bool = False) -> LogFile:
        """A new log at ``path``, or at ``<stem>_2``, ``_3`` ...; made in a later call if it can't be now."""
        file = cls(path, first_line, fsync=fsync)
        file._drain()
        return file

    @classmethod
    def reopen(cls, path: Path, resume_line: bytes, header_line: bytes, *, fsync: bool = False) -> LogFile:
        """An existing log, to go on with. Raises :class:`RunIsAlive` when somebody writes it; ``OSError``."""
        file = cls(path, header_line, fsync=fsync)
        descriptor = os.open(path, (_FLAGS & ~os.O_WRONLY) | os.O_RDWR)
        try:
            if not try_lock(descriptor):
                raise RunIsAlive(str(path))
            size = os.fstat(descriptor).st_size
            whole = size == 0 or _byte_at(descriptor, size - 1) == b"\n"
        except BaseException:
            os.close(descriptor)
            raise
        file._descriptor = descriptor
        file._due = resume_line if whole else b"\n" + resume_line
        file._drain()
        return file

    def again(self, line: bytes) -> LogFile:
        """This log, closed before, opened to go on with ``line``. Raises as :meth:`reopen`."""
        return LogFile.reopen(self.path, line, self._first_line, fsync=self._fsync)

    def write(self, line: bytes, now: float) -> None:
        """Hand ``line`` to the kernel; ``now`` is ``time.monotonic()``, which the caller has at hand."""
        if not self._clear:
            self._keep(line)
            if now >= self._retry_at:
                self._drain()
            return
        try:
            written = _write(self._descriptor, line)
        except OSError as error:
            self._keep(line)
            self._fail(error)
            return
        if written != len(line):
            self._due, self._torn, self._clear = line[written:], True, False
            self._drain()
        elif self._fsync:
            self._sync()
        self._since_check += 1
        if now >= self._check_at:
            self._check(now)

    def write_last_words(self, line: bytes) -> None:
        """Write a line from a signal handler: no lock, no retry, no warning."""
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):  # the process dies of the signal next
                _write(self._descriptor, b"\n" + line if self._torn else line)

    def flush(self) -> None:
        """Try to write what waits, whatever the time of the next retry."""
        if not self._clear:
            self._drain()

    def close(self) -> None:
        """Try once more to write what waits, close the file, and say how many records were lost."""
        self.flush()
        self.lost += len(self._backlog) + (bool(self._due) and self._due is not self._first_line)
        self._forget()
        if self._descriptor >= 0:
            try:
                os.close(self._descriptor)
            except OSError as error:  # some network file systems report a failed write only here
                self._say(error)
            self._descriptor = -1
        if self.lost:
            warn(f"{self.lost} records of {self.path} are lost: they could not be written")

    def abandon(self) -> None:
        """In a forked child: let go of the file, which is the parent's; its lock stays with the parent."""
        self._forget()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def discard(self) -> None:
        """Close and remove the file, with all that waits."""
        self.abandon()
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            self._say(error)

    def _forget(self) -> None:
        self._backlog.clear()
        self._backlog_size = 0
        self._due, self._clear = b"", False
        self._retry_at = float("inf")

    def _keep(self, line: bytes) -> None:
        self._backlog.append(line)
        self._backlog_size += len(line)
        while self._backlog_size > BACKLOG_BYTES:
            self._backlog_size -= len(self._backlog.popleft())
            self.lost += 1

    def _drain(self) -> None:
        """Open the file if need be and write all that waits, in order."""
        try:
            if self._descriptor < 0:
                self._descriptor = self._create()
            while self._due or self._backlog:
                line = self._due or self._backlog[0]
                written = _write(self._descriptor, line)
                if not written:  # asking on and on would hang the training
                    raise OSError(errno.ENOSPC, "nothing was taken")
                if not self._due:
                    self._backlog_size -= len(self._backlog.popleft())
                self._due = line[written:]
                self._torn = bool(self._due)
        except OSError as error:
            self._fail(error)
            return
        self._clear, self._gap = True, FIRST_GAP
        if self._fsync:
            self._sync()

    def _create(self) -> int:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        path, number = self.path, 1
        while True:
            try:
                descriptor = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o666)
            except FileExistsError:
                number += 1
                path = self.path.with_name(f"{self.path.stem}_{number}.jsonl")
                continue
            self.path = path
            try_lock(descriptor)
            return descriptor

    def _fail(self, error: OSError) -> None:
        self._clear = False
        self._retry_at = monotonic() + self._gap
        self._gap = min(self._gap * 2, LONGEST_GAP)
        self._say(error)

    def _say(self, error: OSError) -> None:
        if not self._warned:
            self._warned = True
            reason = error.strerror or str(error)
            warn(f"cannot write {self.path} ({reason}); the training goes on, its records wait in memory")

    def _sync(self) -> None:
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            self._say(error)

    def _check(self, now: float) -> None:
        """Notice that the file was removed: what was written since the last look is lost; make it anew."""
        self._check_at = now + CHECK_SECONDS
        try:
            removed = os.fstat(self._descriptor).st_nlink == 0
        except OSError as error:  # a network file system's stale handle
            self._say(error)
            removed = True
        if not removed:
            self._since_check = 0
            return
        warn(f"{self.path} was removed while it was written; what follows goes to a new file")
        self.lost += self._since_check
        os.close(self._descriptor)
        self._descriptor, self._clear, self._torn = -1, False, False
        self._due, self._since_check = self._first_line, 0
        self._drain()


def _byte_at(descriptor: int, place: int) -> bytes:
    os.lseek(descriptor, place, os.SEEK_SET)
    return os.read(descriptor, 1)
