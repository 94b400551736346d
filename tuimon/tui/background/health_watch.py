"""The health of all runs, looked at in small steps in the drawing thread, and whom to tell of what is new."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence

from tuimon.analysis.health import HealthMonitor
from tuimon.analysis.health_events import (
    HealthEvent,
    HealthKind,
    HealthRules,
    RunHealth,
    Severity,
    new_events,
)
from tuimon.analysis.navigation import steps_of_found
from tuimon.charts.notation import harmless
from tuimon.quick_dataclass import dataclass
from tuimon.store.snapshot import RunSnapshot, StoreSnapshot

MOST_RUNS = 8  # looked at in one step: a first look takes a millisecond or two, and keys wait for the step
MOST_COMMANDS = 8  # that run at once; a program that hangs must not pile up


@dataclass(frozen=True, slots=True)
class HealthReport:
    """``health`` by run key, ``behind``: runs are still to be looked at, ``alerts``: what is newly found."""

    health: Mapping[str, RunHealth]
    behind: bool
    alerts: tuple[tuple[RunSnapshot, HealthEvent], ...]


class HealthWatch:
    """Keeps the health of runs up to date; for the drawing thread alone. ``plateaus``: they are alerts."""

    def __init__(self, rules: HealthRules | None = None, *, plateaus: bool = False) -> None:
        self._monitor = HealthMonitor(rules)
        self._plateaus = plateaus
        # The rows that a run had when a plateau of its metric was last seen.
        self._flat: dict[tuple[str, str], int] = {}
        # Of runs that had been read as a whole, at the last look that left none out: what they had is past.
        self._past: dict[str, RunHealth] = {}

    def look(self, snapshot: StoreSnapshot, now: float) -> HealthReport:
        """A step: the health of what has changed, as far as one step goes. The last step has the alerts."""
        runs = snapshot.runs
        health = self._monitor.check(runs, now, MOST_RUNS)
        if self._monitor.behind:
            return HealthReport(health, True, ())
        alerts = tuple(
            (run, event)
            for run in runs
            for event in new_events(self._past.get(run.key), health[run.key])
            if event.severity is not Severity.INFO or (self._plateaus and self._begins(run, event))
        )
        self._flat |= {
            (run.key, event.metric): len(run.iterations)
            for run in runs
            for event in health[run.key].events
            if event.kind is HealthKind.PLATEAU
        }
        self._past = {run.key: health[run.key] for run in runs if not run.loading}
        return HealthReport(health, False, alerts)

    def _begins(self, run: RunSnapshot, event: HealthEvent) -> bool:
        """Whether it is a plateau that has not been seen: the best value came after the last one. One that
        noise ends and begins again is the same.
        """
        seen = self._flat.get((run.key, event.metric))
        return event.kind is HealthKind.PLATEAU and (seen is None or event.row >= seen)


class AlertCommand:
    """Starts the person's program for an alert; nothing waits for it, and no shell is in between."""

    def __init__(
        self, words: Sequence[str], start: Callable[..., subprocess.Popen[bytes]] | None = None
    ) -> None:
        self._words = tuple(words)
        self._start = start or subprocess.Popen
        self._running: list[threading.Thread] = []  # each waits for one program

    def run(self, run: RunSnapshot, event: HealthEvent) -> str | None:
        """Start it; returns what went wrong, if anything did."""
        self._running = [waiter for waiter in self._running if waiter.is_alive()]
        if not self._words:
            return None
        if len(self._running) >= MOST_COMMANDS:
            return f"on_alert: {MOST_COMMANDS} of them still run, so {run.name} was not told of"
        try:
            process = self._start(
                filled(self._words, run, event),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:  # no such program, or a NUL in an argument
            return f"on_alert: {self._words[0]}: {getattr(error, 'strerror', None) or error}"
        waiter = threading.Thread(target=process.wait, name="tuimon-alert", daemon=True)
        waiter.start()
        self._running.append(waiter)
        return None


def filled(words: Sequence[str], run: RunSnapshot, event: HealthEvent) -> list[str]:
    """The words with what is meant by ``{run}``, ``{kind}``, ``{metric}``, ``{step}``, ``{message}`` and
    ``{path}`` in their places. Text from a log is made harmless; it never becomes a word of its own."""
    (step,) = steps_of_found(run, (event,))
    values = {
        "{run}": harmless(run.name),
        "{kind}": event.kind.value,
        "{metric}": harmless(event.metric),
        "{step}": "" if step is None else f"{step:.15g}",
        "{message}": harmless(event.message),
        "{path}": str(run.path),
    }
    return [_replaced(word, values) for word in words]


def _replaced(word: str, values: Mapping[str, str]) -> str:
    """Each placeholder replaced once: what a value holds is not looked at again."""
    pattern = "|".join(re.escape(name) for name in values)
    return re.sub(pattern, lambda found: values[found[0]], word)
