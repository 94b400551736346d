"""Where axes are marked and how."""

from __future__ import annotations

import time
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tuimon.charts.ticks import end_ticks, value_labels, x_ticks, y_ticks


def labels(ticks: list[tuple[float, str]]) -> list[str]:
    return [label for _, label in ticks]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 20_000, ["0", "5k", "10k", "15k", "20k"]),
        (0, 1_200_000, ["0", "500k", "1M"]),
        (0, 4, ["0", "1", "2", "3", "4"]),
        (990, 1010, ["990", "995", "1k", "1.005k", "1.01k"]),
    ],
)
def test_counts_are_marked_at_round_numbers_with_a_unit(low: float, high: float, expected: list[str]) -> None:
    assert labels(x_ticks("count", low, high, 60)) == expected


@pytest.mark.parametrize(
    ("high", "expected"),
    [
        (40, ["0", "10s", "20s", "30s", "40s"]),
        (1500, ["0", "5m", "10m", "15m", "20m", "25m"]),
        (4 * 3600, ["0", "1h", "2h", "3h", "4h"]),
        (2 * 86400, ["0", "12h", "1d", "1d12h", "2d"]),
    ],
)
def test_elapsed_time_is_marked_in_its_own_units(high: float, expected: list[str]) -> None:
    assert labels(x_ticks("seconds", 0, high, 60)) == expected


def test_clock_time_is_marked_at_round_local_times_and_midnight_by_its_date() -> None:
    start = time.mktime(datetime(2026, 11, 23, 22, 10).timetuple())
    assert labels(x_ticks("clock", start, start + 4 * 3600, 60)) == ["23:00", "Nov 24", "01:00", "02:00"]


def test_a_log_axis_is_labelled_with_values_not_with_logarithms() -> None:
    assert labels(y_ticks(1e-4, 1e4, 16, log=True)) == ["1e-04", "1e-02", "1", "100", "10k"]
    assert labels(y_ticks(1.0, 1e5, 16, log=True)) == ["1", "10", "100", "1k", "10k", "100k"]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.09, 11.0, ["0.1", "1", "10"]),
        (1.0, 60.0, ["1", "3", "10", "30"]),
        (1.35, 4.5, ["1.5", "2", "3", "4"]),
        (1.50, 1.62, ["1.50", "1.55", "1.60"]),
    ],
)
def test_a_log_axis_of_less_than_two_decades_is_subdivided(
    low: float, high: float, expected: list[str]
) -> None:
    assert labels(y_ticks(low, high, 12, log=True)) == expected


def test_labels_of_an_axis_have_the_same_decimals_and_a_unit_where_they_are_large() -> None:
    assert value_labels([1.0, 1.5, 2.0]) == ["1.0", "1.5", "2.0"]
    assert value_labels([0.0, 20_000.0, 40_000.0]) == ["0", "20k", "40k"]
    assert value_labels([0.0, 2e-4, 4e-4]) == ["0", "2e-04", "4e-04"]
    assert value_labels([0.0, 1000.0, 2000.0]) == ["0", "1k", "2k"]
    assert value_labels([-1.0, 0.0, 1.0]) == ["−1", "0", "1"]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(1.2, 9.6, ["2", "4", "6", "8"]), (1.05, 1.95, ["1.2", "1.4", "1.6", "1.8"])],
)
def test_one_tick_alone_gives_no_scale(low: float, high: float, expected: list[str]) -> None:
    """Where the round step that fits best hits the range once, a finer one is taken."""
    assert labels(y_ticks(low, high, 6)) == expected


def test_learning_rates_are_labelled_alike_on_any_axis() -> None:
    assert labels(y_ticks(0.0, 0.01, 8, powers=True)) == ["0", "5e-03", "1e-02"]
    assert labels(y_ticks(9e-4, 1.1e-3, 8, powers=True)) == ["9e-04", "1e-03", "1.1e-03"]
    assert labels(y_ticks(1e-5, 0.1, 16, log=True, powers=True)) == [
        "1e-05",
        "1e-04",
        "1e-03",
        "1e-02",
        "1e-01",
    ]
    assert labels(end_ticks(0.0, 0.3, 3, powers=True)) == ["0", "3e-01"]


def test_a_short_axis_is_labelled_at_its_ends() -> None:
    assert labels(end_ticks(0.9713, 3.1827, 3)) == ["0.971", "3.18"]
    assert labels(end_ticks(3e-7, 6e-4, 3)) == ["3e-07", "6e-04"]
    assert labels(end_ticks(0.0, 51_234.0, 1)) == ["51.2k"]


@given(
    st.sampled_from(["count", "seconds", "clock", "value"]),
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(0, 300),
)
@example("clock", 0.0, 43_200_000_044.0, 1)  # the calendar ends in the year 9999
@example("seconds", 0.0, 1.7280000017280003e308, 1)  # and floats at a few days more
@example("clock", -62_135_596_800.0, -62_135_596_000.0, 100)  # and begins in the year 1
def test_any_range_gives_few_rising_ticks_within_it(kind: str, a: float, b: float, room: int) -> None:
    """Also denormal, equal, huge and not finite ones."""
    low, high = min(a, b), max(a, b)
    for ticks in (
        x_ticks(kind, low, high, room),
        y_ticks(low, high, room),
        y_ticks(low, high, room, log=True),
    ):
        values = [value for value, _ in ticks]
        assert values == sorted(values)
        assert len(values) <= room + 12
        slack = 1e-6 * max(abs(low), abs(high), 1e-300) if values else 0
        assert all(low - slack <= value <= high + slack for value in values)
        assert all(len(label) <= 12 for _, label in ticks)


def test_large_values_are_written_alike_at_an_axis_of_any_length() -> None:
    """A strip of a few rows has its ends labelled, a larger one round values."""
    assert end_ticks(0.0, 2e17, 2)[1][1] == "2e17"
    assert y_ticks(0.0, 2e17, 12)[-1][1] == "2e17"
