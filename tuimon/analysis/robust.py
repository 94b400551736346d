"""Averages for what training logs hold: few values or many, lone wild ones, some near the greatest float."""

from __future__ import annotations

import math

import numpy as np

from tuimon.store.columns import Floats


def median_of(values: Floats) -> float:
    """The median; of an even number of values the upper one in the middle. ``values`` must not be empty.

    For the few hundred values of a run's recent past it takes a tenth of the time of numpy's.
    """
    middle = len(values) // 2
    return float(np.partition(values, middle)[middle])


def mean_of(values: Floats) -> float:
    """The mean, also of values whose sum no float holds. ``values`` must be finite and not empty."""
    peak = _peak(values)
    return float((values / peak).mean()) * peak


def deviation_of(values: Floats) -> float:
    """The population's standard deviation, also of values whose squares no float holds; as ``mean_of``."""
    if values.min() == values.max():
        return 0.0  # the mean of equal values is off by a rounding
    peak = _peak(values)
    return float((values / peak).std()) * peak


# Of a curve, the part below the lowest and above the highest tenth may hold outliers; one is what lies beyond
# the rest by more than three times its span. A steep beginning stays, a few spikes among few points do not.
_TAIL = 10.0  # per cent
_FENCE = 3.0
_RARE = 1.0  # per cent at each end, of a curve that hardly varies
_SAMPLE = 20_000


def robust_bounds(values: Floats, *, log: bool = False) -> tuple[float, float]:
    """The least and the greatest of the values that are no outliers. ``values``: at least one, no NaN.

    ``log``: all are above 0, and their logarithms are judged, as a log axis shows them.
    """
    # Of every n-th value where there are many: that changes the percentiles little.
    sample = values[:: max(1, len(values) // _SAMPLE)]
    with np.errstate(over="ignore", invalid="ignore"):  # a span beyond all floats leaves nothing out
        rare = np.percentile(sample, (_RARE, 100 - _RARE))
        low, high = np.percentile(np.log(sample) if log else sample, (_TAIL, 100 - _TAIL))
        reach = _FENCE * (high - low)
        fence = np.array((low - reach, high + reach))
        if log:
            fence = np.exp(fence)
    if not reach > 0:
        return float(rare[0]), float(rare[1])
    inside = values[(values >= fence[0]) & (values <= fence[1])]
    return float(inside.min()), float(inside.max())


def _peak(values: Floats) -> float:
    """What to divide by, so that nothing is above 1; a power of two, so that no digit is lost."""
    peak = max(-float(values.min()), float(values.max()))
    return 2.0 ** min(math.frexp(peak)[1], 1023)
