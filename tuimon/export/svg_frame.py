"""The frame of an SVG chart: canvas, axes, grid, ticks, and where values stand in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tuimon.charts.palette import LIGHT, Theme, blend
from tuimon.charts.ticks import TickList
from tuimon.export.svg import FONT_SIZE, SvgPage, text_width

_TITLE_HEIGHT, _X_HEIGHT = 40.0, 46.0
_MARGIN, _GAP = 16.0, 8.0
_GRID = 0.28  # of the axis' colour over the background
# Cells of a terminal that a pixel is worth, so that ticks stand as far apart as there.
CELL_WIDTH, CELL_HEIGHT = 8.0, 17.0

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class SvgCanvas:
    """A rectangle of pixels and the ranges that it shows, each linear or logarithmic."""

    left: float
    top: float
    width: float
    height: float
    x_range: Range
    y_range: Range
    log_x: bool = False
    log_y: bool = False

    def x(self, value: float) -> float:
        """The pixel column of an x."""
        return self.left + self.width * _share(value, self.x_range, self.log_x)

    def y(self, value: float) -> float:
        """The pixel row of a value; far beyond the canvas for what has none on a log scale."""
        return self.top + self.height * (1.0 - _share(value, self.y_range, self.log_y))

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height


def _share(value: float, bounds: Range, log: bool) -> float:
    low, high = bounds
    if log:
        if value <= 0:
            return -1.0
        value, low, high = math.log10(value), math.log10(low), math.log10(high)
    share = (value / 2 - low / 2) / (high / 2 - low / 2)
    return min(max(share, -1.0), 2.0)  # what is far outside is outside, and no number that nobody can draw


def canvas_for(
    width: float, height: float, y_labels: Sequence[str], gutter: float
) -> tuple[float, float, float, float]:
    """Left, top, width and height of the canvas: beside the labels of the y axis, before the gutter."""
    left = _MARGIN + max((text_width(label) for label in y_labels), default=0.0) + _GAP
    right = width - _MARGIN - gutter
    return left, _TITLE_HEIGHT, max(10.0, right - left), max(10.0, height - _TITLE_HEIGHT - _X_HEIGHT)


def draw_frame(
    page: SvgPage,
    canvas: SvgCanvas,
    x_marks: TickList,
    y_marks: TickList,
    x_name: str,
    theme: Theme = LIGHT,
) -> None:
    """Grid, axes, ticks and the name of the x axis."""
    grid = blend(theme.axis, theme.background, _GRID)
    for value, label in y_marks:
        y = canvas.y(value)
        if canvas.top - 0.5 <= y <= canvas.bottom + 0.5:
            page.line((canvas.left, y, canvas.right, y), grid)
            page.text(canvas.left - _GAP, y + FONT_SIZE * 0.35, label, theme.muted, anchor="end")
    free_from = -math.inf
    for value, label in x_marks:
        x = canvas.x(value)
        half = text_width(label) / 2
        if canvas.left - 0.5 <= x <= canvas.right + 0.5:
            page.line((x, canvas.bottom, x, canvas.bottom + 4), theme.axis)
            if x - half > free_from:
                page.text(x, canvas.bottom + 18, label, theme.muted, anchor="middle")
                free_from = x + half + _GAP
    page.line((canvas.left, canvas.bottom, canvas.right, canvas.bottom), theme.axis)
    page.text(canvas.right, canvas.bottom + 36, x_name, theme.muted, anchor="end")


def draw_heading(page: SvgPage, title: str, notes: Sequence[tuple[str, str]], theme: Theme = LIGHT) -> None:
    """The title, and behind it notes, each with its colour, as far as there is room."""
    x, y = _MARGIN, _TITLE_HEIGHT - 16
    page.text(x, y, title, theme.text, bold=True)
    x += text_width(title) * 1.08 + 2 * _GAP  # bold is wider
    for note, colour in notes:
        if x + text_width(note) > page.width - _MARGIN:
            return
        page.text(x, y, note, colour)
        x += text_width(note) + 2 * _GAP
