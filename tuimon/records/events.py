"""Lines that carry no curve: events, the end of a run, and a later process going on with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any, Self

from tuimon.quick_dataclass import dataclass
from tuimon.records.lines import as_number
from tuimon.records.metric_summary import LoggedSummaries, MetricSummary
from tuimon.records.run_header import parse_time

STATUSES = ("finished", "failed", "interrupted")


@dataclass(frozen=True, slots=True)
class EventRecord:
    """A note, warning or checkpoint; ``line_number`` counts the file's lines from 1."""

    level: str
    message: str
    iteration: float | None = None
    line_number: int = 0

    @classmethod
    def from_record(cls, record: Mapping[str, Any], line_number: int = 0) -> Self:
        """The event that ``record`` holds; a level that is missing is ``info``."""
        level = record.get("level")
        return cls(
            level=level if isinstance(level, str) and level else "info",
            message=str(record.get("message", "")),
            iteration=as_number(record.get("iteration")),
            line_number=line_number,
        )


@dataclass(frozen=True, slots=True)
class EndRecord:
    """How a run ended. ``duration_seconds`` leaves out the downtime between resumed processes.

    The exception's type, message and traceback are ``None`` unless the run failed; ``reason`` says what
    interrupted it (``SIGTERM``). ``notes`` and the final losses are those that were given to ``finish``.
    """

    status: str
    end_time: datetime | None = None
    duration_seconds: float | None = None
    summary: Mapping[str, MetricSummary] = field(default_factory=dict)
    exception_type: str | None = None
    exception_message: str | None = None
    traceback: str | None = None
    notes: str = ""
    final_train_loss: float | None = None
    final_val_loss: float | None = None
    reason: str | None = None

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """The end that ``record`` holds; a status that is not known reads as ``finished``."""
        status, notes = record.get("status"), record.get("notes")
        summary, exception = record.get("summary"), record.get("exception")
        if not isinstance(exception, Mapping):
            exception = {}
        return cls(
            status=status if isinstance(status, str) and status in STATUSES else "finished",
            end_time=parse_time(record.get("end_time")),
            duration_seconds=as_number(record.get("duration_seconds")),
            summary=LoggedSummaries(summary) if isinstance(summary, Mapping) else {},
            exception_type=_text(exception.get("type")),
            exception_message=_text(exception.get("message")),
            traceback=_text(exception.get("traceback")),
            notes=notes if isinstance(notes, str) else "",
            final_train_loss=as_number(record.get("final_train_loss")),
            final_val_loss=as_number(record.get("final_val_loss")),
            reason=_text(record.get("reason")),
        )

    def to_record(self) -> dict[str, Any]:
        """The ``end`` line; what is not known is left out."""
        record: dict[str, Any] = {"type": "end", "status": self.status}
        if self.end_time is not None:
            record["end_time"] = self.end_time.isoformat()
        for name in ("duration_seconds", "final_train_loss", "final_val_loss"):
            if getattr(self, name) is not None:
                record[name] = getattr(self, name)
        if self.reason:
            record["reason"] = self.reason
        if self.notes:
            record["notes"] = self.notes
        if self.summary:
            record["summary"] = {name: summary.to_record() for name, summary in self.summary.items()}
        if self.exception_type is not None:
            record["exception"] = {
                "type": self.exception_type,
                "message": self.exception_message,
                "traceback": self.traceback,
            }
        return record


@dataclass(frozen=True, slots=True)
class ResumeRecord:
    """A later process went on with the run; the same facts that tell whether that process still lives.

    ``job_id`` and ``restart_count`` are SLURM's, as in the header.
    """

    time: datetime | None
    host: str | None = None
    pid: int | None = None
    process_start_time: float | None = None
    boot_id: str | None = None
    pid_namespace: str | None = None
    line_number: int = 0
    job_id: str | None = None
    restart_count: int | None = None

    @classmethod
    def from_record(cls, record: Mapping[str, Any], line_number: int = 0) -> Self:
        """The resume that ``record`` holds; what is missing or of the wrong type is absent."""
        pid, restarts = record.get("pid"), record.get("restart_count")
        return cls(
            time=parse_time(record.get("time")),
            host=_text(record.get("host")),
            pid=pid if isinstance(pid, int) else None,
            process_start_time=as_number(record.get("process_start_time")),
            boot_id=_text(record.get("boot_id")),
            pid_namespace=_text(record.get("pid_namespace")),
            line_number=line_number,
            job_id=_text(record.get("job_id")),
            restart_count=restarts if isinstance(restarts, int) else None,
        )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
