"""A metric of one run in numbers, for the run screen and ``tuimon show``."""

from __future__ import annotations

from dataclasses import dataclass

from tuimon.store.snapshot import RunSnapshot


@dataclass(frozen=True, slots=True)
class MetricStatistics:
    """Numbers of one metric of one run; NaN and infinity are counted and left out of all but ``last``.

    ``std`` is the population's. Steps are gradient steps where counted, else iterations.
    """

    metric: str
    count: int
    last: float | None
    last_step: float | None
    min: float | None
    min_step: float | None
    max: float | None
    max_step: float | None
    mean: float | None
    std: float | None
    nan_count: int
    inf_count: int


def metric_statistics(run: RunSnapshot, metric: str) -> MetricStatistics | None:
    """The statistics of one metric; None where the run has no value of it."""
    raise NotImplementedError


def run_statistics(run: RunSnapshot) -> tuple[MetricStatistics, ...]:
    """The statistics of every metric, in the order of the charts."""
    raise NotImplementedError
