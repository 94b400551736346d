"""Runs and comparisons put together by hand, so that a test of a layout needs neither files nor a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from tuimon.records.events import EndRecord, EventRecord, ResumeRecord
from tuimon.records.person_meta import PersonMeta
from tuimon.records.run_header import RunHeader
from tuimon.store.columns import ColumnView
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def column(values: Sequence[float], rows: Sequence[int] | None = None) -> ColumnView:
    """A column with a value in every row, or in these rows."""
    numbers = np.array(values, dtype=np.float64)
    finite = numbers[np.isfinite(numbers)]
    places = np.arange(len(numbers)) if rows is None else np.array(rows)
    return ColumnView(
        rows=places.astype(np.int32),
        values=numbers,
        version=1,
        finite_min=float(finite.min()) if len(finite) else None,
        finite_max=float(finite.max()) if len(finite) else None,
        least_positive=float(finite[finite > 0].min()) if (finite > 0).any() else None,
        nan_count=int(np.isnan(numbers).sum()),
        inf_count=int(np.isinf(numbers).sum()),
        last_row=int(places[-1]) if len(places) else -1,
    )


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
    return RunSnapshot(
        key=f"/logs/experiment_{name}.jsonl",
        version=1,
        path=Path(f"/logs/experiment_{name}.jsonl"),
        header=RunHeader(name=name, **facts),
        state=state,
        iterations=np.arange(1, count + 1, dtype=np.float64),
        metrics={metric: column(items) for metric, items in values.items()},
        events=tuple(events),
        end=end,
        resumes=tuple(resumes),
        segment_rows=tuple(segment_rows),
        bad_lines=tuple(bad_lines),
        bad_line_count=len(bad_lines),
        superseded_rows=0,
        meta=meta or PersonMeta(),
        last_change=START.timestamp() + 60,
        record_interval=1.0,
        loading=False,
        progress=1.0,
        summaries={},
        last_values={metric: float(items[-1]) for metric, items in values.items() if len(items)},
        problem=problem,
        size=2048,
        system={name: column(items) for name, items in (system or {}).items()},
        system_seconds=np.arange(0, 10 * most_figures, 10, dtype=np.float64),
    )
