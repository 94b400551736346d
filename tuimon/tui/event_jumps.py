"""From event to event on the curves: NaN, spikes, alerts, resumes, best values, logged events. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rich.cells import cell_len

from tuimon.analysis.axes import AxisKind, XAxis
from tuimon.analysis.health_events import RunHealth
from tuimon.analysis.navigation import NavigationEvent, merged_events, navigation_events
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
    before: NavigationEvent | None,
    by: int,
    width: int,
) -> Jump | None:
    """The event ``by`` (1 or -1) from ``before``, round and round; None where there is none at all.

    In ``width`` cells the run's name gives way to what has happened, as far as it is still told apart.

    ``before`` need not be among the events any more: then it goes on from its place on the axis. Without one
    the first event, or the last, is jumped to.
    """
    events = merged_events(
        navigation_events(run, axis, health=health.get(run.key), metric=metric) for run in runs
    )
    if not events:
        return None
    place = _place(events, before, by) % len(events)
    event = events[place]
    run = next(run for run in runs if run.key == event.run_key)
    said, message = (
        f"{event.kind.value} {place + 1}/{len(events)} at {_at(axis, event.x)}",
        harmless(event.message),
    )
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


def _place(events: Sequence[NavigationEvent], before: NavigationEvent | None, by: int) -> int:
    if before is None:
        return 0 if by > 0 else -1
    if before in events:
        return events.index(before) + by
    later = next((place for place, event in enumerate(events) if event.x > before.x), len(events))
    return later if by > 0 else later - 1


def _at(axis: XAxis, x: float) -> str:
    if axis.kind is AxisKind.CLOCK:
        return clock_text(x)
    return duration_text(x) if axis.kind is AxisKind.SECONDS else count_text(x)
