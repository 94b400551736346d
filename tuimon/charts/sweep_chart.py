"""A sweep as a chart: a config key on x, the best value of a metric on y, mean and spread over the runs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from rich.cells import cell_len

from tuimon.analysis.sweep import Sweep, SweepPoint
from tuimon.charts.body import copy_frame
from tuimon.charts.cells import GRID_LINE, CellGrid
from tuimon.charts.compare_words import config_text
from tuimon.charts.frame import FrameSpec, canvas_of, draw_frame
from tuimon.charts.marks import NAN_SIGN, POINT_SIGN
from tuimon.charts.notation import cut_middle, delta_text, harmless, is_learning_rate, value_text
from tuimon.charts.palette import DARK, Theme, style
from tuimon.charts.picture import Picture, Rect
from tuimon.charts.ranges import Range, y_bounds
from tuimon.charts.raster import BRAILLE_BASE, Extents, rasterise
from tuimon.charts.ticks import TickList, y_ticks
from tuimon.charts.view import View

STD_TOP, STD_BODY, STD_BOTTOM = "┬", "│", "┴"
MEMBER_SIGN = "·"

_LEAST_WIDTH, _LEAST_HEIGHT = 12, 6
_COUNTS_OF_ALL = 2  # of sweep_words: the values and the runs, before those left out
_LEAST_HEIGHT_FOR_COUNTS = 9  # with a line for what the title has no room for
_SIDE = 0.06  # of the x range left and right of the outermost values
_LABEL_ROOM = 18  # cells of one label below the axis
_JOINED_SHARE = 0.45  # how bright the line through the means is
_CURSOR_SHARE = 0.35


@dataclass(frozen=True, slots=True)
class SweepSpec:
    """What the chart is to look like. ``chosen`` is the place of the point under the cursor, if any.

    ``names`` are those of the runs by their keys, for the title.
    """

    sweep: Sweep
    width: int
    height: int
    names: Mapping[str, str] = field(default_factory=dict)
    log_y: bool = False
    chosen: int | None = None
    ascii: bool = False
    theme: Theme = DARK


def draw_sweep(spec: SweepSpec) -> Picture:
    """Draw the chart in exactly ``spec.width`` x ``spec.height`` cells. Never raises for data or sizes."""
    grid = CellGrid(spec.width, spec.height)
    view = None
    top = 1
    if grid.height and grid.width:
        _draw_title(grid, spec)
        top += _draw_untold(grid, spec)
    if grid.width >= _LEAST_WIDTH and grid.height >= _LEAST_HEIGHT and spec.sweep.points:
        view = _draw_body(grid, spec, top)
    elif grid.height > 1 and not spec.sweep.points:
        words = f"no run with {harmless(spec.sweep.key)} has a value of {harmless(spec.sweep.metric)} yet"
        text = cut_middle(words, grid.width)
        x = max(0, (grid.width - cell_len(text)) // 2)
        grid.put(x, grid.height // 2, text, style(spec.theme, spec.theme.muted))
    lines = grid.lines(ascii=spec.ascii)
    if view is None:
        return Picture(lines, grid.width, grid.height, Rect(0, 0, 0, 0))
    return Picture(lines, grid.width, grid.height, view.canvas, view.x_range, view.y_range)


def sweep_words(sweep: Sweep) -> str:
    """How many values and runs there are, and what is left out: ``6 values  18 runs  2 diverged``."""
    runs = sum(len(point.members) - len(point.spread.absent) for point in sweep.points)
    diverged = sum(len(point.spread.diverged) for point in sweep.points)
    words = [_count(len(sweep.points), "value"), _count(runs, "run")]
    if diverged:
        words.append(f"{diverged} diverged")
    if sweep.without_key:
        words.append(f"{len(sweep.without_key)} without the key")
    if sweep.without_metric:
        words.append(f"{len(sweep.without_metric)} without the metric")
    return "  ".join(words)


def mean_text(metric: str, point: SweepPoint, *, ascii: bool = False) -> str:  # noqa: A002
    """``1.4620 ± 0.0031``; the value alone of a single run. In ASCII ``+/-``: ``+`` would be a sum."""
    mean, std = point.spread.mean, point.spread.std
    text = value_text(metric, mean)
    return text if std is None else f"{text} {'+/-' if ascii else '±'} {delta_text(std, mean).lstrip('+')}"


def point_label(sweep: Sweep, point: SweepPoint) -> str:
    """A value of the key by the custom of its kind: ``6e-04`` of a learning rate."""
    exact = sweep.numeric and not point.x.is_integer()
    return config_text(sweep.key, point.x) if exact else harmless(point.label)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _draw_title(grid: CellGrid, spec: SweepSpec) -> None:
    sweep, theme = spec.sweep, spec.theme
    muted, ink = style(theme, theme.muted), style(theme, theme.text, bold=True)
    start = 1 if grid.width > 20 else 0
    name = f"best {harmless(sweep.metric)} by {harmless(sweep.key)}"
    x = grid.put(start, 0, cut_middle(name, grid.width - start), ink)
    end = grid.width
    best = sweep.points[sweep.best] if sweep.best is not None else None
    if best is not None:  # what the chart is looked at for: it goes before the counts
        label = f"{POINT_SIGN} {cut_middle(point_label(sweep, best), _LABEL_ROOM)}"
        value = f" {mean_text(sweep.metric, best, ascii=spec.ascii)} "
        left = end - cell_len(label + value)
        if x + 2 <= left:
            grid.put(left, 0, label, style(theme, theme.good, bold=True))
            grid.put(left + cell_len(label), 0, value, ink)
            end = left - 1
    scales = "  ".join(name for name, on in (("log x", sweep.log), ("log y", spec.log_y)) if on)
    for text in (*sweep_words(sweep).split("  "), scales):
        if text and x + 2 + cell_len(text) < end:
            x = grid.put(x + 2, 0, text, muted)


def _draw_untold(grid: CellGrid, spec: SweepSpec) -> int:
    """Runs left out that the title has no room to tell of, in a line of their own; returns how many lines."""
    told = [words.strip() for words in "".join(grid.characters[0]).split("  ")]
    counts = sweep_words(spec.sweep).split("  ")
    untold = [words for words in counts if words not in told]
    nothing_lost = not set(untold) & set(counts[_COUNTS_OF_ALL:])
    if nothing_lost or grid.height < _LEAST_HEIGHT_FOR_COUNTS or not spec.sweep.points:
        return 0
    start = 1 if grid.width > 20 else 0
    ink = style(spec.theme, spec.theme.muted)
    grid.put(start, 1, cut_middle("  ".join(untold), grid.width - start), ink)
    return 1


def _draw_body(grid: CellGrid, spec: SweepSpec, top: int) -> View | None:
    """The frame below ``top`` rows; in it the line through the means, spreads, points and the diverged."""
    y_range = sweep_y_range(spec.sweep, log_y=spec.log_y)
    rows = canvas_of(grid.width, grid.height - top, 0).height
    powers = is_learning_rate(spec.sweep.metric)
    ticks: TickList = y_ticks(*y_range, rows, log=spec.log_y, powers=powers) if y_range else []
    width = max((len(label) for _, label in ticks), default=0)
    canvas = canvas_of(grid.width, grid.height - top, width)
    if canvas.width < 1 or canvas.height < 1:
        return None
    # Without any mean there is still an axis, with the diverged on it.
    view = View(
        replace(canvas, y=top), _x_range(spec.sweep), y_range or (0.0, 1.0), spec.log_y and bool(y_range)
    )
    columns = [_column(spec.sweep, point, view) for point in spec.sweep.points]
    y_rows = {view.row(value): label for value, label in reversed(ticks)}
    bottom = view.canvas.y + canvas.height - 1
    frame = FrameSpec(
        grid.width,
        grid.height - top,
        tuple(_x_labels(spec, columns, canvas)),
        tuple(sorted((bottom - row, label) for row, label in y_rows.items())),
        width,
    )
    copy_frame(grid, draw_frame(frame), top, spec.theme)
    for row in () if spec.ascii else y_rows:
        grid.put(canvas.x, row, GRID_LINE * canvas.width, style(spec.theme, spec.theme.axis, share=0.35))
    if spec.sweep.numeric and not spec.ascii and y_range:
        _draw_line(grid, spec, view)
    order = sorted(range(len(columns)), key=lambda place: (place == spec.sweep.best, place == spec.chosen))
    for place in order:
        _draw_point(grid, spec, view, place, columns[place])
    return view


def scaled_x(sweep: Sweep, x: float) -> float:
    """A value of the key where it stands on the axis, which may count decades."""
    return math.log10(x) if sweep.log else x


def _x_range(sweep: Sweep) -> Range:
    """The x range, in decades where it is logarithmic, with room on both sides."""
    if not sweep.numeric:
        places = [point.x for point in sweep.points]
        return min(places) - 0.5, max(places) + 0.5
    low, high = scaled_x(sweep, sweep.points[0].x), scaled_x(sweep, sweep.points[-1].x)
    span = high - low
    # Halves, so that a range as wide as the floats themselves does not overflow.
    if not math.isfinite(span) or span <= 1e-12 * max(abs(low), abs(high)):
        return (low - 0.5, high + 0.5) if math.isfinite(span) and abs(low) < 1e12 else (-math.inf, math.inf)
    side = span * _SIDE
    return low - side, high + side


def _column(sweep: Sweep, point: SweepPoint, view: View) -> int:
    if not all(math.isfinite(bound) for bound in view.x_range):
        places = [other.x for other in sweep.points]  # numbers too far apart for a scale: by their order
        share = (places.index(point.x) + 0.5) / len(places)
        return view.canvas.x + min(int(share * view.canvas.width), view.canvas.width - 1)
    column = view.column(scaled_x(sweep, point.x))
    return column if column is not None else view.canvas.x


def sweep_y_range(sweep: Sweep, *, log_y: bool) -> Range | None:
    """What holds the means and what lies around them; None where every run diverged."""
    values: list[float] = []
    for point in sweep.points:
        spread = point.spread
        if spread.mean is None or spread.low is None or spread.high is None:
            continue
        values += [spread.low, spread.high, spread.mean]
        if spread.std is not None:
            values += [spread.mean - spread.std, spread.mean + spread.std]
    finite = np.array([value for value in values if math.isfinite(value)])
    return y_bounds([finite], log=log_y, clip=False)


def _x_labels(spec: SweepSpec, columns: list[int], canvas: Rect) -> list[tuple[int, str]]:
    """The values of the key below their points, as many as fit, the chosen one and the best first."""
    taken: list[tuple[int, int]] = []
    used: set[int] = set()
    labels: list[tuple[int, str]] = []
    points = spec.sweep.points
    order = sorted(range(len(points)), key=lambda place: (place != spec.chosen, place != spec.sweep.best))
    room = max(4, min(_LABEL_ROOM, canvas.width // max(1, len(points)) - 1))
    for place in order:
        cell = columns[place] - canvas.x
        text = cut_middle(point_label(spec.sweep, points[place]), room)
        if not text or not text.isprintable() or cell in used or cell_len(text) != len(text):
            text = text.encode("ascii", "replace").decode("ascii").replace("?", "") or "?"
        begin = max(0, min(cell - len(text) // 2, canvas.width - len(text)))
        if cell in used or any(begin <= stop and start <= begin + len(text) for start, stop in taken):
            continue
        used.add(cell)
        taken.append((begin, begin + len(text)))
        labels.append((cell, text))
    return sorted(labels)


def _draw_line(grid: CellGrid, spec: SweepSpec, view: View) -> None:
    """A quiet line through the means."""
    known = [point for point in spec.sweep.points if point.spread.mean is not None]
    if len(known) < 2 or not all(math.isfinite(bound) for bound in view.x_range):
        return
    low, high = view.x_range
    across, down = 2 * view.canvas.width, 4 * view.canvas.height
    xs = [(scaled_x(spec.sweep, point.x) - low) / (high - low) * across for point in known]
    ys = [_share(view, point.spread.mean or 0.0) * down for point in known]
    at = np.arange(across) + 0.5
    values = np.where((at >= xs[0] - 1) & (at <= xs[-1] + 1), np.interp(at, xs, ys), np.nan)[None, :]
    extents = Extents(values, values, values, values)
    raster = rasterise(extents, np.zeros(1, np.int16), view.canvas.width, view.canvas.height)
    ink = style(spec.theme, spec.theme.accent, share=_JOINED_SHARE)
    for row, column in zip(*np.nonzero(raster.dots), strict=True):
        character = chr(BRAILLE_BASE + int(raster.dots[row, column]))
        grid.put(view.canvas.x + int(column), view.canvas.y + int(row), character, ink)


def _share(view: View, value: float) -> float:
    """How high a value stands, from 0 at the bottom to 1 at the top."""
    low, high = view.y_range
    if view.log:
        if value <= 0:
            return 0.0
        low, high, value = math.log10(low), math.log10(high), math.log10(value)
    return min(max((value / 2 - low / 2) / (high / 2 - low / 2), 0.0), 0.9999)


def _draw_point(grid: CellGrid, spec: SweepSpec, view: View, place: int, column: int) -> None:
    """Mean, standard deviation, least and greatest of one value; a red sign for runs that diverged."""
    point, theme = spec.sweep.points[place], spec.theme
    spread = point.spread
    chosen = place == spec.chosen
    top, bottom = view.canvas.y, view.canvas.y + view.canvas.height - 1
    if chosen:
        quiet = style(theme, theme.text, share=_CURSOR_SHARE)
        for y in range(top, bottom + 1):
            if grid.is_free(column, y, 1):
                grid.put(column, y, STD_BODY if not spec.ascii else ":", quiet)
    colour = theme.good if place == spec.sweep.best else theme.accent
    ink = style(theme, colour, bold=chosen or place == spec.sweep.best)
    if spread.mean is not None:
        for value in (spread.low, spread.high):
            if value is not None:
                grid.put(column, view.row(value), MEMBER_SIGN, ink)
        if spread.std:
            high, low = view.row(spread.mean + spread.std), view.row(spread.mean - spread.std)
            for y in range(high, low + 1):
                sign = STD_TOP if y == high else STD_BOTTOM if y == low else STD_BODY
                grid.put(column, y, sign, ink)
        grid.put(column, view.row(spread.mean), POINT_SIGN, ink)
    if spread.diverged:
        lost = len(spread.diverged)
        text = NAN_SIGN if lost == 1 else f"{NAN_SIGN}{lost}"
        x = min(column, grid.width - len(text))
        grid.put(x, top, text, style(theme, theme.bad, bold=True))
