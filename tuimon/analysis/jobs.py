"""The scheduler's job that a run belongs to, requeues included."""

from __future__ import annotations

from tuimon.store.snapshot import RunSnapshot


def job_ids(run: RunSnapshot) -> tuple[str, ...]:
    """The jobs that wrote the run, each once, the newest last; one that is requeued keeps its id."""
    newest_first = [resume.job_id for resume in reversed(run.resumes)] + [run.header.job_id]
    return tuple(reversed(dict.fromkeys(filter(None, newest_first))))


def restart_count(run: RunSnapshot) -> int | None:
    """How many times the scheduler has started the newest job anew; None where no scheduler says."""
    counts = [run.header.restart_count] + [resume.restart_count for resume in run.resumes]
    return next((count for count in reversed(counts) if count is not None), None)


def job_names(run: RunSnapshot) -> tuple[str, ...]:
    """What people call the jobs: the id, and that of an array's element with its index."""
    ids, index = job_ids(run), run.header.array_index
    return ids if index is None else (*ids, *(f"{job_id}_{index}" for job_id in ids))
