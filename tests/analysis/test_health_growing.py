"""Health as data comes: looked at often, corrected, bounded, alerted of once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.builder import NAN, changed, make_run
from tests.analysis.health_found import NOW, bad_run, health, kinds
from tests.analysis.training_curves import noisy, power_law
from tests.snapshots_by_hand import column
from tuimon.analysis.health import (
    MOST_EVENTS,
    HealthKind,
    HealthMonitor,
    health_of,
    new_events,
)
from tuimon.store.columns import Column
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot


class GrowingRun:
    """A run whose columns are the store's own, which publish without copying."""

    def __init__(self) -> None:
        self.columns: dict[str, Column] = {}
        self.rows = 0
        self.segment_rows: tuple[int, ...] = ()

    def log(self, **values: float) -> None:
        for name, value in values.items():
            self.columns.setdefault(name, Column()).put(self.rows, value)
        self.rows += 1

    def snapshot(self) -> RunSnapshot:
        return changed(
            make_run(iterations=np.arange(self.rows), segment_rows=self.segment_rows),
            metrics={name: column.view() for name, column in self.columns.items()},
        )


@settings(max_examples=40)
@given(
    st.lists(st.integers(0, 600), max_size=6),
    st.lists(st.integers(1, 599), max_size=3, unique=True),
    st.integers(0, 2**32 - 1),
)
def test_what_is_found_does_not_depend_on_when_one_looked(
    looks: list[int], resumes: list[int], seed: int
) -> None:
    """Looking at a growing run, resumes and gaps included, gives what looking once at the end gives."""
    random = np.random.default_rng(seed)
    loss = power_law(600) + 0.3 * random.standard_t(2, 600)
    loss[random.random(600) < 0.05] = NAN
    run, monitor = GrowingRun(), HealthMonitor()
    for start, end in pairwise([0, *sorted(looks), 600]):
        for row in range(start, end):
            if row in resumes:
                run.segment_rows = (*run.segment_rows, row)
            run.log(train_loss=loss[row], reward=-loss[row])
        if run.rows:
            monitor.of(run.snapshot(), NOW)
    watched, at_once = monitor.of(run.snapshot(), NOW), health_of(run.snapshot(), NOW)
    assert [(event.identity, event.row) for event in watched.events] == [
        (event.identity, event.row) for event in at_once.events
    ]
    assert [event.message for event in watched.events] == [event.message for event in at_once.events]
    assert watched.counts == at_once.counts


@settings(max_examples=60)
@given(st.lists(st.floats(), max_size=60), st.lists(st.integers(0, 300), max_size=3), st.integers(1, 40))
def test_no_values_make_it_stumble(values: list[float], resumes: list[int], repeat: int) -> None:
    """Whatever a log holds, up to the greatest floats: no error, no warning, as many NaN as there are."""
    run = make_run(
        metrics=dict.fromkeys(("train_loss", "val_accuracy", "tok/s", "lr", "x"), values * repeat),
        segment_rows=tuple(sorted(resumes)),
    )
    found = health_of(run, NOW)
    assert (HealthKind.NAN in kinds(found)) is (not np.isfinite(values).all())


def test_a_value_that_was_corrected_is_judged_anew() -> None:
    """An earlier cell that changes, a resume that takes rows back: no event of what no longer is."""
    run, monitor = GrowingRun(), HealthMonitor()
    for value in [3.0, NAN, 2.0, NAN]:
        run.log(train_loss=value)
    assert [event.row for event in monitor.of(run.snapshot(), NOW).events] == [1, 3]
    run.columns["train_loss"].put(1, 2.5)
    assert [event.row for event in monitor.of(run.snapshot(), NOW).events] == [3]
    run.columns["train_loss"].keep([0, 1, 2])
    run.rows = 3
    assert monitor.of(run.snapshot(), NOW).events == ()


def test_a_metric_that_is_gone_takes_its_events_along() -> None:
    monitor = HealthMonitor()
    run = make_run(metrics={"x": [NAN], "train_loss": [1.0]})
    assert monitor.of(run, NOW).events != ()
    assert monitor.of(changed(run, metrics={"train_loss": column([1.0])}), NOW).events == ()


def test_while_loading_only_what_is_certain_is_said() -> None:
    """The first half of a log has no verdict on how the run stands."""
    loading = changed(bad_run(), loading=True, last_change=NOW)
    assert kinds(health_of(loading, NOW)) == {HealthKind.NAN, HealthKind.SPIKE}


def test_an_unchanged_run_keeps_its_health_object() -> None:
    """Identity is the cache key of whoever draws it, also when new values bring nothing new."""
    monitor = HealthMonitor()
    run = make_run(metrics={"train_loss": [3.0, NAN, 2.0]})
    first = monitor.of(run, NOW)
    assert monitor.of(run, NOW + 1) is first
    assert monitor.of(make_run(metrics={"train_loss": [3.0, NAN, 2.0, 1.0]}), NOW) is first


def test_events_are_bounded_and_counted() -> None:
    values = np.tile([1.0, NAN], 50_000)
    found = health(**dict.fromkeys("abc", values))
    assert len(found.events) == MOST_EVENTS
    assert found.events[-1].row == len(values) - 1
    assert found.counts == ((HealthKind.NAN, 150_000),)


def test_only_new_troubles_are_alerted_of() -> None:
    """Not the past of a run that is seen first, and a stretch of NaN that goes on only once."""
    monitor = HealthMonitor()
    looks = [
        monitor.of(make_run(metrics={"x": values}), NOW) for values in ([NAN], [NAN, NAN], [NAN, 1.0, NAN])
    ]
    assert new_events(None, looks[0]) == ()
    assert new_events(looks[0], looks[1]) == ()
    assert [event.row for event in new_events(looks[1], looks[2])] == [2]


def test_a_check_of_many_runs_can_be_bounded() -> None:
    """The others come in later calls; what was known of runs that are gone is forgotten."""
    runs = [make_run(f"r{number}", metrics={"x": [NAN]}) for number in range(5)]
    monitor = HealthMonitor()
    assert (len(monitor.check(runs, NOW, most=2)), monitor.behind) == (2, True)
    assert (len(monitor.check(runs, NOW, most=2)), monitor.behind) == (4, True)
    assert (list(monitor.check(runs, NOW, most=2)), monitor.behind) == ([run.key for run in runs], False)
    assert list(monitor.check(runs[:1], NOW)) == ["r0"]


def test_of_a_run_that_is_over_nothing_is_kept_but_its_health() -> None:
    """A note or a tag makes it another snapshot of the same data: the same health, worked out anew."""
    monitor = HealthMonitor()
    losses = [*noisy(power_law(400), 0.02).tolist(), NAN, 1.0]
    run = changed(make_run(metrics={"train_loss": losses}), state=RunState.FINISHED)
    before = monitor.of(run, 0.0)
    assert HealthKind.NAN in kinds(before)
    assert monitor.of(changed(run), 0.0) is before
    live = changed(run, state=RunState.RUNNING)
    assert kinds(monitor.of(live, 0.0)) == kinds(before)
