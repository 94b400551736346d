"""The body of a chart: the frame and, inside of it, the curves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from rich.cells import cell_len
from rich.style import Style

from tuimon.analysis.axes import XAxis
from tuimon.charts.bands import draw_band
from tuimon.charts.cells import GRID_LINE, ZERO_LINE, CellGrid
from tuimon.charts.frame import Frame, FrameSpec, canvas_of, draw_frame
from tuimon.charts.notation import cut_middle, harmless, is_learning_rate
from tuimon.charts.palette import ASCII_SIGNS, Theme, ascii_sign, style
from tuimon.charts.picture import Rect
from tuimon.charts.ranges import Range, fit, narrowed, shown_steps, visible, x_bounds, y_bounds
from tuimon.charts.raster import BRAILLE_BASE, Raster, rasterise, rasterise_cells
from tuimon.charts.spec import ChartSpec, Curve
from tuimon.charts.strokes import Stroke, strokes_of, to_dots
from tuimon.charts.ticks import TickList, difference_ticks, end_ticks, x_ticks, y_ticks
from tuimon.charts.view import View
from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import Floats

_LEAST_CANVAS = 4
_LEAST_LABEL_WIDTH = 4  # of the y labels, so that the frame does not jump at each new digit
_LEAST_ROWS_FOR_TICKS = 5  # in fewer rows the ends of the axis are labelled, not round values

# How bright the parts of a chart are, as a share of the run's colour over the background.
_DIMMED = 0.68
_RAW, _RAW_DIMMED = 0.36, 0.24
COMPANION_SHARE, _COMPANION_DIMMED = 0.62, 0.44
_GRID = 0.35

_ASCII_FAINT = "."


@dataclass(frozen=True, slots=True)
class _Pen:
    """How one stroke is drawn: its layer (higher is in front), style and, in ASCII, character."""

    layer: int
    style: Style
    sign: str


def shown_x_range(spec: ChartSpec) -> Range | None:
    """The x range asked for, else that of all curves; None without any point."""
    asked = fit(spec.x_range, log=False) if spec.x_range else None
    if asked:
        return asked
    found = x_bounds(curve.series for curve in spec.curves)
    if found is None:
        return None
    first = min(curve.series.x_range[0] for curve in spec.curves if curve.series.x_range is not None)
    return shown_steps(found, first, spec.x_axis.kind)


def shown_y_range(spec: ChartSpec, x_range: Range, *, air: bool) -> Range | None:
    """The y range asked for, else that of what is drawn within ``x_range``; None when that is nothing."""
    asked = fit(spec.y_range, log=spec.log_y) if spec.y_range else None
    if asked:
        return asked
    drawn: list[Floats] = []
    for curve in spec.curves:
        drawn.append(visible(curve.series, x_range))
        if spec.shows_raw(curve):
            drawn.append(visible(curve.series, x_range, raw=True))
        if curve.band is not None:
            drawn += curve.band.within(x_range)
    if not spec.clip_outliers:
        return y_bounds(drawn, log=spec.log_y, clip=False, air=air)
    # Smoothing widens a spike to many points, which are no longer outliers: robust bounds are of the raw.
    judged = [visible(curve.series, x_range, raw=True) for curve in spec.curves]
    judged += [
        values for curve in spec.curves if curve.band is not None for values in curve.band.within(x_range)
    ]
    return narrowed(
        y_bounds(judged, log=spec.log_y, clip=True, air=air),
        y_bounds(drawn, log=spec.log_y, clip=False, air=air),
    )


def draw_body(
    grid: CellGrid, spec: ChartSpec, body: Rect, *, x_line: bool = True, x_name: bool = True
) -> View | None:
    """Draw frame and curves into ``body``; None when there is nothing to draw to scale, or no room.

    Without ``x_line`` there is no x axis: every row is for the curves. ``x_name`` writes the axis' name.
    """
    x_range = shown_x_range(spec)
    rows = canvas_of(body.width, body.height, 0, x_line=x_line).height
    # A few rows are too little to give some of them away to air above and below.
    y_range = shown_y_range(spec, x_range, air=rows >= _LEAST_ROWS_FOR_TICKS) if x_range else None
    if x_range is None or y_range is None:
        return None
    few = rows < _LEAST_ROWS_FOR_TICKS
    y_marks = _y_marks(spec, y_range, rows)
    label_width = _label_width(spec, y_marks)
    canvas = canvas_of(body.width, body.height, label_width, x_line=x_line)
    if canvas.width < _LEAST_CANVAS:
        y_marks, label_width = [], 0
        canvas = canvas_of(body.width, body.height, 0, x_line=x_line)
    if canvas.width < 1 or canvas.height < 1:
        return None
    view = View(replace(canvas, y=body.y), x_range, y_range, spec.log_y)
    labelled_until = _name_start(grid, spec.x_axis) if x_name else grid.width + 1
    x_marks = _place_x_ticks(x_ticks(spec.x_axis.kind, *x_range, canvas.width), view, labelled_until)
    y_rows = {view.row(value): label for value, label in reversed(y_marks)}
    bottom = view.canvas.y + canvas.height - 1
    y_cells = tuple(sorted((bottom - row, label) for row, label in y_rows.items()))
    frame_spec = FrameSpec(body.width, body.height, tuple(x_marks), y_cells, label_width, x_line)
    copy_frame(grid, draw_frame(frame_spec), body.y, spec.theme)
    _draw_grid(grid, spec, view, () if few else y_rows)
    if x_line and x_name:
        _draw_axis_name(grid, spec, body.y + body.height - 1)
    _draw_curves(grid, spec, view)
    for curve in sorted(spec.curves, key=spec.is_bright):
        if curve.band is not None:
            bright = spec.is_bright(curve)
            draw_band(grid, view, curve.band, curve.colour, spec.theme, bright=bright, ascii=spec.ascii)
    return view


def _y_marks(spec: ChartSpec, y_range: Range, rows: int) -> TickList:
    powers = is_learning_rate(spec.metric)
    if spec.around_zero:
        return difference_ticks(*y_range)
    if rows < _LEAST_ROWS_FOR_TICKS:
        return end_ticks(*y_range, rows, powers=powers)
    return y_ticks(*y_range, rows, log=spec.log_y, powers=powers)


def _label_width(spec: ChartSpec, y_marks: TickList) -> int:
    if not y_marks:
        return 0
    return max([_LEAST_LABEL_WIDTH, spec.least_label_width, *(len(label) for _, label in y_marks)])


def _draw_grid(grid: CellGrid, spec: ChartSpec, view: View, rows: Iterable[int]) -> None:
    """Faint lines at the y labels; of differences one line, at 0."""
    canvas = view.canvas
    if spec.around_zero:
        zero = "-" if spec.ascii else ZERO_LINE
        grid.put(canvas.x, view.row(0.0), zero * canvas.width, style(spec.theme, spec.theme.axis))
    elif not spec.ascii:
        faint = style(spec.theme, spec.theme.axis, share=_GRID)
        for row in rows:
            grid.put(canvas.x, row, GRID_LINE * canvas.width, faint)


def copy_frame(grid: CellGrid, frame: Frame, top: int, theme: Theme) -> None:
    """The frame's characters from row ``top`` on: labels quiet, lines quieter."""
    muted, axis = style(theme, theme.muted), style(theme, theme.axis)
    line = frame.canvas.x - 1
    below = frame.canvas.y + frame.canvas.height + 1
    for y, row in enumerate(frame.rows):
        grid.put(0, top + y, row[:line], muted)
        grid.put(line, top + y, row[line:], muted if y >= below else axis)


def _axis_name(axis: XAxis, width: int) -> str:
    name = harmless(axis.label)
    return cut_middle(name, 24) if width >= 3 * cell_len(name) else ""


def _name_start(grid: CellGrid, axis: XAxis) -> int:
    """The column from which the row of x labels belongs to the name of the axis."""
    name = _axis_name(axis, grid.width)
    return grid.width - cell_len(name) - 2 if name else grid.width + 1


def _draw_axis_name(grid: CellGrid, spec: ChartSpec, y: int) -> None:
    name = _axis_name(spec.x_axis, grid.width)
    grid.put(grid.width - cell_len(name) - 1, y, name, style(spec.theme, spec.theme.muted))


def _place_x_ticks(ticks: TickList, view: View, limit: int) -> list[tuple[int, str]]:
    """Cells of the ticks; without those whose labels would run into each other or into the axis name."""
    placed: list[tuple[int, str]] = []
    free_from = 0
    for value, label in ticks:
        column = view.column(value)
        if column is None:
            continue
        cell = column - view.canvas.x
        begin = max(0, min(cell - len(label) // 2, view.canvas.width - len(label)))
        if begin < free_from or view.canvas.x + begin + len(label) >= limit:
            continue
        placed.append((cell, label))
        free_from = begin + len(label) + 1
    return placed


def _draw_curves(grid: CellGrid, spec: ChartSpec, view: View) -> None:
    """All lines, in layers, into the canvas."""
    across, down = (1, 1) if spec.shapes else (2, 4)
    strokes: list[Stroke] = []
    pens: list[_Pen] = []
    for curve in spec.curves:
        for raw in (True, False) if spec.shows_raw(curve) else (False,):
            found = strokes_of(curve.series, view.x_range, across * view.canvas.width, raw=raw)
            strokes += found
            pens += [_pen(spec, curve, raw=raw)] * len(found)
    if not strokes:
        return
    extents = to_dots(strokes, view.y_range, down * view.canvas.height, log=view.log)
    layers = np.array([pen.layer for pen in pens], dtype=np.int16)
    size = (view.canvas.width, view.canvas.height)
    raster = rasterise_cells(extents, layers, *size) if spec.shapes else rasterise(extents, layers, *size)
    rows, columns = np.nonzero(raster.dots)
    dots, owners = raster.dots[rows, columns].tolist(), raster.owner[rows, columns].tolist()
    left, top = view.canvas.x, view.canvas.y
    characters, styles = grid.characters, grid.styles
    for row, column, dot, owner in zip(rows.tolist(), columns.tolist(), dots, owners, strict=True):
        pen = pens[owner]
        characters[top + row][left + column] = pen.sign if spec.shapes else chr(BRAILLE_BASE + dot)
        styles[top + row][left + column] = pen.style
    if spec.signed and not spec.shapes:
        _draw_signs(grid, view, pens, raster)


def _draw_signs(grid: CellGrid, view: View, pens: list[_Pen], raster: Raster) -> None:
    """The sign of each curve on the last cell seen of it, and here and there before, each at other columns.

    Runs of one colour are told apart by them where curves are lines.
    """
    for index, pen in enumerate(pens):
        owned = (raster.owner == index).T
        columns, rows = np.nonzero(owned)
        if pen.sign == _ASCII_FAINT or not len(columns):
            continue
        first_of_column = np.diff(columns, prepend=-1) > 0
        chosen = first_of_column & (columns % len(ASCII_SIGNS) == ASCII_SIGNS.index(pen.sign))
        chosen[-1] = True
        for row, column in zip(rows[chosen].tolist(), columns[chosen].tolist(), strict=True):
            grid.put(view.canvas.x + column, view.canvas.y + row, pen.sign, pen.style + Style(bold=True))


def _pen(spec: ChartSpec, curve: Curve, *, raw: bool) -> _Pen:
    bright = spec.is_bright(curve)
    if raw:
        share, layer, sign = (_RAW if bright else _RAW_DIMMED), 0, _ASCII_FAINT
    elif curve.companion:
        share, layer, sign = (COMPANION_SHARE if bright else _COMPANION_DIMMED), 2, _ASCII_FAINT
    else:
        share, layer, sign = (1.0 if bright else _DIMMED), 3, ascii_sign(curve.colour)
    # What the cursor is on is in front, its companion too: a spike of it is not cut by the others' lines.
    return _Pen(
        layer=layer + (bright if raw else 2 * bright),
        style=style(spec.theme, curve.colour, share=share),
        sign=sign,
    )
