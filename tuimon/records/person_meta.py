"""What a person added to a run in the app, kept beside the log in ``<stem>.meta``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

import orjson

from tuimon.quick_dataclass import dataclass
from tuimon.records.lines import encode_record
from tuimon.whole_file import write_whole


@dataclass(frozen=True, slots=True)
class PersonMeta:
    """Notes, tags and the archived flag; ``extra`` holds keys that this version does not know.

    ``notes`` is None where the person never wrote one, "" where they emptied it.
    """

    notes: str | None = None
    tags: tuple[str, ...] = ()
    archived: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)


def parse_tags(text: str) -> tuple[str, ...]:
    """The tags in a typed line, by commas or spaces, each once; ``#tag`` is ``tag``."""
    words = (word.lstrip("#") for word in text.replace(",", " ").split())
    return tuple(dict.fromkeys(word for word in words if word))


def meta_path(log: Path) -> Path:
    """Where the person's additions to the run of ``log`` lie."""
    return log.with_suffix(".meta")


def read_meta(path: Path) -> PersonMeta:
    """What the file at ``path`` holds; nothing when there is none or it is not a JSON object.

    Raises ``OSError`` when it exists and cannot be read.
    """
    fields = _read_fields(path)
    notes, tags = fields.pop("notes", None), fields.pop("tags", ())
    archived = fields.pop("archived", False)
    return PersonMeta(
        notes=notes if isinstance(notes, str) else None,
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        archived=archived is True,
        extra=fields,
    )


def write_meta(path: Path, changes: Mapping[str, Any]) -> PersonMeta:
    """Merge ``changes`` by key into what the file holds now, and replace it whole; returns the result.

    Raises ``OSError`` when it cannot be written.
    """
    write_whole(path, encode_record({**_read_fields(path), **changes}))
    return read_meta(path)


def _read_fields(path: Path) -> dict[str, Any]:
    try:
        fields = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except orjson.JSONDecodeError:
        return {}  # somebody's half-edited file: shown as nothing, replaced when the person writes again
    return fields if isinstance(fields, dict) else {}
