"""A sweep as SVG: a config key on x, the best value of a metric on y, mean and spread over the runs."""

from __future__ import annotations

import math

from tuimon.analysis.sweep import Sweep, SweepPoint
from tuimon.charts.notation import cut_middle, harmless, is_learning_rate
from tuimon.charts.palette import LIGHT
from tuimon.charts.sweep_chart import mean_text, point_label, scaled_x, sweep_words, sweep_y_range
from tuimon.charts.ticks import y_ticks
from tuimon.export.svg import FONT_SIZE, SvgPage, text_width
from tuimon.export.svg_chart import HEIGHT, WIDTH
from tuimon.export.svg_frame import CELL_HEIGHT, SvgCanvas, canvas_for, draw_frame, draw_heading

_SIDE = 0.06  # of the x range left and right of the outermost values
_LONGEST_LABEL = 18
_CAP = 5.0  # pixels of the bar at the end of a standard deviation
_RIGHT = 12.0


def svg_sweep(sweep: Sweep, *, log_y: bool = False, width: int = WIDTH, height: int = HEIGHT) -> str:
    """The sweep as an SVG file of ``width`` x ``height`` pixels. Never raises for data."""
    theme = LIGHT
    name = f"best {harmless(sweep.metric)} by {harmless(sweep.key)}"
    page = SvgPage(width, height, title=name, background=theme.background)
    best = sweep.points[sweep.best] if sweep.best is not None else None
    notes = [(sweep_words(sweep), theme.muted)]
    notes += [(words, theme.muted) for words, on in (("log x", sweep.log), ("log y", log_y)) if on]
    if best is not None:
        notes.append((f"{point_label(sweep, best)}: {mean_text(sweep.metric, best)}", theme.good))
    draw_heading(page, name, notes)
    y_range = sweep_y_range(sweep, log_y=log_y)
    if not sweep.points:
        page.text(width / 2, height / 2, "no run has a value yet", theme.muted, anchor="middle")
        return page.document()
    powers = is_learning_rate(sweep.metric)
    marks = y_ticks(*y_range, int(height / CELL_HEIGHT), log=log_y, powers=powers) if y_range else []
    place = canvas_for(width, height, [label for _, label in marks], _RIGHT)
    canvas = SvgCanvas(*place, _x_range(sweep), y_range or (0.0, 1.0), log_y=log_y and y_range is not None)
    at = [_x_of(sweep, index) for index in range(len(sweep.points))]
    labels = [(x, _label(sweep, point)) for x, point in zip(at, sweep.points, strict=True)]
    draw_frame(page, canvas, labels, marks, harmless(sweep.key))
    means = [
        (canvas.x(x), canvas.y(point.spread.mean))
        for x, point in zip(at, sweep.points, strict=True)
        if point.spread.mean is not None
    ]
    if sweep.numeric:
        page.path(means, theme.accent, width=1.2, opacity=0.45)
    for index, point in enumerate(sweep.points):
        _draw_point(page, canvas, sweep, point, canvas.x(at[index]), is_best=index == sweep.best)
    return page.document()


def _label(sweep: Sweep, point: SweepPoint) -> str:
    return cut_middle(point_label(sweep, point), _LONGEST_LABEL)


def _placed(sweep: Sweep) -> bool:
    """Whether the values can be placed on a scale; categories and floats too far apart stand in order."""
    if not sweep.numeric:
        return False
    low, high = scaled_x(sweep, sweep.points[0].x), scaled_x(sweep, sweep.points[-1].x)
    return math.isfinite(high - low) and high - low > 1e-12 * max(abs(low), abs(high))


def _x_of(sweep: Sweep, index: int) -> float:
    return scaled_x(sweep, sweep.points[index].x) if _placed(sweep) else float(index)


def _x_range(sweep: Sweep) -> tuple[float, float]:
    low, high = _x_of(sweep, 0), _x_of(sweep, len(sweep.points) - 1)
    side = (high - low) * _SIDE if _placed(sweep) else 0.5
    return low - side, high + side


def _draw_point(
    page: SvgPage, canvas: SvgCanvas, sweep: Sweep, point: SweepPoint, x: float, *, is_best: bool
) -> None:
    """Mean, standard deviation, least and greatest of one value; a red cross for runs that diverged."""
    theme, spread = LIGHT, point.spread
    colour = theme.good if is_best else theme.accent
    if spread.mean is not None:
        told = f"{point_label(sweep, point)}: {mean_text(sweep.metric, point)}, n = {spread.n}"
        if spread.std:
            high, low = canvas.y(spread.mean + spread.std), canvas.y(spread.mean - spread.std)
            page.line((x, high, x, low), colour, width=1.5)
            for y in (high, low):
                page.line((x - _CAP, y, x + _CAP, y), colour, width=1.5)
        for value in (spread.low, spread.high) if spread.n > 1 else ():
            if value is not None:
                page.circle(x, canvas.y(value), 1.8, colour)
        page.circle(x, canvas.y(spread.mean), 6.0 if is_best else 4.5, colour, name=told)
    if spread.diverged:
        lost = len(spread.diverged)
        y = canvas.top - 7  # above all values
        page.cross(x, y, 4.5, theme.bad, name=f"{lost} diverged")
        if lost > 1:
            text = str(lost)
            page.text(x + 8 + text_width(text) / 2, y + FONT_SIZE * 0.35, text, theme.bad)
