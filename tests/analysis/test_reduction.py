"""Reduction keeps every extreme of every column, whatever x does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from tests.analysis.builder import INF, NAN
from tuimon.analysis.reduction import column_edges, minmax_per_column, reduce_path
from tuimon.store.columns import Floats

Points = list[tuple[float, float]]

points = st.lists(
    st.tuples(st.floats(-20, 120), st.one_of(st.floats(-1e6, 1e6), st.sampled_from([NAN, INF, -INF]))),
    min_size=1,
    max_size=200,
)
orders = st.sampled_from(["as it came", "rising", "epochs"])


def arrays(samples: Points, order: str) -> tuple[Floats, Floats]:
    if order == "rising":
        samples = sorted(samples, key=lambda sample: sample[0])
    elif order == "epochs":
        half = len(samples) // 2
        samples = sorted(samples[:half]) + sorted(samples[half:])
    x, y = np.array(samples, dtype=float).T
    return x, y


def members(x: Floats, y: Floats, edges: Floats, column: int) -> list[float]:
    return [
        value
        for place, value in zip(x, y, strict=True)
        if edges[column] <= place < edges[column + 1] and np.isfinite(value)
    ]


@given(points, orders, st.integers(1, 30))
def test_each_column_keeps_its_first_least_greatest_and_last(
    samples: Points, order: str, columns: int
) -> None:
    """Against a plain loop, for x that rises, starts anew, or jumps about."""
    x, y = arrays(samples, order)
    reduced = minmax_per_column(x, y, 0.0, 100.0, columns)
    edges = column_edges(0.0, 100.0, columns)
    for column in range(columns):
        inside = members(x, y, edges, column)
        assert reduced.count[column] == len(inside)
        found = [reduced.first[column], reduced.low[column], reduced.high[column], reduced.last[column]]
        expected = [inside[0], min(inside), max(inside), inside[-1]] if inside else [NAN] * 4
        assert_array_equal(found, expected)


@given(points, orders, st.integers(1, 10))
def test_the_path_keeps_what_each_column_shows(samples: Points, order: str, columns: int) -> None:
    """The thinned line has the same extremes in every column as the whole one, and no other points."""
    x, y = arrays(samples, order)
    path_x, path_y = reduce_path(x, y, 0.0, 100.0, columns)
    whole, thin = (minmax_per_column(a, b, 0.0, 100.0, columns) for a, b in ((x, y), (path_x, path_y)))
    for name in ("first", "low", "high", "last"):
        assert_array_equal(getattr(thin, name), getattr(whole, name))
    assert set(path_y[np.isfinite(path_y)]) <= set(y[np.isfinite(y)])
    assert not np.isinf(path_y).any()


@given(st.integers(0, 99_999), st.floats(1e4, 1e12), st.integers(1, 300), st.booleans())
def test_every_spike_survives(place: int, spike: float, columns: int, epochs: bool) -> None:
    """One step of 100,000 that jumps is in the column and in the path, up or down."""
    x = np.tile(np.arange(10_000.0), 10) if epochs else np.arange(100_000.0)
    y = np.ones(100_000)
    y[place] = spike
    y[(place + 50_000) % 100_000] = -spike
    reduced = minmax_per_column(x, y, 0.0, float(x.max()), columns)
    assert np.nanmax(reduced.high) == spike
    assert np.nanmin(reduced.low) == -spike
    _, path_y = reduce_path(x, y, 0.0, float(x.max()), columns)
    assert path_y.max() == spike
    assert path_y.min() == -spike


def test_a_million_points_become_four_a_column() -> None:
    """The cost of drawing depends on pixels."""
    path_x, _ = reduce_path(np.arange(1e6), np.random.default_rng(0).normal(size=1_000_000), 0, 1e6, 200)
    assert len(path_x) <= 4 * 202


def test_a_nan_breaks_the_path_between_its_neighbours() -> None:
    """One NaN in a million points is still a gap after thinning."""
    y = np.ones(1_000_000)
    y[500_000] = NAN
    path_x, path_y = reduce_path(np.arange(1e6), y, 0, 1e6, 200)
    lost = path_x[np.isnan(path_y)]
    assert set(lost) == {500_000.0}
    assert len(path_x) < 1000


def test_epochs_draw_their_way_back() -> None:
    """An x that starts anew stays a path in the order of the log, not one band for all epochs."""
    x, y = np.tile(np.arange(1000.0), 3), np.repeat([3.0, 2.0, 1.0], 1000)
    path_x, path_y = reduce_path(x, y, 0, 999, 10)
    assert (np.diff(path_x) < 0).sum() == 2
    assert list(dict.fromkeys(path_y)) == [3.0, 2.0, 1.0]


def test_zoomed_in_the_line_goes_on_to_the_neighbour_outside() -> None:
    """A range between two samples still shows the line that crosses it."""
    x = np.arange(1000.0)
    path_x, _ = reduce_path(x, x, 100.2, 100.8, 50)
    assert_array_equal(path_x, [100.0, 101.0])


def test_log_columns_have_equal_widths_in_decades() -> None:
    """Each decade of a log x takes the same share of the columns; what is not above 0 is left out."""
    x = np.array([-1.0, 0.0, 1.0, 5.0, 10.0, 50.0, 100.0])
    reduced = minmax_per_column(x, x, 1.0, 100.0, 2, log_x=True)
    assert_array_equal(reduced.count, [2, 3])
    path_x, path_y = reduce_path(x, x, 1.0, 100.0, 2, log_x=True)
    assert (path_x[np.isfinite(path_y)] > 0).all()


def test_the_ends_of_the_range_are_inside() -> None:
    """The first point belongs to the first column, the last to the last one, also when it is the only one."""
    reduced = minmax_per_column(np.array([0.0, 10.0]), np.array([1.0, 2.0]), 0.0, 10.0, 5)
    assert_array_equal(reduced.count, [1, 0, 0, 0, 1])
    alone = minmax_per_column(np.array([7.0]), np.array([1.0]), 7.0, 7.0, 3)
    assert alone.count.sum() == 1


@pytest.mark.parametrize(
    ("low", "high", "columns", "log_x"),
    [(0, 1, 0, False), (1, 0, 5, False), (NAN, 1, 5, False), (0, INF, 5, False), (0, 1, 5, True)],
)
def test_a_range_that_cannot_be_divided_is_refused(
    low: float, high: float, columns: int, log_x: bool
) -> None:
    """No columns, bounds that fall or are not finite, zero on a log axis."""
    with pytest.raises(ValueError, match="range"):
        column_edges(low, high, columns, log_x=log_x)


def test_no_points() -> None:
    """Nothing in, nothing out."""
    empty = np.empty(0)
    assert minmax_per_column(empty, empty, 0, 1, 4).count.sum() == 0
    assert len(reduce_path(empty, empty, 0, 1, 4)[0]) == 0
