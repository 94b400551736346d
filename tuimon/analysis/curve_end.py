"""The end of a smoothed curve alone: a row of the run table needs no more of it."""

from __future__ import annotations

import math

import numpy as np

from tuimon.analysis.axes import LARGEST_X, placeable
from tuimon.analysis.smoothing import FORGOTTEN, decay_rate, smooth
from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import Floats

# Within these no weighted sum of plain values overflows or loses digits, however many there are.
_LEAST_PLAIN, _GREATEST_PLAIN = 1e-200, 1e200


class CurveEnd:
    """The last value of ``smooth(x, y, strength, span)``, where both end with a finite sample.

    What it needs whatever the strength is, is looked for once: a person who tries another strength has it
    worked out for all runs of the table. Where ``x`` rises and all values are finite the end is a single
    weighted mean of what is not forgotten yet, at a tenth of the cost of smoothing it all. The weights are
    shared: by all curves whose samples are evenly spaced, however long each one is; else by those that have
    their ``x`` in common.
    """

    __slots__ = ("_high", "_low", "_span", "_step", "_x", "_y")

    def __init__(self, x: Floats, y: Floats, span: float | None = None) -> None:
        self._x = x
        self._y = y
        self._step = _even_step(x)
        self._span = float(x[-1]) - float(x[0]) if span is None and self._step else span
        self._low, self._high = float(y.min()), float(y.max())

    def smoothed(self, strength: float) -> float:
        """The last value, smoothed. Raises as ``smooth``."""
        if strength == 0.0:
            return float(self._y[-1])
        plain = _LEAST_PLAIN < max(-self._low, self._high) < _GREATEST_PLAIN  # not so with NaN
        if plain and self._step and self._span is not None and 0.0 < strength < 1.0:
            return self._weighed_evenly(decay_rate(strength, self._span) * self._step)
        return _uneven_end(self._x, self._y, strength, self._span)

    def _weighed_evenly(self, rate: float) -> float:
        """With every sample what the one after it counts times exp(-rate), as even stretches make it."""
        count = len(self._y)
        if rate * count > FORGOTTEN:
            count = int(FORGOTTEN / rate) + 1
        weights, total = _EVEN_WEIGHTS.of(rate, count)
        mean = float(self._y[-count:].dot(weights)) / total
        return min(max(mean, self._low), self._high)


def _even_step(x: Floats) -> float:
    """The distance of each sample to the next, where it is the same throughout and above 0; else 0.0."""
    if len(x) < 2 or not abs(x[0]) <= LARGEST_X >= abs(x[-1]):
        return 0.0
    steps = x[1:] - x[:-1]
    step = float(steps[0])
    return step if step > 0 and (steps == step).all() else 0.0


class _EvenWeights:
    """The weights of the newest few rates. From any thread: at worst something is worked out twice."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[float, Floats] = {}

    def of(self, rate: float, count: int) -> tuple[Floats, float]:
        """exp(-rate * k) for the ``count`` newest samples, that of the newest one last; and their sum."""
        known = self._known.get(rate)
        if known is None or len(known) < count:
            while len(self._known) >= self._most:
                self._known.pop(next(iter(self._known)), None)
            known = self._known[rate] = np.exp(np.arange(count - 1, -1, -1) * -rate)
        spent = math.expm1(-rate)
        return known[-count:], math.expm1(-rate * count) / spent if spent else float(count)


_EVEN_WEIGHTS = _EvenWeights(8)


def _uneven_end(x: Floats, y: Floats, strength: float, span: float | None) -> float:
    end = _END_WEIGHTS.of(x, strength, span) if len(x) > 2 and 0.0 < strength < 1.0 else None
    if end is None or not np.isfinite(y).all():
        return float(smooth(x, y, strength, span)[-1])
    tail = y[end.begin :]
    low, high = float(tail.min()), float(tail.max())
    if low == high:
        return low
    peak = max(-low, high)
    # Scaled by the peak, so that no sum overflows; a mean rounded up past it is taken back by the bounds.
    mean = float((tail / peak) @ end.weights) / end.total * peak
    return min(max(mean, low), high)


@dataclass(frozen=True, slots=True, eq=False)
class _EndWeights:
    """What each sample from ``begin`` on counts in the smoothed end of whatever stands along ``x``."""

    x: Floats
    begin: int
    weights: Floats
    total: float


class _KnownEndWeights:
    """The weights of the newest few ``x``. From any thread, as those of even samples."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[tuple[int, float, float, float, float | None], _EndWeights | None] = {}

    def of(self, x: Floats, strength: float, span: float | None = None) -> _EndWeights | None:
        """The weights along ``x`` (more than one); None where it does not rise from sample to sample."""
        key = len(x), float(x[0]), float(x[-1]), strength, span
        known = self._known.get(key)
        if known is None or not np.array_equal(known.x, x):
            known = _end_weights(x, strength, span)
            if known is not None:
                while len(self._known) >= self._most:
                    self._known.pop(next(iter(self._known)), None)
                self._known[key] = known
        return known


_END_WEIGHTS = _KnownEndWeights(8)


def _end_weights(x: Floats, strength: float, span: float | None) -> _EndWeights | None:
    if not placeable(x).all():  # and so far apart that their difference may be none
        return None
    steps = np.diff(x)
    if not (steps > 0).all():
        return None
    decay = decay_rate(strength, float(x[-1]) - float(x[0]) if span is None else span)
    begin = int(np.searchsorted(x, x[-1] - FORGOTTEN / decay))
    # The first sample's stretch is as long as the second's.
    stretches = np.append(steps[0], steps)[begin:]
    weights = np.maximum(-np.expm1(-decay * stretches), float(np.finfo(np.float64).tiny))
    weights *= np.exp((x[begin:] - x[-1]) * decay)
    return _EndWeights(x, begin, weights, float(weights.sum()))
