"""The metrics of a run that several ranks log: their mean, and how far they are apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

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


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """What was merged for an earlier picture, with the columns and iterations that it was made of."""

    views: _Views
    iterations: tuple[Floats, ...]
    merged: Merged

    def final(self, views: _Views, iterations: tuple[Floats, ...]) -> int:
        """How many of the merged values stay: all logs only went on, so nothing comes to iterations that
        every rank has passed.
        """
        pairs: list[tuple[NDArray[Any], NDArray[Any]]] = [
            *zip(self.iterations, iterations, strict=False),
            *((mine.rows, its.rows) for mine, its in zip(self.views, views, strict=False)),
            *((mine.values, its.values) for mine, its in zip(self.views, views, strict=False)),
        ]
        if len(views) != len(self.views) or not all(_goes_on(before, now) for before, now in pairs):
            return 0
        passed = min(its[view.rows[-1]] for its, view in zip(self.iterations, self.views, strict=True))
        row = int(np.searchsorted(self.iterations[0], passed, side="right"))
        return int(np.searchsorted(self.views[0].rows, row))


class Kept:
    """What was worked out for earlier pictures of a run, so that only what is new is merged."""

    __slots__ = ("merged", "rising")

    def __init__(self) -> None:
        self.merged: dict[str, _Known] = {}
        self.rising: list[tuple[Floats, bool]] = []

    def all_rise(self, iterations: Sequence[Floats]) -> bool:
        """Whether each of these only rises; looks at what was not there last time."""
        before = self.rising
        self.rising = []
        for place, now in enumerate(iterations):
            known, rose = before[place] if place < len(before) else (now[:0], True)
            if not _goes_on(known, now):
                known, rose = now[:0], True
            self.rising.append((now, rose and _rises(now[max(len(known) - 1, 0) :])))
        return all(rises for _, rises in self.rising)


def _goes_on(before: NDArray[Any], now: NDArray[Any]) -> bool:
    """Whether ``now`` begins with ``before``, told by their memory: what was published never changes."""
    if not len(before):
        return True
    return len(before) <= len(now) and before.ctypes.data == now.ctypes.data


class MergedMetrics(Mapping[str, ColumnView]):
    """Rank 0's metrics; of those that all ranks log the mean over the ranks that have one at its iteration.

    A metric is merged when somebody asks for it. May be asked from several threads: at worst it is merged
    twice. Where iterations go back (epochs that count from 0), rank 0's values stay.
    """

    __slots__ = ("_iterations", "_kept", "_own", "_ranks", "_shared")

    def __init__(self, own: RankColumns, ranks: Sequence[RankColumns], kept: Kept) -> None:
        self._own = own
        self._ranks = ranks
        self._kept = kept
        self._iterations = tuple(each.iterations for each in (own, *ranks))
        rising = kept.all_rise(self._iterations)
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
        known = self._kept.merged.get(name)
        if known is None or not _are_same(known.views, views):
            merged = self._merge(views, known)
            self._kept.merged[name] = _Known(views, self._iterations, merged)
            return merged
        return known.merged

    def _merge(self, views: _Views, known: _Known | None) -> Merged:
        """The mean and the spread: of an earlier picture's what stays, the rest anew."""
        own = views[0]
        stays = known.final(views, self._iterations) if known is not None else 0
        at = self._own.iterations[own.rows[stays:]]
        total = own.values[stays:].copy()
        low, high, counts = total.copy(), total.copy(), np.ones(len(total))
        for rank, view in zip(self._ranks, views[1:], strict=True):
            if not len(at):
                break
            begin = int(np.searchsorted(view.rows, np.searchsorted(rank.iterations, at[0]))) if stays else 0
            has, values = _values_at(at, rank.iterations[view.rows[begin:]], view.values[begin:])
            total[has] += values
            counts[has] += 1
            low[has], high[has] = np.fmin(low[has], values), np.fmax(high[has], values)
        mean = total / counts
        if known is not None and stays:
            earlier, spread = known.merged
            mean = np.concatenate((earlier.values[:stays], mean))
            low, high = np.concatenate((spread.low[:stays], low)), np.concatenate((spread.high[:stays], high))
        version = sum(view.version for view in views)
        return view_of(own.rows, mean, version), Spread(own.rows, low, high, own)


def _are_same(some: _Views, others: _Views) -> bool:
    return len(some) == len(others) and all(one is other for one, other in zip(some, others, strict=True))


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
    return bool((iterations[1:] > iterations[:-1]).all())
