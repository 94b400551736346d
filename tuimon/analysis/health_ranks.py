"""Health of a run's ranks: one that failed, was killed or fell silent, one that logs nothing, the slowest."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tuimon.analysis.health_events import HealthEvent, HealthKind, HealthRules, Severity
from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import Floats
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

TIME_METRIC = "iter_time_ms"
_RECENT = 50  # iterations, of which the median is taken
_FEWEST = 20
_MOST_NAMED = 8
_WHAT_HAPPENED = {
    RunState.CRASHED: "is gone without a word (killed?)",
    RunState.FAILED: "failed",
    RunState.STALLED: "fell silent",
    RunState.INTERRUPTED: "was interrupted",
}
_LOST = (RunState.CRASHED, RunState.FAILED)


@dataclass(frozen=True, slots=True)
class RankPace:
    """How fast a rank is: seconds per iteration, the median of the newest; its newest iteration."""

    rank: int
    seconds: float
    iteration: float


def rank_events(run: RunSnapshot, rules: HealthRules) -> Iterator[HealthEvent]:
    """What is wrong with some ranks and not with all; nothing for a run of one log."""
    if not run.ranks:
        return
    yield from _lost(run)
    yield from _missing(run, rules)
    yield from _stopped_first(run)
    if run.state.is_live:
        yield from _straggler(run, rules.straggler)


def rank_paces(run: RunSnapshot) -> tuple[RankPace, ...]:
    """The pace of every rank that has logged enough, the slowest first.

    By the iteration time that all of them log; where they do not, by the time between their records.
    """
    logs = {run.header.rank or 0: run, **{rank.header.rank or 0: rank for rank in run.ranks}}
    logged = TIME_METRIC in run.spreads
    paces = []
    for number, log in logs.items():
        seconds = _logged_seconds(run, log) if logged else _seconds_between(log)
        if seconds is not None:
            paces.append(RankPace(number, seconds, float(log.iterations[-1])))
    return tuple(sorted(paces, key=lambda pace: -pace.seconds))


def _lost(run: RunSnapshot) -> Iterator[HealthEvent]:
    """Ranks that ended badly; of a run that goes on also those that only fell silent."""
    states = {rank.header.rank or 0: rank.state for rank in run.ranks}
    goes_on = run.state is RunState.RUNNING or RunState.RUNNING in states.values()
    if goes_on:
        states[run.header.rank or 0] = run.state
    for state, what in _WHAT_HAPPENED.items():
        ranks = sorted(rank for rank, its in states.items() if its is state)
        if ranks and (goes_on or state in _LOST):
            reason = _reason(run, ranks[0]) if state is RunState.FAILED else ""
            severity = Severity.CRITICAL if state in _LOST else Severity.WARNING
            yield _event(run, HealthKind.RANK, str(state), f"{_named(ranks)} {what}{reason}", severity)


def _stopped_first(run: RunSnapshot) -> Iterator[HealthEvent]:
    """Of a run in which all wait for each other: the ranks that are behind."""
    logs = [run, *run.ranks]
    if any(log.state is not RunState.STALLED or not len(log.iterations) for log in logs):
        return
    newest = max(log.iterations[-1] for log in logs)
    behind = sorted(log.header.rank or 0 for log in logs if log.iterations[-1] < newest)
    if behind:
        message = f"{_named(behind)} stopped before iteration {newest:.0f}, which others reached"
        yield _event(run, HealthKind.RANK, "behind", message, Severity.WARNING)


def _reason(run: RunSnapshot, rank: int) -> str:
    for log in run.ranks:
        if log.header.rank == rank and log.end is not None and log.end.exception_type:
            return f": {log.end.exception_type}: {log.end.exception_message or ''}".rstrip(": ")
    return ""


def _missing(run: RunSnapshot, rules: HealthRules) -> Iterator[HealthEvent]:
    """Ranks without a log, once the run has lasted so long that each must have begun one."""
    seconds = run.metrics.get("wallclock_time")
    if seconds is None or seconds.last_value < rules.stall_seconds:
        return
    present = {run.header.rank or 0, *(rank.header.rank for rank in run.ranks)}
    absent = [rank for rank in range(run.header.world_size or 0) if rank not in present]
    if absent:
        message = f"{_named(absent)} of {run.header.world_size} logged nothing"
        yield _event(run, HealthKind.RANK, "missing", message, Severity.WARNING)


def _straggler(run: RunSnapshot, share: float) -> Iterator[HealthEvent]:
    paces = rank_paces(run)
    if not share or len(paces) < 2:
        return
    usual = float(np.median([pace.seconds for pace in paces[1:]]))
    slowest = paces[0]
    if slowest.seconds > (1 + share) * usual:
        more = f"{slowest.seconds / usual - 1:.0%}" if usual > 0 else "far"
        message = f"rank {slowest.rank} is the slowest, {more} slower than the others"
        yield _event(run, HealthKind.STRAGGLER, f"rank {slowest.rank}", message, Severity.WARNING)


def _logged_seconds(run: RunSnapshot, log: RunSnapshot) -> float | None:
    view = run.spreads[TIME_METRIC].own if log is run else log.metrics[TIME_METRIC]
    return _median(view.values[-_RECENT:] / 1000)


def _seconds_between(log: RunSnapshot) -> float | None:
    seconds = log.metrics.get("wallclock_time")
    if seconds is None or len(seconds) < 2:
        return None
    newest = slice(-_RECENT - 1, None)
    steps = np.diff(log.iterations[seconds.rows[newest]])
    return _median(np.diff(seconds.values[newest])[steps > 0] / steps[steps > 0])


def _median(values: Floats) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) >= _FEWEST else None


def _named(ranks: list[int]) -> str:
    shown = ", ".join(map(str, ranks[:_MOST_NAMED]))
    more = f" and {len(ranks) - _MOST_NAMED} more" if len(ranks) > _MOST_NAMED else ""
    return f"rank {shown}" if len(ranks) == 1 else f"ranks {shown}{more}"


def _event(run: RunSnapshot, kind: HealthKind, about: str, message: str, severity: Severity) -> HealthEvent:
    row = len(run.iterations) - 1
    iteration = float(run.iterations[row]) if row >= 0 else None
    return HealthEvent(kind, "", row, iteration, 0.0, message, severity, about)
