"""The chart that keys act on: what it shows, as it was drawn last, and the x ranges of a board's charts."""

from __future__ import annotations

from functools import lru_cache
from typing import Self

import numpy as np

from tuimon.analysis.axes import XAxis, axis_bounds, placeable, x_at_rows
from tuimon.analysis.curves import build_series
from tuimon.charts.picture import Picture, Rect
from tuimon.charts.ranges import fit, joined, shown_steps
from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import Floats
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.view.board import Board
from tuimon.tui.view.zoom import Range


@dataclass(frozen=True, slots=True)
class DrawnChart:
    """Where on its screen a chart of ``metric`` over ``axis`` (an id) was drawn last, and what it showed.

    ``canvas`` is where the curves are, in cells of the pane. The ranges are None where nothing was drawn.
    """

    metric: str
    axis: str
    place: Rect
    canvas: Rect
    x_range: Range | None
    y_range: Range | None

    @classmethod
    def of(cls, metric: str, axis: str, place: Rect, picture: Picture) -> Self:
        """The chart drawn as this picture at this place of its pane."""
        inner = picture.canvas
        canvas = Rect(place.x + inner.x, place.y + inner.y, inner.width, inner.height)
        return cls(metric, axis, place, canvas, picture.x_range, picture.y_range)

    def x_at(self, column: int) -> float | None:
        """The x in the middle of a column of the pane; None beside the curves."""
        if self.x_range is None or not 0 <= column - self.canvas.x < self.canvas.width:
            return None
        low, high = self.x_range
        return low + (column - self.canvas.x + 0.5) / self.canvas.width * (high - low)

    def covers(self, x: int, y: int) -> bool:
        """Whether a cell of the pane belongs to the chart."""
        place = self.place
        return place.x <= x < place.x + place.width and place.y <= y < place.y + place.height


@dataclass(frozen=True, slots=True, eq=False)
class ChartInHand:
    """A chart of a board: ``board.plotted`` are its runs, ``board.cursor`` the bright one."""

    board: Board
    drawn: DrawnChart

    @property
    def shown_x(self) -> Range | None:
        """The x range that it shows, or will once it is drawn."""
        chosen = chart_x_range(self.board, self.drawn.metric)
        if chosen is None and self.drawn.axis == self.board.axis.id:
            chosen = self.drawn.x_range
        return chosen or whole_x_range(self.board)

    @property
    def shown_y(self) -> Range | None:
        """The y range that it shows."""
        chosen = self.board.state.zoom.y_range(self.drawn.metric)
        usable = fit(chosen, log=self.board.state.log_y) if chosen else None
        return usable or self.drawn.y_range

    @property
    def column_width(self) -> float:
        """What one drawn column of cells is in x; 0 where nothing is drawn."""
        shown, columns = self.shown_x, self.drawn.canvas.width
        return (shown[1] - shown[0]) / columns if shown and columns else 0.0

    @property
    def run(self) -> RunSnapshot | None:
        """The run under the cursor, else the first one."""
        plotted = self.board.plotted
        return next((run for run in plotted if run.key == self.board.cursor), next(iter(plotted), None))

    def samples(self) -> Floats:
        """The x of all records of the run, rising."""
        run = self.run
        if run is None:
            return np.empty(0)
        x = x_at_rows(run, np.arange(len(run.iterations), dtype=np.int32), self.board.axis)
        if x is None:
            return np.empty(0)
        x = x[placeable(x)]
        return x if bool((x[1:] >= x[:-1]).all()) else np.sort(x)

    def value_near(self, x: float) -> float | None:
        """The run's value at its finite sample nearest to ``x``, as logged."""
        run = self.run
        series = build_series(run, self.drawn.metric, self.board.axis) if run is not None else None
        if series is None or series.raw_range is None:
            return None
        finite = np.flatnonzero(~np.isnan(series.raw_y))
        return float(series.raw_y[finite[np.argmin(np.abs(series.x[finite] - x))]])


def whole_x_range(board: Board) -> Range | None:
    """The x range of everything that the runs in the charts logged."""
    return _x_range_of(board.plotted, board.axis)


@lru_cache(maxsize=2)  # of these runs alone: on a board hang all runs as they were, a thousand perhaps
def _x_range_of(runs: tuple[RunSnapshot, ...], axis: XAxis) -> Range | None:
    bounds = [pair for run in runs if (pair := axis_bounds(run, axis)) is not None]
    found = joined(bounds)
    return shown_steps(found, min(low for low, _ in bounds), axis.kind) if found else None


def chart_x_range(board: Board, metric: str) -> Range | None:
    """The x range that the chart of a metric is to show; None for that of its own curves."""
    zoom = board.state.zoom
    chosen = zoom.x_range(metric, board.axis.id)
    return chosen if chosen is not None or zoom.per_chart else whole_x_range(board)
