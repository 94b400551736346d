"""The first line of a log: which run this is and where it runs."""

from __future__ import annotations

from collections.abc import Mapping
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
        config = record.get("config")
        dirty = record.get("git_dirty")
        return cls(
            run_id=_text(record.get("run_id")) or id_from_path(path),
            name=_text(record.get("name")) or path.stem,
            start_time=parse_time(record.get("start_time")),
            config=config if isinstance(config, Mapping) else {},
            process_start_time=as_number(record.get("process_start_time")),
            argv=_texts(record.get("argv")),
            git_dirty=dirty if isinstance(dirty, bool) else None,
            gpu_names=_texts(record.get("gpu_names")),
            host=_text(record.get("host")),
            boot_id=_text(record.get("boot_id")),
            pid_namespace=_text(record.get("pid_namespace")),
            cwd=_text(record.get("cwd")),
            git_commit=_text(record.get("git_commit")),
            python=_text(record.get("python")),
            job_id=_text(record.get("job_id")),
            group=_text(record.get("group")),
            pid=_integer(record.get("pid")),
            rank=_integer(record.get("rank")),
            world_size=_integer(record.get("world_size")),
            array_index=_integer(record.get("array_index")),
            restart_count=_integer(record.get("restart_count")),
            tags=_texts(record.get("tags")),
            notes=_text(record.get("notes")) or "",
            format=_integer(record.get("format")) or LOG_FORMAT,
            extra={key: value for key, value in record.items() if key not in _KNOWN},
        )

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


_KNOWN = frozenset(item.name for item in fields(RunHeader)) - {"extra"} | {"type"}


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
