"""The runs of a log directory, as candidates for what a person means."""

from __future__ import annotations

import os
from pathlib import Path

from tuimon.records.original_json import BadDocument, read_document
from tuimon.records.own_files import is_no_log
from tuimon.records.quick_read import read_header
from tuimon.records.run_header import RunHeader, header_from_path
from tuimon.records.run_lookup import RUN_FILE_PATTERN, RunCandidate, UnknownRun, resolve_run
from tuimon.records.run_names import log_directory


def list_candidates(directory: Path) -> list[RunCandidate]:
    """The runs whose files lie in ``directory`` itself, each once; none when it cannot be read."""
    try:
        names = sorted(path.name for path in directory.iterdir())
    except OSError:
        return []
    found: list[RunCandidate] = []
    for name in names:
        match = RUN_FILE_PATTERN.fullmatch(name)
        path = directory / name
        if match is None or match["rank"] or (match["kind"] == "json" and f"{path.stem}.jsonl" in names):
            continue
        found.append(candidate(path))
    return found


def candidate(path: Path) -> RunCandidate:
    """The run of the file at ``path``; named after the file where that cannot be read."""
    header = _header(path)
    return RunCandidate(path, header.run_id, header.name, header.start_time)


def find_run(text: str, log_dir: str | os.PathLike[str] | None = None) -> RunCandidate:
    """The run that ``text`` means: a path of any file, or a run id, a name or a prefix in the log directory.

    Raises ``UnknownRun`` or ``AmbiguousRun``.
    """
    path = Path(text)
    if path.is_file():
        if path.suffix != ".json" and is_no_log(path):
            raise UnknownRun(text, ())
        return candidate(path)
    return resolve_run(text, list_candidates(log_directory(log_dir)))


def _header(path: Path) -> RunHeader:
    try:
        return read_document(path)[1] if path.suffix == ".json" else read_header(path)
    except (OSError, BadDocument):
        return header_from_path(path)
