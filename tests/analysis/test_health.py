"""Health: what is found, and above all what is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, fields

import numpy as np
import pytest

from tests.analysis.builder import INF, NAN, changed, make_run
from tests.analysis.health_found import NOW, bad_run, health, kinds, only
from tests.analysis.training_curves import cosine, learning_rate, noisy, power_law, warm_up_bump
from tuimon.analysis.health import (
    HealthKind,
    HealthMonitor,
    HealthRules,
    Severity,
    health_of,
)
from tuimon.settings.sections import Health
from tuimon.store.columns import Floats
from tuimon.store.liveness import RunState


def pieces(values: Floats) -> list[Floats]:
    """The run as it is seen at eight moments."""
    return [values[: len(values) * part // 8] for part in range(1, 9)]


# No false alarms


@pytest.mark.parametrize("deviation", [0.0, 0.02, 0.1, 0.3])
@pytest.mark.parametrize("count", [40, 300, 3000, 30_000])
@pytest.mark.parametrize("curve", [power_law, cosine])
def test_a_noisy_falling_loss_is_healthy_all_the_way(
    curve: Callable[[int], Floats], count: int, deviation: float
) -> None:
    """At no moment does any rule find anything."""
    monitor = HealthMonitor()
    for seen in pieces(noisy(curve(count), deviation)):
        assert monitor.of(make_run(metrics={"train_loss": seen}), NOW).events == ()


@pytest.mark.parametrize("count", [1000, 10_000])
def test_the_bump_of_a_warm_up_is_no_alarm(count: int) -> None:
    """Looked at often while it is on."""
    loss, rate = noisy(warm_up_bump(count), 0.05), learning_rate(count)
    monitor = HealthMonitor()
    for end in range(count // 100, count // 5, count // 100):
        run = make_run(metrics={"train_loss": loss[:end], "learning_rate": rate[:end]})
        assert monitor.of(run, NOW).events == ()


def test_a_steep_warm_up_bump_is_known_by_the_config_where_no_rate_is_logged() -> None:
    """Up by three quarters of the way down is a divergence later, not in the warm-up."""
    loss = noisy(np.concatenate([np.linspace(10, 6, 100), np.linspace(6, 9, 60)]), 0.02)
    metrics = {"train_loss": loss}
    warm = make_run(metrics=metrics, config={"schedule": {"warmup_iters": 100}})
    assert kinds(health_of(make_run(metrics=metrics), NOW)) == {HealthKind.DIVERGENCE}
    assert health_of(warm, NOW).events == ()


def test_a_loss_above_its_start_is_an_alarm_even_in_the_warm_up() -> None:
    loss = np.concatenate([np.linspace(10, 6, 100), np.geomspace(6, 500, 60)])
    run = make_run(metrics={"train_loss": loss}, config={"warmup_iters": 1000})
    assert HealthKind.DIVERGENCE in kinds(health_of(run, NOW))


def test_evaluations_are_healthy() -> None:
    """Few, with the noise of a small evaluation set, and falling ever more slowly."""
    values = noisy(power_law(60), 0.02)
    monitor = HealthMonitor()
    for seen in pieces(values):
        losses = {100 * place: value for place, value in enumerate(seen.tolist())}
        assert monitor.of(make_run(metrics={"val_loss": losses}), NOW).events == ()


def test_the_pauses_of_evaluations_are_no_drop_of_the_throughput() -> None:
    """Every tenth value is a fifth of the usual one."""
    rate = noisy(np.full(2000, 50_000.0), 2000.0)
    rate[::10] /= 5
    monitor = HealthMonitor()
    for end in range(100, 2000, 37):
        assert monitor.of(make_run(metrics={"tokens_per_sec": rate[:end]}), NOW).events == ()


def test_a_resumed_run_may_jump_and_find_its_way_again() -> None:
    """A process that goes on begins with a higher loss and slow steps; that is no spike, drop, divergence."""
    before = noisy(power_law(1000), 0.05)
    after = noisy(3.4 + 5.0 * np.exp(-np.arange(400) / 30), 0.05, seed=1)
    loss = np.concatenate([before, after])
    rate = noisy(np.full(1400, 50_000.0), 500.0)
    rate[1000:1010] = 5000.0
    monitor = HealthMonitor()
    for end in range(950, 1401, 10):
        run = make_run(
            metrics={"train_loss": loss[:end], "tokens_per_sec": rate[:end]},
            segment_rows=(1000,) if end > 1000 else (),
        )
        assert monitor.of(run, NOW).events == ()
    assert health(train_loss=loss).events != (), "without the resume it is one"


def test_a_metric_without_direction_may_do_what_it_likes() -> None:
    gradient = np.random.default_rng(0).lognormal(0, 1, 3000)
    gradient[2000] = 1e6
    assert health(grad_norm=gradient, learning_rate=np.linspace(1, 0, 3000)).events == ()


# What is found


def test_a_nan_is_critical_in_a_loss_and_a_warning_elsewhere() -> None:
    loss = only(health(train_loss=[3.0, 2.0, NAN]))
    assert (loss.kind, loss.metric, loss.row, loss.iteration) == (HealthKind.NAN, "train_loss", 2, 2.0)
    assert (loss.severity, loss.message) == (Severity.CRITICAL, "train_loss is NaN")
    norm = only(health(grad_norm=[3.0, INF, 1.0]))
    assert (norm.severity, norm.row, norm.value) == (Severity.WARNING, 1, INF)
    assert norm.message == "grad_norm is infinite"


def test_a_stretch_of_nan_is_one_event_that_goes_on() -> None:
    """With the number of values, however they came in."""
    monitor = HealthMonitor()
    values = [1.0, NAN, NAN, 1.0, NAN, NAN, NAN]
    for end in range(1, 8):
        found = monitor.of(make_run(metrics={"x": values[:end]}), NOW)
    assert [(event.row, event.message) for event in found.events] == [
        (1, "x is NaN, 2 values in a row"),
        (4, "x is NaN, 3 values in a row"),
    ]
    assert found.counts == ((HealthKind.NAN, 2),)


def test_a_spike_is_a_warning_at_its_row() -> None:
    loss = noisy(power_law(1000), 0.05)
    loss[700] = 9.0
    found = only(health(train_loss=loss))
    assert (found.kind, found.row, found.value, found.severity) == (
        HealthKind.SPIKE,
        700,
        9.0,
        Severity.WARNING,
    )
    assert found.message.startswith("train_loss jumped from about 3.")


def test_a_quality_spikes_diverges_and_stays_level_downwards() -> None:
    """More is better: the rules are mirrored, the values shown as logged."""
    accuracy = noisy(np.linspace(0.1, 0.9, 1000), 0.01)
    dip = accuracy.copy()
    dip[700] = 0.2
    assert only(health(val_accuracy=dip)).value == 0.2
    lost = health(HealthRules(spike=0), val_accuracy=np.append(accuracy, noisy(np.full(200, 0.3), 0.01)))
    assert only(lost).kind is HealthKind.DIVERGENCE
    assert only(lost).message.startswith("val_accuracy went from 0.8")
    level = noisy(np.append(np.linspace(0.1, 0.9, 1000), np.full(1000, 0.9)), 0.001)
    assert only(health(val_accuracy=level)).kind is HealthKind.PLATEAU


@pytest.mark.parametrize("deviation", [0.0, 0.1])
@pytest.mark.parametrize("count", [60, 2000, 50_000])
def test_a_loss_that_climbs_back_has_diverged(count: int, deviation: float) -> None:
    """It says from where to where, at the best before the climb; critical."""
    good = noisy(power_law(count), deviation)
    bad = noisy(np.linspace(good[-1], 9.0, max(count // 20, 20)), deviation, seed=1)
    events = health(HealthRules(spike=0), train_loss=np.append(good, bad)).events
    assert [event.kind for event in events] == [HealthKind.DIVERGENCE]
    assert events[0].severity is Severity.CRITICAL
    assert count * 0.85 < events[0].row <= count
    assert events[0].value > 6.5


def test_divergence_is_told_within_some_dozens_of_values_of_a_long_run() -> None:
    """Not one percent of the run later."""
    loss = np.append(noisy(power_law(50_000), 0.05), np.full(30, 9.0))
    assert HealthKind.DIVERGENCE in kinds(health(train_loss=loss))


def test_overfitting_is_no_divergence() -> None:
    """An evaluation loss that comes up by a tenth of the way."""
    values = noisy(np.append(power_law(60), np.linspace(3.5, 4.2, 40)), 0.01)
    assert HealthKind.DIVERGENCE not in kinds(health(val_loss=values))


def test_a_run_that_recovered_is_no_longer_diverged() -> None:
    good = noisy(power_law(2000), 0.05)
    bad = np.append(good, np.full(100, 9.0))
    monitor = HealthMonitor(HealthRules(spike=0))
    assert kinds(monitor.of(make_run(metrics={"train_loss": bad}), NOW)) == {HealthKind.DIVERGENCE}
    again = np.append(bad, noisy(np.full(300, good[-1]), 0.05, seed=2))
    assert HealthKind.DIVERGENCE not in kinds(monitor.of(make_run(metrics={"train_loss": again}), NOW))


@pytest.mark.parametrize("metric", ["train_loss", "val_loss"])
def test_a_loss_that_stays_level_is_a_plateau(metric: str) -> None:
    """News, no warning; it says since when."""
    falling = power_law(1000)
    values = np.append(falling, np.full(1000, falling[-1]))
    found = only(health(**{metric: values}))
    assert (found.kind, found.severity) == (HealthKind.PLATEAU, Severity.INFO)
    assert 950 <= found.row <= 1030
    said = metric if metric == "val_loss" else f"smoothed {metric}"
    assert found.message == f"no better {said} than {found.value:.5g} since iteration {found.row}"


def test_a_plateau_is_found_in_noise_too() -> None:
    """Mostly: what falls by less than its noise cannot be told from what stays."""
    falling = power_law(5000)
    level = np.append(falling, np.full(5000, falling[-1]))
    found = [kinds(health(train_loss=noisy(level, 0.1, seed))) == {HealthKind.PLATEAU} for seed in range(10)]
    assert sum(found) >= 6


def test_losses_by_which_no_run_is_judged_have_no_plateau() -> None:
    """A balance loss is meant to stay where it is."""
    values = power_law(1000)
    assert health(train_loss=values, aux_loss=np.full(1000, 0.3)).events == ()


def test_a_slower_training_is_a_warning_since_it_began() -> None:
    rate = noisy(np.full(3000, 50_000.0), 2000.0)
    rate[2400:] *= 0.5
    found = only(health(tokens_per_sec=rate))
    assert (found.kind, found.severity) == (HealthKind.THROUGHPUT_DROP, Severity.WARNING)
    assert 2350 <= found.row <= 2450
    assert found.value == pytest.approx(25_000, rel=0.1)
    assert health(HealthRules(throughput_drop=0.6), tokens_per_sec=rate).events == ()


def test_a_silent_live_run_stalls_by_its_own_rhythm() -> None:
    run = make_run(metrics={"train_loss": [3.0, 2.0]}, last_change=NOW, record_interval=20.0)
    monitor = HealthMonitor()
    assert monitor.of(run, NOW + 199).events == ()
    stalled = only(monitor.of(run, NOW + 201))
    assert (stalled.kind, stalled.row, stalled.severity) == (HealthKind.STALL, 1, Severity.WARNING)
    assert monitor.of(run, NOW + 500) is monitor.of(run, NOW + 900), "nothing new, nothing to draw"
    assert monitor.of(changed(run, last_change=NOW + 900), NOW + 901).events == ()


@pytest.mark.parametrize(
    "state", [RunState.FINISHED, RunState.FAILED, RunState.CRASHED, RunState.INTERRUPTED]
)
def test_a_run_that_is_over_does_not_stall(state: RunState) -> None:
    run = make_run(metrics={"train_loss": [3.0]}, last_change=NOW, state=state)
    assert health_of(run, NOW + 1e6).events == ()


def test_a_stall_of_a_run_without_records_has_no_row() -> None:
    found = only(health_of(make_run(last_change=NOW), NOW + 61))
    assert (found.row, found.iteration) == (-1, None)


# Settings


def test_the_rules_are_those_of_the_settings() -> None:
    """The same names and the same defaults, so that they can be passed on as they are."""
    assert HealthRules(**asdict(Health())) == HealthRules()
    assert [field.name for field in fields(HealthRules)] == [field.name for field in fields(Health)]


OF_RANKS = {HealthKind.RANK, HealthKind.STRAGGLER}  # of runs with several logs


def test_a_run_can_have_everything_at_once_in_the_order_of_its_rows() -> None:
    found = health_of(bad_run(), NOW)
    assert kinds(found) == set(HealthKind) - OF_RANKS
    rows = [event.row for event in found.events]
    assert rows == sorted(rows)
    assert found.worst is not None
    assert (found.worst.severity, found.worst.kind) == (Severity.CRITICAL, HealthKind.NAN)


@pytest.mark.parametrize(
    ("off", "kind"),
    [
        (HealthRules(nan=False), HealthKind.NAN),
        (HealthRules(spike=0), HealthKind.SPIKE),
        (HealthRules(divergence=0), HealthKind.DIVERGENCE),
        (HealthRules(plateau=0), HealthKind.PLATEAU),
        (HealthRules(throughput_drop=0), HealthKind.THROUGHPUT_DROP),
        (HealthRules(stall_seconds=2000), HealthKind.STALL),
        (HealthRules(memory_full=0), HealthKind.MEMORY),
        (HealthRules(gpu_idle_percent=0), HealthKind.GPU_IDLE),
    ],
)
def test_each_rule_can_be_turned_off_alone(off: HealthRules, kind: HealthKind) -> None:
    found = health_of(bad_run(), NOW, off)
    assert kind not in kinds(found)
    assert kind not in dict(found.counts)
    # Without the divergence, the level of the loss before it shows as a plateau.
    assert set(HealthKind) - OF_RANKS - {kind} <= kinds(found)


def test_ignored_metrics_are_left_alone() -> None:
    rules = HealthRules(ignore=("grad*",))
    assert health(rules, grad_norm=[NAN], train_loss=[1.0]).events == ()
    assert health(rules, weight_norm=[NAN]).events != ()
