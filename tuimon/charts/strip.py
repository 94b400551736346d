"""Small charts: strips beside the large one, lines of text with a sparkline, sparklines."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from rich.cells import cell_len

from tuimon.analysis.reduction import minmax_per_column
from tuimon.analysis.short_names import short_metric
from tuimon.charts import marks
from tuimon.charts.body import draw_body, shown_x_range
from tuimon.charts.cells import CellGrid
from tuimon.charts.chart import draw_message, picture_of
from tuimon.charts.distinct_names import cut_name
from tuimon.charts.event_marks import draw_event_signs
from tuimon.charts.marks import NAN_SIGN
from tuimon.charts.notation import cut_middle, harmless, value_text
from tuimon.charts.palette import style
from tuimon.charts.picture import Picture, Rect
from tuimon.charts.spec import ChartSpec, Curve
from tuimon.charts.title import companions, count_not_finite
from tuimon.charts.view import View

_BLOCKS = "▁▂▃▄▅▆▇█"
_BLOCKS_ASCII = "_.-~=+*#"
_NAN_ASCII = "x"

_LEAST_WIDTH, _LEAST_HEIGHT = 12, 3  # below this a strip is text alone
_HEIGHT_FOR_X_LINE = 9  # an x axis takes two rows: too much of a smaller strip
_LONGEST_NAME = 20


def draw_strip(spec: ChartSpec) -> Picture:
    """A small chart: metric left, latest value and run name (highlighted, else the first curve) right.

    With one or two rows it is text: short metric name, latest value, sparkline.
    """
    grid = CellGrid(spec.width, spec.height)
    view = None
    if grid.width >= _LEAST_WIDTH and grid.height >= _LEAST_HEIGHT:
        _draw_title(grid, spec)
        view = _draw_chart(grid, spec)
    elif grid.height > 0:
        _draw_line(grid, spec)
    return picture_of(grid, spec, view)


_ROUNDING = 1e-12  # relative; averages of one value differ by so little


def sparkline(values: Sequence[float], width: int, *, ascii: bool = False) -> str:  # noqa: A002
    """The values as at most ``width`` block characters; NaN and infinity as a cross; empty without values.

    More values than cells are averaged; what is not finite takes its whole cell.
    """
    if width <= 0 or len(values) == 0:
        return ""
    cells = np.asarray(values, dtype=np.float64)
    if len(cells) > width:
        starts = np.linspace(0, len(cells), width, endpoint=False).astype(np.intp)
        with np.errstate(invalid="ignore", over="ignore"):
            cells = np.add.reduceat(cells, starts) / np.diff(np.append(starts, len(cells)))
    blocks, cross = (_BLOCKS_ASCII, _NAN_ASCII) if ascii else (_BLOCKS, NAN_SIGN)
    finite = np.isfinite(cells)
    if not finite.any():
        return cross * len(cells)
    low, high = float(cells[finite].min()), float(cells[finite].max())
    span = high / 2 - low / 2
    if span <= _ROUNDING * max(abs(low), abs(high)):
        levels = np.full(len(cells), len(blocks) // 2 - 1)
    else:
        share = (np.where(finite, cells, low) / 2 - low / 2) / span
        levels = np.minimum((share * len(blocks)).astype(np.intp), len(blocks) - 1)
    return "".join(blocks[level] if good else cross for level, good in zip(levels, finite, strict=True))


def _draw_chart(grid: CellGrid, spec: ChartSpec) -> View | None:
    below = Rect(0, 1, grid.width, grid.height - 1)
    view = draw_body(grid, spec, below, x_line=grid.height >= _HEIGHT_FOR_X_LINE, x_name=False)
    if view is None:
        draw_message(grid, spec, below)
        return None
    marks.draw_cursor(grid, spec, view, label=False)
    marks.draw_clip_marks(grid, spec, view)
    marks.draw_single_points(grid, spec, view)
    marks.draw_not_finite(grid, spec, view)
    draw_event_signs(grid, spec, view, words=False, x_line=grid.height >= _HEIGHT_FOR_X_LINE)
    return view


def _speaker(spec: ChartSpec) -> Curve | None:
    """The curve that the title speaks of: that of the run under the cursor, else the first one."""
    bright = [curve for curve in spec.curves if spec.is_bright(curve) and not curve.companion]
    return next(iter(bright or [curve for curve in spec.curves if not curve.companion]), None)


def _draw_title(grid: CellGrid, spec: ChartSpec) -> None:
    theme = spec.theme
    name = harmless(spec.title or spec.metric)
    curve = _speaker(spec)
    value = value_text(spec.metric, curve.series.last_value) if curve else ""
    run = cut_name(harmless(curve.name), _LONGEST_NAME, spec.run_names) if curve else ""
    width = grid.width - 1  # one column stays free between strips side by side
    x = grid.put(
        1, 0, cut_middle(name, max(8, width - 1 - cell_len(value) - 2)), style(theme, theme.text, bold=True)
    )
    nan_count, infinity_count = count_not_finite(spec)
    for note, colour in (
        ("log" if spec.log_y else "", theme.muted),
        (f"{NAN_SIGN}{nan_count + infinity_count}" if nan_count + infinity_count else "", theme.bad),
        *((f"{harmless(metric)} ─", theme.axis) for metric in companions(spec)),
    ):
        if note and x + 2 + cell_len(note) + cell_len(value) + 2 <= width:
            x = grid.put(x + 2, 0, note, style(theme, colour))
    if curve is None:
        return
    ink = style(theme, curve.colour)
    bad = curve.series.last_value is not None and not math.isfinite(curve.series.last_value)
    value_ink = style(theme, theme.bad if bad else theme.text, bold=True)
    if x + 2 + cell_len(value) + 1 + cell_len(run) <= width:
        grid.put(width - cell_len(run), 0, run, ink)
        grid.put(width - cell_len(run) - 1 - cell_len(value), 0, value, value_ink)
    elif x + 2 + cell_len(value) <= width:
        grid.put(width - cell_len(value), 0, value, value_ink)


def _draw_line(grid: CellGrid, spec: ChartSpec) -> None:
    theme = spec.theme
    curve = _speaker(spec)
    name = cut_middle(harmless(short_metric(spec.title or spec.metric)), max(1, grid.width // 2))
    x = grid.put(0, 0, name, style(theme, theme.muted))
    if curve is None:
        return
    bad = curve.series.last_value is not None and not math.isfinite(curve.series.last_value)
    text = value_text(spec.metric, curve.series.last_value)
    x = grid.put(x + 1, 0, text, style(theme, theme.bad if bad else theme.text, bold=True))
    room = grid.width - x - 1
    if room >= 2:
        grid.put(x + 1, 0, _curve_sparkline(spec, curve, room), style(theme, curve.colour))


def _curve_sparkline(spec: ChartSpec, curve: Curve, width: int) -> str:
    """A curve in one row: the middle of each column's extent; columns without a point take the one before."""
    x_range = shown_x_range(spec)
    if x_range is None or curve.series.y_range is None:
        return ""
    columns = minmax_per_column(curve.series.x, curve.series.y, *x_range, width)
    middle = columns.low / 2 + columns.high / 2
    filled = np.flatnonzero(~np.isnan(middle))
    if len(filled) == 0:
        return ""
    steps = np.searchsorted(filled, np.arange(filled[0], filled[-1] + 1), side="right") - 1
    return " " * int(filled[0]) + sparkline(middle[filled[steps]].tolist(), width, ascii=spec.ascii)
