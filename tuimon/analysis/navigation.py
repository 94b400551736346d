"""What there is to jump to on a run's curves: NaN, spikes, alerts, resumes, the best value, logged events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

import numpy as np

from tuimon.analysis.axes import XAxis, placeable, step_axis, x_at_rows
from tuimon.analysis.health_events import HealthEvent, HealthKind, RunHealth
from tuimon.analysis.metric_roles import direction_of
from tuimon.quick_dataclass import dataclass
from tuimon.records.events import EventRecord
from tuimon.store.snapshot import RunSnapshot


class EventKind(StrEnum):
    """What is at a place. ALERT is a finding of the health rules that is neither a NaN nor a spike."""

    NAN = "nan"
    SPIKE = "spike"
    ALERT = "alert"
    RESUME = "resume"
    BEST = "best"
    LOGGED = "logged"


_OF_HEALTH = {HealthKind.NAN: EventKind.NAN, HealthKind.SPIKE: EventKind.SPIKE}


@dataclass(frozen=True, slots=True)
class NavigationEvent:
    """A place to jump to: ``x`` on the axis asked for; ``metric`` is empty where it is about the run.

    ``message`` is for people; of a logged event it is what the program wrote: data, not markup.
    """

    x: float
    row: int
    kind: EventKind
    metric: str
    message: str
    run_key: str


def navigation_events(
    run: RunSnapshot, axis: XAxis, *, health: RunHealth | None = None, metric: str | None = None
) -> tuple[NavigationEvent, ...]:
    """All places of a run by rising x; ``metric`` is the one whose best value is among them.

    Empty where the run lacks the axis. What has no place on it is left out: a row without x, an event that
    was logged without an iteration.
    """
    places = [*_health_places(health), *_resumes(run), *_best(run, metric), *_logged(run)]
    events = [
        NavigationEvent(x, row, kind, name, message, run.key)
        for x, (row, kind, name, message) in zip(
            x_of_rows(run, [place[0] for place in places], axis), places, strict=True
        )
        if x is not None
    ]
    return tuple(sorted(events, key=lambda event: (event.x, event.row)))


def x_of_rows(run: RunSnapshot, rows: Sequence[int], axis: XAxis) -> list[float | None]:
    """Where these rows are on an axis; None for a row without a place, or where the run lacks the axis."""
    x = x_at_rows(run, np.array(rows, dtype=np.int32), axis) if len(rows) else None
    if x is None:
        return [None] * len(rows)
    return [float(at) if placed else None for at, placed in zip(x, placeable(x), strict=True)]


def steps_of_found(run: RunSnapshot, found: Sequence[HealthEvent]) -> list[float | None]:
    """The step of each finding, counted as the run counts its steps; None where it has no place."""
    rows = [event.row if 0 <= event.row < len(run.iterations) else None for event in found]
    return _steps(run, rows, [event.iteration for event in found])


def steps_of_logged(run: RunSnapshot, events: Sequence[EventRecord]) -> list[float | None]:
    """The step of each logged event, counted as the run counts its steps; None without an iteration."""
    iterations = [event.iteration for event in events]
    rows: list[int | None] = [None] * len(iterations)
    placed = [place for place, iteration in enumerate(iterations) if iteration is not None]
    if placed and len(run.iterations):
        known = np.array([iterations[place] for place in placed], dtype=np.float64)
        for place, row in zip(placed, _rows_at(run, known).tolist(), strict=True):
            rows[place] = row
    return _steps(run, rows, iterations)


def _steps(
    run: RunSnapshot, rows: Sequence[int | None], iterations: Sequence[float | None]
) -> list[float | None]:
    """The iterations themselves where a row is not known, or where both counts are the same there."""
    steps = x_of_rows(run, [row or 0 for row in rows], step_axis(run))
    return [
        iteration if row is None or step is None or step == run.iterations[row] else step
        for row, step, iteration in zip(rows, steps, iterations, strict=True)
    ]


def next_event(events: Sequence[NavigationEvent], x: float | None) -> NavigationEvent | None:
    """The first place after ``x`` (None: the very first); None where there is none."""
    return next((event for event in events if x is None or event.x > x), None)


def previous_event(events: Sequence[NavigationEvent], x: float | None) -> NavigationEvent | None:
    """The last place before ``x`` (None: the very last); None where there is none."""
    return next((event for event in reversed(events) if x is None or event.x < x), None)


_Place = tuple[int, EventKind, str, str]


def _health_places(health: RunHealth | None) -> Iterator[_Place]:
    for event in health.events if health is not None else ():
        if event.row >= 0:
            yield event.row, _OF_HEALTH.get(event.kind, EventKind.ALERT), event.metric, event.message


def _resumes(run: RunSnapshot) -> Iterator[_Place]:
    for row in run.segment_rows:
        if row < len(run.iterations):
            yield row, EventKind.RESUME, "", "resumed here"


def _best(run: RunSnapshot, metric: str | None) -> Iterator[_Place]:
    view = run.metrics.get(metric) if metric is not None else None
    direction = direction_of(metric) if metric is not None else None
    if metric is None or view is None or direction is None:
        return
    best = view.finite_min if direction == "min" else view.finite_max
    if best is not None:
        row = int(view.rows[np.argmax(view.values == best)])
        yield row, EventKind.BEST, metric, f"best {metric}: {best:.5g}"


def _logged(run: RunSnapshot) -> Iterator[_Place]:
    placed = [event for event in run.events if event.iteration is not None]
    if not placed or not len(run.iterations):
        return
    rows = _rows_at(run, np.array([event.iteration for event in placed], dtype=np.float64))
    for event, row in zip(placed, rows.tolist(), strict=True):
        yield row, EventKind.LOGGED, "", f"{event.level}: {event.message}"


def _rows_at(
    run: RunSnapshot, iterations: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """The row of each iteration, else the one before it; the latest where iterations come again."""
    order = np.argsort(run.iterations, kind="stable")
    places = np.searchsorted(run.iterations[order], iterations, side="right") - 1
    return np.asarray(order[np.maximum(places, 0)])
