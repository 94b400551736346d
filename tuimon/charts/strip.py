"""Small charts: strips beside the large one, lines of text with a sparkline, sparklines."""

from __future__ import annotations

from collections.abc import Sequence

from tuimon.charts.chart import ChartSpec
from tuimon.charts.picture import Picture


def draw_strip(spec: ChartSpec) -> Picture:
    """A small chart: metric left, latest value and run name (highlighted, else the first curve) right.

    With a height of 1 it is one line of text: short metric name, latest value, sparkline.
    """
    raise NotImplementedError


def sparkline(values: Sequence[float], width: int, *, ascii: bool = False) -> str:  # noqa: A002
    """The values as ``width`` block characters; NaN and infinity as a cross; empty without values."""
    raise NotImplementedError
