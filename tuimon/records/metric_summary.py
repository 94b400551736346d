"""What the ``end`` line keeps of one metric."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isfinite, isnan
from typing import Any, Self

from tuimon.quick_dataclass import dataclass
from tuimon.records.lines import as_number


@dataclass(frozen=True, slots=True)
class MetricSummary:
    """Count, last value and extremes of one metric.

    ``count`` counts every value, ``nan_count`` the NaN among them. ``min`` and ``max`` are those of the
    finite values and ``None`` where there are none; ``last`` is the last value whatever it is. The iterations
    are those of the first row that reached the extreme.
    """

    count: int = 0
    last: float | None = None
    min: float | None = None
    max: float | None = None
    min_iteration: float | None = None
    max_iteration: float | None = None
    nan_count: int = 0

    @classmethod
    def of(cls, iterations: Iterable[float], values: Iterable[float]) -> Self:
        """The summary of ``values``, each logged at the iteration beside it."""
        count = nan_count = 0
        last: float | None = None
        least, greatest = float("inf"), float("-inf")
        least_at: float | None = None
        greatest_at: float | None = None
        for iteration, value in zip(iterations, values, strict=True):
            count += 1
            last = value
            if not isfinite(value):
                nan_count += isnan(value)
                continue
            if value < least:
                least, least_at = value, iteration
            if value > greatest:
                greatest, greatest_at = value, iteration
        return cls(
            count,
            last,
            None if least_at is None else least,
            None if greatest_at is None else greatest,
            least_at,
            greatest_at,
            nan_count,
        )

    def to_record(self) -> dict[str, Any]:
        """The JSON object of the ``end`` line; iterations that are whole are written as integers."""
        return {
            "count": self.count,
            "last": self.last,
            "min": self.min,
            "max": self.max,
            "min_iteration": whole(self.min_iteration),
            "max_iteration": whole(self.max_iteration),
            "nan_count": self.nan_count,
        }

    @classmethod
    def from_record(cls, record: object) -> Self:
        """The summary that ``record`` holds; whatever is missing or of the wrong type is absent."""
        if not isinstance(record, Mapping):
            return cls()
        get = record.get
        return cls(
            _count(get("count")),
            as_number(get("last")),
            _finite(get("min")),
            _finite(get("max")),
            _finite(get("min_iteration")),
            _finite(get("max_iteration")),
            _count(get("nan_count")),
        )


class LoggedSummaries(Mapping[str, MetricSummary]):
    """The summaries of an ``end`` line by metric name, each read at its first use.

    A list of 1,000 runs with 20 metrics shows few of 20,000. May be asked from several threads: at worst a
    summary is read twice.
    """

    __slots__ = ("_logged", "_read")

    def __init__(self, logged: Mapping[str, Any]) -> None:
        self._logged = logged
        self._read: dict[str, MetricSummary] = {}

    def __getitem__(self, name: str) -> MetricSummary:
        summary = self._read.get(name)
        if summary is None:
            summary = self._read[name] = MetricSummary.from_record(self._logged[name])
        return summary

    def __iter__(self) -> Iterator[str]:
        return iter(self._logged)

    def __len__(self) -> int:
        return len(self._logged)

    def __contains__(self, name: object) -> bool:
        return name in self._logged

    def __repr__(self) -> str:
        return repr(dict(self))

    @property
    def nan_count(self) -> int:
        """The NaN of all metrics."""
        found = [each.get("nan_count") for each in self._logged.values() if isinstance(each, dict)]
        return sum([_count(count) for count in found if count])

    def last_values(self) -> Iterator[tuple[str, float]]:
        """The newest value of each metric that has one."""
        for name, each in self._logged.items():
            last = as_number(each.get("last")) if isinstance(each, dict) else None
            if last is not None:
                yield name, last


def whole(value: float | None) -> float | int | None:
    """``value`` as an integer where it is one (a step is written and shown as ``25``, not ``25.0``)."""
    return int(value) if value is not None and isfinite(value) and value == int(value) else value


def _finite(value: object) -> float | None:
    number = value if type(value) is float else as_number(value)
    return number if number is not None and isfinite(number) else None


def _count(value: object) -> int:
    if type(value) is int:
        return max(value, 0)
    number = as_number(value)
    return max(int(number), 0) if number is not None and isfinite(number) else 0
