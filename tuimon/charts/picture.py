"""A drawn picture: rows of Rich segments with the place of the curves and the ranges they show."""

from __future__ import annotations

from typing import TypeAlias

from rich.segment import Segment

from tuimon.quick_dataclass import dataclass

Line: TypeAlias = tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle of terminal cells: left column, top row, width and height."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Picture:
    """What a draw function returns.

    ``lines`` holds exactly ``height`` rows, each exactly ``width`` cells wide. ``canvas`` is where the curves
    are; its first column shows ``x_range[0]``, its last one ``x_range[1]``, its lowest row ``y_range[0]`` and
    its uppermost one ``y_range[1]``. The ranges are None where nothing could be drawn to scale.
    """

    lines: tuple[Line, ...]
    width: int
    height: int
    canvas: Rect
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    clipped: int = 0
