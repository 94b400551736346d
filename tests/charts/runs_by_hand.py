"""Runs and comparisons put together by hand, so that a test of a layout needs neither files nor a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from tests.snapshots_by_hand import columns, snapshot
from tuimon.records.events import EndRecord, EventRecord, ResumeRecord
from tuimon.records.person_meta import PersonMeta
from tuimon.records.run_header import RunHeader
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def make_run(
    name: str = "baseline",
    *,
    state: RunState = RunState.RUNNING,
    config: Mapping[str, Any] | None = None,
    metrics: Mapping[str, Sequence[float]] | None = None,
    header: Mapping[str, Any] | None = None,
    events: Sequence[EventRecord] = (),
    resumes: Sequence[ResumeRecord] = (),
    segment_rows: Sequence[int] = (),
    end: EndRecord | None = None,
    bad_lines: Sequence[tuple[int, str]] = (),
    meta: PersonMeta | None = None,
    problem: str | None = None,
    system: Mapping[str, Sequence[float]] | None = None,
) -> RunSnapshot:
    """A run whose metrics have a value in each row, gradient step and iteration being the row's number.

    ``system`` are the machine's figures, one each ten seconds.
    """
    values = dict(metrics or {})
    count = max((len(items) for items in values.values()), default=0)
    if count:
        values = {"gradient_step": range(1, count + 1), "wallclock_time": range(1, count + 1), **values}
    most_figures = max((len(items) for items in (system or {}).values()), default=0)
    facts = {"run_id": "ab12cd34", "start_time": START, "config": dict(config or {}), **(header or {})}
    return snapshot(
        RunHeader(name=name, **facts),
        state=state,
        iterations=np.arange(1, count + 1, dtype=np.float64),
        metrics=columns(values),
        events=tuple(events),
        end=end,
        resumes=tuple(resumes),
        segment_rows=tuple(segment_rows),
        bad_lines=tuple(bad_lines),
        bad_line_count=len(bad_lines),
        meta=meta or PersonMeta(),
        last_change=START.timestamp() + 60,
        record_interval=1.0,
        last_values={metric: float(items[-1]) for metric, items in values.items() if len(items)},
        problem=problem,
        size=2048,
        system=columns(system),
        system_seconds=np.arange(0, 10 * most_figures, 10, dtype=np.float64),
    )
