"""What happened in a directory since the app was last open on it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np

from tuimon.analysis.axes import CLOCK, x_at_rows
from tuimon.analysis.health_events import HealthEvent, HealthKind, RunHealth, Severity
from tuimon.charts.notation import age_text
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

LEAST_AWAY = 60.0  # seconds; who comes back sooner has seen it
_ENDS = (RunState.FINISHED, RunState.FAILED, RunState.INTERRUPTED)
_FATAL = {HealthKind.NAN: "NaN", HealthKind.DIVERGENCE: "diverged"}
_ORDER = ("finished", "failed", "crashed", "interrupted", "NaN", "diverged")


def away_text(
    runs: Iterable[RunSnapshot], health: Mapping[str, RunHealth], since: float, opened: float
) -> str | None:
    """``away 8h12m: 2 finished, 1 NaN``: what happened between two moments (unix times) at which the app was
    open; None where that is nothing, or hardly any time has passed."""
    if opened - since < LEAST_AWAY:
        return None
    counts: Counter[str] = Counter()
    for run in runs:
        ended = _end_of(run)
        if ended is not None and since < ended <= opened:
            counts[run.state.value] += 1
        counts.update(dict.fromkeys(_troubles(run, health.get(run.key), since, opened), 1))
    if not counts:
        return None
    told = ", ".join(f"{counts[word]} {word}" for word in _ORDER if counts[word])
    return f"away {age_text(opened - since)}: {told}"


def _end_of(run: RunSnapshot) -> float | None:
    if run.state is RunState.CRASHED:
        return run.last_change
    if run.state not in _ENDS:
        return None
    end = run.end.end_time if run.end is not None else None
    return end.timestamp() if end is not None else run.last_change


def _troubles(run: RunSnapshot, health: RunHealth | None, since: float, opened: float) -> set[str]:
    """What went fatally wrong with a run in that time, each kind once."""
    fatal = [event for event in (health.events if health is not None else ()) if _is_fatal(event)]
    rows = np.array([event.row for event in fatal], dtype=np.int32)
    times = x_at_rows(run, rows, CLOCK) if fatal else None
    if times is None:
        return set()
    return {
        _FATAL[event.kind] for event, at in zip(fatal, times.tolist(), strict=True) if since < at <= opened
    }


def _is_fatal(event: HealthEvent) -> bool:
    return event.kind in _FATAL and event.severity is Severity.CRITICAL and event.row >= 0
