"""Which files are a run's own, and which are no log at all whatever they are called."""

from __future__ import annotations

import os
from pathlib import Path

from tuimon.records.lines import BadLine, bare_line, decode_line
from tuimon.records.run_lookup import RUN_FILE_PATTERN

_RECORDS = frozenset(("run", "metrics", "eval", "system", "event", "resume", "end"))
_BESIDE_A_LOG = {".json": "document", ".meta": "notes", ".out": "output"}
_LONGEST_LINE = 1 << 22
_FAR_ENOUGH = 1 << 24  # bytes without a record; a data set named by mistake is not read to its end
_FIRST_LINES = 50  # of which one is a record, be the others torn or bad


class OwnedByRun(PermissionError):  # noqa: N818 (it says whose the file is)
    """A file that was to be written to, and is a run's."""


def refuse_own(path: Path) -> None:
    """Raise ``OwnedByRun`` where ``path`` is a file that a run consists of: nothing else may write it."""
    kind = own_kind(path)
    if kind is not None:
        raise OwnedByRun(f"{path}: the {kind} of a run, which nothing else may write; choose another file")


def own_kind(path: Path) -> str | None:
    """``log``, ``document``, ``notes`` or ``output`` where ``path``, followed through links, is a run's."""
    path = Path(os.path.realpath(path))
    try:
        if not path.is_file():
            return None
        match = RUN_FILE_PATTERN.fullmatch(path.name)
        if match is not None:
            return "log" if match["kind"] == "jsonl" else "document"
        beside = _BESIDE_A_LOG.get(path.suffix)
        if beside is not None and path.with_suffix(".jsonl").is_file():
            return beside if _begins_with_a_record(path.with_suffix(".jsonl")) else None
        return "log" if _begins_with_a_record(path) else None
    except OSError:  # writing to it will say why
        return None


def is_no_log(path: Path) -> bool:
    """Whether the file holds something, and none of its lines is a record.

    A log that was begun and is empty, or whose first line is not whole yet, may become one; what is called
    as a tracker calls its logs is one, though spoilt.
    """
    if RUN_FILE_PATTERN.fullmatch(path.name):
        return False
    anything = False
    with path.open("rb", buffering=1 << 16) as file:
        for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b""), start=1):
            text = bare_line(line, number)
            if not text or (number == 1 and not line.endswith(b"\n") and text.startswith(b"{")):
                continue
            anything = True
            if file.tell() > _FAR_ENOUGH:
                break
            try:
                decode_line(text)
            except BadLine:
                continue
            return False
    return anything


def _begins_with_a_record(path: Path) -> bool:
    with path.open("rb") as file:
        for number in range(1, _FIRST_LINES + 1):
            line = file.readline(_LONGEST_LINE)
            if not line:
                return False
            try:
                kind = decode_line(bare_line(line, number)).get("type")
            except BadLine:
                continue
            return isinstance(kind, str) and kind in _RECORDS
    return False
