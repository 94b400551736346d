"""The original tracker's file: one JSON document a run, ``<stem>.json``.

:meth:`tuimon.records.experiment.ExperimentLog.to_dict` fixes its shape. Reading takes bare ``NaN`` and
``Infinity``, zone-less (local) times, and files that were cut off, as far as their rows are whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from tuimon.records.experiment import ExperimentConfig, ExperimentLog
from tuimon.records.lines import plain
from tuimon.records.run_header import RunHeader, id_from_path, parse_time
from tuimon.whole_file import write_whole


class BadDocument(ValueError):  # noqa: N818 (it names the document, not the failure)
    """A file that is no document of an experiment; the message says why."""


_GAP = re.compile(r"[\s,:]*")
_DECODER = json.JSONDecoder()


def document_from_log(log: ExperimentLog) -> dict[str, Any]:
    """``log`` in the original shape, as strict JSON holds it: absent is null, non-finite values are text."""
    document: dict[str, Any] = plain(log.to_dict())
    return document


def write_document(path: Path, log: ExperimentLog) -> None:
    """Write ``log`` to ``path`` in the original shape, whole or not at all. Raises ``OSError``."""
    write_whole(path, orjson.dumps(document_from_log(log), option=orjson.OPT_INDENT_2))


def read_document(path: Path) -> tuple[ExperimentLog, RunHeader]:
    """The experiment in the file at ``path``, and a header for it with the name and times that it holds.

    Raises ``OSError`` when it cannot be read and :class:`BadDocument` when it is something else.
    """
    text = path.read_bytes().decode("utf-8-sig", "replace")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = _recover(text)
    else:
        if not isinstance(document, dict) or not document.keys() & {"metrics_history", "config"}:
            raise BadDocument(f"{path}: JSON, but no experiment")
    log = ExperimentLog.from_dict(document)
    config = log.config
    header = RunHeader(
        run_id=id_from_path(path),
        name=log.experiment_name or path.stem,
        start_time=parse_time(log.start_time),
        config=config.to_dict() if isinstance(config, ExperimentConfig) else config,
        notes=log.notes,
    )
    return log, header


def _recover(text: str) -> dict[str, Any]:
    """The whole members at the beginning of a cut-off document; of the rows as many as are whole."""
    document: dict[str, Any] = {}
    if text.strip() and not text.lstrip().startswith("{"):
        raise BadDocument("not a JSON object")
    place = text.find("{") + 1
    try:
        while True:
            key, place = _DECODER.raw_decode(text, _skip(text, place))
            place = _skip(text, place)
            if key == "metrics_history" and text.startswith("[", place):
                document[key] = []
                for row, end in _rows(text, place + 1):
                    document[key].append(row)
                    place = end
                place = _skip(text, place) + 1  # past the closing bracket; a cut file ends here
            else:
                document[key], place = _DECODER.raw_decode(text, place)
    except (ValueError, RecursionError, TypeError):  # the first part that is not whole ends the document
        return document


def _rows(text: str, place: int) -> Iterator[tuple[Any, int]]:
    """The whole rows from ``place`` on, each with the place after it."""
    while text.startswith("{", place := _skip(text, place)):
        try:
            row, place = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError):
            return
        yield row, place


def _skip(text: str, place: int) -> int:
    match = _GAP.match(text, place)
    return match.end() if match else place
