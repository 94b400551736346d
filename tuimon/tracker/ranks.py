"""How the processes of one training find each other's log: rank 0 leaves a note, the others read it.

The note lies in the log directory, under a name that only the processes of this job and start work out alike.
Nobody waits for it while training: what another rank logs before it is there is kept in memory.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from time import monotonic, sleep, time

import orjson

from tuimon.records.run_names import log_file_name, rank_path
from tuimon.tracker.log_file import LogFile
from tuimon.tracker.warn import warn

TYPE_CHECKING = False  # importing typing costs a training 4 ms
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from tuimon.tracker.run_plan import RunPlan

OF_THE_JOB = (
    "MASTER_ADDR",
    "MASTER_PORT",
    "TORCHELASTIC_RUN_ID",
    "TORCHELASTIC_RESTART_COUNT",
    "SLURM_JOB_ID",
    "SLURM_STEP_ID",
    "SLURM_RESTART_COUNT",
    "WORLD_SIZE",
)
"""What launchers give to all processes of a job and to no other; some jobs share all of it, one after the
other."""
TOGETHER_SECONDS = 300.0  # apart at most the processes of one job start: an import from a slow network mount
LOOK_SECONDS = 0.2  # between two looks for the note
SEARCH_SECONDS = 120.0  # then rank 0 writes no log, and this rank's stands alone
LAST_WAIT_SECONDS = 3.0  # at the end of a process that was faster than rank 0 has started
RESUME_WAIT_SECONDS = 20.0  # a rank that goes on must know its log before its first record
_KEPT_SECONDS = 24 * 3600.0


class NotYet(OSError):  # noqa: N818 (a finding, not a failure)
    """Rank 0 has not said yet what its log is called."""


class Note:
    """The note of one job: which log rank 0 writes."""

    def __init__(
        self, plan: RunPlan, facts: Mapping[str, Any], environment: Mapping[str, str] = os.environ
    ) -> None:
        of_the_job = [plan.name, *(environment.get(name, "") for name in OF_THE_JOB)]
        digest = hashlib.sha256("\0".join(of_the_job).encode("utf-8", "replace")).hexdigest()
        self._path = plan.log_dir / f".ranks-{digest[:16]}"
        self._started = float(facts.get("process_start_time") or time())

    def write(self, log: Path) -> None:
        """Rank 0: say which log it is."""
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            self._remove_old()
            draft.write_bytes(orjson.dumps({"log": log.name, "process_start_time": self._started}))
            draft.replace(self._path)
        except OSError as error:
            warn(f"cannot write {draft} ({error.strerror or error}): other ranks write logs of their own")

    def read(self) -> Path | None:
        """Another rank: rank 0's log; ``None`` while nothing is known.

        A note of a job that started at another time is none: ports and names come again.
        """
        try:
            note = orjson.loads(self._path.read_bytes())
            log, started = str(note["log"]), float(note["process_start_time"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        together = abs(self._started - started) <= TOGETHER_SECONDS
        return self._path.with_name(Path(log).name) if together else None

    def wait(self, seconds: float) -> Path | None:
        """As :meth:`read`, for at most so long."""
        deadline = monotonic() + seconds
        while (found := self.read()) is None and monotonic() < deadline:
            sleep(LOOK_SECONDS / 4)
        return found

    def _remove_old(self) -> None:
        for path in self._path.parent.glob(".ranks-*"):
            try:
                if time() - path.stat().st_mtime > _KEPT_SECONDS:
                    path.unlink()
            except OSError:
                continue  # another job's rank 0 was faster


class RankLogFile(LogFile):
    """The log of a rank other than 0, beside rank 0's once that is known.

    Until then, and for no longer than SEARCH_SECONDS, records wait in memory.
    """

    def __init__(self, note: Note, rank: int, alone: Path, first_line: bytes, *, fsync: bool = False) -> None:
        super().__init__(alone, first_line, fsync=fsync)
        self._note = note
        self._rank = rank
        self._search_ends = monotonic() + SEARCH_SECONDS
        self._drain()

    def flush(self) -> None:
        """Write what waits; the process may end now, so rank 0's log is waited for a little."""
        if self._descriptor < 0:
            waiting_ends = monotonic() + LAST_WAIT_SECONDS
            while self._beside() is None and monotonic() < waiting_ends:
                sleep(LOOK_SECONDS / 4)
            self._search_ends = monotonic()
        super().flush()

    def _beside(self) -> Path | None:
        """Where this rank writes, once it is known; what is there already is of an earlier job."""
        log = self._note.read()
        path = rank_path(log, self._rank) if log is not None else None
        return path if path is not None and not path.exists() else None

    def _create(self) -> int:
        if (path := self._beside()) is not None:
            self.path = path
        elif monotonic() < self._search_ends:
            raise NotYet
        return super()._create()

    def _fail(self, error: OSError) -> None:
        if isinstance(error, NotYet):
            self._clear, self._retry_at = False, monotonic() + LOOK_SECONDS
        else:
            super()._fail(error)


def path_alone(plan: RunPlan, rank: int, when: datetime) -> Path:
    """Where ``rank`` writes when rank 0 writes nothing."""
    return rank_path(plan.log_dir / log_file_name(plan.name, when), rank)


def log_to_resume(note: Note, rank: int) -> Path | None:
    """The log that ``rank`` wrote beside the one that rank 0 goes on with; ``None`` where there is none."""
    log = note.wait(RESUME_WAIT_SECONDS)
    path = rank_path(log, rank) if log is not None else None
    return path if path is not None and path.exists() else None
