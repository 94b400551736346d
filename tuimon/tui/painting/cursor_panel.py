"""The values of all runs at the cursor of the charts, for a board: pure, called in the drawing thread."""

from __future__ import annotations

from tuimon.analysis.at_cursor import sample_near
from tuimon.analysis.curves import smoothing_of
from tuimon.charts.cursor_values import CursorValues, ValueColumn, cursor_lines
from tuimon.charts.picture import Line
from tuimon.tui.painting.look import Look
from tuimon.tui.view.board import Board

_MOST_METRICS = 8  # more columns than that no screen has room for


def cursor_rows(board: Board) -> int:
    """How many lines the values need; 0 without a cursor."""
    if board.state.zoom.cursor_on(board.axis.id) is None or board.metric is None:
        return 0
    return len(board.plotted) + 1


def cursor_panel(board: Board, metric: str, width: int, height: int, look: Look) -> tuple[Line, ...]:
    """At most ``height`` lines; ``metric`` is the one whose samples decide about step and elapsed time."""
    x = board.state.zoom.cursor_on(board.axis.id)
    if x is None or height <= 0:
        return ()
    group = board.metrics.group_of(metric)
    names = dict.fromkeys((*group, *board.charts))
    columns = [c for name in [*names][:_MOST_METRICS] for c in _columns(board, name, x, whole=name in group)]
    values = CursorValues(
        x=x,
        axis=board.axis,
        names=tuple(board.names.get(run.key, run.name) for run in board.plotted),
        colours=tuple(board.colours[run.key] for run in board.plotted),
        columns=tuple(columns),
        chosen=next((place for place, run in enumerate(board.plotted) if run.key == board.cursor), None),
        live=frozenset(place for place, run in enumerate(board.plotted) if run.state.is_live),
        ascii=look.ascii,
        theme=look.theme,
    )
    return tuple(cursor_lines(values, width, height))


def _columns(board: Board, metric: str, x: float, *, whole: bool) -> list[ValueColumn]:
    """A metric as logged and, with ``whole``, where it is drawn smoothed also that."""
    strength = smoothing_of(metric, board.state.smoothing)
    samples = tuple(sample_near(run, metric, board.axis, x, strength) for run in board.plotted)
    strengths = (0.0, strength) if strength and whole else (0.0,)
    return [ValueColumn(metric, shown, samples) for shown in strengths]
