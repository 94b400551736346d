"""How a run comes by its log: a new one with its header, or an earlier run's to go on with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tuimon.records.lines import encode_record
from tuimon.records.run_header import RunHeader
from tuimon.records.run_names import log_file_name
from tuimon.tracker.environment import job_facts, program_facts
from tuimon.tracker.log_file import LogFile
from tuimon.tracker.run_plan import RunPlan

TYPE_CHECKING = False  # importing typing costs a training 4 ms
if TYPE_CHECKING:
    from typing import Any

    from tuimon.tracker.ranks import Note
    from tuimon.tracker.resumption import Resumption


def note_of(plan: RunPlan, facts: Mapping[str, Any]) -> Note | None:
    """What tells the ranks of a job where rank 0 writes, where all of them write."""
    if not plan.all_ranks or plan.rank is None:
        return None
    from tuimon.tracker.ranks import Note

    return Note(plan, facts)


def new_log(plan: RunPlan, run_id: str, facts: Mapping[str, Any], note: Note | None) -> LogFile:
    """The log of a new run: its header is the first line. ``facts`` are those of the process."""
    now = datetime.now().astimezone()
    header = RunHeader(
        run_id=run_id,
        name=plan.name,
        start_time=now,
        config=plan.config,
        rank=plan.rank,
        world_size=plan.world_size,
        tags=plan.tags,
        notes=plan.notes,
        group=plan.group,
        **facts,
        **job_facts(),
        **program_facts(),
    )
    first_line = encode_record(header.to_record())
    if plan.rank and note is not None:
        from tuimon.tracker.ranks import RankLogFile, path_alone

        return RankLogFile(note, plan.rank, path_alone(plan, plan.rank, now), first_line, fsync=plan.fsync)
    return LogFile.create(plan.log_dir / log_file_name(plan.name, now), first_line, fsync=plan.fsync)


def earlier_log(plan: RunPlan, facts: Mapping[str, Any], note: Note | None) -> Resumption | None:
    """The log of the run that is to be gone on with, open; ``None`` where there is none.

    Raises ``UnknownRun`` or ``AmbiguousRun`` when a run was named that isn't there.
    """
    asked = plan.resume
    if asked is None or asked is False:
        return None
    from tuimon.tracker.resumption import resume_run

    if plan.rank and note is not None:
        from tuimon.tracker.ranks import log_to_resume

        asked = log_to_resume(note, plan.rank)
        if asked is None:
            return None
    return resume_run(asked, plan.name, plan.log_dir, facts, fsync=plan.fsync)
