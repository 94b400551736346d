"""The large chart: many curves on one frame, with a title row, end labels and marks."""

from __future__ import annotations

from dataclasses import replace

from rich.cells import cell_len

from tuimon.charts import end_labels, marks, title
from tuimon.charts.body import draw_body, shown_x_range
from tuimon.charts.cells import CellGrid
from tuimon.charts.event_marks import draw_event_signs
from tuimon.charts.notation import cut_middle
from tuimon.charts.palette import style
from tuimon.charts.picture import Picture, Rect
from tuimon.charts.ranges import Range
from tuimon.charts.spec import ChartSpec, Curve
from tuimon.charts.view import View

__all__ = ["ChartSpec", "Curve", "draw_chart"]

_LEAST_WIDTH, _LEAST_HEIGHT = 12, 4  # below this a chart is its title alone


def draw_chart(spec: ChartSpec) -> Picture:
    """Draw the chart in exactly ``spec.width`` x ``spec.height`` cells. Never raises for data or sizes."""
    grid = CellGrid(spec.width, spec.height)
    x_range = shown_x_range(spec)
    best = marks.find_best(spec, x_range) if x_range else None
    view = None
    clipped = 0
    if grid.width >= _LEAST_WIDTH and grid.height >= _LEAST_HEIGHT:
        view = _draw_chart(grid, spec, x_range, best)
        clipped = marks.count_clipped(spec, view) if view else 0
    title.draw_title(grid, spec, clipped, best)
    return picture_of(grid, spec, view, clipped)


def picture_of(grid: CellGrid, spec: ChartSpec, view: View | None, clipped: int = 0) -> Picture:
    """The finished picture."""
    lines = grid.lines(ascii=spec.ascii)
    if view is None:
        return Picture(lines, grid.width, grid.height, Rect(0, 0, 0, 0))
    return Picture(lines, grid.width, grid.height, view.canvas, view.x_range, view.y_range, clipped)


def draw_message(grid: CellGrid, spec: ChartSpec, area: Rect) -> None:
    """One sentence in the middle of a chart that has nothing to show."""
    text = cut_middle(title.empty_sentence(spec), area.width)
    x = area.x + max(0, (area.width - cell_len(text)) // 2)
    grid.put(x, area.y + (area.height - 1) // 2, text, style(spec.theme, spec.theme.muted))


def _draw_chart(
    grid: CellGrid, spec: ChartSpec, x_range: Range | None, best: marks.Best | None
) -> View | None:
    """Everything below the title."""
    below = Rect(0, 1, grid.width, grid.height - 1)
    gutter = 0
    if spec.end_labels and x_range:
        gutter = spec.gutter if spec.gutter is not None else end_labels.gutter_width(spec, grid.width)
    view = draw_body(grid, spec, replace(below, width=below.width - gutter))
    if view is None:
        draw_message(grid, spec, below)
        return None
    marks.draw_cursor(grid, spec, view)
    marks.draw_clip_marks(grid, spec, view)
    marks.draw_single_points(grid, spec, view)
    if best is not None:
        marks.draw_best(grid, spec, view, best)
    marks.draw_not_finite(grid, spec, view)
    draw_event_signs(grid, spec, view)
    if spec.end_labels:
        end_labels.draw_end_labels(grid, spec, view)
    return view
