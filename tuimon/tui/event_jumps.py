"""From event to event on the curves: NaN, spikes, alerts, resumes, best values, logged events. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rich.cells import cell_len

from tuimon.analysis.axes import AxisKind, XAxis
from tuimon.analysis.health_events import RunHealth
from tuimon.analysis.navigation import NavigationEvent, navigation_events
from tuimon.charts.distinct_names import cut_name
from tuimon.charts.notation import clock_text, count_text, duration_text, harmless
from tuimon.quick_dataclass import dataclass
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.view.zoom import Zoom

_LEAST_NAME = 12


@dataclass(frozen=True, slots=True)
class Jump:
    """The event jumped to, which one of how many it is, and what to say of it."""

    event: NavigationEvent
    text: str


def jump(
    runs: Sequence[RunSnapshot],
    axis: XAxis,
    health: Mapping[str, RunHealth],
    metric: str | None,
    on: str | None,
    before: NavigationEvent | None,
    by: int,
    width: int,
) -> Jump | None:
    """The event ``by`` (1 or -1) from ``before``; None where there is none at all.

    All events of a run by x, then those of the next run, round and round. ``on`` is the run under the cursor:
    where ``before`` is not of it, its first event is jumped to, or its last; where it has none, that is said
    and the next run's is. In ``width`` cells the run's name gives way to what has happened, as far as it is
    still told apart.

    ``before`` need not be among the events any more: then it goes on from its place on the axis.
    """
    events = [navigation_events(run, axis, health=health.get(run.key), metric=metric) for run in runs]
    if not any(events):
        return None
    start = next((place for place, run in enumerate(runs) if run.key == on), 0)
    own = events[start]
    at, place = start, 0 if by > 0 else len(own) - 1
    if before is not None and before.run_key == runs[start].key:
        place = _place(own, before, by)
    if not 0 <= place < len(own):
        further = [(start + by * step) % len(runs) for step in range(1, len(runs) + 1)]
        at = next(number for number in further if events[number])
        place = 0 if by > 0 else len(events[at]) - 1
    none_here = "" if own else "none on this run; "
    event, run = events[at][place], runs[at]
    said = f"{none_here}{event.kind.value} {place + 1}/{len(events[at])} at {_at(axis, event.x)}"
    message = harmless(event.message)
    names = [harmless(run.name) for run in runs]
    room = max(width - cell_len(f"{said} : {message}"), _LEAST_NAME)
    return Jump(event, f"{said} {cut_name(harmless(run.name), room, names)}: {message}")


def in_sight(zoom: Zoom, axis: str, x: float) -> Zoom:
    """The charts' cursor at ``x``; where that is out of sight the zoomed part moves to have it amidst."""
    moved = zoom.with_cursor(axis, x)
    if moved.x is None or moved.x[0] <= x <= moved.x[1]:
        return moved
    half = (moved.x[1] - moved.x[0]) / 2
    return replace(moved, x=(x - half, x + half))


def _place(events: Sequence[NavigationEvent], before: NavigationEvent, by: int) -> int:
    if before in events:
        return events.index(before) + by
    later = next((place for place, event in enumerate(events) if event.x > before.x), len(events))
    return later if by > 0 else later - 1


def _at(axis: XAxis, x: float) -> str:
    if axis.kind is AxisKind.CLOCK:
        return clock_text(x)
    return duration_text(x) if axis.kind is AxisKind.SECONDS else count_text(x)
