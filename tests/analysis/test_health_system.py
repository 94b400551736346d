"""The machine under a run: memory nearly full, GPUs that idle while it should train."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.analysis.builder import make_run
from tuimon.analysis.health import health_of
from tuimon.analysis.health_events import HealthEvent, HealthKind, HealthRules
from tuimon.store.liveness import RunState

NOW = 1_000_000.0
BUSY, IDLE = [97.0] * 20, [1.0] * 20  # readings, 10 s apart


def run_with(state: RunState = RunState.RUNNING, config: dict[str, Any] | None = None, **figures: Any) -> Any:
    """A run of a row a second over the time of its figures, a reading each 10 s."""
    count = max(map(len, figures.values()))
    seconds = np.arange(count * 10) * 1.0
    return make_run(
        metrics={"train_loss": np.ones(len(seconds)), "wallclock_time": seconds},
        config=config,
        state=state,
        last_change=NOW,
        record_interval=1.0,
        system=figures,
        system_seconds=np.arange(count) * 10.0,
    )


def found(run: Any, rules: HealthRules | None = None) -> list[HealthEvent]:
    off = HealthRules(plateau=0) if rules is None else rules
    return [e for e in health_of(run, NOW, off).events if e.kind in (HealthKind.MEMORY, HealthKind.GPU_IDLE)]


def memory(*shares: float) -> dict[str, Any]:
    values = np.array(shares) * 100e9
    return {"machine_memory_bytes": values, "machine_memory_total_bytes": np.full(len(values), 100e9)}


def test_memory_that_is_nearly_full_is_found_where_it_began() -> None:
    (event,) = found(run_with(**memory(0.5, 0.97, 0.6, 0.96, 0.97)))
    assert event.kind is HealthKind.MEMORY
    assert event.iteration == 30
    assert event.message == "memory is nearly full: more than 95% of 100 GB"


@pytest.mark.parametrize(
    ("state", "shares", "count"),
    [
        (RunState.RUNNING, (0.97, 0.94), 0),
        (RunState.RUNNING, (0.97,), 1),
        (RunState.CRASHED, (0.5, 0.97), 1),
        (RunState.FINISHED, (0.5, 0.97), 0),
    ],
)
def test_the_newest_reading_counts_and_for_a_run_that_ended_well_none(
    state: RunState, shares: tuple[float, ...], count: int
) -> None:
    """It may be why a run was killed; a run that finished has no trouble with it."""
    assert len(found(run_with(state, **memory(*shares)))) == count


def test_a_gpu_that_stops_working_is_named() -> None:
    """One of four hangs: the others say nothing of it."""
    run = run_with(gpu0_percent=BUSY + BUSY, gpu1_percent=BUSY + IDLE, gpu2_percent=BUSY + BUSY)
    (event,) = found(run)
    assert (event.kind, event.message) == (HealthKind.GPU_IDLE, "gpu1 idle for more than 120 s")
    assert event.iteration == 270  # two minutes before the newest reading


def test_a_gpu_that_is_somebody_elses_is_not() -> None:
    """Never used by this run, which has another: on a machine with eight GPUs seven may idle."""
    assert found(run_with(gpu0_percent=BUSY + BUSY, gpu1_percent=IDLE + IDLE)) == []


def test_a_pause_is_no_idleness() -> None:
    """Less than two minutes, or a reading in between that shows work."""
    assert found(run_with(gpu0_percent=BUSY + [0.0] * 11)) == []
    assert found(run_with(gpu0_percent=BUSY + [0.0] * 9 + [30.0] + [0.0] * 9)) == []
    assert len(found(run_with(gpu0_percent=BUSY + [0.0] * 14))) == 1


def test_a_training_that_uses_no_gpu_at_all_is_found() -> None:
    """It fell back to the CPU; unless it is meant to, or has ended."""
    (event,) = found(run_with(gpu0_percent=IDLE, gpu1_percent=IDLE))
    assert event.message == "gpu0, gpu1 idle for more than 120 s"
    assert found(run_with(config={"train": {"device": "cpu"}}, gpu0_percent=IDLE)) == []
    assert found(run_with(RunState.FINISHED, gpu0_percent=BUSY + IDLE)) == []
    assert found(run_with(gpu0_percent=[0.0] * 8)) == []


def test_thresholds_are_the_settings() -> None:
    idle = run_with(gpu0_percent=BUSY + IDLE, **memory(*[0.8] * 40))
    assert len(found(idle)) == 1
    assert len(found(idle, HealthRules(plateau=0, gpu_idle_seconds=300, memory_full=0.75))) == 1
    assert found(idle, HealthRules(plateau=0, gpu_idle_percent=0.5)) == []
    assert found(idle, HealthRules(plateau=0, gpu_idle_percent=0, memory_full=0)) == []


def test_a_run_without_figures_or_rows_has_nothing_to_find() -> None:
    assert found(make_run(metrics={"train_loss": [1.0]}, last_change=NOW)) == []
    figures = {"gpu0_percent": IDLE, **memory(*[0.99] * 20)}
    early = make_run(system=figures, system_seconds=np.arange(20) * 10.0, last_change=NOW)
    (event,) = found(early)
    assert (event.kind, event.row, event.iteration) == (HealthKind.MEMORY, -1, None)


def on(run: Any, rank: int, host: str) -> Any:
    """The log of this rank there."""
    return replace(run, header=replace(run.header, rank=rank, host=host))


def test_each_machine_and_gpu_of_several_ranks_is_looked_at_once() -> None:
    """Whose it is is said; a rank that sees what another has logged says nothing anew."""
    fine = run_with(**memory(*[0.5] * 20), gpu0_percent=BUSY, gpu1_percent=BUSY)
    idle = run_with(
        **memory(*[0.97] * 20), gpu0_percent=[*BUSY, *IDLE][10:30], gpu2_percent=[*BUSY, *IDLE][10:30]
    )
    idle_of_own = run_with(gpu1_percent=IDLE, gpu3_percent=[*BUSY, *IDLE][10:30])
    run = replace(
        on(fine, 0, "one"),
        ranks=(on(idle, 1, "two.cluster"), on(idle, 2, "two.cluster"), on(idle_of_own, 3, "one")),
    )
    rules = HealthRules(plateau=0, gpu_idle_seconds=50)
    messages = [event.message for event in found(run, rules)]
    assert sorted(messages) == [
        "rank 3: gpu3 idle for more than 50 s",
        "two: gpu0, gpu2 idle for more than 50 s",
        "two: memory is nearly full: more than 95% of 100 GB",
    ]
    assert all(event.iteration in run.iterations for event in found(run, rules))
    assert len({event.identity for event in found(run, rules)}) == 3
