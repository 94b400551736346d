"""What drawing costs: a complete loss chart, its frame drawn anew or not, and the raster alone."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from tests.benchmarks.row import Row
from tests.charts.pictures import make_series, make_spec
from tuimon.charts import frame
from tuimon.charts.chart import draw_chart
from tuimon.charts.palette import RUN_COLOURS
from tuimon.charts.raster import rasterise
from tuimon.charts.spec import ChartSpec, Curve
from tuimon.charts.strokes import strokes_of, to_dots

RUNS, POINTS = 10, 10_000
WIDTH, HEIGHT = 120, 20
RASTER_WIDTH, RASTER_HEIGHT = 150, 40
REPEATS = 40


def measure() -> list[Row]:
    """The rows of drawing: medians of REPEATS calls, in milliseconds."""
    curves = _curves()

    def chart() -> None:
        draw_chart(_spec(curves))

    def chart_and_frame() -> None:
        frame.draw_frame.cache_clear()
        draw_chart(_spec(curves))

    strokes = [
        stroke for curve in curves for stroke in strokes_of(curve.series, (0, POINTS), 2 * RASTER_WIDTH)
    ]
    extents = to_dots(strokes, (1.0, 4.5), 4 * RASTER_HEIGHT, log=False)
    layers = np.zeros(len(strokes), dtype=np.int16)
    what = f"{RUNS} runs x {POINTS:,} points"
    return [
        _row(f"loss chart of {what} at {WIDTH}x{HEIGHT}, frame as before", chart, 8.0),
        _row(f"loss chart of {what} at {WIDTH}x{HEIGHT}, frame anew", chart_and_frame, 15.0),
        _row(
            f"raster of {what} at {RASTER_WIDTH}x{RASTER_HEIGHT}, reduced before",
            lambda: rasterise(extents, layers, RASTER_WIDTH, RASTER_HEIGHT),
            5.0,
        ),
    ]


def _row(what: str, call: Callable[[], object], budget: float) -> Row:
    call()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1e3)
    median = statistics.median(times)
    return Row(what, f"{median:.1f} ms", f"{budget:g} ms", median / budget)


def _curves() -> tuple[Curve, ...]:
    random = np.random.default_rng(7)
    x = np.arange(POINTS, dtype=np.float64)
    curves = []
    for run in range(RUNS):
        loss = 1.4 + 0.05 * run + 2 * np.exp(-x / 1500) + random.normal(0, 0.1, POINTS)
        smooth = np.convolve(loss, np.full(50, 0.02), mode="same")
        series = make_series(loss, x, key=f"run_{run}", smooth=smooth)
        curves.append(Curve(series, f"lr_{run}e-04", RUN_COLOURS[run]))
    return tuple(curves)


def _spec(curves: tuple[Curve, ...]) -> ChartSpec:
    return make_spec(curves, WIDTH, HEIGHT, highlighted="run_3", direction="min")
