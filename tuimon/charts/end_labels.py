"""The labels of the runs: beside the end of a run's curves where it is free, else in the gutter, in order.

A run has one label, at the end of the curve whose value it says: the main metric's, though the training loss
is ahead of the evaluations while a run is going on, the companion's where nothing of the main curve is in
sight, and that of the curve that broke where the newest value is not finite.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from rich.cells import cell_len

from tuimon.analysis.curves import Series
from tuimon.charts.cells import CellGrid
from tuimon.charts.distinct_names import cut_name, told_apart
from tuimon.charts.marks import INFINITY_SIGN, NAN_SIGN
from tuimon.charts.notation import delta_text, harmless, value_text
from tuimon.charts.palette import ascii_sign, style
from tuimon.charts.spec import ChartSpec, Curve
from tuimon.charts.view import View, x_text
from tuimon.quick_dataclass import dataclass

_FAR = 10**6
_LONGEST_NAME = 24
_AIR = 2  # a column free on both sides of the labels
_LEAST_NAME = 3  # less names nothing
_LEAST_VALUE = 6  # cells kept for a value, so that the gutter does not move with its digits
# Labels take at most a quarter of the width, or, where that is next to nothing, a few cells up to a third.
_GUTTER_SHARE, _NARROW_GUTTER, _NARROW_SHARE = 4, 12, 3
_LEAST_GUTTER = 8  # less holds no label
_BESIDE_UNTIL = 0.85  # of the canvas: curves that end right of this have their label in the gutter
_NEAR_ROWS = (0, -1, 1, -2, 2)  # where a label beside the end of its curve may stand
_MARK_WITHIN = 4  # cells from the end of a curve: so near is what marks that it went on as NaN
_NEAR_COLUMNS = 8  # so far right of the end, where other curves pass close to it


@dataclass(frozen=True, slots=True)
class _Label:
    """A run's label: where its curves end on the screen, and what it says.

    ``sign`` is drawn in red in front of the value; it is empty where the newest value is finite. ``values``
    are forms of the value, of falling length.
    """

    curve: Curve
    column: int
    row: int
    sign: str
    values: tuple[str, ...]
    name: str
    important: bool
    height: float = 0.0  # the value by which the labels are ordered
    among: tuple[str, ...] = ()  # the names of all labels

    def text(self, room: int) -> str:
        """Value and name without the sign; in less room the name is cut, at last the value is left out: also
        where what it leaves of the name would not tell whose it is.
        """
        least = min(_LEAST_NAME, cell_len(self.name))
        fitting = [
            (value, width)
            for value in self.values
            if (width := min(_LONGEST_NAME, room - len(value) - 1)) >= least
        ]
        telling = [(value, width) for value, width in fitting if told_apart(self.among, width)]
        if not fitting or (not telling and told_apart(self.among, room)):
            return cut_name(self.name, room, self.among)
        value, width = (telling or fitting)[0]
        return f"{value} {cut_name(self.name, width, self.among)}"

    @property
    def width(self) -> int:
        """The cells of the whole label."""
        return len(self.sign) + len(self.values[0]) + 1 + min(_LONGEST_NAME, cell_len(self.name))


def gutter_width(spec: ChartSpec, width: int) -> int:
    """How many columns to leave free at the right for the labels: by the names that they say.

    Where the curves end does not matter, so that the picture stays in place while they grow.
    """
    room = max(width // _GUTTER_SHARE, min(_NARROW_GUTTER, width // _NARROW_SHARE))
    if room < _LEAST_GUTTER:
        return 0
    needed = 0
    for index in _spoken_for(spec):
        curve = spec.curves[index]
        value = len(_value(spec, curve, _text(spec, curve, curve.series.last_value)))
        sample = len(_value(spec, curve, _text(spec, curve, 1.2345)))
        broken = _broken_series(spec, curve) is not None
        name = min(_LONGEST_NAME, cell_len(harmless(curve.name)))
        needed = max(needed, max(_LEAST_VALUE, sample, 0 if broken else value) + 1 + name + _AIR)
    return min(needed, room)


def draw_end_labels(grid: CellGrid, spec: ChartSpec, view: View) -> None:
    """Write each run's latest value and name at the end of its curves, in its colour, none over another.

    A label stands beside the end of its curve where the cells are free, else in the gutter at the right, as
    near to the height of the end as the others allow. Without room for all, the last ones become "+3 more".
    """
    waiting = _put_early_ones(grid, spec, view, _labels(spec, view))
    gutter = view.canvas.x + view.canvas.width + 1
    room = grid.width - gutter - 1
    if not waiting or room < _LEAST_GUTTER - _AIR:
        return
    rows = [
        y
        for y in range(view.canvas.y, view.canvas.y + view.canvas.height)
        if grid.is_blank(gutter - 1, y, room + 1)
    ]
    if not rows:
        return
    waiting.sort(key=lambda label: not label.important)
    dropped = waiting[len(rows) - 1 :] if len(waiting) > len(rows) else []
    kept = sorted(waiting[: len(waiting) - len(dropped)], key=lambda label: -label.height)
    if dropped:
        grid.put(gutter, rows.pop(), f"+{len(dropped)} more", style(spec.theme, spec.theme.muted))
    for label, row in zip(kept, assign_rows([label.row for label in kept], rows), strict=True):
        hang = _hang(grid, kept, label, gutter, row, room)
        _put(grid, spec, label, gutter - hang, row, room + hang)


def _hang(grid: CellGrid, labels: Sequence[_Label], label: _Label, gutter: int, row: int, room: int) -> int:
    """By how many cells a label begins left of the gutter, over nothing: what broke says since when, though
    its name is cut as the others' are.
    """
    if not label.sign:
        return 0
    value = max((len(other.values[0]) for other in labels if not other.sign), default=_LEAST_VALUE)
    name = min(_LONGEST_NAME, cell_len(label.name), room - value - 1)
    hang = len(label.sign) + len(label.values[0]) + 1 + name - room
    if hang <= 0 or name < _LEAST_NAME or not told_apart(label.among, name):
        return 0
    return hang if grid.is_free(gutter - 1 - hang, row, hang) else 0


def _labels(spec: ChartSpec, view: View) -> list[_Label]:
    """The labels of the runs whose curves end, or leave the range shown, in sight."""
    labels = []
    spoken = [spec.curves[index] for index in _spoken_for(spec)]
    among = tuple(dict.fromkeys(harmless(curve.name) for curve in spoken))
    for curve in spoken:
        said, end = _told_end(spec, curve, view)
        column = view.column(end[0]) if end else None
        if end and column is not None:
            value = _end_value(said, view)
            height = value if value is not None and math.isfinite(value) else end[1]
            label = _label(spec, said, view)
            labels.append(replace(label, column=column, row=view.row(end[1]), height=height, among=among))
    return labels


def _put_early_ones(grid: CellGrid, spec: ChartSpec, view: View, labels: list[_Label]) -> list[_Label]:
    """Write the labels of the curves that end early beside their ends; returns those for the gutter.

    Where several end near to each other, their labels stand below each other, the greatest value first.
    """
    limit = view.canvas.x + _BESIDE_UNTIL * view.canvas.width
    waiting = [label for label in labels if label.column >= limit]
    early = sorted((label for label in labels if label.column < limit), key=lambda label: label.column)
    while early:
        near = [label for label in early if label.column <= early[0].column + early[0].width + _AIR]
        early = early[len(near) :]
        if len(near) == 1 or not _put_together(grid, spec, view, near):
            waiting += [label for label in near if len(near) > 1 or not _put_beside(grid, spec, view, label)]
    return waiting


def _put_together(grid: CellGrid, spec: ChartSpec, view: View, labels: list[_Label]) -> bool:
    """Write labels below each other, in the order of their values, if there is room near to their ends."""
    labels = sorted(labels, key=lambda label: -label.height)
    left = max(label.column for label in labels) + 1
    width = max(label.width for label in labels)
    inside = range(view.canvas.y, view.canvas.y + view.canvas.height)
    rows = [y for y in inside if grid.is_free(left, y, width + 2)]
    if len(rows) < len(labels):
        return False
    places = assign_rows([label.row for label in labels], rows)
    if any(abs(label.row - row) > len(labels) for label, row in zip(labels, places, strict=True)):
        return False
    for label, row in zip(labels, places, strict=True):
        _put(grid, spec, label, left + 1, row, width)
    return True


def _spoken_for(spec: ChartSpec) -> list[int]:
    """For each run the index of the curve whose value its label says: the main one where it has values."""
    spoken: dict[str, int] = {}
    for index, curve in enumerate(spec.curves):
        if curve.series.y_range is None and len(curve.series.marks) == 0:
            continue
        known = spoken.get(curve.series.run_key)
        if known is None or (spec.curves[known].companion and not curve.companion):
            spoken[curve.series.run_key] = index
    return list(spoken.values())


def _told_end(spec: ChartSpec, curve: Curve, view: View) -> tuple[Curve, tuple[float, float] | None]:
    """Which of a run's curves its label tells of, and where that ends: the one that broke, else ``curve``,
    else what of the run is in sight.
    """
    broken = _broken_series(spec, curve)
    own = [other for other in spec.curves if other.series.run_key == curve.series.run_key]
    for other in sorted(own, key=lambda other: (other.series is not broken, other is not curve)):
        if end := _end(other, view):
            return other, end
    return curve, None


def _end(curve: Curve, view: View) -> tuple[float, float] | None:
    """Where a curve ends in sight: its last finite point that is not right of the range."""
    series = curve.series
    finite = np.flatnonzero(~np.isnan(series.y) & (series.x <= view.x_range[1]))
    if len(finite) == 0 or series.x[finite[-1]] < view.x_range[0]:
        return None
    return float(series.x[finite[-1]]), float(series.y[finite[-1]])


def _label(spec: ChartSpec, curve: Curve, view: View) -> _Label:
    """What a label says; for a run whose newest value is not finite a sign, the value, and since when."""
    series = curve.series
    sign = ""
    values: tuple[str, ...] = (_value(spec, curve, _text(spec, curve, _end_value(curve, view))),)
    broken = _broken_series(spec, curve)
    if broken is not None and broken.last_value is not None:
        sign = NAN_SIGN if math.isnan(broken.last_value) else INFINITY_SIGN
        since = x_text(spec.x_axis, _tail_start(broken))
        value = f" {value_text(series.metric, broken.last_value)}"
        values = f"{value} @{since}", value
    return _Label(curve, 0, 0, sign, values, harmless(curve.name), spec.is_bright(curve))


def _text(spec: ChartSpec, curve: Curve, value: float | None) -> str:
    """A value by the custom of its metric; a difference with its sign."""
    if spec.around_zero and value is not None:
        return delta_text(value, max(abs(value), 1.0))
    return value_text(curve.series.metric, value)


def _value(spec: ChartSpec, curve: Curve, text: str) -> str:
    """A value with the sign of its curve in front where runs have signs."""
    return f"{ascii_sign(curve.colour)} {text}" if spec.signed else text


def _end_value(curve: Curve, view: View) -> float | None:
    """The newest value; where the curve goes on beyond the range shown, its last one in sight."""
    series = curve.series
    if not series.rising or series.x_range is None or series.x_range[1] <= view.x_range[1]:
        return series.last_value
    end = _end(curve, view)
    return end[1] if end else series.last_value


def _broken_series(spec: ChartSpec, curve: Curve) -> Series | None:
    """The run's series whose newest value is not finite, if any; of several the one that broke first."""
    broken = [
        other.series
        for other in (curve, *spec.curves)
        if other.series.run_key == curve.series.run_key
        and other.series.last_value is not None
        and not math.isfinite(other.series.last_value)
    ]
    return min(broken, key=_tail_start, default=None)


def _tail_start(series: Series) -> float:
    """The x of the first of the values at the end that are not finite."""
    finite = np.flatnonzero(~np.isnan(series.raw_y))
    if len(finite) == 0 or finite[-1] + 1 >= len(series.x):
        return float(series.marks.x[-1])
    return float(series.x[finite[-1] + 1])


def _put_beside(grid: CellGrid, spec: ChartSpec, view: View, label: _Label) -> bool:
    """Write a label right after its curve's end, if the cells are free.

    Where the end is marked as not finite, the mark is the sign that the label begins with, if there is room.
    """
    inside = range(view.canvas.y, view.canvas.y + view.canvas.height)
    rows = [label.row + offset for offset in _NEAR_ROWS if label.row + offset in inside]
    columns = range(label.column, label.column + _MARK_WITHIN)
    marked = [(x, y) for y in rows for x in columns if label.sign and grid.character(x, y) == label.sign]
    for x, y in marked:
        if grid.is_free(x + 1, y, label.width):
            _put(grid, spec, label, x, y, label.width)
            return True
    if marked:
        label = replace(label, sign="")  # it stands there already
    # Cells are twice as high as they are wide.
    places = [(2 * abs(y - label.row) + far, far, y) for y in rows for far in range(_NEAR_COLUMNS + 1)]
    for _, far, y in sorted(places, key=lambda place: place[0]):
        if grid.is_free(label.column + 1 + far, y, label.width + 2):
            _put(grid, spec, label, label.column + 2 + far, y, label.width)
            return True
    return False


def _put(grid: CellGrid, spec: ChartSpec, label: _Label, x: int, y: int, room: int) -> None:
    ink = style(spec.theme, label.curve.colour, share=1.0 if label.important else 0.6, bold=label.important)
    after = grid.put(x, y, label.sign, style(spec.theme, spec.theme.bad, bold=True))
    grid.put(after, y, label.text(room - len(label.sign)), ink)


def assign_rows(wanted: Sequence[int], free: Sequence[int]) -> list[int]:
    """A row for each label, as near to its curve's end as the others allow.

    ``wanted`` are the rows of the ends; ``free`` the rows that can be used, rising and at least as
    many. The labels keep their order, and the sum of their distances is the least possible.
    """
    labels, rows = len(wanted), len(free)
    if labels > rows:
        raise ValueError(f"{labels} labels do not fit into {rows} rows")
    # best[j]: least sum for the labels so far in the first j rows; taken[i][j]: row j - 1 has label i.
    best = [0] * (rows + 1)
    taken: list[list[bool]] = []
    for row_wanted in wanted:
        current = [_FAR] * (rows + 1)
        used = [False] * (rows + 1)
        for j in range(1, rows + 1):
            with_label = best[j - 1] + abs(free[j - 1] - row_wanted)
            used[j] = with_label < current[j - 1]
            current[j] = min(current[j - 1], with_label)
        taken.append(used)
        best = current
    places = [0] * labels
    j = rows
    for label in range(labels - 1, -1, -1):
        while not taken[label][j]:
            j -= 1
        places[label] = free[j - 1]
        j -= 1
    return places
