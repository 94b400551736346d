"""Any size, any data: pictures are exactly as large as asked for, and nothing crashes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.charts.pictures import line_text, make_series, make_spec
from tuimon.analysis.axes import CLOCK, ELAPSED, GRADIENT_STEP, XAxis
from tuimon.charts.chart import draw_chart
from tuimon.charts.palette import DARK, LIGHT, NO_COLOUR, RUN_COLOURS
from tuimon.charts.picture import Picture
from tuimon.charts.spec import ChartSpec, Curve
from tuimon.charts.strip import draw_strip, sparkline

AXES = (GRADIENT_STEP, ELAPSED, CLOCK, XAxis("学習率", "学習率[bold]\x1b[31m", GRADIENT_STEP.kind))
NAMES = ("run", "", "a" * 200, "学習率" * 30, "\x1b[2J\n\t[bold]", "../../x", "e\u0301\u200d👩‍🚀")

numbers = st.floats(-10, 10) | st.floats(allow_nan=True, allow_infinity=True)
ranges = st.none() | st.tuples(numbers, numbers)


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    values = draw(st.lists(numbers, max_size=40))
    steps = draw(st.lists(st.floats(-1e12, 1e12), min_size=len(values), max_size=len(values)))
    x = np.array(sorted(steps) if draw(st.booleans()) else steps)
    smooth = np.nan_to_num(np.array(values), nan=1.0, posinf=2.0, neginf=0.0) if draw(st.booleans()) else None
    series = make_series(
        np.array(values, dtype=np.float64), x, key=draw(st.sampled_from("abc")), smooth=smooth
    )
    name = draw(st.sampled_from(NAMES))
    return Curve(series, name, draw(st.sampled_from(RUN_COLOURS)), companion=draw(st.booleans()))


@st.composite
def specs(draw: st.DrawFn) -> ChartSpec:
    return ChartSpec(
        curves=tuple(draw(st.lists(curves(), max_size=5))),
        metric=draw(st.sampled_from(NAMES)),
        width=draw(st.integers(0, 200)),
        height=draw(st.integers(0, 50)),
        x_axis=draw(st.sampled_from(AXES)),
        log_y=draw(st.booleans()),
        x_range=draw(ranges),
        y_range=draw(ranges),
        highlighted=draw(st.none() | st.sampled_from("abc")),
        cursor_x=draw(st.none() | numbers),
        end_labels=draw(st.booleans()),
        clip_outliers=draw(st.booleans()),
        direction=draw(st.sampled_from((None, "min", "max"))),
        ascii=draw(st.booleans()),
        theme=draw(st.sampled_from((DARK, LIGHT, NO_COLOUR))),
    )


def check(picture: Picture, spec: ChartSpec) -> None:
    assert (picture.width, picture.height) == (spec.width, spec.height)
    assert len(picture.lines) == spec.height
    for line in picture.lines:
        assert sum(cell_len(segment.text) for segment in line) == spec.width
        text = line_text(line)
        assert "\x1b" not in text
        assert "\n" not in text
        assert not spec.ascii or text.isascii()
    canvas = picture.canvas
    assert 0 <= canvas.x <= canvas.x + canvas.width <= max(spec.width, 0)
    assert 0 <= canvas.y <= canvas.y + canvas.height <= max(spec.height, 0)
    for shown in (picture.x_range, picture.y_range):
        assert shown is None or (shown[0] < shown[1] and all(map(math.isfinite, shown)))


@settings(deadline=None, max_examples=60)  # the first picture pays for imports and caches
@given(specs())
def test_a_chart_of_anything_has_exactly_its_size(spec: ChartSpec) -> None:
    check(draw_chart(spec), spec)


@settings(deadline=None, max_examples=60)  # the first picture pays for imports and caches
@given(specs())
def test_a_strip_of_anything_has_exactly_its_size(spec: ChartSpec) -> None:
    small = replace(spec, width=spec.width % 60, height=spec.height % 12)
    check(draw_strip(small), small)


@pytest.mark.parametrize("ascii_only", [False, True])
def test_every_size_up_to_a_small_terminal_can_be_drawn(ascii_only: bool) -> None:
    """1x1 to 30x12, where labels, gutter, frame and title drop out one after the other."""
    x = np.linspace(0, 12_400, 200)
    noisy = make_series(3 * np.exp(-x / 3000) + 1.5, x, smooth=3 * np.exp(-x / 3000) + 1.5)
    broken = make_series([4.0, math.nan, 3.0, math.inf, -math.inf, 2.0, math.nan], key="broken")
    both = [Curve(noisy, "lr_6e-04", RUN_COLOURS[0]), Curve(broken, "学習率", RUN_COLOURS[1])]
    for width in range(1, 31):
        for height in range(1, 13):
            options: dict[str, Any] = {"ascii": ascii_only, "direction": "min", "cursor_x": 3.0}
            spec = make_spec(both, width, height, **options)
            check(draw_chart(spec), spec)
            check(draw_strip(spec), spec)


@settings(deadline=None, max_examples=60)  # the first picture pays for imports and caches
@given(st.lists(st.floats(), max_size=100), st.integers(-1, 40), st.booleans())
def test_a_sparkline_of_anything_fits(values: list[float], width: int, ascii_only: bool) -> None:
    text = sparkline(values, width, ascii=ascii_only)
    assert cell_len(text) == min(len(values), max(width, 0))
    assert text.isascii() or not ascii_only
