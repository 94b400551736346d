"""Several ranks' columns as one: the mean and the spread of what all of them log."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.stores import ingest_of, load, read_all
from tuimon.analysis.axes import default_axis
from tuimon.charts.rank_bands import rank_band
from tuimon.store.columns import Column, ColumnView
from tuimon.store.growing_array import GrowingArray
from tuimon.store.rank_merge import Kept, MergedMetrics, RankColumns, Spreads
from tuimon.store.store import RunStore
from tuimon.testing import RunBuilder

rows_of_ranks = st.lists(
    st.dictionaries(st.integers(0, 12), st.floats(-1e3, 1e3) | st.just(math.nan), min_size=1),
    min_size=2,
    max_size=5,
)


def columns_of(rows: dict[int, float]) -> RankColumns:
    column = Column()
    for row, iteration in enumerate(sorted(rows)):
        column.put(row, rows[iteration])
    return RankColumns(np.array(sorted(rows), dtype=np.float64), {"loss": column.view()})


@given(rows_of_ranks)
def test_each_row_is_the_mean_of_the_ranks_that_have_its_iteration(ranks: list[dict[int, float]]) -> None:
    """Rank 0 says which rows there are; a NaN of any rank is seen, and does not hide the others' spread."""
    own, *others = map(columns_of, ranks)
    merged = MergedMetrics(own, others, Kept())
    view, spread = merged["loss"], Spreads(merged)["loss"]
    for place, iteration in enumerate(own.iterations.astype(int).tolist()):
        values = [rows[iteration] for rows in ranks if iteration in rows]
        finite = [value for value in values if not math.isnan(value)]
        assert view.values[place] == pytest.approx(sum(values) / len(values), nan_ok=True)
        assert spread.low[place] == pytest.approx(min(finite, default=math.nan), nan_ok=True)
        assert spread.high[place] == pytest.approx(max(finite, default=math.nan), nan_ok=True)
    assert view.rows is own.metrics["loss"].rows


def test_what_is_unchanged_is_not_merged_again() -> None:
    kept = Kept()
    own, other = columns_of({0: 1.0, 1: 2.0}), columns_of({0: 3.0})
    first = MergedMetrics(own, [other], kept)["loss"]
    assert MergedMetrics(own, [other], kept)["loss"] is first
    assert MergedMetrics(own, [columns_of({0: 3.0, 1: 4.0})], kept)["loss"].values.tolist() == [2.0, 3.0]


class GrowingRank:
    """A rank's columns as the store has them: they grow, and what was looked at never changes."""

    def __init__(self) -> None:
        self.iterations: GrowingArray[np.float64] = GrowingArray(np.float64)
        self.column = Column()

    def log(self, iteration: float, value: float | None) -> None:
        """A row, with a value of the metric or without."""
        self.iterations.extend([iteration])
        if value is not None:
            self.column.put(len(self.iterations) - 1, value)

    def correct(self, value: float) -> None:
        """Another value for the first row that has one, as an evaluation of an earlier step sets it."""
        self.column.put(int(self.column.view().rows[0]), value)

    def columns(self) -> RankColumns:
        return RankColumns(self.iterations.view(), {"loss": self.column.view()} if len(self.column) else {})


a_value = st.none() | st.floats(-1e3, 1e3) | st.just(math.nan)
# Which rank logs next, after how many iterations, and what; a value for an earlier step instead at times.
what_is_logged = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 3), a_value, st.booleans(), st.booleans()), max_size=60
)


@given(what_is_logged)
def test_what_grows_is_merged_as_if_it_had_been_there_at_once(
    logged: list[tuple[int, int, float | None, bool, bool]],
) -> None:
    """Whichever rank is ahead, whenever somebody looks, and where values of earlier steps change."""
    ranks, kept = [GrowingRank() for _ in range(3)], Kept()
    last = [0.0] * 3
    for rank, ahead, value, corrects, looks in logged:
        if corrects and len(ranks[rank].column) and value is not None:
            ranks[rank].correct(value)
        else:
            last[rank] += ahead
            ranks[rank].log(last[rank], value)
        if looks and all(len(each.column) for each in ranks):
            own, *others = [each.columns() for each in ranks]
            grown, anew = MergedMetrics(own, others, kept), MergedMetrics(own, others, Kept())
            for one, other in zip(grown.merged("loss"), anew.merged("loss"), strict=True):
                for name in ("rows", "values") if isinstance(one, ColumnView) else ("low", "high"):
                    np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
            assert grown["loss"].nan_count == anew["loss"].nan_count


def test_only_what_every_rank_has_passed_is_left_alone() -> None:
    """A rank that is behind may still add to the rows after it."""
    ranks, kept = [GrowingRank() for _ in range(2)], Kept()
    for step in range(1000):
        ranks[0].log(step, 1.0)
        if step < 600:
            ranks[1].log(step, 3.0)
    own, other = (rank.columns() for rank in ranks)
    first = MergedMetrics(own, [other], kept)
    assert first["loss"].values.tolist() == [2.0] * 600 + [1.0] * 400
    for step in range(600, 610):
        ranks[1].log(step, 5.0)
    own, other = (rank.columns() for rank in ranks)  # here its memory has moved: all is merged anew
    assert MergedMetrics(own, [other], kept)["loss"].values.tolist() == [2.0] * 600 + [3.0] * 10 + [1.0] * 390
    for step in range(610, 620):
        ranks[1].log(step, 5.0)
    own, other = (rank.columns() for rank in ranks)
    merged = MergedMetrics(own, [other], kept)
    known = kept.merged["loss"]
    assert (
        known.final((own.metrics["loss"], other.metrics["loss"]), (own.iterations, other.iterations)) == 610
    )
    assert merged["loss"].values.tolist() == [2.0] * 600 + [3.0] * 20 + [1.0] * 380


def test_where_iterations_go_back_rank_zeros_values_stay() -> None:
    """Iterations name no row there."""
    own = RankColumns(
        np.array([0.0, 1.0, 0.0]), {"loss": columns_of({0: 1.0, 1: 2.0, 2: 3.0}).metrics["loss"]}
    )
    merged = MergedMetrics(own, [columns_of({0: 5.0})], Kept())
    assert merged["loss"] is own.metrics["loss"]
    assert not Spreads(merged)


def rank_log(directory: Path, rank: int, *, steps: int = 3) -> RunBuilder:
    name = "experiment_x_1.jsonl" if not rank else f"experiment_x_1.rank{rank}.jsonl"
    log = RunBuilder(directory, "x", file_name=name).header(rank=rank, world_size=3)
    for step in range(steps):
        log.metrics(step, train_loss=float(rank))
    return log


def test_ranks_that_come_later_and_grow_are_followed(tmp_path: Path) -> None:
    """Their logs are no runs of their own, and their changes are the run's."""
    main = rank_log(tmp_path, 0)
    ingest = ingest_of(tmp_path)
    assert read_all(ingest).ranks == ()
    rank_log(tmp_path, 2)
    first = rank_log(tmp_path, 1, steps=2)
    clock = ingest._surroundings.clock
    clock.advance(6)  # type: ignore[attr-defined]
    ingest.tick()
    run = read_all(ingest)
    assert [rank.header.rank for rank in run.ranks] == [1, 2]
    assert run.metrics["train_loss"].values.tolist() == [1.0, 1.0, 1.0]
    assert run.spreads["train_loss"].high.tolist() == [2.0, 2.0, 2.0]
    first.metrics(2, train_loss=7.0)
    ingest.hint([str(first.path.resolve())])
    later = read_all(ingest)
    assert later.metrics["train_loss"].values.tolist() == [1.0, 1.0, 3.0]
    assert later.version > run.version
    first.path.unlink()
    ingest.hint([str(first.path.resolve())])
    assert [rank.header.rank for rank in read_all(ingest).ranks] == [2]
    main.end()


def test_the_band_is_over_the_charts_axis(tmp_path: Path) -> None:
    for rank in range(3):
        rank_log(tmp_path, rank)
    (run,) = load(tmp_path).runs
    axis = default_axis((run,))
    band = rank_band(run, "train_loss", axis, 0.0)
    assert band is not None
    assert (band.x.tolist(), band.low.tolist(), band.high.tolist()) == ([0, 1, 2], [0, 0, 0], [2, 2, 2])
    assert rank_band(run, "wallclock_time", axis, 0.0) is None


def test_a_rank_that_stands_alone_is_a_run_until_rank_zeros_log_comes(tmp_path: Path) -> None:
    """What it logged is not hidden; later it is a part of the run."""
    rank_log(tmp_path, 2)
    ingest = ingest_of(tmp_path)
    alone = read_all(ingest)
    assert (alone.header.rank, alone.ranks) == (2, ())
    rank_log(tmp_path, 0)
    clock = ingest._surroundings.clock
    clock.advance(30)  # type: ignore[attr-defined]
    ingest.tick()
    read_all(ingest)
    (run,) = ingest.publish().runs
    assert run.header.rank == 0
    assert [rank.header.rank for rank in run.ranks] == [2]


def test_a_list_of_runs_shows_the_mean_too(tmp_path: Path) -> None:
    """The summary at the end of rank 0's log is its own, so the logs are read."""
    for rank in range(3):
        summary = {"train_loss": {"count": 3, "last": rank, "min": rank, "max": rank}}
        rank_log(tmp_path, rank).end(summary=summary)
    (run,) = RunStore([tmp_path]).load_previews().runs
    assert run.summaries["train_loss"].min == 1.0
