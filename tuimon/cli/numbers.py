"""Numbers as people type them on a command line."""

from __future__ import annotations

import math
import re

import click

_UNITS = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9}
_COUNT = re.compile(r"([0-9.]+(?:[eE][+-]?[0-9]+)?)([kMG]?)")


def step_number(_ctx: click.Context, _parameter: click.Parameter, text: str | None) -> float | None:
    """The step that an option says: ``12000``, ``12k``, ``1.5M``; a callback of click."""
    if text is None:
        return None
    match = _COUNT.fullmatch(text.strip())
    try:
        number = float(match[1]) * _UNITS[match[2]] if match else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise click.BadParameter(f"{text!r} is no number such as 12000, 12k or 1.5M")
    return number


def smoothing_number(_ctx: click.Context, _parameter: click.Parameter, text: str | None) -> float | None:
    """How strongly an option says to smooth: from 0 to less than 1; a callback of click."""
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < 1:
        raise click.BadParameter(f"{text!r} is no number from 0 (not at all) to less than 1, such as 0.6")
    return number
