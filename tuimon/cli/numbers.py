"""Numbers as people type them on a command line."""

from __future__ import annotations

import math
import re

import click

_UNITS = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9}
_COUNT = re.compile(r"([0-9.]+(?:[eE][+-]?[0-9]+)?)([kMG]?)")


class Count(click.ParamType[float]):
    """A step: ``12000``, ``12k``, ``1.5M``."""

    name = "number"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float | None:
        """The number that ``value`` says."""
        if isinstance(value, float):
            return value
        match = _COUNT.fullmatch(str(value).strip())
        try:
            number = float(match[1]) * _UNITS[match[2]] if match else math.nan
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self.fail(f"{value!r} is no number such as 12000, 12k or 1.5M", param, ctx)
        return number


COUNT = Count()
