"""A log written by hand, line by line."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from tuimon.records.lines import encode_record
from tuimon.records.run_names import log_file_name

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class RunBuilder:
    """Writes one log in ``directory``; each call appends one line, at once, and returns the builder.

    >>> run = RunBuilder(tmp_path, "baseline").header(config={"lr": 1e-3})
    >>> run.metrics(0, train_loss=4.2).metrics(1, train_loss=4.1).eval(1, val_loss=4.3).end()
    >>> run.path
    """

    def __init__(
        self, directory: Path, name: str = "run", *, start: datetime = START, file_name: str | None = None
    ) -> None:
        self.name = name
        self.start = start
        self.path = directory / (file_name or log_file_name(name, start))
        directory.mkdir(parents=True, exist_ok=True)
        self.path.touch()

    def header(
        self, *, run_id: str = "aaaaaaaa", config: dict[str, Any] | None = None, **fields: Any
    ) -> Self:
        """The first line. Other ``fields`` by name: ``host``, ``pid``, ``tags``, ``notes``, ..."""
        start = self.start.isoformat()
        record = {
            "format": 1,
            "run_id": run_id,
            "name": self.name,
            "start_time": start,
            "config": config or {},
        }
        return self.record("run", **{**record, **fields})

    def metrics(self, iteration: int | None = None, **values: Any) -> Self:
        """A training record; gradient step and wallclock time come from the iteration unless given."""
        return self.record("metrics", **{**_row(iteration), **values})

    def eval(self, iteration: int | None = None, **values: Any) -> Self:
        """An evaluation."""
        return self.record("eval", **{**_row(iteration), **values})

    def system(self, seconds: float, **figures: float) -> Self:
        """Figures of the machine, so many ``seconds`` after the start."""
        return self.record("system", wallclock_time=seconds, **figures)

    def event(self, message: str, level: str = "info", **fields: Any) -> Self:
        """A note."""
        return self.record("event", level=level, message=message, **fields)

    def resume(self, **fields: Any) -> Self:
        """A later process goes on."""
        fields = {"time": self.start.isoformat(), "host": "elsewhere", "pid": 4243, **fields}
        return self.record("resume", **fields)

    def end(self, status: str = "finished", **fields: Any) -> Self:
        """The last line."""
        return self.record("end", status=status, **fields)

    def record(self, kind: str, **fields: Any) -> Self:
        """Any line: ``kind`` is its type."""
        return self.raw(encode_record({"type": kind, **fields}))

    def raw(self, data: bytes) -> Self:
        """Bytes as they are: torn lines, garbage."""
        with open(self.path, "ab", buffering=0) as file:
            file.write(data)
        return self

    def last_written(self, when: float) -> Self:
        """Let the file look as if it was last written to at ``when`` (unix, seconds)."""
        os.utime(self.path, (when, when))
        return self


def this_process() -> dict[str, Any]:
    """Header fields that name the process that runs the test as the writer: such a run is alive."""
    from tuimon.store.liveness import process_start, this_machine

    machine = this_machine()
    return {
        "host": machine.host,
        "boot_id": machine.boot_id,
        "pid_namespace": machine.pid_namespace,
        "pid": os.getpid(),
        "process_start_time": process_start(os.getpid()),
    }


def _row(iteration: int | None) -> dict[str, Any]:
    if iteration is None:
        return {}
    return {"iteration": iteration, "gradient_step": iteration, "wallclock_time": iteration * 0.5}
