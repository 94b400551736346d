"""The frame of a chart, drawn by plotext: axis lines, tick marks and tick labels.

The one module that knows plotext. What it relies on beyond plotext's documented interface, seen in 6.1:

* ``type(plotext.terminal)()`` is a terminal of its own and its ``_master`` a figure of its own, so nothing
  here touches the figure that ``import plotext`` shares with everybody else in the process;
* that terminal's ``limit(False, False)`` lets a figure be larger than the screen;
* ``figure._parts`` says after ``build()`` where the canvas and the axes lie;
* ``build().string(True)`` is the grid of characters, one per cell, a line end after each row.

plotext is given ticks in whole cells of the canvas rather than in values: small finite integers that are
checked here, because its native kernel aborts the whole process on a NaN. So a frame depends only on its size
and its labels and can be cached across data that grows.

``import plotext`` as it is takes longer than the rest of the charts together: it builds its manual (about
110 ms), loads what it shows images and videos with, where that is installed (PIL: 70 ms), and its own tests
(unittest: 8 ms). They are left out here.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace
from functools import cache, lru_cache
from types import ModuleType
from typing import Any

from tuimon.charts.picture import Rect
from tuimon.quick_dataclass import dataclass

Ticks = tuple[tuple[int, str], ...]

_STAND_INS = {"plotext._doc.doc": "docs", "plotext._tests.run": "test"}  # a module and what is taken from it
_OPTIONAL = ("PIL", "ffpyplayer", "yt_dlp")  # for images and videos; plotext copes where they are missing

LARGEST_SIDE = 2000  # cells; larger than any terminal, small enough for the kernel's arithmetic


@dataclass(frozen=True, slots=True)
class FrameSpec:
    """Size in cells and the ticks: (cell within the canvas, label), x from the left, y from the bottom.

    ``label_width`` is the least width of the column of y labels, where there are any.
    Without ``x_line`` there is no x axis at all.
    """

    width: int
    height: int
    x_ticks: Ticks
    y_ticks: Ticks
    label_width: int = 0
    x_line: bool = True


@dataclass(frozen=True, slots=True)
class Frame:
    """The characters of a frame, row by row, and the rectangle left free for the curves."""

    rows: tuple[str, ...]
    canvas: Rect


def canvas_of(width: int, height: int, label_width: int, *, x_line: bool = True) -> Rect:
    """Where the canvas of a frame will lie: right of the labels and a line, above a line and its labels."""
    left = label_width + 1
    below = 2 if x_line else 0
    return Rect(left, 0, max(0, width - left), max(0, height - below))


@lru_cache(maxsize=256)
def draw_frame(spec: FrameSpec) -> Frame:
    """Draw the frame in exactly ``spec.width`` x ``spec.height`` cells.

    plotext draws its lines once for each size, and once how a tick looks: a whole frame takes it a
    millisecond or two, and in the charts of a run that grows the ticks move with every picture.

    Raises ValueError for a size or a tick that plotext must not be given.
    """
    label_width = max([spec.label_width, *(len(label) for _, label in spec.y_ticks)]) if spec.y_ticks else 0
    canvas = canvas_of(spec.width, spec.height, label_width, x_line=spec.x_line)
    _check(spec, canvas)
    lines = _lines(spec.width - label_width, spec.height, spec.x_line)
    y_tick, x_tick, _ = _signs()
    rows = [" " * label_width + line for line in lines.rows]
    for cell, label in spec.y_ticks:
        y = canvas.height - 1 - cell
        rows[y] = label.rjust(label_width) + y_tick + rows[y][canvas.x :]
    if spec.x_line:
        line, labels, end = list(rows[-2]), list(rows[-1]), -1
        for cell, label in spec.x_ticks:
            # As in plotext: none touches another; one that would moves right, until it begins at its tick.
            place = canvas.x + cell
            begin = canvas.x + max(0, min(cell - (len(label) - 1) // 2, canvas.width - len(label)))
            begin = max(begin, end + 1)
            if begin <= min(place, spec.width - len(label)):
                line[place] = x_tick
                end = begin + len(label)
                labels[begin:end] = label
        rows[-2:] = ["".join(line), "".join(labels)]
    return Frame(tuple(rows), replace(lines.canvas, x=lines.canvas.x + label_width))


@lru_cache(maxsize=64)
def _lines(width: int, height: int, x_line: bool) -> Frame:
    """A frame without ticks."""
    frame = draw_whole(FrameSpec(width, height, ((0, "0"),) if x_line else (), (), x_line=x_line))
    if not x_line:
        return frame
    _, x_tick, line = _signs()  # without any tick plotext would leave out the row of labels
    return replace(frame, rows=(*frame.rows[:-2], frame.rows[-2].replace(x_tick, line), " " * width))


@cache
def _signs() -> tuple[str, str, str]:
    """The characters of a tick on the y axis, of one on the x axis, and of the x axis without."""
    rows = draw_whole(FrameSpec(6, 5, ((1, "0"),), ((1, "0"),))).rows
    return rows[1][1], rows[3][3], rows[3][4]


def draw_whole(spec: FrameSpec) -> Frame:
    """Have plotext draw the frame in one piece; an x axis has a tick. All is to be checked before."""
    label_width = max([spec.label_width, *(len(label) for _, label in spec.y_ticks)]) if spec.y_ticks else 0
    canvas = canvas_of(spec.width, spec.height, label_width, x_line=spec.x_line)
    terminal = type(_load_plotext().terminal)()
    terminal.limit(False, False)
    figure = terminal._master
    figure.plot_size(spec.width, spec.height)
    figure.axes(False, axis=[0, 1], side=1)
    figure.axes(spec.x_line, axis=0, side=0)
    columns, rows = figure.ruler(0, 0), figure.ruler(1, 0)
    # One cell would give equal limits, which plotext remarks upon on the standard output.
    columns.lim(0, max(1, canvas.width - 1))
    columns.ticks([cell for cell, _ in spec.x_ticks], [label for _, label in spec.x_ticks])
    rows.lim(0, max(1, canvas.height - 1))
    rows.ticks([cell for cell, _ in spec.y_ticks], [label.rjust(label_width) for _, label in spec.y_ticks])

    characters = figure.build().string(True).split("\n")
    x, y = figure._parts.canvas.position()
    width, height = figure._parts.canvas.size()
    return Frame(tuple(characters[: spec.height]), Rect(x, y, width, height))


@cache
def _load_plotext() -> Any:
    """The plotext module, loaded without its manual, its tests and packages that it can do without.

    What somebody else imported before is left alone.
    """
    if "plotext" in sys.modules:
        return sys.modules["plotext"]
    left_out: dict[str, ModuleType | None] = dict.fromkeys(_OPTIONAL)  # None hides a module: its import fails
    for name, taken in _STAND_INS.items():
        left_out[name] = ModuleType(name)
        vars(left_out[name])[taken] = None
    stood_in = {name: module for name, module in left_out.items() if name not in sys.modules}
    sys.modules.update(stood_in)  # type: ignore[arg-type]
    try:
        return importlib.import_module("plotext")
    finally:
        for name in stood_in:
            del sys.modules[name]


def _check(spec: FrameSpec, canvas: Rect) -> None:
    for side in (spec.width, spec.height):
        if not isinstance(side, int) or not 0 < side <= LARGEST_SIDE:
            raise ValueError(f"a frame of {spec.width} x {spec.height} cells cannot be drawn")
    if canvas.width < 1 or canvas.height < 1:
        raise ValueError(f"no canvas is left in a frame of {spec.width} x {spec.height} cells")
    for ticks, cells in ((spec.x_ticks, canvas.width), (spec.y_ticks, canvas.height)):
        for cell, label in ticks:
            if not isinstance(cell, int) or not 0 <= cell < cells:
                raise ValueError(f"tick {label!r} at {cell!r} is outside of a canvas of {cells} cells")
            if not label.isprintable():
                raise ValueError(f"tick label {label!r} is not printable")
