"""A chart of curves as SVG: the same spec as the chart in the terminal, drawn with lines."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from tuimon.analysis.metric_roles import direction_of
from tuimon.analysis.reduction import reduce_path
from tuimon.charts import marks
from tuimon.charts.body import shown_x_range, shown_y_range
from tuimon.charts.distinct_names import cut_name
from tuimon.charts.notation import count_text, harmless, is_learning_rate, value_text
from tuimon.charts.palette import LIGHT, readable
from tuimon.charts.spec import ChartSpec, Curve
from tuimon.charts.ticks import x_ticks, y_ticks
from tuimon.charts.title import count_not_finite, empty_sentence
from tuimon.charts.view import x_text
from tuimon.export.svg import FONT_SIZE, SvgPage, text_width
from tuimon.export.svg_frame import (
    CELL_HEIGHT,
    CELL_WIDTH,
    SvgCanvas,
    canvas_for,
    draw_frame,
    draw_heading,
)
from tuimon.store.columns import Floats

WIDTH, HEIGHT = 960, 540  # pixels
_LONGEST_NAME = 28
_LABEL_HEIGHT = FONT_SIZE * 1.35
_GUTTER_GAP = 10.0
_CROSS = 4.0  # pixels from its middle to each end


@dataclass(frozen=True, slots=True)
class _Label:
    """A run's name and newest value at the end of its curve."""

    y: float
    text: str
    colour: str
    end: tuple[float, float]


def svg_chart(spec: ChartSpec, width: int = WIDTH, height: int = HEIGHT) -> str:
    """The chart as an SVG file of ``width`` x ``height`` pixels; the spec's own size and theme don't matter.

    Never raises for data. What is not finite is a red cross, the best value a dot.
    """
    spec = replace(spec, theme=LIGHT, clip_outliers=False)
    theme = spec.theme
    name = harmless(spec.title or spec.metric)
    page = SvgPage(width, height, title=name, background=theme.background)
    x_range = shown_x_range(spec)
    y_range = shown_y_range(spec, x_range, air=True) if x_range else None
    if x_range is None or y_range is None:
        draw_heading(page, name, ())
        page.text(width / 2, height / 2, empty_sentence(spec), theme.muted, anchor="middle")
        return page.document()
    rows = int(height / CELL_HEIGHT)
    y_marks = y_ticks(*y_range, rows, log=spec.log_y, powers=is_learning_rate(spec.metric))
    gutter = _gutter(spec)
    place = canvas_for(width, height, [label for _, label in y_marks], gutter)
    canvas = SvgCanvas(*place, x_range, y_range, log_y=spec.log_y)
    x_marks = x_ticks(spec.x_axis.kind, *x_range, int(canvas.width / CELL_WIDTH))
    best = marks.find_best(spec, x_range)
    draw_heading(page, name, _notes(spec, best))
    draw_frame(page, canvas, x_marks, y_marks, harmless(spec.x_axis.label))
    page.begin_clip(canvas.left - 6, canvas.top - 6, canvas.width + 12, canvas.height + 12)
    for curve in spec.curves:
        _draw_curve(page, canvas, spec, curve)
    for curve in spec.curves:
        _draw_not_finite(page, canvas, spec, curve)
    if best is not None:
        told = f"best {value_text(spec.metric, best.value)} @{x_text(spec.x_axis, best.x)}"
        page.circle(canvas.x(best.x), canvas.y(best.value), 4, _ink(best.curve), name=told)
    page.end_clip()
    _draw_labels(page, canvas, spec)
    return page.document()


def _ink(curve: Curve) -> str:
    return readable(curve.colour, LIGHT.background)


def _notes(spec: ChartSpec, best: marks.Best | None) -> list[tuple[str, str]]:
    """What stands behind the title: smoothing, the scale, companions, what is not finite, the best value."""
    theme = spec.theme
    notes: list[tuple[str, str]] = []
    smoothing = max((c.series.smoothing for c in spec.curves if not c.companion), default=0.0)
    if smoothing:
        notes.append((f"smoothed {smoothing:.3g}", theme.muted))
    if spec.log_y:
        notes.append(("log", theme.muted))
    companions = dict.fromkeys(curve.series.metric for curve in spec.curves if curve.companion)
    notes += [(f"{harmless(metric)} thin", theme.muted) for metric in companions]
    for count, kind in zip(count_not_finite(spec), ("NaN", "infinite"), strict=True):
        if count:
            notes.append((f"{count_text(count)} {kind}", theme.bad))
    if best is not None and direction_of(spec.metric) is not None:
        name = cut_name(harmless(best.curve.name), _LONGEST_NAME, spec.run_names)
        at = x_text(spec.x_axis, best.x)
        notes.append((f"best {value_text(spec.metric, best.value)} @{at} {name}", _ink(best.curve)))
    return notes


def _draw_curve(page: SvgPage, canvas: SvgCanvas, spec: ChartSpec, curve: Curve) -> None:
    series = curve.series
    ink = _ink(curve)
    if spec.shows_raw(curve) and not curve.companion:
        page.path(_points(canvas, series.x, series.raw_y), ink, width=1.0, opacity=0.28)
    width, opacity = (1.2, 0.55) if curve.companion else (2.0, 1.0)
    name = f"{curve.name}: {series.metric}"
    page.path(_points(canvas, series.x, series.y), ink, width=width, opacity=opacity, name=name)


def _points(canvas: SvgCanvas, x: Floats, y: Floats) -> Iterator[tuple[float, float] | None]:
    """The polyline thinned to what two points a pixel can show; NaN is skipped, as the terminal does."""
    finite = np.isfinite(y)
    if not finite.all():
        x, y = x[finite], y[finite]
    if not len(x):
        return
    thin_x, thin_y = reduce_path(x, y, *canvas.x_range, max(1, int(canvas.width)))
    for point_x, point_y in zip(thin_x.tolist(), thin_y.tolist(), strict=True):
        if not math.isfinite(point_y) or (canvas.log_y and point_y <= 0):
            yield None
        else:
            yield canvas.x(point_x), canvas.y(point_y)


def _draw_not_finite(page: SvgPage, canvas: SvgCanvas, spec: ChartSpec, curve: Curve) -> None:
    """Crosses where values were not finite, at the height of the finite value before."""
    found = curve.series.marks
    if curve.companion or not len(found):
        return
    drawn = -math.inf
    for place in np.argsort(found.x, kind="stable").tolist():
        x = canvas.x(float(found.x[place]))
        if x - drawn < 3 * _CROSS:  # more of them would be a band of red
            continue
        drawn = x
        near, value = float(found.near[place]), float(found.values[place])
        y = canvas.y(near) if math.isfinite(near) else canvas.bottom
        kind = "NaN" if math.isnan(value) else "infinite"
        told = f"{curve.name}: {kind} @{x_text(spec.x_axis, float(found.x[place]))}"
        page.cross(x, y, _CROSS, spec.theme.bad, name=told)


def _label_text(spec: ChartSpec, curve: Curve) -> str:
    series = curve.series
    name = cut_name(harmless(curve.name), _LONGEST_NAME, spec.run_names)
    return f"{value_text(series.metric, series.last_value)} {name}"


def _gutter(spec: ChartSpec) -> float:
    widths = [text_width(_label_text(spec, curve)) for curve in spec.curves if not curve.companion]
    return max(widths, default=0.0) + _GUTTER_GAP


def _draw_labels(page: SvgPage, canvas: SvgCanvas, spec: ChartSpec) -> None:
    """Names beside the ends of the curves, moved apart where they would stand on each other."""
    labels = []
    for curve in spec.curves:
        known = np.flatnonzero(np.isfinite(curve.series.y))
        if curve.companion or not len(known):
            continue
        end_x = canvas.x(float(curve.series.x[known[-1]]))
        end_y = min(max(canvas.y(float(curve.series.y[known[-1]])), canvas.top), canvas.bottom)
        labels.append(_Label(end_y, _label_text(spec, curve), _ink(curve), (end_x, end_y)))
    labels.sort(key=lambda label: label.y)
    heights = spread_apart([label.y for label in labels], _LABEL_HEIGHT, canvas.top, canvas.bottom)
    x = canvas.right + _GUTTER_GAP
    for label, y in zip(labels, heights, strict=True):
        page.line((label.end[0], label.end[1], x - 3, y), label.colour, width=0.6, dash="2 3")
        page.text(x, y + FONT_SIZE * 0.35, label.text, label.colour)


def spread_apart(heights: list[float], least: float, top: float, bottom: float) -> list[float]:
    """Rising heights moved so that neighbours are ``least`` apart, within the bounds as far as they fit."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + least) if placed else max(height, top))
    over = placed[-1] - bottom if placed else 0.0
    if over > 0:
        limit = bottom
        for index in range(len(placed) - 1, -1, -1):
            placed[index] = min(placed[index], limit)
            limit = placed[index] - least
    return placed
