"""Numbers of a config as text: in tables, and in the labels of groups."""

from __future__ import annotations

import math


def short_power(value: float) -> str:
    """A power of ten, at most three significant digits, no trailing zeros: ``6e-04``, ``5.91e-04``."""
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{exponent.removeprefix('+')}"


def config_number(key: str, value: float) -> str:
    """A float of a config: learning rates as powers of ten where that says all, else up to twelve digits."""
    if not math.isfinite(value):
        return repr(value)
    value = float(f"{value:.12g}")  # digits beyond these are rounding noise: 0.00030000000000000003
    if value and _is_learning_rate(key) and float(short := short_power(value)) == value:
        return short
    return repr(value).replace("e+", "e")


def _is_learning_rate(key: str) -> bool:
    return "learning_rate" in key or "lr" in key.replace(".", "_").split("_")
