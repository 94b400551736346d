"""Lines to records: what a chunk holds, with the lines that hold nothing readable set aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tuimon.quick_dataclass import dataclass
from tuimon.records.lines import MAX_LINE_BYTES, BadLine, bare_line, decode_line, decode_lines
from tuimon.sources.tail import TailChunk


@dataclass(frozen=True, slots=True)
class Decoded:
    """The records of a chunk with their line numbers, and the lines that are none with number and reason."""

    records: Sequence[dict[str, Any]]
    line_numbers: Sequence[int]
    bad_lines: Sequence[tuple[int, str]]


def decode_chunk(chunk: TailChunk) -> Decoded:
    """The records in ``chunk``; blank lines are skipped, bad ones reported."""
    lines = chunk.lines
    if not chunk.too_long:
        try:
            records = decode_lines(lines)
        except BadLine:
            pass  # blank or bad lines among them: once more, line by line
        else:
            numbers = range(chunk.first_line_number, chunk.first_line_number + len(lines))
            return Decoded(records, numbers, ())
    return _decode_each(chunk)


def _decode_each(chunk: TailChunk) -> Decoded:
    records: list[dict[str, Any]] = []
    numbers: list[int] = []
    bad = [(number, f"longer than {MAX_LINE_BYTES // 2**20} MB") for number in chunk.too_long]
    for number, line in enumerate(chunk.lines, chunk.first_line_number):
        text = bare_line(line, number)
        if not text:
            continue
        try:
            records.append(decode_line(text))
            numbers.append(number)
        except BadLine as error:
            bad.append((number, error.reason))
    return Decoded(records, numbers, sorted(bad))
