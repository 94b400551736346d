"""Marks on the curves: NaN and infinity, the best value, single points, clipped points, the cursor."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from rich.style import Style

from tuimon.analysis.curves import Series
from tuimon.charts.cells import BACKGROUND, CellGrid
from tuimon.charts.palette import ascii_sign, blend, style
from tuimon.charts.ranges import Range, within
from tuimon.charts.spec import ChartSpec, Curve
from tuimon.charts.view import View, x_text
from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import Floats

NAN_SIGN, INFINITY_SIGN = "✗", "∞"
BEST_SIGN = POINT_SIGN = "●"
CLIPPED_ABOVE, CLIPPED_BELOW = "▲", "▼"

_MOST_STRETCHES = 4  # marks of one curve; the title counts them all
_BESIDE = ((0, 0), (1, 0), (0, -1), (1, -1), (0, 1), (1, 1))  # where a mark may stand, by preference


@dataclass(frozen=True, slots=True)
class Best:
    """The best value in sight: whose, where and what."""

    curve: Curve
    x: float
    value: float


def draw_not_finite(grid: CellGrid, spec: ChartSpec, view: View) -> None:
    """A red sign where a run's values begin to be NaN or infinite: one for each stretch, a few at most.

    NaN stands at the height of the finite value before it, infinity at the edge that it left by; both beside
    the curves rather than on them where there is room.
    """
    bad = style(spec.theme, spec.theme.bad, bold=True)
    bottom = view.canvas.y + view.canvas.height - 1
    for curve in spec.curves:
        found = curve.series.marks
        for index in _stretch_starts(curve.series, view.x_range):
            column = view.column(float(found.x[index]))
            if column is None or _told_by_companion(spec, curve, float(found.x[index])):
                continue
            value, near = float(found.values[index]), float(found.near[index])
            sign = NAN_SIGN if math.isnan(value) else INFINITY_SIGN
            height = near if math.isnan(value) else value
            row = bottom if math.isnan(height) else view.row(height)
            x, y = _free_cell(grid, view, column, row)
            grid.put(x, y, sign, bad)


def _stretch_starts(series: Series, x_range: Range) -> list[int]:
    """Indices of the marks in sight that follow a finite value or nothing: the first ones and the last."""
    marks = series.marks
    if len(marks) == 0:
        return []
    seen = (marks.x >= x_range[0]) & (marks.x <= x_range[1])
    if not seen.any():
        return []
    starts = seen.copy()
    places = np.flatnonzero(np.isnan(series.raw_y))
    infinite = np.isinf(marks.values)
    # A value that overflows before it is lost: that is two things to see.
    starts[1:] &= (np.diff(places) > 1) | (infinite[1:] & ~infinite[:-1])
    starts[int(np.argmax(seen))] = True  # a stretch that began further left is in sight as well
    found = [int(index) for index in np.flatnonzero(starts)]
    return found if len(found) <= _MOST_STRETCHES else [*found[: _MOST_STRETCHES - 1], found[-1]]


def _told_by_companion(spec: ChartSpec, curve: Curve, x: float) -> bool:
    """Whether the companion of a run is not finite there either: its mark, where that began, says it all."""
    for other in spec.curves:
        series = other.series
        if other.companion and not curve.companion and series.run_key == curve.series.run_key:
            newest = int(np.searchsorted(series.x, x, "right")) - 1 if series.rising else -1
            if newest >= 0 and np.isnan(series.raw_y[newest]):
                return True
    return False


def _free_cell(grid: CellGrid, view: View, column: int, row: int) -> tuple[int, int]:
    """A cell without a curve at or right beside this one; this one itself where there is none."""
    canvas = view.canvas
    for across, down in _BESIDE:
        x, y = column + across, row + down
        inside = x < canvas.x + canvas.width and canvas.y <= y < canvas.y + canvas.height
        if inside and grid.is_free(x, y, 1):
            return x, y
    return column, row


def _one_per_column(x: np.ndarray[tuple[int], np.dtype[np.float64]], view: View) -> list[int]:
    """Indices of the first mark in each cell column: a million of them cost no more than the columns."""
    if len(x) == 0:
        return []
    low, high = view.x_range
    inside = np.flatnonzero((x >= low) & (x <= high))
    cells = ((x[inside] - low) / (high - low) * view.canvas.width).astype(np.int64)
    _, firsts = np.unique(cells, return_index=True)
    return [int(index) for index in inside[firsts]]


def find_best(spec: ChartSpec, x_range: Range) -> Best | None:
    """The best finite value as logged within an x range: of the highlighted run, else of all main curves."""
    if spec.direction not in ("min", "max"):
        return None
    best: Best | None = None
    for curve in spec.curves:
        if curve.companion or not spec.is_bright(curve):
            continue
        x, y = curve.series.x, curve.series.raw_y
        shown = within(curve.series, x_range)
        values = y[shown] if spec.direction == "min" else -y[shown]
        if len(values) == 0 or np.isnan(least := np.fmin.reduce(values)):
            continue
        value = float(least) if spec.direction == "min" else -float(least)
        if best is None or (value < best.value if spec.direction == "min" else value > best.value):
            best = Best(curve, float(x[shown][np.flatnonzero(values == least)[0]]), value)
    return best


def draw_single_points(grid: CellGrid, spec: ChartSpec, view: View) -> None:
    """A dot, or the run's sign, for a curve of a single point, which no line would show."""
    for curve in spec.curves:
        series = curve.series
        if len(series) - len(series.marks) == 1:
            index = int(np.flatnonzero(~np.isnan(series.y))[0])
            sign = ascii_sign(curve.colour) if spec.signed else POINT_SIGN
            _draw_point(grid, spec, view, curve, float(series.x[index]), float(series.y[index]), sign)


def draw_best(grid: CellGrid, spec: ChartSpec, view: View, best: Best) -> None:
    """A dot on the best value."""
    _draw_point(grid, spec, view, best.curve, best.x, best.value)


def _draw_point(
    grid: CellGrid, spec: ChartSpec, view: View, curve: Curve, x: float, value: float, sign: str = POINT_SIGN
) -> None:
    column = view.column(x)
    if column is not None and view.shows(value):
        share = 1.0 if spec.is_bright(curve) else 0.5
        grid.put(column, view.row(value), sign, style(spec.theme, curve.colour, share=share, bold=True))


def count_clipped(spec: ChartSpec, view: View) -> int:
    """How many points of the curves lie above or below the range shown; counted when clipping alone."""
    if not spec.clip_outliers:
        return 0
    return sum(int(np.count_nonzero(cut)) for curve in spec.curves for cut in _cut_off(spec, curve, view)[1:])


def _cut_off(
    spec: ChartSpec, curve: Curve, view: View
) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """The x of a curve's points in sight; which of them are above, and which below the range shown.

    They are those that were logged; where these are not drawn, only those at which the smoothed curve is out
    of the range too: one point for a spike, none where the curve is whole.
    """
    low, high = view.y_range
    shown = within(curve.series, view.x_range)
    raw, drawn = curve.series.raw_y[shown], curve.series.y[shown]
    above, below = raw > high, raw < low
    if not spec.shows_raw(curve):
        above, below = above & (drawn > high), below & (drawn < low)
    return curve.series.x[shown], above, below


def draw_clip_marks(grid: CellGrid, spec: ChartSpec, view: View) -> None:
    """An arrow at the edge, in the run's colour, for each column in which points are cut off."""
    if not spec.clip_outliers:
        return
    top, bottom = view.canvas.y, view.canvas.y + view.canvas.height - 1
    for curve in spec.curves:
        x, above, below = _cut_off(spec, curve, view)
        share = 1.0 if spec.is_bright(curve) else 0.5
        ink = style(spec.theme, curve.colour, share=share, bold=True)
        for outside, row, sign in ((above, top, CLIPPED_ABOVE), (below, bottom, CLIPPED_BELOW)):
            beyond = x[outside]
            for index in _one_per_column(beyond, view):
                column = view.column(float(beyond[index]))
                if column is not None:
                    grid.put(column, row, sign, ink)


def draw_cursor(grid: CellGrid, spec: ChartSpec, view: View, *, label: bool = True) -> None:
    """A vertical line at the cursor, behind the curves, with its x on the row of tick labels."""
    column = view.column(spec.cursor_x) if spec.cursor_x is not None else None
    if column is None or spec.cursor_x is None:
        return
    theme = spec.theme
    line = style(theme, theme.text, share=0.7)
    # Where a curve is, it keeps its colour, and the line runs on behind it.
    behind = (
        Style(reverse=True) if theme.monochrome else Style(bgcolor=blend(theme.text, theme.background, 0.3))
    )
    for y in range(view.canvas.y, view.canvas.y + view.canvas.height):
        if grid.characters[y][column] in BACKGROUND:
            grid.put(column, y, "│", line)
        else:
            grid.styles[y][column] += behind
    if not label:
        return
    text = f" {x_text(spec.x_axis, spec.cursor_x)} "
    start = max(view.canvas.x, min(column - len(text) // 2, grid.width - len(text)))
    row = view.canvas.y + view.canvas.height + 1
    _clear_words(grid, row, start, start + len(text))
    grid.put(start, row, text, style(spec.theme, spec.theme.text, reverse=True))


def _clear_words(grid: CellGrid, y: int, start: int, end: int) -> None:
    """Blank what would be left of labels that are written over in part, from ``start`` to before ``end``.

    Half of a number is another number. Words of one label are a space apart, labels two and more.
    """

    def is_written(x: int) -> bool:
        return grid.character(x, y) not in (" ", "")

    left, right = start, end
    if is_written(start):
        while is_written(left - 1) or (is_written(left - 2) and left - 1 > 0):
            left -= 1
    if is_written(end - 1):
        while is_written(right) or is_written(right + 1):
            right += 1
    grid.put(left, y, " " * (right - left))
