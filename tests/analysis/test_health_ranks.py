"""What is said of single ranks: who is lost, who logs nothing, who is the slowest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.analysis.builder import changed, make_run
from tuimon.analysis.health import health_of
from tuimon.analysis.health_events import HealthEvent, HealthKind, HealthRules, Severity
from tuimon.analysis.health_ranks import rank_paces
from tuimon.records.events import EndRecord
from tuimon.store.liveness import RunState
from tuimon.store.rank_merge import Kept, MergedMetrics, RankColumns, Spreads
from tuimon.store.snapshot import RunSnapshot

NOW = 1_000_000.0


def log_of(rank: int, state: RunState, rows: int = 100, seconds: float = 1.0, **metrics: Any) -> RunSnapshot:
    every = {"wallclock_time": np.arange(rows) * seconds, "train_loss": np.ones(rows) * (rank + 1), **metrics}
    run = make_run(f"rank{rank}", every, state=state, last_change=NOW)
    return changed(run, header=replace(run.header, rank=rank, world_size=4))


def run_of(*logs: RunSnapshot, world: int | None = None) -> RunSnapshot:
    main, *others = logs
    columns = [RankColumns(log.iterations, log.metrics) for log in logs]
    merged = MergedMetrics(columns[0], columns[1:], Kept())
    header = replace(main.header, world_size=len(logs) if world is None else world)
    return changed(main, header=header, metrics=merged, ranks=tuple(others), spreads=Spreads(merged))


def found(run: RunSnapshot, rules: HealthRules | None = None) -> list[HealthEvent]:
    rules = rules or HealthRules()
    kinds = (HealthKind.RANK, HealthKind.STRAGGLER)
    return [event for event in health_of(run, NOW, rules).events if event.kind in kinds]


def states(*each: RunState, **options: Any) -> RunSnapshot:
    return run_of(*(log_of(rank, state) for rank, state in enumerate(each)), **options)


RUNNING, STALLED, CRASHED = RunState.RUNNING, RunState.STALLED, RunState.CRASHED
FAILED, FINISHED = RunState.FAILED, RunState.FINISHED


@pytest.mark.parametrize(
    ("run", "messages"),
    [
        (states(RUNNING, RUNNING, RUNNING), []),
        (states(RUNNING, STALLED, RUNNING, STALLED), ["ranks 1, 3 fell silent"]),
        (states(STALLED, STALLED), []),
        (states(RUNNING, CRASHED, RUNNING), ["rank 1 is gone without a word (killed?)"]),
        (states(STALLED, CRASHED, STALLED), ["rank 1 is gone without a word (killed?)"]),
        (states(CRASHED, RUNNING), ["rank 0 is gone without a word (killed?)"]),
        (states(FINISHED, FINISHED), []),
        (states(FINISHED, FAILED), ["rank 1 failed"]),
        (states(RUNNING, RUNNING, world=5), ["ranks 2, 3, 4 of 5 logged nothing"]),
        (make_run(), []),
    ],
)
def test_ranks_are_named(run: RunSnapshot, messages: list[str]) -> None:
    """Where all are silent, none of them is the one to name; a run of one log has no ranks."""
    assert [event.message for event in found(run)] == messages


def test_a_failed_ranks_exception_is_told() -> None:
    end = EndRecord("failed", exception_type="RuntimeError", exception_message="CUDA error")
    lost = changed(log_of(1, FAILED), end=end)
    (event,) = found(run_of(log_of(0, RUNNING), lost))
    assert event.message == "rank 1 failed: RuntimeError: CUDA error"
    assert event.severity is Severity.CRITICAL


def test_where_all_wait_the_one_that_stopped_first_is_named() -> None:
    """A collective operation hangs until the last one comes."""
    run = run_of(log_of(0, STALLED), log_of(1, STALLED), log_of(2, STALLED, rows=99))
    assert [event.message for event in found(run)] == [
        "rank 2 stopped before iteration 99, which others reached"
    ]


@pytest.mark.parametrize(
    "slow", [{"iter_time_ms": np.full(100, 150.0)}, {"seconds": 1.5, "iter_time_ms": np.full(100, np.nan)}]
)
def test_the_slowest_rank_is_named(slow: Mapping[str, Any]) -> None:
    """By the iteration time, where all log one."""
    fast: dict[str, Any] = {"iter_time_ms": np.full(100, 100.0)}
    run = run_of(log_of(0, RUNNING, **fast), log_of(1, RUNNING, **slow), log_of(2, RUNNING, **fast))
    if "seconds" in slow:
        assert [pace.rank for pace in rank_paces(run)] == [0, 2]
        return
    (event,) = found(run)
    assert (event.kind, event.message) == (
        HealthKind.STRAGGLER,
        "rank 1 is the slowest, 50% slower than the others",
    )
    assert rank_paces(run)[0].seconds == pytest.approx(0.15)
    assert found(run, HealthRules(straggler=0)) == []
    assert found(run, HealthRules(straggler=0.6)) == []


def test_without_iteration_times_the_clock_tells() -> None:
    """Rank 0's own, not the mean of all."""
    run = run_of(log_of(0, RUNNING, seconds=2.0), log_of(1, RUNNING), log_of(2, RUNNING))
    (event,) = found(run)
    assert event.message == "rank 0 is the slowest, 100% slower than the others"
    few = run_of(log_of(0, RUNNING, rows=15, seconds=2.0), log_of(1, RUNNING, rows=15))
    assert found(few) == []
