"""Values of runs at one x."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from tests.analysis.builder import NAN, make_run
from tuimon.analysis.alignment import FiniteCurve, finite_curve, newest_finite
from tuimon.analysis.axes import GRADIENT_STEP, ITERATION
from tuimon.store.columns import Floats


def curve_of(values: list[float], iterations: list[float]) -> FiniteCurve:
    curve = finite_curve(make_run(metrics={"loss": values}, iterations=iterations), "loss", ITERATION)
    assert curve is not None
    return curve


def test_between_samples_the_value_is_interpolated() -> None:
    """Linearly; on a sample it is the sample; outside there is none."""
    curve = curve_of([4.0, 2.0, 8.0], [10, 20, 40])
    assert [curve.at(x) for x in (10, 15, 20, 30, 40)] == [4, 3, 2, 5, 8]
    assert (curve.at(9.9), curve.at(40.1), curve.at(NAN)) == (None, None, None)


def test_the_nearest_sample_keeps_its_own_x() -> None:
    """A cursor says which sample it reads, the earlier of two as near, the end ones beyond the ends."""
    curve = curve_of([4.0, 2.0, 8.0], [10, 20, 40])
    assert [curve.nearest(x) for x in (0, 15, 16, 99)] == [(10, 4), (10, 4), (20, 2), (40, 8)]


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=30), st.floats(-120, 120))
def test_no_sample_is_nearer_than_the_nearest(places: list[float], x: float) -> None:
    """Against a look at all of them."""
    found = curve_of([1.0] * len(places), places).nearest(x)
    assert found is not None
    assert abs(found[0] - x) == min(abs(place - x) for place in places)


def test_an_x_that_goes_back_is_put_in_order_and_the_later_value_counts() -> None:
    """Epochs that count from 0: the newest one speaks where it has been."""
    curve = curve_of([9.0, 8.0, 7.0, 1.0, 2.0], [0, 1, 2, 0, 1])
    assert_array_equal(curve.x, [0, 1, 2])
    assert_array_equal(curve.y, [1, 2, 7])


def test_what_is_not_finite_takes_no_part() -> None:
    """Neighbours are joined over it; a metric of NaN alone is no curve."""
    assert curve_of([4.0, NAN, 2.0], [0, 1, 2]).at(1) == 3.0
    assert finite_curve(make_run(metrics={"loss": [NAN]}), "loss", ITERATION) is None
    assert finite_curve(make_run(metrics={"loss": [1.0]}), "loss", GRADIENT_STEP) is None
    assert finite_curve(make_run(), "loss", ITERATION) is None


def test_the_newest_finite_sample_is_that_of_the_log() -> None:
    """Not the one with the greatest x."""
    run = make_run(metrics={"loss": [1.0, 2.0, 3.0, NAN]}, iterations=[0, 90, 5, 6])
    assert newest_finite(run, "loss", ITERATION) == (5, 3)
    assert newest_finite(make_run(), "loss", ITERATION) is None


def test_an_empty_curve_has_no_values() -> None:
    """Asked anyway, it says so."""
    empty: Floats = make_run().iterations
    assert FiniteCurve(empty, empty).at(0) is None
    assert FiniteCurve(empty, empty).nearest(0) is None
