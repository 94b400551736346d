"""Values of different runs at one x: interpolation between samples, the sample nearest to a cursor."""

from __future__ import annotations

import numpy as np

from tuimon.analysis.axes import XAxis, placeable, x_at_row, x_values
from tuimon.analysis.metric_roles import Direction
from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import Floats
from tuimon.store.snapshot import RunSnapshot


@dataclass(frozen=True, slots=True, eq=False)
class FiniteCurve:
    """The finite samples of a metric by rising x, each x once (of samples at one x the latest counts)."""

    x: Floats
    y: Floats

    def __len__(self) -> int:
        return len(self.x)

    def at(self, x: float) -> float | None:
        """The value at ``x``, linear between the samples around it; None outside of the samples."""
        if not len(self.x) or not self.x[0] <= x <= self.x[-1]:
            return None
        return float(np.interp(x, self.x, self.y))

    def first_reaching(self, target: float, direction: Direction) -> float | None:
        """The x of the first sample as good as ``target``; None where there is none."""
        good = self.y <= target if direction == "min" else self.y >= target
        return float(self.x[np.argmax(good)]) if good.any() else None

    def nearest(self, x: float) -> tuple[float, float] | None:
        """The sample (x, value) nearest to ``x``, the earlier one of two as near; None without samples."""
        if not len(self.x):
            return None
        after = min(int(np.searchsorted(self.x, x)), len(self.x) - 1)
        before = max(after - 1, 0)
        place = before if x - self.x[before] <= self.x[after] - x else after
        return float(self.x[place]), float(self.y[place])


def finite_curve(run: RunSnapshot, metric: str, axis: XAxis) -> FiniteCurve | None:
    """The metric over the axis, raw; None where the run lacks one of them or has no finite value."""
    view = run.metrics.get(metric)
    if view is None or view.finite_min is None:
        return None
    x = x_values(run, view, axis)
    if x is None:
        return None
    y = view.values
    finite = placeable(x) & np.isfinite(y)
    if not finite.all():
        x, y = x[finite], y[finite]
    if not (x[1:] > x[:-1]).all():
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[order]
        latest = np.append(x[1:] != x[:-1], True)
        x, y = x[latest], y[latest]
    return FiniteCurve(x, y) if len(x) else None


def newest_finite(run: RunSnapshot, metric: str, axis: XAxis) -> tuple[float, float] | None:
    """The newest finite sample (x, value) in the order of the log; None without one, or where it has no x."""
    view = run.metrics.get(metric)
    if view is None or view.finite_min is None:
        return None
    place = len(view) - 1
    if not np.isfinite(view.values[place]):
        place = int(np.flatnonzero(np.isfinite(view.values))[-1])
    x = x_at_row(run, int(view.rows[place]), axis)
    return None if x is None else (x, float(view.values[place]))
