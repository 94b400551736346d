"""Summaries and last values of columns, made when somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from tuimon.records.metric_summary import MetricSummary
from tuimon.store.columns import ColumnView, Floats


def summarise(view: ColumnView, iterations: Floats) -> MetricSummary:
    """The summary of one column; an extreme's iteration is that of the first row that reached it."""
    least, greatest = view.finite_min, view.finite_max
    return MetricSummary(
        count=len(view),
        last=view.last_value,
        min=least,
        max=greatest,
        min_iteration=_first_at(view, iterations, least),
        max_iteration=_first_at(view, iterations, greatest),
        nan_count=view.nan_count,
    )


class ColumnSummaries(Mapping[str, MetricSummary]):
    """The summaries of a run's columns by metric name, each made at its first use.

    May be asked from several threads: at worst a summary is made twice.
    """

    __slots__ = ("_iterations", "_made", "_metrics")

    def __init__(self, metrics: Mapping[str, ColumnView], iterations: Floats) -> None:
        self._metrics = metrics
        self._iterations = iterations
        self._made: dict[str, MetricSummary] = {}

    def __getitem__(self, name: str) -> MetricSummary:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = summarise(self._metrics[name], self._iterations)
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._metrics)

    def __len__(self) -> int:
        return len(self._metrics)


class LastValues(Mapping[str, float]):
    """The newest value of each of a run's columns by name, with that of ``iteration`` where there is one."""

    __slots__ = ("_iterations", "_metrics")

    def __init__(self, metrics: Mapping[str, ColumnView], iterations: Floats) -> None:
        self._metrics = metrics
        self._iterations = iterations

    def __getitem__(self, name: str) -> float:
        view = self._metrics.get(name)
        if view is not None:
            return view.last_value
        if name == "iteration" and len(self._iterations):
            return float(self._iterations[-1])
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        yield from self._metrics
        if len(self._iterations):
            yield "iteration"

    def __len__(self) -> int:
        return len(self._metrics) + bool(len(self._iterations))


def _first_at(view: ColumnView, iterations: Floats, value: float | None) -> float | None:
    if value is None:
        return None
    return float(iterations[view.rows[np.argmax(view.values == value)]])
