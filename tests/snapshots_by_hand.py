"""Run snapshots put together by hand: their columns, and all the fields that a test says nothing of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tuimon.records.person_meta import PersonMeta
from tuimon.records.run_header import RunHeader
from tuimon.store.columns import ColumnView
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

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


def columns(values: Mapping[str, Values] | None) -> dict[str, ColumnView]:
    """A column view for each name."""
    return {name: column(of_one) for name, of_one in (values or {}).items()}


def snapshot(header: RunHeader, **known: Any) -> RunSnapshot:
    """A run that has been read whole, with no rows and nothing to tell but what is ``known``."""
    path = Path(f"/logs/experiment_{header.name}.jsonl")
    fields: dict[str, Any] = {
        "key": str(path),
        "version": 1,
        "path": path,
        "header": header,
        "state": RunState.RUNNING,
        "iterations": np.array([], dtype=np.float64),
        "metrics": {},
        "events": (),
        "end": None,
        "resumes": (),
        "segment_rows": (),
        "bad_lines": (),
        "bad_line_count": 0,
        "superseded_rows": 0,
        "meta": PersonMeta(),
        "last_change": None,
        "record_interval": None,
        "loading": False,
        "progress": 1.0,
        "summaries": {},
        "last_values": {},
        "problem": None,
        "size": 0,
    }
    return RunSnapshot(**{**fields, **known})
