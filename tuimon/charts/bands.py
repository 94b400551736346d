"""The band around a curve: a tint behind it, as high as the spread of the runs whose mean it is."""

from __future__ import annotations

import numpy as np
from rich.style import Style

from tuimon.charts.cells import GRID_LINE, CellGrid
from tuimon.charts.palette import Theme, style
from tuimon.charts.view import View
from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import Floats

_SHARE, _DIMMED_SHARE = 0.26, 0.13  # of the run's colour in the background
_LEAST_HEIGHT = 0.5  # rows
_SIGN, _ASCII_SIGN = "░", ":"  # where there are no colours


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """From ``low`` to ``high`` over a rising ``x``; all finite. Equality is identity."""

    x: Floats
    low: Floats
    high: Floats

    def within(self, x_range: tuple[float, float]) -> list[Floats]:
        """The bounds that are seen in an x range."""
        shown = (self.x >= x_range[0]) & (self.x <= x_range[1])
        return [self.low[shown], self.high[shown]]


def draw_band(
    grid: CellGrid,
    view: View,
    band: Band,
    colour: str,
    theme: Theme,
    *,
    bright: bool,
    ascii: bool = False,  # noqa: A002
) -> None:
    """Tint the cells that the band covers; what is drawn in them stays. Signs do it without colours."""
    if len(band.x) < 2:
        return
    sign = _ASCII_SIGN if ascii else _SIGN if theme.monochrome else ""
    tint = Style(bgcolor=style(theme, colour, share=_SHARE if bright else _DIMMED_SHARE).color)
    for column, (low, high) in _columns(view, band).items():
        for row in _rows(view, low, high):
            if not sign:
                grid.styles[row][column] += tint
            elif grid.character(column, row) in (" ", GRID_LINE):
                grid.put(column, row, sign, style(theme, theme.muted))


def _rows(view: View, low: float, high: float) -> range:
    """The screen rows that the band covers by half at least; none of one that is no higher than a curve.

    Half a row decides alike wherever the band is: a thin one is not seen here and there, where it happens to
    lie on two rows.
    """
    height = view.canvas.height
    bottom, top = view.share(low) * height, view.share(high) * height
    if top - bottom < _LEAST_HEIGHT:
        return range(0)
    first, last = round(bottom), round(top) - 1
    if first > last:  # between two halves
        first = last = min(int((bottom + top) / 2), height - 1)
    upper = view.canvas.y + height - 1
    return range(upper - last, upper - first + 1)


def _columns(view: View, band: Band) -> dict[int, tuple[float, float]]:
    """The band in the middle of each screen column that it reaches, where it is in the y range."""
    left, right = view.x_range
    places = left + (np.arange(view.canvas.width) + 0.5) * (right - left) / view.canvas.width
    reached = np.flatnonzero((places >= band.x[0]) & (places <= band.x[-1]))
    low = np.interp(places[reached], band.x, band.low)
    high = np.interp(places[reached], band.x, band.high)
    least, greatest = view.y_range
    return {
        view.canvas.x + int(column): (bottom, top)
        for column, bottom, top in zip(reached, low.tolist(), high.tolist(), strict=True)
        if top >= least and bottom <= greatest
    }
