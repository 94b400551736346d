"""Run snapshots by hand, so that a test shows every number that it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from tuimon.records.events import EndRecord, ResumeRecord
from tuimon.records.metric_summary import MetricSummary
from tuimon.records.person_meta import PersonMeta
from tuimon.records.run_header import RunHeader
from tuimon.store.columns import ColumnView
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

START = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
NAN = float("nan")
INF = float("inf")

# A column: values of the rows 0, 1, 2 ... or of the rows named.
Values = Sequence[float] | np.ndarray | Mapping[int, float]


def column(values: Values) -> ColumnView:
    """A column view with its bounds."""
    pairs = values if isinstance(values, Mapping) else dict(enumerate(values))
    rows = np.array(list(pairs), dtype=np.int32)
    numbers = np.array(list(pairs.values()), dtype=np.float64)
    finite = numbers[np.isfinite(numbers)]
    positive = finite[finite > 0]
    return ColumnView(
        rows=rows,
        values=numbers,
        version=1,
        finite_min=float(finite.min()) if len(finite) else None,
        finite_max=float(finite.max()) if len(finite) else None,
        least_positive=float(positive.min()) if len(positive) else None,
        nan_count=int(np.isnan(numbers).sum()),
        inf_count=int(np.isinf(numbers).sum()),
        last_row=int(rows[-1]) if len(rows) else -1,
    )


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
    columns = {metric: column(values) for metric, values in (metrics or {}).items()}
    rows = max((view.last_row + 1 for view in columns.values()), default=0)
    counted = np.arange(rows) if iterations is None else np.array(iterations)
    return RunSnapshot(
        key=key or name,
        version=1,
        path=Path(f"/logs/experiment_{name}.jsonl"),
        header=RunHeader(
            run_id=f"{abs(hash(name)):x}"[:8], name=name, start_time=start, config=config or {}, tags=tags
        ),
        state=state,
        iterations=counted.astype(np.float64),
        metrics=columns,
        events=(),
        end=end,
        resumes=resumes,
        segment_rows=segment_rows,
        bad_lines=(),
        bad_line_count=bad_line_count,
        superseded_rows=0,
        meta=PersonMeta(notes=notes),
        last_change=last_change,
        record_interval=record_interval,
        loading=loading,
        progress=1.0,
        summaries=summaries or {},
        problem=None,
        size=0,
        last_values=last_values or {},
        system={figure: column(values) for figure, values in (system or {}).items()},
        system_seconds=np.array(system_seconds, dtype=np.float64),
    )


def changed(run: RunSnapshot, **fields: Any) -> RunSnapshot:
    """The run's next snapshot."""
    return replace(run, version=run.version + 1, **fields)
