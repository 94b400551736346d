"""The first line of a log: which run this is and where it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from tuimon.quick_dataclass import dataclass
from tuimon.records.lines import as_number

LOG_FORMAT = 1


@dataclass(frozen=True, slots=True)
class RunHeader:
    """Who, where and with what: everything that the ``run`` line carries, under the same names.

    ``start_time`` is aware; ``process_start_time`` is in Unix seconds; ``extra`` holds keys that this version
    does not know. Facts that could not be read are ``None`` or empty, never made up.
    """

    run_id: str
    name: str
    start_time: datetime | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    host: str | None = None
    pid: int | None = None
    process_start_time: float | None = None
    boot_id: str | None = None
    pid_namespace: str | None = None
    argv: tuple[str, ...] = ()
    cwd: str | None = None
    git_commit: str | None = None
    git_dirty: bool | None = None
    python: str | None = None
    rank: int | None = None
    world_size: int | None = None
    job_id: str | None = None
    array_index: int | None = None
    restart_count: int | None = None
    gpu_names: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    notes: str = ""
    group: str | None = None
    format: int = LOG_FORMAT
    extra: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_record(cls, record: Mapping[str, Any], *, path: Path) -> Self:
        """The header that a ``run`` line holds; what is missing or of the wrong type is as good as absent.

        A name or run id that is missing comes from ``path``, as for a log without a header.
        """
        known: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        for key, value in record.items():
            take = _TAKEN_AS.get(key)
            if take is not None:
                known[key] = take(value)
            elif key != "type":
                extra[key] = value
        known["run_id"] = known.get("run_id") or id_from_path(path)
        known["name"] = known.get("name") or path.stem
        return cls(**known, extra=extra)

    def to_record(self) -> dict[str, Any]:
        """The ``run`` line; facts that are not known are left out."""
        record: dict[str, Any] = {"type": "run", "format": self.format}
        for item in fields(self):
            value = getattr(self, item.name)
            if value is not None and item.name not in ("extra", "format"):
                record[item.name] = value
        if self.start_time is not None:
            record["start_time"] = self.start_time.isoformat()
        return {**record, **{key: value for key, value in self.extra.items() if key not in record}}


def header_from_path(path: Path) -> RunHeader:
    """The header of a log that has none: a run named after its file."""
    return RunHeader(run_id=id_from_path(path), name=path.stem)


def id_from_path(path: Path) -> str:
    """Eight base32 characters that stay the same for the same file name."""
    import base64
    import hashlib

    digest = hashlib.sha256(path.name.encode("utf-8", "surrogateescape")).digest()
    return base64.b32encode(digest[:5]).decode("ascii").lower()


def parse_time(value: object) -> datetime | None:
    """An ISO time as an aware datetime; one without a zone is local, as the original tracker wrote it."""
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value)
        return time.astimezone() if time.tzinfo is None else time
    except (ValueError, OverflowError, OSError):  # astimezone fails beyond the platform's years
        return None


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()


def _config(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


# How each key of the line is read: a list of 1,000 runs reads 20,000 of them.
_TAKEN_AS: dict[str, Callable[[object], Any]] = {
    "run_id": _text,
    "name": _text,
    "start_time": parse_time,
    "config": _config,
    "host": _text,
    "pid": _integer,
    "process_start_time": as_number,
    "boot_id": _text,
    "pid_namespace": _text,
    "argv": _texts,
    "cwd": _text,
    "git_commit": _text,
    "git_dirty": _truth,
    "python": _text,
    "rank": _integer,
    "world_size": _integer,
    "job_id": _text,
    "array_index": _integer,
    "restart_count": _integer,
    "gpu_names": _texts,
    "tags": _texts,
    "notes": lambda value: _text(value) or "",
    "group": _text,
    "format": lambda value: _integer(value) or LOG_FORMAT,
}
