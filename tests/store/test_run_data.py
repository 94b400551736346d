"""The store's columns hold exactly what the fold in plain Python says, whichever way they were filled."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimon.records.folded_run import FoldedRun, fold_records
from tuimon.store.columns import ColumnView, Floats
from tuimon.store.run_data import MAX_METRICS, RunData
from tuimon.store.shared_arrays import SharedArrays

Record = dict[str, Any]
NOWHERE = Path("experiment_a.jsonl")

numbers = st.sampled_from([0.0, 1.5, -2, 7, True, "NaN", "Infinity", math.nan])
scalars = numbers | st.sampled_from([None, "text", [1, 2], {"a": 1}])
names = st.sampled_from(["train_loss", "val_loss", "learning_rate", "wallclock_time", "gradient_step"])


@st.composite
def row_records(draw: st.DrawFn) -> list[Record]:
    """A stretch of like records, as a training loop logs them: steps that rise, and some that do not."""
    kind = draw(st.sampled_from(["metrics", "metrics", "metrics", "eval"]))
    keys = draw(st.lists(names, unique=True, max_size=4))
    start = draw(st.integers(0, 20))
    step = draw(st.sampled_from([1, 1, 1, 5, 0, -1]))
    records = []
    for place in range(draw(st.integers(1, 15))):
        record: Record = {"type": kind, "iteration": start + place * step}
        if draw(st.integers(0, 20)) == 0:
            record["iteration"] = draw(scalars)
        odd = draw(st.integers(0, 5)) == 0
        records.append(record | {key: draw(scalars if odd else numbers) for key in keys})
    return records


other_records = st.sampled_from(
    [
        {"type": "resume", "pid": 1},
        {"type": "end", "status": "finished"},
        {"type": "event", "message": "checkpoint"},
        {"type": "system", "wallclock_time": 3.0},
        {"type": ["unhashable"], "iteration": 1},
        {"iteration": 5, "train_loss": 1.0},
        {},
    ]
).map(lambda record: [record])
logs = st.lists(row_records() | other_records, max_size=8).map(
    lambda parts: [record for part in parts for record in part]
)


def filled(records: Sequence[Record], chunk: int, *, trimmed: bool = False) -> RunData:
    data = RunData(NOWHERE)
    for start in range(0, len(records), chunk):
        part = records[start : start + chunk]
        data.apply(part, range(start + 1, start + 1 + len(part)))
        data.metrics()  # publishing in between changes nothing
        if trimmed:
            data.trim()  # as it is done when a run has ended, which may be resumed
    return data


def cells(data: RunData | FoldedRun) -> dict[str, list[tuple[int, float]]]:
    if isinstance(data, FoldedRun):
        columns = data.columns.items()
        return {name: list(zip(column.rows, column.values, strict=True)) for name, column in columns}
    return {
        name: list(zip(view.rows.tolist(), view.values.tolist(), strict=True))
        for name, view in data.metrics().items()
    }


@settings(deadline=None, max_examples=400)
@given(records=logs, chunk=st.integers(1, 40), trimmed=st.booleans())
def test_columns_equal_the_fold(records: list[Record], chunk: int, trimmed: bool) -> None:
    """In batches of any size, through the fast way and the slow one, with resumes, evaluations, epochs."""
    data, model = filled(records, chunk), fold_records(records)
    assert repr(data.iterations().tolist()) == repr(list(model.iterations))
    assert repr(sorted(cells(data).items())) == repr(sorted(cells(model).items()))
    assert data.superseded_rows == model.superseded_rows
    assert list(data.events) == model.events
    assert data.resumes == model.resumes
    assert data.end == model.end


@settings(deadline=None, max_examples=100)
@given(records=logs)
def test_what_was_published_stays_while_records_come(records: list[Record]) -> None:
    """Views handed out after each record show the same at the end as they did then."""
    data = RunData(NOWHERE)
    taken: list[tuple[Floats, dict[str, ColumnView]]] = []
    shown: list[str] = []
    for number, record in enumerate(records, start=1):
        data.apply([record], [number])
        taken.append((data.iterations(), data.metrics()))
        shown.append(_shown(*taken[-1]))
    assert [_shown(*views) for views in taken] == shown


def _shown(iterations: Floats, metrics: dict[str, ColumnView]) -> str:
    columns = {name: (view.rows.tolist(), view.values.tolist()) for name, view in metrics.items()}
    return repr((iterations.tolist(), columns))


def like_records(count: int, first: int = 0, **values: Any) -> list[Record]:
    return [
        {"type": "metrics", "iteration": first + step, "train_loss": 1.0, **values} for step in range(count)
    ]


def test_like_records_take_the_fast_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nearly all of a log is read by columns; record by record it would miss its budget."""
    slow: list[Record] = []
    apply_row = RunData.take_row

    def note(self: RunData, record: Record, *, is_eval: bool) -> None:
        slow.append(record)
        apply_row(self, record, is_eval=is_eval)

    monkeypatch.setattr(RunData, "take_row", note)
    records = like_records(100, wallclock_time=0.5)
    records += like_records(100, first=50)  # a second epoch, which counts on from lower down
    records.insert(60, {"type": "eval", "iteration": 59, "val_loss": 2.0})
    records.append({"type": "resume"})
    records += like_records(100, first=120, wallclock_time="NaN")
    filled(records, len(records))
    assert len(slow) <= 4


def test_absent_zero_and_nan_are_three_things() -> None:
    records = [
        {"type": "metrics", "iteration": 0, "train_loss": 0.0},
        {"type": "metrics", "iteration": 1, "train_loss": "NaN"},
        {"type": "metrics", "iteration": 2},
        {"type": "metrics", "iteration": 3, "train_loss": None},
    ]
    data = filled(records, 10)
    assert len(data.iterations()) == 4
    assert repr(cells(data)) == repr({"train_loss": [(0, 0.0), (1, math.nan)]})


def test_a_resume_supersedes_rows_and_counts_on() -> None:
    """Rows from where the later process began are taken back; time and gradient steps go on from the rest."""

    def row(iteration: int, seconds: float, gradient_step: int) -> Record:
        counted = {"wallclock_time": seconds, "gradient_step": gradient_step}
        return {"type": "metrics", "iteration": iteration, **counted}

    rows = [row(i, float(i), i) for i in range(10)]
    later = [row(6 + i, float(i), i + 1) for i in range(8)]
    data = filled([*rows, {"type": "resume"}, *later], 100)
    assert data.iterations().tolist() == [float(i) for i in range(14)]
    assert data.superseded_rows == 4
    assert data.segment_rows == [6]
    assert data.metrics()["gradient_step"].values.tolist() == [float(i) for i in range(14)]
    assert data.metrics()["wallclock_time"].values[5:8].tolist() == [5.0, 5.0, 6.0]


def test_segments_follow_when_a_second_resume_goes_further_back() -> None:
    resume = [{"type": "resume"}]
    data = filled(like_records(10) + resume + like_records(5, 8) + resume + like_records(9, 4), 99)
    assert data.segment_rows == [4, 4]
    assert data.iterations().tolist() == [float(i) for i in range(13)]


def test_the_usual_interval_is_told_from_the_newest_records() -> None:
    """Not from the slow beginning, and one long pause does not count."""
    times = [0.0, 100.0, 200.0, *(200.0 + i * 2 for i in range(1, 300)), 5000.0]
    records = [{"type": "metrics", "iteration": i, "wallclock_time": t} for i, t in enumerate(times)]
    assert filled(records, 1000).record_interval() == 2.0
    assert filled(records[:1], 1).record_interval() is None


def test_a_log_whose_keys_are_data_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuimon.store.run_data.MAX_METRICS", 10)
    data = filled([{"type": "metrics", "iteration": i, f"key {i}": 1.0} for i in range(50)], 50)
    assert len(data.metrics()) == 10
    assert data.metrics_left_out == 40
    assert MAX_METRICS >= 1000


def test_the_newest_bad_lines_are_kept_and_all_counted() -> None:
    data = RunData(NOWHERE)
    for number in range(1, 251):
        data.bad_line(number, "no JSON")
    assert data.bad_line_count == 250
    assert [number for number, _ in data.bad_lines] == list(range(151, 251))


def test_runs_that_ended_share_what_they_have_in_common() -> None:
    """Of a sweep the steps and the schedule are in memory once, also where a run goes on afterwards."""

    def trained(loss: float) -> RunData:
        steps = [
            {
                "type": "metrics",
                "iteration": step,
                "gradient_step": step,
                "learning_rate": 1 / step,
                "loss": loss * step,
            }
            for step in range(1, 201)
        ]
        data = filled(steps, 50)
        data.trim()
        return data

    one, other = trained(1.0), trained(2.0)
    for name in ("gradient_step", "learning_rate"):
        assert np.shares_memory(one.metrics()[name].values, other.metrics()[name].values)
    assert np.shares_memory(one.iterations(), other.iterations())
    assert np.shares_memory(one.iterations(), one.metrics()["gradient_step"].values)
    assert not np.shares_memory(one.metrics()["loss"].values, other.metrics()["loss"].values)
    before = other.metrics()["learning_rate"].values
    one.apply([{"type": "metrics", "iteration": 201, "gradient_step": 201, "learning_rate": 7.0}], [201])
    one.apply([{"type": "resume"}, {"type": "metrics", "iteration": 100, "learning_rate": 8.0}], [202, 203])
    assert one.metrics()["learning_rate"].values[-2:].tolist() == [1 / 99, 8.0]
    assert one.iterations()[-1] == 100
    assert other.metrics()["learning_rate"].values is before
    assert before.tolist() == [1 / step for step in range(1, 201)]
    assert other.iterations().tolist() == list(range(1, 201))


def test_only_the_very_same_bytes_are_shared() -> None:
    """A zero with another sign is another value; NaN is like NaN; what nobody holds any more is forgotten."""
    shared = SharedArrays()
    zeros = shared.same(np.zeros(3))
    assert shared.same(np.zeros(3)) is zeros
    assert shared.same(-np.zeros(3)) is not zeros
    gaps = shared.same(np.array([1.0, math.nan, 2.0]))
    assert shared.same(np.array([1.0, 5.0, 2.0])) is not gaps
    assert shared.same(np.empty(0)).size == 0
    assert not gaps.flags.writeable
