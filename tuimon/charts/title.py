"""The title row of a chart: metric, smoothing, scale, what is clipped, what is not finite, the least."""

from __future__ import annotations

import numpy as np
from rich.cells import cell_len
from rich.style import Style

from tuimon.analysis.axes import TOKENS
from tuimon.charts.body import COMPANION_SHARE
from tuimon.charts.cells import CellGrid
from tuimon.charts.distinct_names import cut_name
from tuimon.charts.marks import BEST_SIGN, CLIPPED_ABOVE, Best
from tuimon.charts.notation import count_text, cut_middle, harmless, value_text
from tuimon.charts.palette import style
from tuimon.charts.spec import ChartSpec
from tuimon.charts.view import x_text

# (text, style) pieces that belong together
Piece = tuple[tuple[str, Style], ...]

_LONGEST_NAME = 24
_SHORT_NAME, _NAMED = 16, 2  # of the runs that lack the x axis
_GAP = 2


def draw_title(grid: CellGrid, spec: ChartSpec, clipped: int, best: Best | None) -> None:
    """Write the title into the first row; what finds no room is left out, the least telling first."""
    if grid.height == 0:
        return
    text = style(spec.theme, spec.theme.text, bold=True)
    name = harmless(spec.title or spec.metric)
    start = 1 if grid.width > 20 else 0
    x = grid.put(start, 0, cut_middle(name, grid.width - start), text)
    smoothing = _smoothing(spec, spec.metric)
    if smoothing and x + len(smoothing) <= grid.width:
        x = grid.put(x, 0, smoothing, style(spec.theme, spec.theme.muted))
    for piece in _notes(spec, clipped):
        x = _put_if_room(grid, x, piece)
    for piece in _best(spec, best):
        width = sum(cell_len(part) for part, _ in piece)
        if grid.width - width - 1 >= x + _GAP:
            _put(grid, grid.width - width - 1, piece)
            break


def _put_if_room(grid: CellGrid, x: int, piece: Piece) -> int:
    width = sum(cell_len(part) for part, _ in piece)
    if x + _GAP + width > grid.width:
        return x
    return _put(grid, x + _GAP, piece)


def _put(grid: CellGrid, x: int, piece: Piece) -> int:
    for part, ink in piece:
        x = grid.put(x, 0, part, ink)
    return x


def _notes(spec: ChartSpec, clipped: int) -> list[Piece]:
    """What stands behind the metric's name, the most telling first."""
    theme = spec.theme
    muted, bad, warning = (
        style(theme, theme.muted),
        style(theme, theme.bad, bold=True),
        style(theme, theme.warning),
    )
    # In the brightness of the lines that it names.
    quiet = style(theme, theme.text, share=COMPANION_SHARE)
    notes: list[Piece] = []
    nan_count, infinity_count = count_not_finite(spec)
    if nan_count:
        notes.append(((f"{count_text(nan_count)} NaN{_whose(spec)}", bad),))
    if infinity_count:
        notes.append(((f"{count_text(infinity_count)} inf", bad),))
    if spec.lacking:
        notes.append(((lacking_text(spec), warning),))
    if clipped:
        notes.append(((f"{CLIPPED_ABOVE}{count_text(clipped)} clipped", warning),))
    notes += [((f"{harmless(metric)}{_smoothing(spec, metric)} ─", quiet),) for metric in companions(spec)]
    if spec.log_y:
        hidden = count_hidden(spec)
        notes.append((("log", muted),))
        if hidden:
            notes.append(((f"{count_text(hidden)} ≤ 0 hidden", warning),))
    return notes


def _smoothing(spec: ChartSpec, metric: str) -> str:
    """``~0.90`` where the metric's curves are smoothed."""
    strengths = [curve.series.smoothing for curve in spec.curves if curve.series.metric == metric]
    strength = max(strengths, default=0.0)
    return f"~{max(f'{strength:.2f}', f'{strength:g}', key=len)}" if strength else ""


def _best(spec: ChartSpec, best: Best | None) -> list[Piece]:
    """What stands at the right end, in forms of falling length: the least or greatest value, and whose it is.

    Not called the best: that is said of one among all runs, which need not be among those drawn.
    """
    if best is None:
        return []
    muted, ink = style(spec.theme, spec.theme.muted), style(spec.theme, best.curve.colour, bold=True)
    value = value_text(best.curve.series.metric, best.value)
    where = f" @{x_text(spec.x_axis, best.x)}"
    name = f" {cut_name(harmless(best.curve.name), _LONGEST_NAME, spec.run_names)}"
    word = f" {spec.direction} "
    return [
        ((BEST_SIGN, ink), (name, ink), (word, muted), (value, ink), (where, muted)),
        ((BEST_SIGN, ink), (word, muted), (value, ink), (where, muted)),
        ((BEST_SIGN, ink), (f" {value}", ink)),
    ]


def companions(spec: ChartSpec) -> tuple[str, ...]:
    """The metrics drawn quietly behind that of the chart."""
    return tuple(dict.fromkeys(curve.series.metric for curve in spec.curves if curve.companion))


def count_not_finite(spec: ChartSpec) -> tuple[int, int]:
    """How many NaN and how many infinite values the curves of a chart have."""
    nan_count = sum(int(np.isnan(curve.series.marks.values).sum()) for curve in spec.curves)
    return nan_count, sum(len(curve.series.marks) for curve in spec.curves) - nan_count


def _whose(spec: ChartSpec) -> str:
    """The metric of the NaN where only what is drawn behind the curves has any."""
    lost = {curve.companion: curve.series.metric for curve in spec.curves if len(curve.series.marks)}
    return f" {harmless(lost[True])}" if set(lost) == {True} else ""


def count_hidden(spec: ChartSpec) -> int:
    """How many values a log axis cannot show."""
    total = 0
    for curve in spec.curves:
        values = curve.series.raw_range
        if values is not None and values[0] <= 0:
            total += int(np.count_nonzero(curve.series.raw_y <= 0))
    return total


def lacking_text(spec: ChartSpec) -> str:
    """Which runs are not drawn, since they lack the x axis: ``no tokens: alpha, beta +3``."""
    lacking = [harmless(name) for name in spec.lacking]
    names = [cut_name(name, _SHORT_NAME, lacking) for name in lacking[:_NAMED]]
    more = f" +{len(lacking) - _NAMED}" if len(lacking) > _NAMED else ""
    axis = TOKENS if spec.x_axis.id == TOKENS.id else spec.x_axis  # without how others came by theirs
    return f"no {harmless(axis.label)}: {', '.join(names)}{more}"


def empty_sentence(spec: ChartSpec) -> str:
    """Why a chart has nothing to show."""
    metric = harmless(spec.metric)
    nan_count, infinity_count = count_not_finite(spec)
    if nan_count or infinity_count:
        kinds = [
            f"{count_text(n)} {kind}" for n, kind in ((nan_count, "NaN"), (infinity_count, "infinite")) if n
        ]
        return f"{metric} has no finite value: {' and '.join(kinds)}"
    finite = [curve for curve in spec.curves if curve.series.y_range is not None]
    if finite and spec.log_y:
        return f"{metric} has nothing above 0 to show on a log scale: y switches to linear"
    if finite and spec.x_range is not None:
        return f"no values of {metric} in this range"
    return lacking_text(spec) if spec.lacking else f"no values of {metric}{'' if spec.ended else ' yet'}"
