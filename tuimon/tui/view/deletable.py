"""Which runs a person may delete. Pure."""

from __future__ import annotations

from datetime import datetime

from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

QUIET_SECONDS = 86_400.0  # a stalled run may go on elsewhere: a queue, a machine that sleeps


def why_kept(run: RunSnapshot, now: float) -> str | None:
    """Why a run cannot be deleted, as the end of a sentence that begins with its name; None where it can.

    One that is stalled can once its log has been silent for a day.
    """
    if not run.state.is_live:
        return None
    if run.state is RunState.RUNNING:
        return "is running: only a run that is over is deleted"
    if run.last_change is None or now - run.last_change < QUIET_SECONDS:
        return "is stalled: deleted only once its log is silent for a day"
    return None


def stalled_since(run: RunSnapshot) -> str | None:
    """``stalled since 2026-01-04``; None of a run that is not."""
    if run.state is not RunState.STALLED or run.last_change is None:
        return None
    return f"stalled since {datetime.fromtimestamp(run.last_change):%Y-%m-%d}"
