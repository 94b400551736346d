"""One NaN and one spike among a million points are drawn at any zoom that includes them."""

from __future__ import annotations

import functools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.charts.runs_by_hand import make_run
from tuimon.analysis.axes import ITERATION
from tuimon.analysis.curves import Series, build_series
from tuimon.charts.chart import draw_chart
from tuimon.charts.marks import NAN_SIGN
from tuimon.charts.picture import Picture
from tuimon.charts.spec import ChartSpec, Curve
from tuimon.charts.text_line import line_text

POINTS = 1_000_000
SPIKE_AT, NAN_AT = 123_457, 765_432  # iterations, which count from 1
SPIKE = 1e4
WIDTH, HEIGHT = 100, 20


@functools.cache
def series() -> Series:
    """A million points near 2, with one of 1e4 and one NaN."""
    values = [2.0 + 0.1 * (step % 7) for step in range(POINTS)]
    values[SPIKE_AT - 1] = SPIKE
    values[NAN_AT - 1] = math.nan
    found = build_series(make_run("long", metrics={"val_loss": values}), "val_loss", ITERATION)
    assert found is not None
    return found


def picture(x_range: tuple[float, float]) -> Picture:
    curve = Curve(series(), "long", "#4477aa")
    return draw_chart(ChartSpec((curve,), "val_loss", WIDTH, HEIGHT, ITERATION, x_range=x_range))


def column_of(drawn: Picture, x: float) -> int:
    assert drawn.x_range is not None
    low, high = drawn.x_range
    return drawn.canvas.x + min(int((x - low) / (high - low) * drawn.canvas.width), drawn.canvas.width - 1)


def around(x: int) -> st.SearchStrategy[tuple[float, float]]:
    """Ranges that include an x, from a few points to all of them."""
    width = st.one_of(st.integers(1, 100), st.integers(1, POINTS))
    return st.tuples(width, width).map(
        lambda sides: (max(0.0, float(x - sides[0])), min(float(POINTS), float(x + sides[1])))
    )


@settings(max_examples=40, deadline=None)
@given(around(SPIKE_AT))
def test_a_spike_reaches_the_top_of_the_chart(x_range: tuple[float, float]) -> None:
    """The y range holds it, and something is drawn in its column in the uppermost rows."""
    drawn = picture(x_range)
    assert drawn.y_range is not None
    assert drawn.y_range[1] >= SPIKE
    place = column_of(drawn, SPIKE_AT)
    top = [line_text(drawn.lines[drawn.canvas.y + row])[place - 1 : place + 2] for row in range(3)]
    assert any("\u2801" <= character <= "\u28ff" for row in top for character in row)


@settings(max_examples=40, deadline=None)
@given(around(NAN_AT))
def test_a_nan_has_its_sign(x_range: tuple[float, float]) -> None:
    """In the column of its x, or right beside it where a curve is."""
    drawn = picture(x_range)
    place = column_of(drawn, NAN_AT)
    rows = [line_text(drawn.lines[drawn.canvas.y + row]) for row in range(drawn.canvas.height)]
    assert any(NAN_SIGN in row[max(place - 1, 0) : place + 2] for row in rows)


@pytest.mark.parametrize("x_range", [(0.0, 100_000.0), (200_000.0, 700_000.0)])
def test_a_zoom_that_leaves_the_spike_out_shows_the_rest_in_full(x_range: tuple[float, float]) -> None:
    """The y range is that of what is in sight."""
    drawn = picture(x_range)
    assert drawn.y_range is not None
    assert drawn.y_range[1] < 3
