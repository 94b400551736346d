"""The two ends of a log, without what lies between: for lists of many runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from tuimon.records.events import EndRecord
from tuimon.records.lines import BadLine, as_number, bare_line, decode_line
from tuimon.records.run_header import RunHeader, header_from_path

HEADER_BYTES = 1 << 14  # most headers fit; a longer one is read on
BLOCK_BYTES = 1 << 15  # the end line of a run with 100 metrics fits
MAX_BLOCK_BYTES = 1 << 22  # where even this holds no whole line, the run is read in full instead

_PLACES = frozenset(("iteration", "gradient_step", "wallclock_time"))  # where a row stands; no metrics


def read_header(path: Path) -> RunHeader:
    """The header of the log at ``path``, or one named after its file. Raises ``OSError``."""
    with path.open("rb") as file:
        return _header(file, path)


def read_ends(path: Path) -> tuple[RunHeader, EndRecord | None, dict[str, Any] | None]:
    """The header, the ``end`` record if nothing was resumed after it, and the last ``metrics`` record.

    The last record is as it stands in the file: after a resume its ``gradient_step`` and ``wallclock_time``
    count from the resuming process's start. Only the first line and the last block are read. Raises
    ``OSError``.
    """
    with path.open("rb") as file:
        header = _header(file, path)
        size = file.seek(0, os.SEEK_END)
        block = BLOCK_BYTES
        while True:
            end, metrics = _last_records(_lines_backwards(file, size, block))
            if metrics is not None or block >= min(size, MAX_BLOCK_BYTES):
                return header, end, metrics
            block *= 4


def metric_names_at_ends(path: Path) -> list[str]:
    """The metrics in the first and the last block of the log: nearly all, for little. Raises ``OSError``."""
    with path.open("rb") as file:
        first = file.read(BLOCK_BYTES).split(b"\n")
        lines = [*first, *_lines_backwards(file, file.seek(0, os.SEEK_END), BLOCK_BYTES)]
    names: dict[str, None] = {}
    for line in lines:
        try:
            record = decode_line(line)
        except BadLine:
            continue
        kind, summary = record.get("type"), record.get("summary")
        if kind in ("metrics", "eval", "system"):
            names.update(dict.fromkeys(key for key, value in record.items() if as_number(value) is not None))
        elif kind == "end" and isinstance(summary, dict):
            names.update(dict.fromkeys(summary))
    return [name for name in names if name not in _PLACES]


def _header(file: BinaryIO, path: Path) -> RunHeader:
    line = file.readline(HEADER_BYTES)
    if not line.endswith(b"\n"):
        line += file.readline(MAX_BLOCK_BYTES)
    try:
        record = decode_line(bare_line(line, 1))
    except BadLine:
        return header_from_path(path)
    return RunHeader.from_record(record, path=path) if record.get("type") == "run" else header_from_path(path)


def _lines_backwards(file: BinaryIO, size: int, block: int) -> Iterator[bytes]:
    """The whole lines in the last ``block`` bytes, the last one first: mostly two are enough."""
    start = max(size - block, 0)
    file.seek(start)
    text = file.read(size - start)
    stop = len(text)
    while (line_end := text.rfind(b"\n", 0, stop)) >= 0:
        if line_end + 1 < stop:  # what ends with a newline has nothing after it
            yield text[line_end + 1 : stop]
        stop = line_end
    if not start:  # else the first piece began before the block
        yield text[:stop]


def _last_records(lines: Iterator[bytes]) -> tuple[EndRecord | None, dict[str, Any] | None]:
    end: EndRecord | None = None
    resumed = False
    for line in lines:
        try:
            record = decode_line(line)
        except BadLine:
            continue  # blank, torn or bad: whoever reads it all counts it
        kind = record.get("type")
        if kind == "metrics":
            return end, record
        if kind == "resume":
            resumed = True
        elif kind == "end" and end is None and not resumed:
            end = EndRecord.from_record(record)
    return end, None
