"""Run snapshots by hand, so that a test shows every number that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from tests.snapshots_by_hand import Values, columns, snapshot
from tuimon.records.events import EndRecord, ResumeRecord
from tuimon.records.metric_summary import MetricSummary
from tuimon.records.person_meta import PersonMeta
from tuimon.records.run_header import RunHeader
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

START = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
NAN = float("nan")
INF = float("inf")


def make_run(
    name: str = "run",
    metrics: Mapping[str, Values] | None = None,
    *,
    key: str | None = None,
    iterations: Values | None = None,
    config: Mapping[str, Any] | None = None,
    state: RunState = RunState.RUNNING,
    tags: tuple[str, ...] = (),
    notes: str = "",
    resumes: tuple[ResumeRecord, ...] = (),
    segment_rows: tuple[int, ...] = (),
    end: EndRecord | None = None,
    start: datetime | None = START,
    last_change: float | None = None,
    summaries: Mapping[str, MetricSummary] | None = None,
    bad_line_count: int = 0,
    record_interval: float | None = None,
    loading: bool = False,
    last_values: Mapping[str, float] | None = None,
    system: Mapping[str, Values] | None = None,
    system_seconds: Values = (),
) -> RunSnapshot:
    """A run with these columns. Iterations are 0, 1, 2 ... over all rows unless given."""
    read = columns(metrics)
    rows = max((view.last_row + 1 for view in read.values()), default=0)
    counted = np.arange(rows) if iterations is None else np.array(iterations)
    run_id = f"{abs(hash(name)):x}"[:8]
    return snapshot(
        RunHeader(run_id=run_id, name=name, start_time=start, config=config or {}, tags=tags),
        key=key or name,
        state=state,
        iterations=counted.astype(np.float64),
        metrics=read,
        end=end,
        resumes=resumes,
        segment_rows=segment_rows,
        bad_line_count=bad_line_count,
        meta=PersonMeta(notes=notes),
        last_change=last_change,
        record_interval=record_interval,
        loading=loading,
        summaries=summaries or {},
        last_values=last_values or {},
        system=columns(system),
        system_seconds=np.array(system_seconds, dtype=np.float64),
    )


def changed(run: RunSnapshot, **fields: Any) -> RunSnapshot:
    """The run's next snapshot."""
    return replace(run, version=run.version + 1, **fields)
