"""Where an axis is marked, and how: nice values, and labels that say no more than they must."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from tuimon.charts.notation import MINUS, duration_text, learning_rate_text, tick_count_text

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0

_TIME_STEPS = (
    *(1.0, 2.0, 5.0, 10.0, 15.0, 30.0),
    *(MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(HOUR * n for n in (1, 2, 3, 6, 12)),
    *(DAY * n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)),
)
# A log axis within this many decades is marked at 1, 2, 5 (or every digit), within the smaller one linearly.
_SUBDIVIDED_DECADES = 2.0
_LINEAR_DECADES = 0.35
_LEAST_ROWS_OF_A_SCALE = 3
_SUBDIVISIONS: tuple[tuple[float, ...], ...] = (
    (1,),
    (1, 3),
    (1, 2, 5),
    (1, 2, 3, 5, 7),
    (1, 1.5, 2, 3, 4, 5, 6, 8),
)

_NO_TIME = (OverflowError, OSError, ValueError)  # raised for what no calendar knows

TickList = list[tuple[float, str]]


def x_ticks(kind: str, low: float, high: float, room: int) -> TickList:
    """Ticks of an x axis of a kind (``count``, ``seconds``, ``clock``, ``value``) in ``room`` cells."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low or room < 1:
        return []
    if kind == "seconds":
        return _elapsed_ticks(low, high, max(1, room // 10))
    if kind == "clock":
        return _clock_ticks(low, high, max(1, room // 12))
    values = nice_values(low, high, max(1, room // 12))
    if kind == "count" and (high - low) < 5:
        values = [value for value in values if value == round(value)]
    return [(value, tick_count_text(_clean(value))) for value in values]


def y_ticks(low: float, high: float, rows: int, *, log: bool = False, powers: bool = False) -> TickList:
    """Ticks of a value axis of ``rows`` cells, linear or logarithmic (labelled with the values).

    With ``powers`` all labels have the form of learning rates: ``6e-04``, ``1e-02``. From three rows on there
    are two ticks at least where round values allow it: one alone gives no scale.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low or rows < 1:
        return []
    count = max(2, min(6, rows // 3 + 1))
    if log and low > 0:
        ticks = _log_ticks(low, high, count, most_decades=max(2, min(7, rows // 2 + 1)))
    else:
        values = nice_values(low, high, count)
        if len(values) < 2 and rows >= _LEAST_ROWS_OF_A_SCALE:
            values = nice_values(low, high, 2 * count)
        ticks = list(zip(values, value_labels(values), strict=True))
    return _in_powers(ticks) if powers else ticks


def _in_powers(ticks: TickList) -> TickList:
    """The same ticks labelled as learning rates, unless that would make some of them look alike."""
    labels = [learning_rate_text(_clean(value)) for value, _ in ticks]
    if len(set(labels)) < len(labels):
        return ticks
    return [(value, label) for (value, _), label in zip(ticks, labels, strict=True)]


def end_ticks(low: float, high: float, rows: int, *, powers: bool = False) -> TickList:
    """The two ends of an axis too short for round values; the upper one alone where there is one row."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low or rows < 1:
        return []
    label = _end_power if powers else end_label
    if rows == 1:
        return [(high, label(high))]
    return [(low, label(low)), (high, label(high))]


def difference_ticks(low: float, high: float) -> TickList:
    """An axis from below to above 0: 0, which is worth more than another label in its row, and the ends."""
    if not (math.isfinite(high - low) and low < 0 < high):
        return []
    ends = ((low, MINUS), (high, "+"))
    return [(0.0, "0"), *((end, sign + end_label(float(f"{abs(end):.2g}"))) for end, sign in ends)]


def end_label(value: float) -> str:
    """Three significant digits at most: ``6e-04``, ``0.97``, ``51.2k``, ``0``."""
    size = abs(value)
    if size >= 1e15 or 0 < size < 1e-3:
        mantissa, power = f"{value:.1e}".split("e")
        return _plain(f"{mantissa.removesuffix('.0')}e{power.removeprefix('+')}")
    return tick_count_text(float(f"{value:.3g}"))


def _end_power(value: float) -> str:
    return learning_rate_text(float(f"{value:.1e}"))


def nice_values(low: float, high: float, count: int) -> list[float]:
    """Round multiples of 1, 2 or 5 times a power of ten within [low, high], about ``count`` of them."""
    step = nice_step((high - low) / max(1, count))
    if step <= 0 or not math.isfinite(step):
        return []
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    if last - first > 1000:  # the step is lost in the values' rounding: they are all but equal
        return []
    return [index * step for index in range(first, last + 1)]


def nice_step(rough: float) -> float:
    """The least of 1, 2, 5 times a power of ten that is not below ``rough``."""
    if rough <= 0 or not math.isfinite(rough):
        return 0.0
    exponent = math.floor(math.log10(rough))
    for factor in (1, 2, 5, 10):
        step = float(f"{factor}e{exponent}")
        if step >= rough * (1 - 1e-9):
            return step
    return float(f"1e{exponent + 1}")


def value_labels(values: list[float]) -> list[str]:
    """Labels of linear ticks, all with the same decimals: ``1.4``; ``20k``; ``6e-04``."""
    largest = max((abs(value) for value in values), default=0.0)
    if largest == 0:
        return ["0"] * len(values)
    step = min((b - a for a, b in pairwise(values)), default=largest)
    if largest >= 10_000 or (largest >= 1000 and step >= 100):
        return [_large_label(value, step, largest) for value in values]
    if largest < 1e-3:
        return [_small_label(value, step) for value in values]
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if len(values) == 1:
        return [_plain(f"{values[0]:.6g}")]
    if decimals > 7:
        return [_plain(f"{value:.6g}") for value in values]
    return [_plain(f"{_clean(value):.{decimals}f}") for value in values]


def _large_label(value: float, step: float, largest: float) -> str:
    for unit, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if largest >= unit:
            if value == 0:
                return "0"
            if largest / unit >= 1e4:
                break
            decimals = max(0, -math.floor(math.log10(step / unit) + 1e-9))
            return _plain(f"{value / unit:.{min(decimals, 5)}f}{letter}")
    return _plain(f"{value:.2g}".replace("e+", "e"))


def _small_label(value: float, step: float) -> str:
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)) + 1e-9)
    digits = max(0, exponent - math.floor(math.log10(step) + 1e-9))
    mantissa, power = f"{value:.{min(digits, 5)}e}".split("e")
    return _plain(f"{mantissa}e{power}")


def _log_ticks(low: float, high: float, count: int, *, most_decades: int) -> TickList:
    decades = math.log10(high) - math.log10(low)  # the quotient may be more than a float holds
    if decades < _LINEAR_DECADES:
        values = [value for value in nice_values(low, high, count) if value > 0]
        return list(zip(values, value_labels(values), strict=True))
    if decades >= _SUBDIVIDED_DECADES:
        step = max(1, math.ceil(decades / most_decades))
        first = math.ceil(math.log10(low) / step - 1e-9) * step
        values = [
            float(f"1e{power}") for power in range(first, math.floor(math.log10(high) + 1e-9) + 1, step)
        ]
        return _log_labels(values)
    values = []
    for digits in _SUBDIVISIONS:
        values = _within_decades(low, high, digits)
        if len(values) >= min(3, count):
            break
    return _log_labels(values)


def _within_decades(low: float, high: float, digits: tuple[float, ...]) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    values = [float(f"{digit}e{power}") for power in powers for digit in digits]
    return [value for value in values if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]


def _log_labels(values: list[float]) -> TickList:
    """Round values on a log axis: ``0.05``, ``20``, ``5k``; ``1e-02`` where there are some below 0.001."""
    fractions = "{:.0e}" if values and values[0] < 1e-3 * (1 - 1e-9) else "{:.6g}"
    return [(value, _log_label(value, fractions)) for value in values]


def _log_label(value: float, fractions: str) -> str:
    if value < 1:
        return learning_rate_text(value) if "e" in fractions else fractions.format(value)
    return tick_count_text(value) if value < 1e15 else f"{value:.0e}".replace("e+", "e")


def _elapsed_ticks(low: float, high: float, count: int) -> TickList:
    if high - low < 5:
        values = nice_values(low, high, count)
        return [(value, _plain(f"{_clean(value):.6g}s")) for value in values]
    step = _time_step((high - low) / count)
    if not math.isfinite(step):
        return []
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(index * step, _elapsed_label(index * step)) for index in range(first, last + 1)]


def _elapsed_label(seconds: float) -> str:
    """The shortest exact form: ``0``, ``90s``, ``5m``, ``1h``, ``1h30m``, ``2d``, ``2d12h``."""
    if seconds == 0:
        return "0"
    if seconds < 0:
        return MINUS + _elapsed_label(-seconds)
    if seconds < HOUR and seconds % MINUTE:
        minutes, rest = divmod(seconds, MINUTE)
        return f"{minutes:.0f}m{rest:02.0f}s" if minutes else f"{rest:.0f}s"
    if seconds % DAY == 0:
        return f"{tick_count_text(seconds / DAY)}d"
    if seconds % HOUR == 0 and seconds < DAY:
        return f"{seconds / HOUR:.0f}h"
    return duration_text(seconds)


def _time_step(rough: float) -> float:
    for step in _TIME_STEPS:
        if step >= rough:
            return step
    return nice_step(rough / DAY) * DAY


def _clock_ticks(low: float, high: float, count: int) -> TickList:
    step = _time_step((high - low) / count)
    try:
        start = datetime.fromtimestamp(low)
        datetime.fromtimestamp(high)
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
        first = max(0, math.floor((low - midnight.timestamp()) / step))
    except _NO_TIME:
        return []
    moments = list(_moments(midnight, step, range(first, first + 2 * count + 3)))
    return [(seconds, _clock_label(moment, step)) for moment, seconds in moments if low <= seconds <= high]


def _moments(midnight: datetime, step: float, numbers: range) -> Iterator[tuple[datetime, float]]:
    """So many steps from midnight, as far as the calendar goes, with their unix time."""
    for number in numbers:
        try:
            moment = midnight + timedelta(seconds=number * step)  # local wall time, so that 14:00 stays 14:00
            seconds = moment.timestamp()
        except _NO_TIME:
            return
        yield moment, seconds


def _clock_label(moment: datetime, step: float) -> str:
    if step >= DAY or (moment.hour == 0 and moment.minute == 0 and moment.second == 0):
        return f"{moment:%b} {moment.day}"
    return f"{moment:%H:%M:%S}" if step < MINUTE else f"{moment:%H:%M}"


def _clean(value: float) -> float:
    """Without the rounding noise of ``index * step``."""
    return float(f"{value:.12g}")


def _plain(text: str) -> str:
    return MINUS + text[1:] if text.startswith("-") else text
