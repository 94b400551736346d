"""What happened to the runs, on their charts: findings at the upper edge, resumes on the x axis."""

from __future__ import annotations

from rich.cells import cell_len
from rich.style import Style

from tuimon.charts.cells import CellGrid
from tuimon.charts.event_signs import SIGNS, EventSign, SignKind
from tuimon.charts.notation import harmless
from tuimon.charts.palette import style
from tuimon.charts.spec import ChartSpec
from tuimon.charts.view import View

_LEAST_ROWS = 5  # of the curves; fewer leave no row to give away
# How far a sign may stand beside its place, and how many rows there are for it, where a curve is at the edge.
_ASIDE, _ROWS = 2, 3
_DIMMED = 0.5
# What is left out first where two are in one column.
_ORDER = tuple(SignKind)
_LOST = (SignKind.DIVERGENCE, SignKind.MEMBER)
_ALL_SIGNS = frozenset(SIGNS.values())


def draw_event_signs(
    grid: CellGrid, spec: ChartSpec, view: View, *, words: bool = True, x_line: bool = True
) -> None:
    """Signs at the upper edge of the curves, none over a curve; those of resumes on the x axis.

    With ``words`` the signs of the one run that is bright are followed by what they mean, where that covers
    nothing. Without ``x_line`` there is no axis, and no sign on it.
    """
    if not spec.signs or view.canvas.height < _LEAST_ROWS:
        return
    colours = {curve.series.run_key: curve.colour for curve in reversed(spec.curves)}
    one = spec.highlighted if len(colours) > 1 else next(iter(colours), None)
    shown = (sign for sign in spec.signs if sign.run_key in colours)
    seen = sorted(shown, key=lambda sign: (sign.run_key != one, _ORDER.index(sign.kind), sign.x))
    explained: list[tuple[tuple[int, int], str, Style]] = []
    taken: set[tuple[int, int]] = set()
    for sign in seen:
        bright = one is None or sign.run_key == one
        column = view.column(sign.x)
        if column is None or (sign.kind is SignKind.PLATEAU and not bright):
            continue  # that others stay level is no news for a chart
        ink = _ink(spec, sign, colours[sign.run_key], bright=bright)
        cell = _cell(grid, view, sign, column, x_line=x_line)
        if cell is None or cell in taken:
            continue
        taken.add(cell)
        grid.put(*cell, SIGNS[sign.kind], ink)
        if words and sign.run_key == one and sign.kind is not SignKind.RESUME:
            explained.append((cell, _words(spec, sign), ink))
    for (x, y), meaning, ink in explained:
        _put_words(grid, view, x + 1, y, meaning, ink)


def _words(spec: ChartSpec, sign: EventSign) -> str:
    """What a sign means, and of which metric where that is not the one in the title: ``spike train_loss``."""
    other = sign.metric and sign.metric != spec.metric
    return f"{sign.kind.value} {harmless(sign.metric)}" if other else sign.kind.value


def _ink(spec: ChartSpec, sign: EventSign, colour: str, *, bright: bool) -> Style:
    """The run's colour; red where the run is lost."""
    colour = spec.theme.bad if sign.kind in _LOST else colour
    return style(spec.theme, colour, share=1.0 if bright else _DIMMED, bold=bright)


def _cell(
    grid: CellGrid, view: View, sign: EventSign, column: int, *, x_line: bool
) -> tuple[int, int] | None:
    """Where a sign stands: on the axis, or at the edge at its place or right beside it.

    None where curves are all around, or another sign tells already that something happened here.
    """
    top, end = view.canvas.y, view.canvas.x + view.canvas.width
    if sign.kind is SignKind.RESUME:
        return (column, top + view.canvas.height) if x_line else None
    for y in range(top, top + _ROWS):
        for x in range(column, min(column + _ASIDE + 1, end)):
            if grid.character(x, y) in _ALL_SIGNS:
                return None
            if grid.is_free(x, y, 1):
                return x, y
    return None


def _put_words(grid: CellGrid, view: View, x: int, y: int, words: str, ink: Style) -> None:
    """What a sign means, where there is room before the next one."""
    text = f" {words}"
    inside = x + cell_len(text) < view.canvas.x + view.canvas.width
    if inside and grid.is_free(x, y, cell_len(text) + 1):
        grid.put(x, y, text, ink)
