"""The one merge rule, against a model that is slow and obvious."""

from __future__ import annotations

from array import array
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tuimon.records.fold import RowFold
from tuimon.records.folded_run import fold_records


def metrics(iteration: float | None, **values: Any) -> dict[str, Any]:
    return {"type": "metrics", "iteration": iteration, **values}


def evaluation(iteration: float | None, **values: Any) -> dict[str, Any]:
    return {"type": "eval", "iteration": iteration, **values}


RESUME = {"type": "resume", "time": "2026-01-01T00:00:00+00:00", "host": "box", "pid": 1}

values = st.fixed_dictionaries(
    {},
    optional={
        "train_loss": st.integers(0, 9),
        "val_loss": st.integers(0, 9),
        "gradient_step": st.integers(0, 9),
        "wallclock_time": st.integers(0, 9),
    },
)
records = st.lists(
    st.one_of(
        st.builds(lambda at, given: metrics(at, **given), st.integers(0, 6) | st.none(), values),
        st.builds(lambda at, given: evaluation(at, **given), st.integers(0, 6) | st.none(), values),
        st.just(RESUME),
    ),
    max_size=30,
)


class Model:
    """Rows as a list of dicts, every rule of the log format spelled out."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.resuming = False
        self.offsets = {"wallclock_time": 0, "gradient_step": 0}

    def apply(self, record: dict[str, Any]) -> None:
        if record["type"] == "resume":
            self.resuming = True
            return
        is_eval = record["type"] == "eval"
        at = record["iteration"]
        if at is None:
            at = self.rows[-1]["iteration"] + 1 if self.rows else 0
        if self.resuming:
            self.supersede(at)
        row = self.row_of(at, is_eval)
        earlier = row is not self.rows[-1]
        for name, value in record.items():
            if name in ("type", "iteration"):
                continue
            if name in self.offsets:
                if not earlier or name not in row:
                    row[name] = value + self.offsets[name]
            elif name == "train_loss" and is_eval and name in row and not row["train_from_eval"]:
                continue
            else:
                row[name] = value
                if name == "train_loss":
                    row["train_from_eval"] = is_eval

    def supersede(self, at: float) -> None:
        self.resuming = False
        self.rows = [row for row in self.rows if row["iteration"] < at]
        for name in self.offsets:
            logged = [row[name] for row in self.rows if name in row]
            self.offsets[name] = logged[-1] if logged else 0

    def row_of(self, at: Any, is_eval: bool) -> dict[str, Any]:
        if self.rows and self.rows[-1]["iteration"] == at:
            return self.rows[-1]
        if is_eval and (same := [row for row in self.rows if row["iteration"] == at]):
            return same[-1]
        new = {"iteration": at, "train_from_eval": False}
        self.rows.append(new)
        return new


@given(records)
def test_the_fold_is_the_model(log: list[dict[str, Any]]) -> None:
    """Merging, filling, appending and superseding, in any order, as the obvious implementation does it."""
    model = Model()
    for record in log:
        model.apply(record)
    expected = [
        {name: value for name, value in row.items() if name != "train_from_eval"} for row in model.rows
    ]
    assert list(fold_records(log).rows()) == expected


@given(records, st.integers(0, 6))
def test_extend_is_placing_one_by_one(log: list[dict[str, Any]], length: int) -> None:
    """The fast path leaves the fold as the slow one would, whatever came before and comes after."""
    fast, slow = RowFold(), RowFold()
    for fold in (fast, slow):
        for record in log:
            if record["type"] != "resume":
                fold.place(record["iteration"], is_eval=record["type"] == "eval")
    last = slow.iterations[-1] if slow.iterations else -1.0
    more = [last + 1 + step for step in range(length)]
    assert fast.extend(more) == len(slow.iterations)
    for iteration in more:
        assert slow.place(iteration, is_eval=False)[1]
    assert fast.iterations == slow.iterations
    for iteration in (0.0, last, 3.0):
        assert fast.place(iteration, is_eval=True) == slow.place(iteration, is_eval=True)


@given(st.lists(st.integers(-3, 9), max_size=30))
def test_rising_is_never_claimed_wrongly(iterations: list[int]) -> None:
    """``rising`` is true only of iterations that rise strictly."""
    fold = RowFold()
    for iteration in iterations:
        fold.place(iteration, is_eval=False)
    if fold.rising:
        assert list(fold.iterations) == sorted(set(fold.iterations))


def test_a_new_epoch_appends_in_file_order() -> None:
    """A step that goes back without a resume starts no merging with the rows of the epoch before."""
    log = [metrics(step, train_loss=epoch + step) for epoch in range(2) for step in range(3)]
    rows = list(fold_records(log).rows())
    assert [row["iteration"] for row in rows] == [0, 1, 2, 0, 1, 2]
    assert [row["train_loss"] for row in rows] == [0, 1, 2, 1, 2, 3]


def test_an_evaluation_never_replaces_a_training_loss() -> None:
    """Whichever comes first, the training's own train_loss is the one that is kept."""
    first = fold_records([metrics(5, train_loss=1.0), evaluation(5, train_loss=9.0, val_loss=2.0)])
    assert list(first.rows()) == [{"iteration": 5, "train_loss": 1.0, "val_loss": 2.0}]
    last = fold_records(
        [evaluation(5, train_loss=9.0), metrics(5, train_loss=1.0), evaluation(5, train_loss=8.0)]
    )
    assert list(last.rows()) == [{"iteration": 5, "train_loss": 1.0}]


def test_an_evaluation_of_an_earlier_step_leaves_its_clock_alone() -> None:
    """An evaluation that finished later does not move its row to a later step or time."""
    log = [metrics(step, gradient_step=step, wallclock_time=step) for step in range(4)]
    rows = list(fold_records([*log, evaluation(1, gradient_step=3, wallclock_time=3.5, val_loss=7)]).rows())
    assert rows[1] == {"iteration": 1, "gradient_step": 1, "wallclock_time": 1, "val_loss": 7}


def test_a_resume_supersedes_and_goes_on_from_the_last_row_kept() -> None:
    """Rows at or after the first iteration logged then are dropped, their best values with them."""
    before = [
        metrics(step, gradient_step=step + 1, wallclock_time=step * 10.0, train_loss=9 - step)
        for step in range(6)
    ]
    after = [
        metrics(3 + step, gradient_step=1 + step, wallclock_time=0.5 + step, train_loss=7 + step)
        for step in range(2)
    ]
    folded = fold_records([*before, RESUME, *after])
    rows = list(folded.rows())
    assert [row["iteration"] for row in rows] == [0, 1, 2, 3, 4]
    assert [row["gradient_step"] for row in rows] == [1, 2, 3, 4, 5]
    assert [row["wallclock_time"] for row in rows] == [0, 10, 20, 20.5, 21.5]
    assert folded.superseded_rows == 3
    assert folded.summaries()["train_loss"].min == 7


def test_a_metric_that_lived_in_superseded_rows_alone_is_gone() -> None:
    """No metric without a value is left behind."""
    folded = fold_records([metrics(0, a=1), metrics(1, b=2), RESUME, metrics(1, a=3)])
    assert set(folded.columns) == {"a"}


def test_a_missing_iteration_is_the_last_plus_one() -> None:
    """NaN, text and nothing at all are no iterations."""
    rows = fold_records([metrics(4), metrics(None), metrics("NaN"), metrics("x")]).rows()  # type: ignore[arg-type]
    assert [row["iteration"] for row in rows] == [4, 5, 6, 7]


def test_the_newest_of_end_and_resume_counts() -> None:
    """A resume takes back an end; a later end ends again."""
    end = {"type": "end", "status": "failed"}
    assert fold_records([end]).end is not None
    assert fold_records([end, RESUME]).end is None
    assert fold_records([end, RESUME, end]).end is not None


def test_a_summary_counts_nan_and_keeps_it_out_of_the_extremes() -> None:
    """A NaN is counted, can be the last value, and never hides the finite ones."""
    folded = fold_records(
        [metrics(0, loss=2.0), metrics(1, loss="Infinity"), metrics(2, loss=0.0), metrics(3, loss="NaN")]
    )
    summary = folded.summaries()["loss"]
    assert (summary.count, summary.nan_count) == (4, 1)
    assert (summary.min, summary.min_iteration) == (0.0, 2)
    assert (summary.max, summary.max_iteration) == (2.0, 0)
    assert summary.last is not None
    assert summary.last != summary.last


def test_cut_says_which_rows_are_kept() -> None:
    """Of rows that do not rise, those below the iteration stay, renumbered."""
    fold = RowFold()
    for iteration in (0, 5, 2, 7, 1):
        fold.place(iteration, is_eval=False)
    fold.resume()
    assert fold.cut(3) == [0, 2, 4]
    assert fold.iterations == array("d", [0, 2, 1])
    assert not fold.resuming


def test_an_evaluation_after_a_resume_finds_the_renumbered_rows() -> None:
    """Where rows were looked up before the resume, they are looked up anew after it."""
    epochs = [metrics(step) for step in (3, 9, 0, 1)]
    log = [*epochs, evaluation(0, val_loss=1), RESUME, metrics(5), evaluation(0, val_loss=2)]
    rows = list(fold_records(log).rows())
    assert rows == [{"iteration": 3}, {"iteration": 0, "val_loss": 2}, {"iteration": 1}, {"iteration": 5}]
