"""Health of runs made by hand, and one run that has everything."""

from __future__ import annotations

import numpy as np

from tests.analysis.builder import NAN, START, make_run
from tests.analysis.training_curves import noisy, power_law
from tests.snapshots_by_hand import Values
from tuimon.analysis.health import HealthEvent, HealthKind, HealthRules, RunHealth, health_of
from tuimon.store.snapshot import RunSnapshot

NOW = START.timestamp()


def health(rules: HealthRules | None = None, /, **metrics: Values) -> RunHealth:
    return health_of(make_run(metrics=metrics), NOW, rules)


def kinds(found: RunHealth) -> set[HealthKind]:
    return {event.kind for event in found.events}


def only(found: RunHealth) -> HealthEvent:
    assert len(found.events) == 1, found.events
    return found.events[0]


def bad_run() -> RunSnapshot:
    """One that has everything."""
    loss = noisy(power_law(2000), 0.05)
    loss[1000] = 50.0
    loss = np.append(loss, np.full(100, 9.0))
    loss[-1] = NAN
    level = np.append(power_law(1000), np.full(1100, power_law(1000)[-1]))
    rate = np.append(np.full(1900, 100.0), np.full(200, 10.0))
    return make_run(
        metrics={"train_loss": loss, "val_loss": level, "tokens_per_sec": rate},
        last_change=NOW - 1000,
        system={
            "machine_memory_bytes": [99e9] * 100,
            "machine_memory_total_bytes": [100e9] * 100,
            "gpu0_percent": [97.0] * 50 + [0.0] * 50,
        },
        system_seconds=np.arange(100) * 10.0,
    )
