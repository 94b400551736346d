"""One log record by record, as it grows, with what has become of its writer."""

from __future__ import annotations

import contextlib
import os
import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuimon.records.events import EndRecord, ResumeRecord
from tuimon.records.lines import MAX_LINE_BYTES, BadLine, bare_line, decode_line
from tuimon.records.run_header import RunHeader
from tuimon.sources.tail import LogTail
from tuimon.store.clock import Clock
from tuimon.store.liveness import (
    USUAL_SILENCE,
    Machine,
    ProcessProbe,
    RunState,
    Silence,
    Writer,
    judge_state,
    process_start,
    this_machine,
    writer_of,
)

_CHUNK = 1 << 20
# Of the lines before the newest ones only those that hold one of these say who writes and how it ended.
_TELLING = (b'"run"', b'"resume"', b'"end"')


@dataclass(frozen=True, slots=True)
class FollowedLine:
    """A line of the log: its record, or the reason why it is none."""

    number: int
    record: Mapping[str, Any] | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What came since the last look.

    ``restarted``: the log is another one now, ``lines`` are its first. ``missing``: there is none any more.
    """

    lines: tuple[FollowedLine, ...]
    restarted: bool = False
    missing: bool = False


class LogFollower:
    """Reads the log at ``path`` from where the last look ended."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock = time,
        probe: ProcessProbe = process_start,
        machine: Machine | None = None,
        silence: Silence = USUAL_SILENCE,
    ) -> None:
        self.path = path
        self._tail = LogTail(path)
        self._clock = clock
        self._probe = probe
        self._machine = machine or this_machine()
        self._silence = silence
        self._writer: Writer | None = None
        self._end: EndRecord | None = None
        self._recorded = False
        self._empty = True
        self._last_change: float | None = None

    def look(self, newest: int | None = None) -> News:
        """All that came, or so many of its ``newest`` lines. Raises ``OSError`` where it cannot be read."""
        kept: deque[tuple[int, bytes]] = deque(maxlen=newest)
        restarted = False
        while True:
            chunk = self._tail.read(_CHUNK)
            if chunk.restarted:
                kept.clear()
                self._writer = self._end = None
                self._recorded, self._empty, restarted = False, True, True
            if chunk.missing:
                return News((), restarted, missing=True)
            for number, line in enumerate(chunk.lines, chunk.first_line_number):
                self._empty = False
                text = bare_line(line, number)
                if number in chunk.too_long:
                    kept.append((number, line))
                elif text:
                    kept.append((number, text))
                    self._learn(text)
            if chunk.at_end:
                return News(tuple(_followed(kept)), restarted)

    def state(self) -> RunState:
        """What has become of the run, as far as the lines read so far and its writer's process tell."""
        with contextlib.suppress(OSError):  # deleted this moment: the next look will say so
            self._last_change = os.stat(self.path).st_mtime  # noqa: PTH116 (as everywhere here)
        return judge_state(
            end=self._end,
            saved=False,
            writer=self._writer,
            last_change=self._last_change,
            interval=None,
            now=self._clock.time(),
            probe=self._probe,
            machine=self._machine,
            recorded=self._recorded or self._empty,  # what is not written yet is no sign of anything
            allowed=self._silence,
        )

    def _learn(self, line: bytes) -> None:
        self._recorded = True
        if not any(word in line for word in _TELLING):
            return
        try:
            record = decode_line(line)
        except BadLine:
            return
        match record.get("type"):
            case "run":
                self._writer = writer_of(RunHeader.from_record(record, path=self.path))
            case "resume":
                self._writer, self._end = writer_of(ResumeRecord.from_record(record)), None
            case "end":
                self._end = EndRecord.from_record(record)


def _followed(lines: Iterable[tuple[int, bytes]]) -> Iterable[FollowedLine]:
    for number, line in lines:
        if not line:
            yield FollowedLine(number, None, f"longer than {MAX_LINE_BYTES // 2**20} MB")
            continue
        try:
            yield FollowedLine(number, decode_line(line))
        except BadLine as error:
            yield FollowedLine(number, None, error.reason)
