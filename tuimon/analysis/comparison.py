"""Runs side by side: what differs in their configurations, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tuimon.analysis.axes import XAxis
from tuimon.analysis.metric_roles import Direction
from tuimon.store.snapshot import RunSnapshot


class Absent(StrEnum):
    """The one value that says that a run's config lacks a key: None is a value that a config can hold."""

    ABSENT = "–"


ABSENT = Absent.ABSENT


@dataclass(frozen=True, slots=True)
class ConfigLine:
    """One config key across the runs; ``ratios`` to the baseline where both are numbers (``2.0`` for x2)."""

    key: str
    values: tuple[Any, ...]
    ratios: tuple[float | None, ...]
    differs: bool


class Measure(StrEnum):
    """What a MetricLine tells of its metric."""

    AT = "at"
    LAST = "last"
    BEST = "best"
    MEAN = "mean"
    REACHED = "reached"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class MetricCell:
    """A run's value of a measure.

    ``x`` is where on the axis it stands (last, best, at). ``delta`` is the value less the baseline's: for
    LAST the baseline interpolated at ``x``; ``relative`` is the delta as a share of the baseline's value.
    ``better`` says whether the delta is for the better; None where there is no delta or no direction.
    """

    value: float | None
    x: float | None = None
    delta: float | None = None
    relative: float | None = None
    better: bool | None = None


@dataclass(frozen=True, slots=True)
class MetricLine:
    """One measure of one metric across the runs. ``target`` is the value to be reached, for REACHED alone."""

    metric: str
    measure: Measure
    direction: Direction | None
    cells: tuple[MetricCell, ...]
    target: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Runs side by side; every line has one cell per run, in the order of ``runs``.

    ``config`` holds the differing keys first. ``baseline`` is an index into ``runs``. ``at`` is the x of the
    AT lines (None: there are none).
    """

    runs: tuple[RunSnapshot, ...]
    baseline: int
    axis: XAxis
    at: float | None
    config: tuple[ConfigLine, ...]
    metrics: tuple[MetricLine, ...]

    @property
    def differing(self) -> tuple[ConfigLine, ...]:
        """The config lines that are not the same in all runs."""
        return tuple(line for line in self.config if line.differs)


def compare_runs(
    runs: Sequence[RunSnapshot],
    baseline: RunSnapshot | None = None,
    axis: XAxis | None = None,
    at: float | None = None,
) -> Comparison:
    """Put the runs side by side; the baseline is the first one unless given."""
    raise NotImplementedError


def flatten_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """Nested mappings as ``a.b`` keys; lists stay values; an empty mapping is a value."""
    raise NotImplementedError


def config_difference(runs: Sequence[RunSnapshot]) -> tuple[ConfigLine, ...]:
    """The keys that are not the same in all runs, the first run being the baseline."""
    raise NotImplementedError
