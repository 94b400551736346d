"""The difference chart: curves less the baseline's, and a line at 0, below a chart of the curves."""

from __future__ import annotations

from dataclasses import replace

from rich.cells import cell_len

from tuimon.analysis.difference import difference_bounds
from tuimon.charts import end_labels, marks
from tuimon.charts.body import draw_body
from tuimon.charts.cells import CellGrid
from tuimon.charts.chart import picture_of
from tuimon.charts.distinct_names import cut_name
from tuimon.charts.notation import cut_middle, harmless
from tuimon.charts.palette import style
from tuimon.charts.picture import Picture, Rect
from tuimon.charts.spec import ChartSpec

BETTER = {"min": "below is better", "max": "above is better"}

_AIR = 0.06  # of the greatest difference, beyond it; as much on the other side of 0
_LEAST_WIDTH, _LEAST_HEIGHT = 12, 4
_LONGEST_NAME = 24


def draw_difference(spec: ChartSpec, baseline: str) -> Picture:
    """Draw the chart in exactly ``spec.width`` x ``spec.height`` cells.

    ``spec.curves`` are differences (``difference_series``), ``baseline`` the name of the run at 0. There is
    no x axis: the chart of the curves above has one, and this one's canvas lies below that one's, where
    ``spec.least_label_width`` and ``spec.gutter`` are its.
    """
    grid = CellGrid(spec.width, spec.height)
    _draw_title(grid, spec, baseline)
    view = None
    if grid.width >= _LEAST_WIDTH and grid.height >= _LEAST_HEIGHT:
        series = [curve.series for curve in spec.curves]
        low, high = difference_bounds(series, spec.x_range, clip=spec.clip_outliers)
        air = _AIR * max(-low, high)
        y_range = min(low * (1 + _AIR), -air), max(high * (1 + _AIR), air)
        spec = replace(spec, y_range=y_range, log_y=False, around_zero=True)
        gutter = spec.gutter if spec.gutter is not None else end_labels.gutter_width(spec, grid.width)
        view = draw_body(grid, spec, Rect(0, 1, grid.width - gutter, grid.height - 1), x_line=False)
        if view is None:
            text = cut_middle("nothing to compare with the baseline in this range", grid.width)
            x = max(0, (grid.width - cell_len(text)) // 2)
            grid.put(x, grid.height // 2, text, style(spec.theme, spec.theme.muted))
    if view is not None:
        marks.draw_cursor(grid, spec, view, label=False)
        marks.draw_clip_marks(grid, spec, view)
        marks.draw_single_points(grid, spec, view)
        end_labels.draw_end_labels(grid, spec, view)
    return picture_of(grid, spec, view)


def _draw_title(grid: CellGrid, spec: ChartSpec, baseline: str) -> None:
    """``Δ val_loss  to baseline  below is better``."""
    theme = spec.theme
    start = 1 if grid.width > 20 else 0
    strength = max((curve.series.smoothing for curve in spec.curves), default=0.0)
    smoothed = f"~{max(f'{strength:.2f}', f'{strength:g}', key=len)}" if strength else ""
    name = "Δ " if not spec.ascii else "diff "
    name += harmless(spec.metric)
    x = grid.put(start, 0, cut_middle(name, grid.width - start), style(theme, theme.text, bold=True))
    muted = style(theme, theme.muted)
    x = grid.put(x, 0, smoothed, muted)
    for words in (
        f"to {cut_name(harmless(baseline), _LONGEST_NAME, spec.run_names)}",
        BETTER.get(spec.direction or "", ""),
    ):
        if words and x + 2 + cell_len(words) <= grid.width:
            x = grid.put(x + 2, 0, words, muted)
