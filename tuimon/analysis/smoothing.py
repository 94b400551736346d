"""Smoothing of a curve: a debiased exponential moving average over x distance, safe with NaN."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from tuimon.analysis.axes import placeable
from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import Floats

SMOOTHING_STEPS: tuple[float, ...] = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
DEFAULT_SMOOTHING = 0.9

# The strength is what is left of a sample's weight after 1/1000 of the span: a curve of a thousand evenly
# spaced points then looks as it does at the same strength in TensorBoard.
UNITS_PER_SPAN = 1000
# exp(-40) is 4e-18, below the precision of a float: what lies further back is forgotten.
FORGOTTEN = 40.0
# Weights grow by exp(distance) within a block; exp(600) times a billion samples still fits a float.
_BLOCK = 600.0


def smooth(x: Floats, y: Floats, strength: float, span: float | None = None) -> Floats:
    """``y`` smoothed along ``x``; NaN where ``y`` is not finite or ``x`` not placeable, and nowhere else.

    With d_i the x distance of sample i to the finite sample before it, and decay lambda:

        lambda = -ln(strength) * 1000 / span
        w_i = 1 - exp(-lambda * d_i)            the share of the memory that the new stretch takes
        n_i = n_(i-1) * exp(-lambda * d_i) + w_i * y_i
        m_i = m_(i-1) * exp(-lambda * d_i) + w_i
        smoothed_i = n_i / m_i

    Every sample weighs as much as the stretch of x that it stands for, so a stretch that was logged ten times
    as densely counts no more. Samples at one x share their stretch; a step back (an epoch counting from 0) is
    as long as the step before it; the first sample's stretch is as long as the second's. n / m takes out the
    bias towards the start. Samples that are not finite take no part.

    ``strength`` is in [0, 1); 0 returns ``y``. ``span`` is the x distance that it relates to; None is the
    extent of ``x``. The result stays within the bounds of ``y``. Raises ValueError for another strength or
    for lengths that differ. Cost: O(n).

    Sources: EMA_next of A. Eckner, "Algorithms for Unevenly Spaced Time Series: Moving Averages and Other
    Rolling Operators" (2012), for weights by distance; D. Kingma and J. Ba, "Adam" (2015), section 3, for the
    debiasing; the relation to a span is that of W&B's time weighted EMA
    (docs.wandb.ai, "Smooth line plots"), which weighs by the number of samples instead of by stretch.
    """
    if len(x) != len(y):
        raise ValueError(f"{len(x)} x for {len(y)} y")
    finite = placeable(x) & np.isfinite(y)
    if finite.all():
        return Smoother(x, strength, span).smooth(y)
    result = np.full(len(y), np.nan)
    result[finite] = Smoother(x[finite], strength, span).smooth(y[finite])
    return result


class Smoother:
    """What smoothing along one ``x`` needs whatever the values are: the metrics of a run share it.

    All ``x`` must be placeable. Raises as ``smooth``.
    """

    def __init__(self, x: Floats, strength: float, span: float | None = None) -> None:
        if not 0.0 <= strength < 1.0:
            raise ValueError(f"smoothing strength {strength} is not in [0, 1)")
        self.x = x
        self._off = strength == 0.0 or len(x) < 2
        if self._off:
            return
        if span is None:
            span = float(x.max()) - float(x.min())
        steps = _distances(x) * decay_rate(strength, span)
        self._weights, self._total_weights = _weights(steps)
        steps[0] = 0.0
        self._blocks = list(_blocks(np.minimum(steps, FORGOTTEN)))

    def smooth(self, y: Floats) -> Floats:
        """The values, all finite and one for each x, smoothed."""
        low, high = (float(y.min()), float(y.max())) if len(y) else (0.0, 0.0)
        peak = max(-low, high)
        if self._off or low == high or peak == 0.0:
            return y.astype(np.float64, copy=True)
        # Scaled by the peak, so that no weighted sum overflows whatever the values are.
        sums = self._decayed_sums(y / peak * self._weights)
        sums /= self._total_weights
        with np.errstate(over="ignore"):  # a mean rounded up past the peak; the bounds below take it back
            sums *= peak
        return np.clip(sums, low, high, out=sums)

    def _decayed_sums(self, terms: Floats) -> Floats:
        """``s_i = s_(i-1) * exp(-steps_i) + terms_i``, block by block, in place.

        Within a block that begins at b: s_i = exp(-t_i) * (s_(b-1) * exp(-steps_b) + sum of terms_j *
        exp(t_j)), where t is the distance from b.
        """
        carry = 0.0
        for block in self._blocks:
            sums = terms[block.begin : block.end]
            sums *= block.growth
            sums[0] += carry * block.decay_before
            np.cumsum(sums, out=sums)
            sums /= block.growth
            carry = float(sums[-1])
        return terms


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """A stretch whose weights fit a float when they are counted from its beginning."""

    begin: int
    end: int
    growth: Floats
    decay_before: float


def _blocks(steps: Floats) -> Iterator[_Block]:
    """The samples cut where the growth of weights would come near the greatest float."""
    position = np.cumsum(steps)
    begin = 0
    while begin < len(steps):
        end = int(np.searchsorted(position, position[begin] + _BLOCK, side="right"))
        growth = np.exp(position[begin:end] - position[begin])
        yield _Block(begin, end, growth, math.exp(-float(steps[begin])))
        begin = end


def decay_rate(strength: float, span: float) -> float:
    """The rate per x; without a span (all x are one) every sample counts the same whatever the rate."""
    rate = -math.log(strength) * UNITS_PER_SPAN
    return rate / span if span > 0 and math.isfinite(rate / span) else 1.0


def _distances(x: Floats) -> Floats:
    """The stretch of x that each sample stands for, at least 0."""
    distances = np.empty(len(x))
    np.subtract(x[1:], x[:-1], out=distances[1:])
    ahead = np.flatnonzero(distances[1:] > 0) + 1
    distances[0] = distances[ahead[0]] if len(ahead) else 1.0
    back = np.flatnonzero(distances < 0)
    if len(back):
        ahead = np.append(0, ahead)
        distances[back] = distances[ahead[np.searchsorted(ahead, back) - 1]]
    return distances


def _weights(steps: Floats) -> tuple[Floats, Floats]:
    """What each sample counts, and what all up to it do (w and m of the formula).

    The samples at one x share the memory that their stretch takes. With that, m needs no sum: what one
    stretch leaves of the rest is exp(-steps), so the rest after all stretches is exp(-their sum).
    """
    tiny = float(np.finfo(np.float64).tiny)  # a stretch too short for a float still counts
    weights: Floats = np.maximum(-np.expm1(-steps), tiny)
    total: Floats = np.maximum(-np.expm1(-np.cumsum(steps)), tiny)
    if not steps.all():
        begins = np.union1d(0, np.flatnonzero(steps))
        counts = np.diff(begins, append=len(steps))
        weights = np.repeat(weights[begins], counts)
        still_to_come = np.repeat(begins + counts, counts) - np.arange(1, len(steps) + 1)
        weights /= np.repeat(counts, counts)
        total = np.maximum(total - still_to_come * weights, weights)
    return weights, total
