"""Numbers as programs print them: thousands commas, exponents, NaN, units behind them."""

from __future__ import annotations

import math

NUMBER = (
    r"[-+]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?"
    r"|(?i:nan|inf(?:inity)?))"
)
"""The pattern of a number, without what may stand around it."""

_TIME = {
    "ns": 1e-6,
    "us": 1e-3,
    "µs": 1e-3,
    "μs": 1e-3,
    "ms": 1.0,
    "msec": 1.0,
    "s": 1e3,
    "sec": 1e3,
    "secs": 1e3,
    "second": 1e3,
    "seconds": 1e3,
    "m": 6e4,
    "min": 6e4,
    "mins": 6e4,
    "minutes": 6e4,
    "h": 3.6e6,
    "hours": 3.6e6,
}
_BYTES = {"B": 1.0}
_BYTES |= {f"{sign}B": 1e3**power for power, sign in enumerate("kMGT", 1)} | {"KB": 1e3}
_BYTES |= {f"{sign}iB": 1024.0**power for power, sign in enumerate("KMGT", 1)}
_COUNTS = {"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9}

_RATES = ("it/s", "its/s", "steps/s", "step/s", "tok/s", "tokens/s", "tok/sec", "tokens/sec", "samples/s")
_PER = ("s/it", "s/step", "ms/step", "ms/it", "s/iter", "ms/iter", "/s", "/sec")
_PLAIN = ("%", "x", "°C", "C", "W", "TFLOPS", "TFLOP/s", "TFLOPs", "FLOPS", "bits", "nats")

_UNITS = sorted({*_TIME, *_BYTES, *_COUNTS, *_RATES, *_PER, *_PLAIN}, key=len, reverse=True)
UNIT = "|".join(_UNITS)
"""The pattern of a unit that may follow a number at once."""

SPACED_UNIT = "|".join(
    unit for unit in _UNITS if unit not in ("m", "h", "x", "B", "C", "W", "G", "M", "K", "k", "ns", "s")
)
"""The pattern of a unit that is one also behind a space."""

NO_NAME = r"(?!\s*[:=]\s*[-+.\d])(?!(?:(?<=/s)|(?<=/sec))\s+[-+.]?\d)"
"""What does not follow such a unit: there it names the next number (``tok/s: 5000``, ``tok/s 5000``)."""


def number_of(text: str) -> float:
    """The number that ``text``, matched by :data:`NUMBER`, says."""
    return float(text.replace(",", ""))


def whole_if_whole(number: float) -> float:
    """``number`` as an int where it is one."""
    return int(number) if math.isfinite(number) and number == int(number) else number


def scaled_count(value: float, unit: str) -> float:
    """``value`` with a unit that only counts (k, M) multiplied in."""
    return value * _COUNTS.get(unit, 1.0)


def milliseconds(value: float, unit: str) -> float | None:
    """``value`` in milliseconds; None where the unit is none of time."""
    factor = _TIME.get(unit)
    return None if factor is None else value * factor


class Units:
    """Keeps each metric in the unit that it was first printed in: some programs print 999ms, then 1.2s."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def in_first(self, name: str, value: float, unit: str) -> float:
        """``value`` of ``name`` in the first unit of that name."""
        if unit in _COUNTS:
            return scaled_count(value, unit)
        first = self._first.setdefault(name, unit)
        if first != unit:
            for table in (_TIME, _BYTES):
                if first in table and unit in table:
                    return value * table[unit] / table[first]
        return value
