"""What each chart is asked to show for a board: pure, called in the drawing thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tuimon.analysis.axes import XAxis, default_axis, has_axis
from tuimon.analysis.curves import build_series, smoothing_of
from tuimon.analysis.metric_roles import direction_of
from tuimon.charts.rank_bands import rank_band
from tuimon.charts.spec import ChartSpec, Curve
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.painting.chart_signs import ChartSigns
from tuimon.tui.painting.group_series import mean_curve
from tuimon.tui.painting.look import Look
from tuimon.tui.view.board import Board
from tuimon.tui.view.chart_in_hand import chart_x_range

_SIGNS = ChartSigns()


def axis_for(board: Board, runs: tuple[RunSnapshot, ...]) -> XAxis:
    """The axis that the person chose, else the default one of these runs."""
    return board.axis if board.state.x_axis is not None else default_axis(runs)


def large_chart(board: Board, metric: str, width: int, height: int, look: Look) -> ChartSpec:
    """The chart of a metric with those that share its chart drawn quietly behind it."""
    group = board.metrics.group_of(metric)
    spec = _spec(board, metric, _group_curves(board, group), width, height, look, group)
    lacking = _lacking(board, group)
    return replace(spec, lacking=lacking) if lacking else spec


def _lacking(board: Board, metrics: Sequence[str]) -> tuple[str, ...]:
    """What those rows are called that have one of the metrics and no curve, as their runs lack the x axis."""
    names = []
    for run in board.plotted:
        grouped = board.groups.get(run.key)
        runs = [run] if grouped is None else [member.run for member in grouped.members]
        having = [each for each in runs if any(name in each.metrics for name in metrics)]
        if having and not any(has_axis(each, board.axis) for each in having):
            names.append(board.names.get(run.key, run.name) if grouped is None else grouped.row.name)
    return tuple(names)


def strip(board: Board, metric: str, width: int, height: int, look: Look) -> ChartSpec:
    """The small chart of a metric with those that share it, where they are not left out of the strips."""
    first, *others = board.metrics.group_of(metric)
    shown = (first, *(name for name in others if name not in board.state.hidden_metrics))
    return _spec(board, metric, _group_curves(board, shown), width, height, look, shown)


def _group_curves(board: Board, group: Sequence[str]) -> tuple[Curve, ...]:
    """The curves of the first metric, before them those of the others, to be drawn behind."""
    return tuple(
        curve for name in reversed(group) for curve in _curves(board, name, companion=name != group[0])
    )


def _curves(board: Board, metric: str, *, companion: bool = False) -> list[Curve]:
    strength = smoothing_of(metric, board.state.smoothing)
    curves = []
    for run in board.plotted:
        colour = board.colours[run.key]
        grouped = board.groups.get(run.key)
        if grouped is not None:
            mean = mean_curve(grouped, metric, board.axis, strength)
            if mean is not None:
                curve, band, name = mean
                curves.append(Curve(curve, name, colour, companion, None if companion else band))
            continue
        series = build_series(run, metric, board.axis, strength)
        if series is not None:
            band = None if companion else rank_band(run, metric, board.axis, strength)
            curves.append(Curve(series, board.names.get(run.key, run.name), colour, companion, band))
    return curves


def _spec(
    board: Board,
    metric: str,
    curves: tuple[Curve, ...],
    width: int,
    height: int,
    look: Look,
    metrics: tuple[str, ...],
) -> ChartSpec:
    return ChartSpec(
        curves=curves,
        metric=metric,
        width=width,
        height=height,
        x_axis=board.axis,
        log_y=board.state.log_y,
        x_range=chart_x_range(board, metric),
        y_range=board.state.zoom.y_range(metric),
        cursor_x=board.state.zoom.cursor_on(board.axis.id),
        clip_outliers=board.state.clip_outliers,
        highlighted=board.cursor if len(board.plotted) > 1 else None,
        direction=direction_of(metric),
        signs=_SIGNS.of(board, metrics),
        ended=bool(board.plotted) and all(run.state.is_over for run in board.plotted),
        ascii=look.ascii,
        theme=look.theme,
    )
