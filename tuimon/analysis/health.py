"""Health of runs: rules over their metrics, kept up as data comes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from tuimon.analysis.flat_config import flatten_config, plain_number
from tuimon.analysis.health_events import (
    HealthEvent,
    HealthKind,
    HealthRules,
    RunHealth,
    Severity,
    in_order,
    new_events,
)
from tuimon.analysis.health_ranks import rank_events
from tuimon.analysis.health_system import system_events
from tuimon.analysis.metric_roles import Role, is_evaluation, main_metric, role_of, train_metric
from tuimon.analysis.metric_watch import MetricWatch
from tuimon.analysis.verdicts import find_divergence, find_plateau, find_throughput_drop
from tuimon.store.snapshot import RunSnapshot

__all__ = [
    "HealthEvent",
    "HealthKind",
    "HealthMonitor",
    "HealthRules",
    "RunHealth",
    "Severity",
    "health_of",
    "new_events",
]

# What a run shows at most, the newest; the counts count all.
MOST_EVENTS = 200
_STATEFUL_ROLES = (Role.LOSS, Role.QUALITY, Role.THROUGHPUT, Role.LEARNING_RATE)
# After its learning rate's peak a loss may bump as long again as the way up took.
_BUMP = 2
_WARM_UP_KEYS = ("warmupiters", "warmupsteps", "numwarmupsteps", "lrwarmupsteps", "warmup")


@dataclass(slots=True)
class _Known:
    """What is known of one run: its metrics' state, and the health that it gave when last looked at."""

    run: RunSnapshot | None = None
    watches: dict[str, MetricWatch] = field(default_factory=dict)
    found: tuple[HealthEvent, ...] = ()
    counts: Counter[HealthKind] = field(default_factory=Counter)
    health: RunHealth | None = None
    stalled: bool = False


class HealthMonitor:
    """Judges runs, and keeps what it knows of each from snapshot to snapshot.

    A run that has not changed costs a comparison and keeps its RunHealth object, one that has grown costs its
    new values. Not for several threads at once.
    """

    def __init__(self, rules: HealthRules | None = None) -> None:
        self.rules = rules if rules is not None else HealthRules()
        self.behind = False
        """Whether the last check left runs for a later one."""
        self._known: dict[str, _Known] = {}

    def check(self, runs: Sequence[RunSnapshot], now: float, most: int | None = None) -> dict[str, RunHealth]:
        """The health of all these runs by their keys; what was known of others is forgotten.

        ``now`` is unix time, for stalls. ``most`` bounds how many runs that have changed are looked at (a
        first look takes one or two ms): the others keep what was last known, or are not in the result, until
        a later call; then ``behind`` is true.
        """
        for key in self._known.keys() - {run.key for run in runs}:
            del self._known[key]
        changed = [run for run in runs if run.key not in self._known or self._known[run.key].run is not run]
        waiting = {run.key for run in (changed[most:] if most is not None else ())}
        self.behind = bool(waiting)
        healths = {}
        for run in runs:
            if run.key not in waiting:
                healths[run.key] = self.of(run, now)
            elif (known := self._known.get(run.key)) is not None and known.health is not None:
                healths[run.key] = known.health
        return healths

    def of(self, run: RunSnapshot, now: float) -> RunHealth:
        """The health of one run. While it is loading only what is certain: NaN and spikes."""
        known = self._known.setdefault(run.key, _Known())
        if known.run is not run:
            self._look(known, run)
        stall = self._stall(run, now)
        if known.health is None or known.stalled is not (stall is not None):
            known.stalled = stall is not None
            known.health = _summary(run, known, stall)
        return known.health

    def _look(self, known: _Known, run: RunSnapshot) -> None:
        self._update(known, run)
        found: list[HealthEvent] = []
        counts = Counter[HealthKind]()
        for watch in known.watches.values():
            found += _past_events(run, watch)
            counts[HealthKind.NAN] += watch.stretch_count if self.rules.nan else 0
            counts[HealthKind.SPIKE] += watch.spike_count
        if not self.rules.nan:
            found = [event for event in found if event.kind is not HealthKind.NAN]
        if not run.loading:
            present = list(self._present_events(run, known))
            present += [*system_events(run, self.rules), *rank_events(run, self.rules)]
            counts.update(event.kind for event in present)
            found += present
        if tuple(found) != known.found or known.run is None:
            known.health = None
        known.run, known.found, known.counts = run, tuple(found), counts
        if run.state.is_over and not run.loading:
            known.watches.clear()  # of a thousand runs they take more memory than all else; it may not change

    def _update(self, known: _Known, run: RunSnapshot) -> None:
        """Bring the state of the metrics up to date. Most metrics need none: they have no NaN so far."""
        watches = known.watches
        for name in watches.keys() - run.metrics.keys():
            del watches[name]
        for name, view in run.metrics.items():
            watch = watches.get(name)
            if watch is None:
                tells = view.nan_count or view.inf_count or role_of(name) in _STATEFUL_ROLES
                if not tells or not self.rules.watches(name):
                    continue
                watch = watches[name] = MetricWatch(name, self.rules)
            watch.update(view, run.segment_rows)

    def _present_events(self, run: RunSnapshot, known: _Known) -> Iterator[HealthEvent]:
        """What holds now and may pass: divergences, plateaus, drops of the throughput."""
        rules = self.rules
        judged_by = (main_metric((run,)), train_metric((run,)))
        bump_ends = _bump_ends(run, known.watches.values())
        for watch in known.watches.values():
            if not watch.trend.count:
                continue
            warming_up = run.metrics[watch.metric].last_row <= bump_ends
            diverged = None
            if watch.judged and rules.divergence:
                diverged = _divergence(run, watch, rules, warming_up=warming_up)
                if diverged is not None:
                    yield diverged
            # Other losses (of a balance, of an adversary) are meant to stay where they are.
            may_rest = watch.judged and watch.metric in judged_by and not warming_up and diverged is None
            if rules.plateau and may_rest:
                yield from _plateau(run, watch, rules)
            if rules.throughput_drop and watch.role is Role.THROUGHPUT:
                yield from _throughput_drop(run, watch, rules)

    def _stall(self, run: RunSnapshot, now: float) -> HealthEvent | None:
        if not run.state.is_live or run.last_change is None:
            return None
        limit = max(self.rules.stall_seconds, self.rules.stall_intervals * (run.record_interval or 0.0))
        if now - run.last_change <= limit:
            return None
        message = f"silent for more than {limit:.0f} s"
        row = len(run.iterations) - 1
        return _event(run, HealthKind.STALL, "", row, limit, message, Severity.WARNING)


def health_of(run: RunSnapshot, now: float, rules: HealthRules | None = None) -> RunHealth:
    """The health of one run, for commands that look once."""
    return HealthMonitor(rules).of(run, now)


def _summary(run: RunSnapshot, known: _Known, stall: HealthEvent | None) -> RunHealth:
    events = in_order(known.found if stall is None else (*known.found, stall))
    counts = known.counts + Counter([HealthKind.STALL] if stall is not None else [])
    return RunHealth(run.key, events[-MOST_EVENTS:], tuple(sorted(counts.items())))


def _past_events(run: RunSnapshot, watch: MetricWatch) -> Iterator[HealthEvent]:
    metric = watch.metric
    for stretch in watch.stretches:
        what = "NaN" if math.isnan(stretch.value) else "infinite"
        message = f"{metric} is {what}" + (f", {stretch.count} values in a row" if stretch.count > 1 else "")
        severity = Severity.CRITICAL if watch.role is Role.LOSS else Severity.WARNING
        yield _event(run, HealthKind.NAN, metric, stretch.row, stretch.value, message, severity)
    for spike in watch.spikes:
        message = f"{metric} jumped from about {spike.level:.5g} to {spike.value:.5g}"
        yield _event(run, HealthKind.SPIKE, metric, spike.row, spike.value, message, Severity.WARNING)


def _divergence(
    run: RunSnapshot, watch: MetricWatch, rules: HealthRules, *, warming_up: bool
) -> HealthEvent | None:
    verdict = find_divergence(watch, rules.divergence, warming_up=warming_up)
    if verdict is None:
        return None
    message = f"{watch.metric} went from {verdict.reference:.5g} back to {verdict.level:.5g}"
    kind = HealthKind.DIVERGENCE
    return _event(run, kind, watch.metric, verdict.row, verdict.level, message, Severity.CRITICAL)


def _plateau(run: RunSnapshot, watch: MetricWatch, rules: HealthRules) -> Iterator[HealthEvent]:
    metric = watch.metric
    verdict = find_plateau(watch, rules.plateau, rules.plateau_gain, is_evaluation=is_evaluation(metric))
    if verdict is not None:
        since = run.iterations[verdict.row]
        smoothed = "" if is_evaluation(metric) else "smoothed "
        message = f"no better {smoothed}{metric} than {verdict.reference:.5g} since iteration {since:.0f}"
        kind = HealthKind.PLATEAU
        yield _event(run, kind, metric, verdict.row, verdict.reference, message, Severity.INFO)


def _throughput_drop(run: RunSnapshot, watch: MetricWatch, rules: HealthRules) -> Iterator[HealthEvent]:
    verdict = find_throughput_drop(watch, rules.throughput_drop)
    if verdict is not None:
        message = f"{watch.metric} fell from about {verdict.reference:.5g} to {verdict.level:.5g}"
        kind = HealthKind.THROUGHPUT_DROP
        yield _event(run, kind, watch.metric, verdict.row, verdict.level, message, Severity.WARNING)


def _event(
    run: RunSnapshot,
    kind: HealthKind,
    metric: str,
    row: int,
    value: float,
    message: str,
    severity: Severity,
) -> HealthEvent:
    iteration = float(run.iterations[row]) if row >= 0 else None
    return HealthEvent(kind, metric, row, iteration, value, message, severity)


def _bump_ends(run: RunSnapshot, watches: Iterable[MetricWatch]) -> int:
    """The last row at which a loss may still bump from the learning rate's warm-up; -1: there is none.

    Told by the learning rate's peak, which moves on as long as it rises; else by the config.
    """
    peaks = [watch.peak_row for watch in watches if watch.role is Role.LEARNING_RATE]
    if peaks:
        return _BUMP * max(peaks) if max(peaks) > 0 else -1
    for key, value in flatten_config(run.header.config).items():
        number = plain_number(value)
        short = key.rsplit(".", 1)[-1].lower().replace("_", "").replace("-", "")
        if short in _WARM_UP_KEYS and number is not None and number > 1:
            # A row is one iteration at least, so no later row can be within.
            start = run.iterations[: int(min(_BUMP * number, len(run.iterations))) + 1]
            return int(np.count_nonzero(start <= start[0] + _BUMP * number)) - 1 if len(start) else -1
    return -1
