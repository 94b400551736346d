"""Curves: what is not finite apart, smoothed alike, made once."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from tests.analysis.builder import INF, NAN, changed, make_run
from tests.snapshots_by_hand import column
from tuimon.analysis.axes import CLOCK, ELAPSED, GRADIENT_STEP, ITERATION, XAxis, axis_of
from tuimon.analysis.curves import CurveCache, Series, build_series, smoothing_of, smoothing_span
from tuimon.analysis.smoothing import smooth
from tuimon.store.snapshot import RunSnapshot


def series_of(run: RunSnapshot, metric: str = "train_loss", smoothing: float = 0.0) -> Series:
    series = build_series(run, metric, ITERATION, smoothing)
    assert series is not None
    return series


def test_a_curve_has_the_values_and_their_ranges() -> None:
    """The plain case."""
    series = series_of(make_run(metrics={"train_loss": [3.0, -1.0, 2.0]}, iterations=[10, 20, 30]))
    assert_array_equal(series.x, [10, 20, 30])
    assert_array_equal(series.y, [3, -1, 2])
    assert series.y is series.raw_y
    assert (series.x_range, series.y_range, series.raw_range) == ((10, 30), (-1, 3), (-1, 3))
    assert (series.least_positive, series.last_value, series.rising) == (2, 2, True)
    assert len(series.marks) == 0


def test_what_is_not_finite_becomes_a_mark_beside_the_curve() -> None:
    """NaN and both infinities keep their x and kind; the line breaks there, the range is not harmed."""
    series = series_of(make_run(metrics={"train_loss": [NAN, 5.0, INF, 4.0, -INF]}))
    assert_array_equal(series.raw_y, [NAN, 5, NAN, 4, NAN])
    assert_array_equal(series.marks.x, [0, 2, 4])
    assert_array_equal(series.marks.values, [NAN, INF, -INF])
    assert_array_equal(series.marks.near, [5, 5, 4])
    assert series.y_range == (4.0, 5.0)
    assert series.last_value == -INF


def test_a_curve_of_nan_alone_has_marks_and_no_range() -> None:
    """A run that diverged at once is still there."""
    series = series_of(make_run(metrics={"train_loss": [NAN, NAN]}), smoothing=0.9)
    assert series.y_range is None
    assert series.least_positive is None
    assert_array_equal(series.marks.near, [NAN, NAN])


def test_one_nan_does_not_end_the_smoothed_curve() -> None:
    """Raw and smoothed go on after it."""
    values = np.linspace(3, 1, 200)
    values[50] = NAN
    series = series_of(make_run(metrics={"train_loss": values}), smoothing=0.9)
    assert np.isfinite(series.y[51:]).all()
    assert series.raw_y[60] == values[60]


def test_an_epoch_that_counts_from_0_again_does_not_rise() -> None:
    """The order of the log is kept, and said."""
    series = series_of(make_run(metrics={"train_loss": [4, 3, 2, 1]}, iterations=[0, 1, 0, 1]))
    assert not series.rising
    assert_array_equal(series.x, [0, 1, 0, 1])


def test_values_without_an_x_are_left_out() -> None:
    """Before the axis metric was first logged there is no place for a point."""
    run = make_run(metrics={"train_loss": [4.0, 3.0, 2.0], "epoch": {1: 0.0, 2: 1.0}})
    series = build_series(run, "train_loss", axis_of("epoch"), 0.5)
    assert series is not None
    assert_array_equal(series.raw_y, [3, 2])
    assert (series.raw_range, series.least_positive) == ((2, 3), 2)


def test_no_metric_or_no_axis_is_no_curve() -> None:
    """None, which a chart can name, instead of an empty or a misplaced line."""
    run = make_run(metrics={"train_loss": [2.0, 1.0]})
    assert build_series(run, "val_loss", ITERATION) is None
    assert build_series(run, "train_loss", GRADIENT_STEP) is None


def test_a_metric_on_x_that_goes_down_is_smoothed_in_the_order_of_the_log() -> None:
    """The learning rate falls: its curve is smoothed along iterations."""
    values = np.sin(np.arange(100.0))
    run = make_run(metrics={"learning_rate": np.linspace(1, 0, 100), "train_loss": values})
    series = build_series(run, "train_loss", axis_of("learning_rate"), 0.9)
    assert series is not None
    assert_array_equal(series.y, smooth(np.arange(100.0), values, 0.9, smoothing_span(run)))


@pytest.mark.parametrize("axis", [ITERATION, ELAPSED, CLOCK, axis_of("learning_rate")])
def test_smoothed_values_are_the_same_over_every_axis(axis: XAxis) -> None:
    """An evaluation that takes time, or another unit, makes no other loss of it."""
    values = np.random.default_rng(0).normal(size=300)
    seconds = np.cumsum(np.where(np.arange(300) % 50, 1.0, 90.0))
    rate = np.linspace(1, 0, 300)
    run = make_run(metrics={"train_loss": values, "wallclock_time": seconds, "learning_rate": rate})
    over_steps, series = (build_series(run, "train_loss", each, 0.98) for each in (ITERATION, axis))
    assert over_steps is not None
    assert series is not None
    assert_array_equal(series.y, over_steps.y)


@pytest.mark.parametrize("length", [2, 1001, 123_457])
def test_the_span_is_little_longer_than_the_run(length: int) -> None:
    """Rounded up to a fifth at most, and the same while a run grows a little."""
    run = make_run(metrics={"train_loss": np.ones(length)})
    assert length - 1 <= (smoothing_span(run) or 0.0) < 1.2 * length


def test_there_is_no_span_without_records() -> None:
    """Nothing to smooth yet."""
    assert smoothing_span(make_run()) is None
    short = make_run(metrics={"train_loss": [1.0]})
    assert smoothing_span(short) is None
    assert build_series(short, "train_loss", ITERATION, 0.9) is not None


class TestCache:
    """A curve is made once until what it is made from changes."""

    def test_the_same_curve_is_the_same_object(self) -> None:
        """Identity tells a chart that it need not be drawn again, also when the run only became older."""
        cache, run = CurveCache(), make_run(metrics={"train_loss": [2.0, 1.0], "wallclock_time": [0.0, 1.0]})
        for axis in (ITERATION, ELAPSED, CLOCK):
            first = cache.series(run, "train_loss", axis, 0.9)
            assert cache.series(changed(run, last_change=5.0), "train_loss", axis, 0.9) is first

    def test_new_values_make_a_new_curve(self) -> None:
        """Nothing stale is shown."""
        cache, run = CurveCache(), make_run(metrics={"train_loss": [2.0, 1.0]})
        cache.series(run, "train_loss", ITERATION, 0.0)
        grown = changed(run, metrics={"train_loss": column([2.0, 1.0, 0.5])}, iterations=np.arange(3.0))
        series = cache.series(grown, "train_loss", ITERATION, 0.0)
        assert series is not None
        assert_array_equal(series.y, [2, 1, 0.5])

    def test_a_changed_axis_makes_a_new_curve(self) -> None:
        """The x comes from another column, which can change by itself."""
        run = make_run(metrics={"train_loss": [2.0, 1.0], "gradient_step": [0, 1]})
        moved = changed(run, metrics={**run.metrics, "gradient_step": column([0, 2])})
        cache = CurveCache()
        cache.series(run, "train_loss", GRADIENT_STEP, 0.0)
        series = cache.series(moved, "train_loss", GRADIENT_STEP, 0.0)
        assert series is not None
        assert_array_equal(series.x, [0, 2])

    def test_two_runs_and_two_strengths_are_kept_apart(self) -> None:
        """Every part of the key counts."""
        cache = CurveCache()
        one, two = (make_run(name, metrics={"train_loss": [2.0, 1.0, 4.0]}) for name in "ab")
        curves = [
            cache.series(run, "train_loss", ITERATION, strength)
            for run in (one, two, one, two)
            for strength in (0.0, 0.9)
        ]
        assert len(set(curves)) == 4
        assert curves[:4] == curves[4:]

    def test_metrics_of_a_run_are_smoothed_as_if_alone(self) -> None:
        """Whatever is shared between them: the same x, another x, gaps, a run that has grown."""
        rng = np.random.default_rng(0)
        gaps = rng.normal(size=50)
        gaps[7] = NAN
        run = make_run(
            metrics={"a": rng.normal(size=50), "b": rng.normal(size=50), "late": {9: 1.0, 20: 3.0}, "g": gaps}
        )
        grown = changed(run, metrics={"a": column(rng.normal(size=60))}, iterations=np.arange(60.0))
        cache = CurveCache()
        for snapshot, metric in ((run, "a"), (run, "b"), (run, "late"), (run, "g"), (run, "b"), (grown, "a")):
            for strength in (0.9, 0.99):
                series = cache.series(snapshot, metric, ITERATION, strength)
                assert series is not None
                expected = smooth(
                    series.x, snapshot.metrics[metric].values, strength, smoothing_span(snapshot)
                )
                assert_array_equal(series.y, expected)

    def test_it_forgets_what_was_not_asked_for(self) -> None:
        """Bounded by points: a long session with many metrics does not grow without end."""
        cache = CurveCache(max_points=25)
        runs = [make_run(str(i), metrics={"train_loss": np.ones(10)}) for i in range(3)]
        first, second, _ = (cache.series(run, "train_loss", ITERATION, 0.0) for run in runs)
        assert cache.series(runs[1], "train_loss", ITERATION, 0.0) is second
        assert cache.series(runs[0], "train_loss", ITERATION, 0.0) is not first

    def test_one_curve_larger_than_the_bound_is_kept(self) -> None:
        """The run on the screen is never too large."""
        cache, run = CurveCache(max_points=5), make_run(metrics={"train_loss": np.ones(10)})
        first = cache.series(run, "train_loss", ITERATION, 0.0)
        assert cache.series(run, "train_loss", ITERATION, 0.0) is first


@pytest.mark.parametrize("metric", ["val_loss", "eval/accuracy", "learning_rate", "epoch"])
def test_what_is_rare_or_exact_is_not_smoothed(metric: str) -> None:
    """Evaluations, schedules and counters, wherever curves are drawn."""
    assert smoothing_of(metric, 0.9) == 0.0
    assert smoothing_of("train_loss", 0.9) == 0.9
