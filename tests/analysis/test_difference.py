"""Curves less the baseline's: interpolated, where both are, whatever is logged."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from tests.charts.pictures import make_series
from tuimon.analysis.difference import difference_bounds, difference_series

FLOATS = st.floats(allow_nan=True, allow_infinity=True, width=64)


def test_the_baseline_is_interpolated_at_the_others_points() -> None:
    """Between two of its samples the baseline is on the line that joins them."""
    found = difference_series(make_series([3.0, 1.0], [5, 15]), make_series([4.0, 2.0], [0, 20]))
    assert found is not None
    assert found.x.tolist() == [5, 15]
    assert found.y.tolist() == [-0.5, -1.5]
    assert found.last_value == -1.5


def test_points_beyond_the_baseline_are_left_out() -> None:
    """Nobody knows where the baseline would be there."""
    found = difference_series(make_series([1.0, 2.0, 3.0], [0, 10, 30]), make_series([1.0, 1.0], [5, 20]))
    assert found is not None
    assert found.x.tolist() == [10]


def test_without_a_shared_point_there_is_no_difference() -> None:
    """Runs side by side on the axis, or a baseline of NaN alone."""
    assert difference_series(make_series([1.0], [0]), make_series([1.0, 2.0], [5, 9])) is None
    assert difference_series(make_series([1.0], [0]), make_series([float("nan")], [0])) is None
    assert difference_series(make_series([]), make_series([1.0])) is None


def test_smoothed_curves_are_compared_as_smoothed() -> None:
    """The chart above shows them so; there are no faint raw values behind."""
    found = difference_series(
        make_series([9.0, 9.0], smooth=[2.0, 3.0]), make_series([0.0, 0.0], smooth=[1.0, 1.0])
    )
    assert found is not None
    assert found.y.tolist() == [1.0, 2.0]
    assert found.y is found.raw_y
    assert found.smoothing == 0.9


@given(st.lists(st.tuples(FLOATS, FLOATS)), st.lists(st.tuples(FLOATS, FLOATS)))
@example([(1e308, 1.0), (-1e308, 2.0)], [(-1e308, 1.0), (1e308, 2.0)])
def test_every_difference_is_a_finite_number(
    own: list[tuple[float, float]], base: list[tuple[float, float]]
) -> None:
    """NaN, infinity, floats that overflow, x that goes back: what is left is finite, and its bound too."""

    def series(points: list[tuple[float, float]]) -> object:
        placed = [(x, y) for x, y in points if np.isfinite(x)]
        return make_series([y for _, y in placed], [x for x, _ in placed])

    found = difference_series(series(own), series(base))  # type: ignore[arg-type]
    if found is not None:
        assert len(found.x) == len(found.y) > 0
        assert np.isfinite(found.y).all()
        low, high = difference_bounds([found])
        assert -np.inf < low <= 0 <= high < np.inf
        assert low < high


def test_the_bounds_are_of_what_is_seen() -> None:
    """They shrink with the part of x shown, and hold 0; outliers are left out when clipping."""
    series = make_series([100.0, *([-1.0] * 300), 2.0])
    assert difference_bounds([series]) == (-1, 100)
    assert difference_bounds([series], (1, 400)) == (-1, 2)
    assert difference_bounds([series], clip=True) == (-1, 1.25)
    spiking = np.linspace(-1.0, 1.0, 100)
    spiking[[30, 60, 80]] = 1e4
    assert difference_bounds([make_series(spiking)], clip=True) == (-1, 1.25)
    assert difference_bounds([make_series([0.5, 2.0])]) == (0, 2)
    assert difference_bounds([]) == (-1, 1)
    assert difference_bounds([make_series([0.0, 0.0])]) == (-1, 1)
