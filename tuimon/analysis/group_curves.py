"""The mean curve of runs with its band: over what x how many of them agree how well."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tuimon.analysis.alignment import FiniteCurve, finite_curve
from tuimon.analysis.axes import XAxis
from tuimon.analysis.curves import rounded_span
from tuimon.analysis.divergence import has_diverged
from tuimon.analysis.groups import Diverged
from tuimon.analysis.smoothing import smooth
from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import Floats
from tuimon.store.snapshot import RunSnapshot

# About five points per dot of a wide terminal: no bend is lost that could be seen.
GRID_POINTS = 2000
_LEAST_MEMBERS = 2


@dataclass(frozen=True, slots=True, eq=False)
class GroupCurve:
    """The mean of several runs over a common x, all arrays of one length. Equality is identity.

    ``mean``, ``low`` and ``high`` (mean ± the sample's standard deviation) are NaN where fewer than two runs
    are; ``counts`` says how many are. ``members`` are the keys of the runs in it; ``diverged`` and
    ``lacking`` (the metric or the axis) of those that are not.
    """

    metric: str
    axis: XAxis
    x: Floats
    mean: Floats
    low: Floats
    high: Floats
    counts: NDArray[np.intp]
    members: tuple[str, ...]
    diverged: tuple[str, ...]
    lacking: tuple[str, ...]


def group_curve(
    runs: Sequence[RunSnapshot],
    metric: str,
    axis: XAxis,
    *,
    smoothing: float = 0.0,
    diverged: Diverged = has_diverged,
    points: int = GRID_POINTS,
) -> GroupCurve | None:
    """The mean of the runs' curves and its band; None where no two of them are over a common x.

    Each run is smoothed along the axis, the strength related to its own length, then interpolated between its
    samples, never beyond its first and last. The grid holds every x that was logged where these are at
    most ``points``, else so many evenly spaced ones over the range where at least two runs are.
    """
    lost = [run.key for run in runs if diverged(run, metric)]
    curves = {run.key: finite_curve(run, metric, axis) for run in runs if run.key not in lost}
    present = {key: curve for key, curve in curves.items() if curve is not None}
    grid = _grid(list(present.values()), points)
    if grid is None:
        return None
    smoothed = [_smoothed(curve, smoothing) for curve in present.values()]
    mean, deviation, counts = _moments(smoothed, grid)
    return GroupCurve(
        metric=metric,
        axis=axis,
        x=grid,
        mean=mean,
        low=mean - deviation,
        high=mean + deviation,
        counts=counts,
        members=tuple(present),
        diverged=tuple(lost),
        lacking=tuple(key for key, curve in curves.items() if curve is None),
    )


def _grid(curves: Sequence[FiniteCurve], points: int) -> Floats | None:
    """Where to look: from where the second run begins to where the last but one ends."""
    if len(curves) < _LEAST_MEMBERS:
        return None
    start = sorted(float(curve.x[0]) for curve in curves)[_LEAST_MEMBERS - 1]
    end = sorted(float(curve.x[-1]) for curve in curves)[-_LEAST_MEMBERS]
    if start > end:
        return None
    logged = np.unique(np.concatenate([curve.x for curve in curves]))
    logged = logged[(logged >= start) & (logged <= end)]
    grid = logged if len(logged) <= points else np.linspace(start, end, points)
    return grid if (_counts(curves, grid) >= _LEAST_MEMBERS).any() else None


def _counts(curves: Sequence[FiniteCurve], grid: Floats) -> NDArray[np.intp]:
    counts = np.zeros(len(grid), dtype=np.intp)
    for curve in curves:
        counts += (grid >= curve.x[0]) & (grid <= curve.x[-1])
    return counts


def _smoothed(curve: FiniteCurve, strength: float) -> FiniteCurve:
    if not strength:
        return curve
    span = rounded_span(float(curve.x[-1]) - float(curve.x[0]))
    return FiniteCurve(curve.x, smooth(curve.x, curve.y, strength, span))


def _moments(curves: Sequence[FiniteCurve], grid: Floats) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Mean, the sample's standard deviation and number of the curves at each x (Welford's recurrence)."""
    counts = np.zeros(len(grid), dtype=np.intp)
    mean, squares = np.zeros(len(grid)), np.zeros(len(grid))
    with np.errstate(over="ignore", invalid="ignore"):  # squares beyond all floats: an endless band
        for curve in curves:
            inside = (grid >= curve.x[0]) & (grid <= curve.x[-1])
            values = np.interp(grid[inside], curve.x, curve.y)
            counts[inside] += 1
            distance = values - mean[inside]
            mean[inside] += distance / counts[inside]
            squares[inside] += distance * (values - mean[inside])
        enough = counts >= _LEAST_MEMBERS
        mean[~enough] = np.nan
        deviation = np.sqrt(squares / np.maximum(counts - 1, 1))
        deviation[~enough | ~np.isfinite(deviation)] = np.nan
    return mean, deviation, counts
