"""Curves ready to be drawn: a run's metric over an axis, smoothed, with what is not finite apart."""

from __future__ import annotations

import math
from collections import OrderedDict
from threading import Lock
from typing import TypeAlias

import numpy as np

from tuimon.analysis.axes import XAxis, axis_extent, placeable, step_axis, x_sources, x_values
from tuimon.analysis.metric_roles import Role, is_evaluation, role_of
from tuimon.analysis.smoothing import Smoother, smooth
from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import ColumnView, Floats
from tuimon.store.snapshot import RunSnapshot

_Key: TypeAlias = tuple[str, str, XAxis, float]
_STEPS_PER_OCTAVE = 4
_EXACT = frozenset({Role.LEARNING_RATE, Role.PROGRESS})


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """The samples that are not finite: ``values`` are NaN, inf or -inf, at ``x``.

    ``near`` is the finite value before each (else the first one after it; NaN where the curve has none): the
    height at which to draw the mark.
    """

    x: Floats
    values: Floats
    near: Floats

    def __len__(self) -> int:
        return len(self.x)


_EMPTY: Floats = np.empty(0)
NO_MARKS = Marks(_EMPTY, _EMPTY, _EMPTY)


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """A run's metric over an axis. Equality is identity.

    ``x``, ``y`` (smoothed) and ``raw_y`` have one length and keep the order of the log; ``x`` is finite,
    ``y`` and ``raw_y`` are finite or NaN: NaN breaks the line, and ``marks`` says what stands there. Without
    smoothing ``y is raw_y``. ``rising``: x never goes back. The ranges are those of the finite points (None:
    there is none); ``least_positive`` is of ``raw_y``, for a log axis. ``last_value`` is the metric's newest
    value as logged, NaN and infinity included (None: no values).
    """

    run_key: str
    metric: str
    axis: XAxis
    smoothing: float
    x: Floats
    y: Floats
    raw_y: Floats
    marks: Marks
    rising: bool
    x_range: tuple[float, float] | None
    y_range: tuple[float, float] | None
    raw_range: tuple[float, float] | None
    least_positive: float | None
    last_value: float | None

    def __len__(self) -> int:
        return len(self.x)


def build_series(run: RunSnapshot, metric: str, axis: XAxis, smoothing: float = 0.0) -> Series | None:
    """The curve, from a bounded cache where nothing changed; None where the run lacks the metric or the axis.

    It is smoothed along the run's steps whatever the axis, and the strength relates to the run's own length:
    so a run's smoothed values are the same numbers in every chart and in the run table, whatever is beside
    it. Safe from any thread.
    """
    return _CACHE.series(run, metric, axis, smoothing)


def smoothing_of(metric: str, strength: float) -> float:
    """How strongly a metric is smoothed where ``strength`` is asked for.

    Evaluations are few; schedules and counters say exactly what was set, an average of them what never was.
    """
    return 0.0 if role_of(metric) in _EXACT or is_evaluation(metric) else strength


def smoothing_span(run: RunSnapshot) -> float | None:
    """The distance in steps that the smoothing of a run relates to: its length; None while it has none."""
    return rounded_span(axis_extent(run, step_axis(run)))


def rounded_span(extent: float) -> float | None:
    """An x distance for smoothing to relate to; None where there is none.

    Rounded up to a quarter of an octave: a growing run then keeps its smoothed past, and its cached curves,
    until it is a fifth longer.
    """
    if not 0.0 < extent < math.inf:
        return None
    return float(2.0 ** (math.ceil(_STEPS_PER_OCTAVE * math.log2(extent)) / _STEPS_PER_OCTAVE))


class _Smoothers:
    """The newest smoother of each run: its metrics mostly stand on the same x, and one serves them all."""

    def __init__(self, max_points: int) -> None:
        self._max_points = max_points
        self._smoothers: OrderedDict[str, tuple[float, float | None, Smoother]] = OrderedDict()
        self._lock = Lock()

    def smooth(self, run_key: str, x: Floats, y: Floats, strength: float, span: float | None) -> Floats:
        """As ``smooth``."""
        if np.isnan(y).any():  # each metric has its own gaps
            return smooth(x, y, strength, span)
        with self._lock:
            known = self._smoothers.get(run_key)
        if known is None or known[:2] != (strength, span) or not np.array_equal(known[2].x, x):
            known = strength, span, Smoother(x, strength, span)
            self._keep(run_key, known)
        return known[2].smooth(y)

    def _keep(self, run_key: str, smoother: tuple[float, float | None, Smoother]) -> None:
        with self._lock:
            self._smoothers.pop(run_key, None)
            self._smoothers[run_key] = smoother
            points = sum(len(known.x) for _, _, known in self._smoothers.values())
            while points > self._max_points and self._smoothers:
                points -= len(self._smoothers.popitem(last=False)[1][2].x)


class CurveCache:
    """The newest curve of each run, metric, axis and smoothing strength, while what it is made from holds.

    Whatever was asked for longest ago goes when more than ``max_points`` points are held.
    """

    def __init__(self, max_points: int = 1_000_000) -> None:
        self._max_points = max_points
        self._points = 0
        self._curves: OrderedDict[_Key, tuple[tuple[object, ...], Series | None]] = OrderedDict()
        self._smoothers = _Smoothers(max_points // 4)
        self._lock = Lock()

    def series(self, run: RunSnapshot, metric: str, axis: XAxis, smoothing: float) -> Series | None:
        """As ``build_series``."""
        key = (run.key, metric, axis, smoothing)
        sources: tuple[object, ...] = (run.metrics.get(metric), *x_sources(run, axis))
        if smoothing:
            sources = (*sources, smoothing_span(run), *x_sources(run, step_axis(run)))
        with self._lock:
            known = self._curves.get(key)
            if known is not None and known[0] == sources:
                self._curves.move_to_end(key)
                return known[1]
        series = _make_series(run, metric, axis, smoothing, self._smoothers)
        with self._lock:
            self._forget(key)
            self._curves[key] = (sources, series)
            self._points += len(series or ())
            while self._points > self._max_points and len(self._curves) > 1:
                self._forget(next(iter(self._curves)))
        return series

    def _forget(self, key: _Key) -> None:
        known = self._curves.pop(key, None)
        if known is not None:
            self._points -= len(known[1] or ())


# Shared by all that draw: the same curve stands in a chart, a strip and the compare screen.
_CACHE = CurveCache()


def _make_series(
    run: RunSnapshot, metric: str, axis: XAxis, smoothing: float, smoothers: _Smoothers
) -> Series | None:
    view = run.metrics.get(metric)
    x = x_values(run, view, axis) if view is not None and len(view) else None
    if view is None or x is None:
        return None
    along, span = step_axis(run), smoothing_span(run)
    distance = x if along == axis or not smoothing else x_values(run, view, along)
    values = view.values
    placed = placeable(x)
    if not placed.all():
        x, values = x[placed], values[placed]
        distance = None if distance is None else distance[placed]
    raw_y, marks = _apart(x, values)
    y = raw_y
    if smoothing and len(raw_y):
        if distance is None or not placeable(distance).all():
            # What cannot be smoothed along its steps still has an order: each sample is one step.
            distance, span = np.arange(len(raw_y), dtype=np.float64), None
        y = smoothers.smooth(run.key, distance, raw_y, smoothing, span)
    whole = len(raw_y) == len(view)  # the column knows its bounds already
    raw_range = _bounds_of(view) if whole else _range(raw_y)
    return Series(
        run_key=run.key,
        metric=metric,
        axis=axis,
        smoothing=smoothing,
        x=x,
        y=y,
        raw_y=raw_y,
        marks=marks,
        rising=bool((x[1:] >= x[:-1]).all()),
        x_range=_range(x),
        y_range=raw_range if y is raw_y else _range(y),
        raw_range=raw_range,
        least_positive=view.least_positive if whole else _least_positive(raw_y),
        last_value=view.last_value,
    )


def plain_series(
    run_key: str, metric: str, axis: XAxis, x: Floats, values: Floats, smoothing: float = 0.0
) -> Series:
    """A curve of values that stand in no rows of a run; ``x`` is finite, ``smoothing`` what is in them."""
    y, marks = _apart(x, values)
    bounds = _range(y)
    return Series(
        run_key=run_key,
        metric=metric,
        axis=axis,
        smoothing=smoothing,
        x=x,
        y=y,
        raw_y=y,
        marks=marks,
        rising=bool((x[1:] >= x[:-1]).all()),
        x_range=_range(x),
        y_range=bounds,
        raw_range=bounds,
        least_positive=_least_positive(y),
        last_value=float(values[-1]) if len(values) else None,
    )


def _apart(x: Floats, values: Floats) -> tuple[Floats, Marks]:
    """The values with NaN for what is not finite, and the marks for that."""
    finite = np.isfinite(values)
    if finite.all():
        return values, NO_MARKS
    lost = np.flatnonzero(~finite)
    kept = np.flatnonzero(finite)
    if len(kept):
        place = np.maximum(np.searchsorted(kept, lost) - 1, 0)
        near = values[kept[place]]
    else:
        near = np.full(len(lost), np.nan)
    return np.where(finite, values, np.nan), Marks(x[lost], values[lost], near)


def _range(values: Floats) -> tuple[float, float] | None:
    if not len(values):
        return None
    low, high = float(np.fmin.reduce(values)), float(np.fmax.reduce(values))
    return None if math.isnan(low) else (low, high)


def _bounds_of(view: ColumnView) -> tuple[float, float] | None:
    if view.finite_min is None or view.finite_max is None:
        return None
    return view.finite_min, view.finite_max


def _least_positive(values: Floats) -> float | None:
    positive = values[values > 0]
    return float(positive.min()) if len(positive) else None
