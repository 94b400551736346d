"""Going on with an earlier run's log."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tuimon.quick_dataclass import dataclass
from tuimon.records.candidates import find_run, list_candidates
from tuimon.records.events import ResumeRecord
from tuimon.records.folded_run import FoldedRun, fold_log
from tuimon.records.lines import encode_record
from tuimon.records.quick_read import read_header
from tuimon.records.run_header import RunHeader
from tuimon.records.run_lookup import RunCandidate, newest_first
from tuimon.tracker.environment import job_facts, process_start_time
from tuimon.tracker.log_file import LogFile, RunIsAlive
from tuimon.tracker.warn import warn

SAME_PROCESS_SECONDS = 2.0  # how far two readings of one process's start time may lie apart


@dataclass(frozen=True, slots=True)
class Resumption:
    """A log that is open to go on with, and what it holds."""

    file: LogFile
    run_id: str
    name: str
    _folded: FoldedRun

    @property
    def last_iteration(self) -> float:
        """The iteration of the last row, -1 when there is none."""
        iterations = self._folded.iterations
        last = iterations[-1] if iterations else -1.0
        return int(last) if last == int(last) else last

    def before(self, iteration: float) -> tuple[float, float]:
        """Elapsed seconds and gradient steps of the last row before ``iteration``: what a reader will add."""
        seconds = self._folded.last_value("wallclock_time", iteration) or 0.0
        steps = self._folded.last_value("gradient_step", iteration) or 0.0
        return seconds, int(steps) if steps == int(steps) else steps


def resume_run(
    asked: str | os.PathLike[str] | bool | None,
    name: str,
    log_dir: Path,
    facts: Mapping[str, Any],
    *,
    fsync: bool,
) -> Resumption | None:
    """Open the run that was asked for and write the ``resume`` line.

    Returns ``None`` where there is none to go on with: no run of the name (or of the job) yet, or, with a
    warning, one that is alive or cannot be opened. Raises ``UnknownRun`` or ``AmbiguousRun`` when a run was
    named that isn't there.
    """
    record = {"type": "resume", "time": datetime.now().astimezone().isoformat(), **facts, **job_facts()}
    known = {key: value for key, value in record.items() if value is not None}
    path: str | os.PathLike[str] = log_dir
    try:
        run = _run_asked_for(asked, name, log_dir)
        if run is None:
            return None
        path = run.path
        folded = fold_log(run.path)
        header = folded.header or read_header(run.path)
        if _writer_lives(header, folded, facts):
            raise RunIsAlive(str(run.path))
        file = LogFile.reopen(run.path, encode_record(known), encode_record(header.to_record()), fsync=fsync)
    except RunIsAlive:
        warn(f"{path} is still being written by a living process: this is a new run")
        return None
    except OSError as error:
        warn(f"cannot go on with {path} ({error.strerror or error}): this is a new run")
        return None
    return Resumption(file, header.run_id, header.name, folded)


def _run_asked_for(
    asked: str | os.PathLike[str] | bool | None, name: str, log_dir: Path
) -> RunCandidate | None:
    if asked is None or asked is False:
        return None
    if asked is not True and asked != "auto":
        run = find_run(os.fspath(asked), log_dir)
        if run.path.suffix != ".json":
            return run
        warn(f"{run.path} is a saved document, not a log: this is a new run")
        return None
    runs = [run for run in list_candidates(log_dir) if run.name == name and run.path.suffix == ".jsonl"]
    if asked == "auto":
        runs = [run for run in runs if _same_job(read_header(run.path))]
    return newest_first(runs)[0] if runs else None


def _same_job(header: RunHeader) -> bool:
    """Whether a run belongs to this SLURM job: outside of one nothing is a requeue."""
    job = job_facts()
    return job["job_id"] is not None and (header.job_id, header.array_index) == (
        job["job_id"],
        job["array_index"],
    )


def _writer_lives(header: RunHeader, folded: FoldedRun, facts: Mapping[str, Any]) -> bool:
    """Whether the process that last wrote the run is there, for file systems without locks.

    Only a process of this machine, boot and pid namespace can be seen; this process itself may go on with a
    run of its own, which its lock guards.
    """
    writer: RunHeader | ResumeRecord = folded.resumes[-1] if folded.resumes else header
    if folded.end is not None or writer.pid in (None, facts["pid"]):
        return False
    here = (writer.host, writer.boot_id, writer.pid_namespace)
    if here != (facts["host"], facts["boot_id"], facts["pid_namespace"]):
        return False
    started = process_start_time(writer.pid) if writer.pid is not None else None
    return (
        started is not None
        and writer.process_start_time is not None
        and abs(started - writer.process_start_time) < SAME_PROCESS_SECONDS
    )
