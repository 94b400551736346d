"""The metrics of a run that several ranks log: their mean, and how far they are apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import ColumnView, Floats, RowNumbers, view_of

_OF_EACH_PROCESS = frozenset(("wallclock_time", "gradient_step"))


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """The least and the greatest value of the ranks in each of ``rows``; NaN where all of them are.

    ``own`` is what rank 0 logged itself.
    """

    rows: RowNumbers
    low: Floats
    high: Floats
    own: ColumnView


@dataclass(frozen=True, slots=True, eq=False)
class RankColumns:
    """What one rank has logged."""

    iterations: Floats
    metrics: Mapping[str, ColumnView]


_Views = tuple[ColumnView, ...]
Merged = tuple[ColumnView, Spread]
Kept = dict[str, tuple[_Views, Merged]]
"""What was merged for an earlier picture, with the columns that it was made of."""


class MergedMetrics(Mapping[str, ColumnView]):
    """Rank 0's metrics; of those that all ranks log the mean over the ranks that have one at its iteration.

    A metric is merged when somebody asks for it. May be asked from several threads: at worst it is merged
    twice. Where iterations go back (epochs that count from 0), rank 0's values stay.
    """

    __slots__ = ("_kept", "_own", "_ranks", "_shared")

    def __init__(self, own: RankColumns, ranks: Sequence[RankColumns], kept: Kept) -> None:
        self._own = own
        self._ranks = ranks
        self._kept = kept
        rising = all(_rises(each.iterations) for each in (own, *ranks))
        self._shared = frozenset(
            name
            for name in own.metrics
            if rising and name not in _OF_EACH_PROCESS and all(name in rank.metrics for rank in ranks)
        )

    def __getitem__(self, name: str) -> ColumnView:
        return self.merged(name)[0] if name in self._shared else self._own.metrics[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._own.metrics)

    def __len__(self) -> int:
        return len(self._own.metrics)

    @property
    def shared(self) -> frozenset[str]:
        """The metrics that all ranks log."""
        return self._shared

    def merged(self, name: str) -> Merged:
        """A shared metric's mean and spread."""
        views = (self._own.metrics[name], *(rank.metrics[name] for rank in self._ranks))
        known = self._kept.get(name)
        if known is None or any(mine is not theirs for mine, theirs in zip(known[0], views, strict=True)):
            known = self._kept[name] = views, self._merge(views)
        return known[1]

    def _merge(self, views: _Views) -> Merged:
        own = views[0]
        at = self._own.iterations[own.rows]
        total, low, high = own.values.copy(), own.values.copy(), own.values.copy()
        counts = np.ones(len(at))
        for rank, view in zip(self._ranks, views[1:], strict=True):
            has, values = _values_at(at, rank.iterations[view.rows], view.values)
            total[has] += values
            counts[has] += 1
            low[has], high[has] = np.fmin(low[has], values), np.fmax(high[has], values)
        version = sum(view.version for view in views)
        return view_of(own.rows, total / counts, version), Spread(own.rows, low, high, own)


class Spreads(Mapping[str, Spread]):
    """The spreads of the metrics that all ranks log."""

    __slots__ = ("_metrics",)

    def __init__(self, metrics: MergedMetrics) -> None:
        self._metrics = metrics

    def __getitem__(self, name: str) -> Spread:
        if name not in self._metrics.shared:
            raise KeyError(name)
        return self._metrics.merged(name)[1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._metrics.shared)

    def __len__(self) -> int:
        return len(self._metrics.shared)


def _values_at(at: Floats, x: Floats, values: Floats) -> tuple[Any, Floats]:
    """The places of ``at`` at which there are values, and these; both ``at`` and ``x`` rise."""
    both = min(len(at), len(x))
    if np.array_equal(at[:both], x[:both]):  # as nearly always: all ranks log the same iterations
        return slice(both), values[:both]
    places = np.minimum(np.searchsorted(x, at), len(x) - 1)
    has = x[places] == at
    return has, values[places[has]]


def _rises(iterations: Floats) -> bool:
    return bool((np.diff(iterations) > 0).all())
