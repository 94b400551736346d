"""What the ``end`` line keeps of one metric."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
        # By position: a list of 1,000 runs with 20 metrics reads 20,000 of these.
        return cls(
            _count(get("count")),
            as_number(get("last")),
            _finite(get("min")),
            _finite(get("max")),
            _finite(get("min_iteration")),
            _finite(get("max_iteration")),
            _count(get("nan_count")),
        )


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
