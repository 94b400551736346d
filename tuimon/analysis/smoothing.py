"""Smoothing of a curve: a debiased exponential moving average over x distance, safe with NaN."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tuimon.store.columns import Floats

SMOOTHING_STEPS: tuple[float, ...] = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
DEFAULT_SMOOTHING = 0.9

# The strength is what is left of a sample's weight after 1/1000 of the span: a curve of a thousand evenly
# spaced points then looks as it does at the same strength in TensorBoard.
UNITS_PER_SPAN = 1000
# exp(-40) is 4e-18, below the precision of a float: what lies further back is forgotten.
_FORGOTTEN = 40.0
# Weights grow by exp(distance) within a block; exp(600) times a billion samples still fits a float.
_BLOCK = 600.0


def smooth(x: Floats, y: Floats, strength: float, span: float | None = None) -> Floats:
    """``y`` smoothed along ``x``; NaN where ``y`` (or ``x``) is not finite, and nowhere else.

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

    ``strength`` is in [0, 1); 0 returns ``y``. ``span`` is the x distance that it relates to (that of the
    chart, so that all its curves are smoothed alike); None is the extent of ``x``. The result stays within
    the bounds of ``y``. Raises ValueError for another strength or for lengths that differ. Cost: O(n).

    Sources: EMA_next of A. Eckner, "Algorithms for Unevenly Spaced Time Series: Moving Averages and Other
    Rolling Operators" (2012), for weights by distance; D. Kingma and J. Ba, "Adam" (2015), section 3, for the
    debiasing; the relation to the chart's span is that of W&B's time weighted EMA
    (docs.wandb.ai, "Smooth line plots"), which weighs by the number of samples instead of by stretch.
    """
    if not 0.0 <= strength < 1.0:
        raise ValueError(f"smoothing strength {strength} is not in [0, 1)")
    if len(x) != len(y):
        raise ValueError(f"{len(x)} x for {len(y)} y")
    finite = np.isfinite(x) & np.isfinite(y)
    if finite.all():
        return _smooth_finite(x, y, strength, span)
    result = np.full(len(y), np.nan)
    result[finite] = _smooth_finite(x[finite], y[finite], strength, span)
    return result


def _smooth_finite(x: Floats, y: Floats, strength: float, span: float | None) -> Floats:
    if strength == 0.0 or len(y) < 2:
        return y.astype(np.float64, copy=True)
    if span is None:
        span = float(x.max()) - float(x.min())
    low, high = float(y.min()), float(y.max())
    peak = max(-low, high)
    if low == high or peak == 0.0:
        return y.astype(np.float64, copy=True)
    steps = _distances(x) * _decay(strength, span)
    weights = _weights(steps)
    steps[0] = 0.0
    # Scaled by the peak, so that no weighted sum overflows whatever the values are.
    total = _decayed_sums(steps, np.stack((weights * (y / peak), weights)))
    smoothed: Floats = np.clip(total[0] / total[1] * peak, low, high)
    return smoothed


def _decay(strength: float, span: float) -> float:
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


def _weights(steps: Floats) -> Floats:
    """What each sample counts: the memory its stretch takes, shared by the samples at the same x."""
    weights: Floats = -np.expm1(-steps)
    if steps.all():
        return np.maximum(weights, np.finfo(np.float64).tiny)
    stretch = np.cumsum(steps > 0) - 1
    shared: Floats = (weights[steps > 0] / np.bincount(stretch))[stretch]
    return np.maximum(shared, np.finfo(np.float64).tiny)


def _decayed_sums(steps: Floats, terms: NDArray[np.float64]) -> NDArray[np.float64]:
    """``s_i = s_(i-1) * exp(-steps_i) + terms_i`` along the last axis, in blocks of vectorised sums.

    Within a block that begins at b: s_i = exp(-t_i) * (s_(b-1) * exp(-steps_b) + sum of terms_j * exp(t_j)),
    where t is the distance from b. Blocks are cut where exp(t) would come near the greatest float.
    """
    position = np.cumsum(np.minimum(steps, _FORGOTTEN))
    result = np.empty_like(terms)
    begin = 0
    carry = np.zeros(terms.shape[:-1])
    while begin < len(steps):
        end = int(np.searchsorted(position, position[begin] + _BLOCK, side="right"))
        growth = np.exp(position[begin:end] - position[begin])
        sums = np.cumsum(terms[..., begin:end] * growth, axis=-1)
        sums += (carry * math.exp(-min(float(steps[begin]), _FORGOTTEN)))[..., None]
        result[..., begin:end] = sums / growth
        carry = result[..., end - 1]
        begin = end
    return result
