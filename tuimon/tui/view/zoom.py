"""Which part of the charts is shown, and where their cursor stands: pure arithmetic of ranges.

An x holds on the axis it was chosen on; over another axis nothing is zoomed and no cursor is shown, and back
on the first one both are there again.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Self, TypeAlias

import numpy as np

from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import Floats

Range: TypeAlias = tuple[float, float]

ZOOM_STEP = 0.6  # what is left of a range by one step in; out is the way back
PAN_STEP = 0.25  # of the range shown
_NARROWEST = 1e-7  # of all there is: a point of ten million


@dataclass(frozen=True, slots=True)
class Zoom:
    """The ranges that a person chose, None or absent where everything is shown and new data followed.

    ``axis`` is the id of the x axis that ``x``, ``x_of`` and ``cursor`` belong to. ``x`` is common to all
    charts; with ``per_chart`` each metric has its own in ``x_of``. ``y_of`` holds y ranges by metric.
    ``cursor`` is the x of the line across all charts (None: there is no line).
    """

    axis: str = ""
    x: Range | None = None
    x_of: tuple[tuple[str, Range], ...] = ()
    y_of: tuple[tuple[str, Range], ...] = ()
    per_chart: bool = False
    cursor: float | None = None

    def x_range(self, metric: str | None, axis: str) -> Range | None:
        """The x range chosen for the chart of a metric over this axis."""
        if axis != self.axis:
            return None
        return dict(self.x_of).get(metric or "") if self.per_chart else self.x

    def y_range(self, metric: str) -> Range | None:
        """The y range chosen for the chart of a metric."""
        return dict(self.y_of).get(metric)

    def cursor_on(self, axis: str) -> float | None:
        """Where the cursor stands on this axis."""
        return self.cursor if axis == self.axis else None

    def with_x(self, metric: str, axis: str, chosen: Range | None) -> Self:
        """This x range: for all charts, or with ``per_chart`` for the one of ``metric``."""
        there = self._over(axis)
        if there.per_chart:
            return replace(there, x_of=_changed(there.x_of, metric, chosen))
        return replace(there, x=chosen)

    def with_y(self, metric: str, chosen: Range | None) -> Self:
        """This y range for the chart of ``metric``."""
        return replace(self, y_of=_changed(self.y_of, metric, chosen))

    def with_cursor(self, axis: str, x: float | None) -> Self:
        """The cursor at this x, or gone."""
        return replace(self._over(axis), cursor=x)

    def per_chart_toggled(self) -> Self:
        """One x range for all charts, or each its own; the other way's ranges are kept."""
        return replace(self, per_chart=not self.per_chart)

    def reset(self) -> Self:
        """Everything shown, new data followed; the cursor stays."""
        return replace(self, x=None, x_of=(), y_of=())

    def _over(self, axis: str) -> Self:
        return self if axis == self.axis else replace(self, axis=axis, x=None, x_of=(), cursor=None)


def _changed(
    ranges: tuple[tuple[str, Range], ...], metric: str, chosen: Range | None
) -> tuple[tuple[str, Range], ...]:
    kept = tuple(pair for pair in ranges if pair[0] != metric)
    return kept if chosen is None else (*kept, (metric, chosen))


def zoomed_x(shown: Range, whole: Range, anchor: float | None, steps: int) -> Range | None:
    """``shown`` smaller by ``steps`` (larger below 0) around ``anchor``, None for its right end.

    Never beyond ``whole``; None when that is everything.
    """
    low, high = shown
    fixed = high if anchor is None else min(max(anchor, low), high)
    factor = ZOOM_STEP**steps
    least = (whole[1] - whole[0]) * _NARROWEST
    if steps > 0 and (high - low) * factor < least:
        return shown
    return _inside((fixed - (fixed - low) * factor, fixed + (high - fixed) * factor), whole)


def panned_x(shown: Range, whole: Range, steps: int) -> Range | None:
    """``shown`` further to the right by ``steps`` (left below 0), stopping at both ends of ``whole``."""
    by = (shown[1] - shown[0]) * PAN_STEP * steps
    by = min(by, whole[1] - shown[1]) if by > 0 else max(by, whole[0] - shown[0])
    return _inside((shown[0] + by, shown[1] + by), whole)


def zoomed_y(shown: Range, anchor: float | None, steps: int, *, log: bool) -> Range | None:
    """``shown`` smaller by ``steps`` (larger below 0) around ``anchor``, or its middle; None if it cannot be.

    On a log axis by the same share of decades.
    """
    low, high = _scaled(shown, log=log)
    middle = (low + high) / 2
    fixed = middle
    if anchor is not None and math.isfinite(anchor) and (anchor > 0 or not log):
        placed = math.log10(anchor) if log else anchor
        fixed = placed if low <= placed <= high else middle
    factor = ZOOM_STEP**steps
    return _unscaled((fixed - (fixed - low) * factor, fixed + (high - fixed) * factor), log=log)


def panned_y(shown: Range, steps: int, *, log: bool) -> Range | None:
    """``shown`` further up by ``steps`` (down below 0); None where it cannot be."""
    low, high = _scaled(shown, log=log)
    by = (high - low) * PAN_STEP * steps
    return _unscaled((low + by, high + by), log=log)


def _inside(wanted: Range, whole: Range) -> Range | None:
    low, high = max(wanted[0], whole[0]), min(wanted[1], whole[1])
    if (low <= whole[0] and high >= whole[1]) or low >= high:
        return None
    return low, high


def _scaled(y_range: Range, *, log: bool) -> Range:
    return (math.log10(y_range[0]), math.log10(y_range[1])) if log else y_range


def _unscaled(y_range: Range, *, log: bool) -> Range | None:
    low, high = y_range
    if log:
        if low < -300 or high > 300:
            return None
        low, high = 10.0**low, 10.0**high
    apart = high - low > 1e-12 * max(abs(low), abs(high), 1e-280)
    return (low, high) if math.isfinite(low) and math.isfinite(high) and apart else None


def moved_cursor(
    samples: Floats, x: float, by: int, column: float, shown: Range, *, whole: bool = False
) -> float:
    """The cursor ``by`` drawn columns of width ``column`` further right (left below 0).

    It stands on samples (rising x): on the first one at or beyond the column it comes to, so that a step
    always leads to another sample, however far apart they are. Beyond the samples it moves column by column;
    with ``whole`` to whole numbers, as steps are.
    """
    target = x + by * column
    edge = target - math.copysign(column / 2, by)
    if by > 0:
        place = int(np.searchsorted(samples, edge, "left"))
        found = float(samples[place]) if place < len(samples) and samples[place] > x else None
    else:
        place = int(np.searchsorted(samples, edge, "right")) - 1
        found = float(samples[place]) if place >= 0 and samples[place] < x else None
    if found is None or not shown[0] <= found <= shown[1]:
        found = min(max(target, shown[0]), shown[1])
        return _whole_number(found, x, by, shown) if whole else found
    return found


def _whole_number(found: float, x: float, by: int, shown: Range) -> float:
    """The whole number next to ``found`` that is shown and lies beyond ``x``, else ``found``."""
    low, high = math.ceil(shown[0]), math.floor(shown[1])
    if by > 0:
        low = max(low, math.floor(x) + 1)
    else:
        high = min(high, math.ceil(x) - 1)
    return float(min(max(round(found), low), high)) if low <= high else found
