"""Curves ready to be drawn: a run's metric over an axis, smoothed, with what is not finite apart."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import TypeAlias

import numpy as np

from tuimon.analysis.axes import XAxis, axis_extent, placeable, smoothing_axis, x_sources, x_values
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


def build_series(
    run: RunSnapshot, metric: str, axis: XAxis, smoothing: float = 0.0, span: float | None = None
) -> Series | None:
    """The curve, from a bounded cache where nothing changed; None where the run lacks the metric or the axis.

    ``span`` is the x distance that the strength relates to: pass ``smoothing_span(runs, axis)`` so that all
    curves of a chart are smoothed alike; None takes the run's own. Safe from any thread.
    """
    return _CACHE.series(run, metric, axis, smoothing, span)


def smoothing_of(metric: str, strength: float) -> float:
    """How strongly a metric is smoothed where ``strength`` is asked for.

    Evaluations are few; schedules and counters say exactly what was set, an average of them what never was.
    """
    return 0.0 if role_of(metric) in _EXACT or is_evaluation(metric) else strength


def smoothing_span(runs: Iterable[RunSnapshot], axis: XAxis) -> float:
    """The x distance that smoothing relates to in a chart of these runs over ``axis``: the longest one's.

    Rounded up to a quarter of an octave: growing runs then keep their smoothed past, and their cached curves,
    until they are a fifth longer. 0.0 where no run has the axis.
    """
    along = smoothing_axis(axis)
    longest = max((axis_extent(run, along) for run in runs), default=0.0)
    if longest <= 0.0:
        return 0.0
    return float(2.0 ** (math.ceil(_STEPS_PER_OCTAVE * math.log2(longest)) / _STEPS_PER_OCTAVE))


class _Smoothers:
    """The newest smoother of each run: its metrics mostly stand on the same x, and one serves them all."""

    def __init__(self, max_points: int) -> None:
        self._max_points = max_points
        self._smoothers: OrderedDict[str, tuple[float, float | None, Smoother]] = OrderedDict()
        self._lock = Lock()

    def smooth(self, run_key: str, x: Floats, y: Floats, strength: float, span: float | None) -> Floats:
        """As ``smooth``; a span of 0.0 (no chart has an extent yet) is that of ``x``."""
        if np.isnan(y).any():  # each metric has its own gaps
            return smooth(x, y, strength, span or None)
        with self._lock:
            known = self._smoothers.get(run_key)
        if known is None or known[:2] != (strength, span) or not np.array_equal(known[2].x, x):
            known = strength, span, Smoother(x, strength, span or None)
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

    def series(
        self, run: RunSnapshot, metric: str, axis: XAxis, smoothing: float, span: float | None
    ) -> Series | None:
        """As ``build_series``."""
        key = (run.key, metric, axis, smoothing)
        sources: tuple[object, ...] = (run.metrics.get(metric), *x_sources(run, axis))
        if smoothing:
            sources = (*sources, span, *x_sources(run, smoothing_axis(axis)))
        with self._lock:
            known = self._curves.get(key)
            if known is not None and known[0] == sources:
                self._curves.move_to_end(key)
                return known[1]
        series = _make_series(run, metric, axis, smoothing, span, self._smoothers)
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
    run: RunSnapshot, metric: str, axis: XAxis, smoothing: float, span: float | None, smoothers: _Smoothers
) -> Series | None:
    view = run.metrics.get(metric)
    x = x_values(run, view, axis) if view is not None and len(view) else None
    if view is None or x is None:
        return None
    along = smoothing_axis(axis)
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
            # What cannot be smoothed along the axis still has an order: each sample is one step.
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
