"""Verdicts on where a metric stands now: diverged, level, slower than usual."""

from __future__ import annotations

import math

import numpy as np

from tuimon.analysis.metric_watch import MetricWatch
from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import Floats

# Below these many values there is no verdict: the first ones of any training fall, bump and wobble.
_LEAST_FOR_DIVERGENCE = 10
_LEAST_FOR_PLATEAU = 200
# Evaluations are rarer, and each is a mean over many batches.
_LEAST_EVALUATIONS_FOR_PLATEAU = 20
_LEAST_FOR_THROUGHPUT = 30
# A process that has gone on with the run has the same time to find its way again.
_LEAST_AFTER_RESUME = 100
# A climb of less than so many standard deviations of a single value is noise.
_CLIMB_ABOVE_NOISE = 5.0
# A climb of less than this share of the best value is nothing that a person would act upon.
_LEAST_CLIMB = 0.05
# In the warm-up of the learning rate a loss is allowed to come back up to where it began.
_WHOLE_WAY = 1.0
_LEVEL_OF_RATE = (5, 50)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a metric stands at now against ``reference``, its best or usual value, and since which row."""

    row: int
    reference: float
    level: float


def find_divergence(watch: MetricWatch, share: float, *, warming_up: bool) -> Verdict | None:
    """The metric climbed back from its best by ``share`` of the way that it had come down.

    Best is the least running mean over 5 % of the run, now the median of its newest 5 % (at most 50 values);
    so one wild value moves neither. While ``warming_up`` it has to climb all the way.
    """
    trend = watch.trend
    course = trend.smoothed()
    if not len(course) or trend.count < _LEAST_FOR_DIVERGENCE or not _settled(watch):
        return None
    place = int(np.argmin(course))
    best, level = float(course[place]), watch.level()
    way = max(watch.first_level - best, 0.0)
    needed = max(
        (max(share, _WHOLE_WAY) if warming_up else share) * way,
        _CLIMB_ABOVE_NOISE * watch.noise(),
        _LEAST_CLIMB * abs(best),
    )
    if not level - best > needed:
        return None
    return Verdict(int(trend.rows[place + trend.smoothed_lag]), watch.sign * best, watch.sign * level)


def find_plateau(watch: MetricWatch, share: float, gain: float, *, is_evaluation: bool) -> Verdict | None:
    """The metric has had no new best, better by ``gain`` of the way down, for ``share`` of its values.

    A curve that still falls by more than its noise is none, even where one lucky stretch stays the best. The
    verdict's row is the first that was as good as the best.
    """
    trend = watch.trend
    least = _LEAST_EVALUATIONS_FOR_PLATEAU if is_evaluation else _LEAST_FOR_PLATEAU
    course = trend.smoothed()
    recent = math.ceil(share * len(trend.means))
    if trend.count < least or not 0 < recent < len(course):
        return None
    before, after = course[:-recent], course[-recent:]
    best = float(before.min())
    enough = gain * max(watch.first_level - min(best, float(after.min())), 0.0)
    if best - after.min() > enough or _still_falls(trend.means, recent, enough):
        return None
    row = int(trend.rows[int(np.argmax(before <= best + enough)) + trend.smoothed_lag])
    return Verdict(row, watch.sign * best, watch.sign * watch.level())


def find_throughput_drop(watch: MetricWatch, share: float) -> Verdict | None:
    """The newest values are below the usual one by ``share``: medians, as pauses make single values low."""
    trend = watch.trend
    if trend.count < _LEAST_FOR_THROUGHPUT or watch.in_segment < _LEAST_FOR_THROUGHPUT:
        return None
    usual, level = float(np.median(trend.means)), watch.level(_LEVEL_OF_RATE)
    limit = (1.0 - share) * usual
    if not level < limit:
        return None
    fine = np.flatnonzero(trend.means >= limit)
    since = min(int(fine[-1]) + 1, len(trend.rows) - 1) if len(fine) else 0
    return Verdict(int(trend.rows[since]), usual, level)


def _settled(watch: MetricWatch) -> bool:
    """Whether the newest process has logged enough to be judged; the first one needs no more than any."""
    return watch.in_segment == watch.trend.count or watch.in_segment >= _LEAST_AFTER_RESUME


def _still_falls(means: Floats, recent: int, enough: float) -> bool:
    """Whether the recent means are lower than as many before by more than ``enough`` and than the error."""
    older, newer = means[-2 * recent : -recent], means[-recent:]
    if len(older) < 2:
        return False
    error = math.hypot(float(older.std()), float(newer.std())) / math.sqrt(len(older))
    return float(older.mean() - newer.mean()) > max(enough, error)
