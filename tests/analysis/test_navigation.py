"""Places to jump to along a run."""

from __future__ import annotations

import numpy as np

from tests.analysis.builder import INF, NAN, START, changed, make_run
from tuimon.analysis.axes import ELAPSED, GRADIENT_STEP, ITERATION
from tuimon.analysis.health import HealthMonitor, health_of
from tuimon.analysis.navigation import (
    EventKind,
    NavigationEvent,
    navigation_events,
    next_event,
    previous_event,
)
from tuimon.records.events import EventRecord
from tuimon.store.snapshot import RunSnapshot

NOW = START.timestamp()


def eventful_run() -> RunSnapshot:
    """A NaN at row 150, a spike at 120, a resume at 100, a checkpoint at iteration 165, the best at 199."""
    loss = 3.0 - 0.001 * np.arange(200)
    loss[120], loss[150] = 9.0, NAN
    run = make_run(
        metrics={"train_loss": loss, "wallclock_time": np.arange(200) * 2.0},
        segment_rows=(40,),
        iterations=np.arange(200) * 10,
    )
    return changed(
        run, events=(EventRecord("info", "[b]saved", 1650.0), EventRecord("warning", "no place", None))
    )


def places(events: tuple[NavigationEvent, ...]) -> list[tuple[float, EventKind]]:
    return [(event.x, event.kind) for event in events]


def test_all_kinds_stand_in_one_list_by_x() -> None:
    """An event that was logged without an iteration has no place."""
    run = eventful_run()
    events = navigation_events(run, ITERATION, health=health_of(run, NOW), metric="train_loss")
    assert places(events) == [
        (400.0, EventKind.RESUME),
        (1200.0, EventKind.SPIKE),
        (1500.0, EventKind.NAN),
        (1650.0, EventKind.LOGGED),
        (1990.0, EventKind.BEST),
    ]
    assert events[3].message == "info: [b]saved"
    assert events[4].message == "best train_loss: 2.801"


def test_places_are_on_the_axis_that_is_shown() -> None:
    run = eventful_run()
    assert places(navigation_events(run, ELAPSED)) == [(80.0, EventKind.RESUME), (330.0, EventKind.LOGGED)]
    assert navigation_events(run, GRADIENT_STEP) == (), "never counted"


def test_a_row_without_an_x_has_no_place() -> None:
    """Such as one before the first elapsed time."""
    run = make_run(metrics={"train_loss": [NAN, 1.0, NAN], "wallclock_time": {1: 5.0, 2: INF}})
    assert navigation_events(run, ELAPSED, health=health_of(run, NOW)) == ()


def test_alerts_that_are_neither_nan_nor_spike_are_among_them() -> None:
    run = make_run(metrics={"train_loss": [3.0]}, last_change=NOW)
    stalled = navigation_events(run, ITERATION, health=HealthMonitor().of(run, NOW + 100))
    assert places(stalled) == [(0.0, EventKind.ALERT)]
    empty = make_run(last_change=NOW)
    assert navigation_events(empty, ITERATION, health=HealthMonitor().of(empty, NOW + 100)) == ()


def test_a_logged_event_between_two_rows_is_at_the_one_before() -> None:
    """One before all rows at the first; where an epoch counts from 0 again, at the latest row of it."""
    run = changed(
        make_run(metrics={"train_loss": [1.0] * 6}, iterations=[10, 20, 30, 10, 20, 30]),
        events=tuple(EventRecord("info", "", iteration) for iteration in (5.0, 25.0, 99.0)),
    )
    rows = {event.row for event in navigation_events(run, ITERATION)}
    assert rows == {0, 4, 5}


def test_a_quality_is_best_where_it_is_highest() -> None:
    run = make_run(metrics={"val_accuracy": [0.1, 0.7, 0.4], "grad_norm": [3.0, 1.0, 2.0]})
    assert places(navigation_events(run, ITERATION, metric="val_accuracy")) == [(1.0, EventKind.BEST)]
    assert navigation_events(run, ITERATION, metric="grad_norm") == (), "no direction, no best"


def test_jumping_goes_from_place_to_place_and_stops_at_the_ends() -> None:
    run = eventful_run()
    events = navigation_events(run, ITERATION)
    assert next_event(events, None) is events[0]
    assert next_event(events, 400.0) is events[1]
    assert next_event(events, 1650.0) is None
    assert previous_event(events, None) is events[1]
    assert previous_event(events, 1650.0) is events[0]
    assert previous_event(events, 400.0) is None
