"""``tuimon.init``, ``log`` and ``finish``: one run at a time, without an object to carry around."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, SupportsFloat

from tuimon.tracker.experiment_tracker import ExperimentTracker


class _Current:
    """The run that ``log`` writes to."""

    tracker: ExperimentTracker | None = None


def current_run() -> ExperimentTracker | None:
    """The run that ``init`` started, while it goes on."""
    from tuimon.tracker.hooked import is_running

    tracker = _Current.tracker
    return tracker if tracker is not None and is_running(tracker) else None


def init(
    name: str | None = None,
    *,
    config: object = None,
    log_dir: str | os.PathLike[str] | None = None,
    resume: str | os.PathLike[str] | bool | None = None,
    fsync: bool = False,
    rank: int | None = None,
    all_ranks: bool = False,
    tags: Iterable[str] = (),
    notes: str = "",
    group: str | None = None,
    system_interval: float | None = None,
) -> ExperimentTracker:
    """Start a run called ``name``, else as its ``config`` or the script is called, and return its tracker.

    A run that was started by an earlier call and goes on is finished first. The other parameters are those of
    :class:`ExperimentTracker`.
    """
    finish()
    tracker = ExperimentTracker(
        config,
        log_dir,
        name=name,
        resume=resume,
        fsync=fsync,
        rank=rank,
        all_ranks=all_ranks,
        tags=tags,
        notes=notes,
        group=group,
        system_interval=system_interval,
    )
    tracker.start()
    _Current.tracker = tracker
    return tracker


def log(values: Mapping[str, Any], step: SupportsFloat | None = None) -> None:
    """Log scalars by name at ``step``, else the last plus one; the first call starts a run if need be."""
    tracker = _Current.tracker or init()
    tracker.log_values(values, iteration=step)


def finish(notes: str = "") -> None:
    """End the run that ``init`` started; without one this does nothing."""
    if _Current.tracker is not None:
        _Current.tracker.finish(notes=notes)
