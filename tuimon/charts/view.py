"""Where things are in a chart: values to cells."""

from __future__ import annotations

import math

from tuimon.analysis.axes import AxisKind, XAxis
from tuimon.charts.notation import clock_text, count_text, duration_text, value_text
from tuimon.charts.picture import Rect
from tuimon.charts.ranges import Range
from tuimon.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class View:
    """The canvas of a chart and the ranges that it shows."""

    canvas: Rect
    x_range: Range
    y_range: Range
    log: bool

    def column(self, x: float) -> int | None:
        """The screen column of an x, None outside of the range."""
        low, high = self.x_range
        if not low <= x <= high:
            return None
        share = (x - low) / (high - low)
        return self.canvas.x + min(int(share * self.canvas.width), self.canvas.width - 1)

    def row(self, y: float) -> int:
        """The screen row of a value; the uppermost or the lowest one for what lies beyond."""
        from_bottom = min(int(self.share(y) * self.canvas.height), self.canvas.height - 1)
        return self.canvas.y + self.canvas.height - 1 - from_bottom

    def share(self, y: float) -> float:
        """How far up a value is: 0 at the lower edge, 1 at the upper one, no further beyond them."""
        low, high = self.y_range
        if self.log:
            y = math.log10(y) if y > 0 else -math.inf
            low, high = math.log10(low), math.log10(high)
        return 0.0 if y <= low else 1.0 if y >= high else (y / 2 - low / 2) / (high / 2 - low / 2)

    def shows(self, y: float) -> bool:
        """Whether a value lies in the range shown."""
        return self.y_range[0] <= y <= self.y_range[1]


def x_text(axis: XAxis, x: float) -> str:
    """An x as text by the kind of its axis; on a metric's axis as its values are written elsewhere."""
    if axis.kind is AxisKind.SECONDS:
        return duration_text(x)
    if axis.kind is AxisKind.CLOCK:
        return clock_text(x)
    return count_text(x) if axis.kind is AxisKind.COUNT else value_text(axis.id, x)
