"""The charts of the compare screen: the curves, and below them how far they are from the baseline's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tuimon.analysis.curves import Series
from tuimon.analysis.difference import difference_series
from tuimon.analysis.metric_roles import main_metric
from tuimon.charts.chart import draw_chart
from tuimon.charts.difference_chart import draw_difference
from tuimon.charts.end_labels import gutter_width
from tuimon.charts.picture import Line, Picture, Rect
from tuimon.charts.spec import ChartSpec, Curve
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.painting.chart_specs import large_chart
from tuimon.tui.painting.look import Look
from tuimon.tui.view.board import Board
from tuimon.tui.view.chart_in_hand import ChartInHand, DrawnChart

_LEAST_OVERLAY = 8  # rows that the curves keep; with fewer left there is no difference chart
_DIFFERENCE, _DIFFERENCE_SHARE = 6, 0.35  # rows; of a whole screen a share


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Two pictures and what they were drawn from; equal sources give equal pictures."""

    overlay: ChartSpec
    baseline: str
    height: int
    pictures: tuple[Picture, Picture | None]


class CompareCharts:
    """Draws both charts, and keeps what an equal request would need again. Lives in the drawing thread."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._drawn: _Drawn | None = None

    def paint(
        self, board: Board, baseline: RunSnapshot, width: int, height: int, top: int
    ) -> tuple[tuple[Line, ...], ChartInHand | None]:
        """The lines of both, ``height`` in all, and what the keys of charts act on.

        ``board.plotted`` are the runs compared; ``top`` is the row of the pane that the charts begin in.
        """
        metric = board.state.main_metric or main_metric(board.plotted)
        if height <= 0 or metric is None:
            return (), None
        rows = difference_rows(height) if len(board.plotted) > 1 else 0
        spec = large_chart(board, metric, width, height - rows, self._look)
        known = self._drawn
        if known is None or (known.overlay, known.baseline, known.height) != (spec, baseline.key, height):
            known = _Drawn(spec, baseline.key, height, _draw(spec, baseline, board, rows))
            self._drawn = known
        overlay, difference = known.pictures
        lines = overlay.lines if difference is None else (*overlay.lines, *difference.lines)
        drawn = DrawnChart.of(metric, board.axis.id, Rect(0, top, width, height), overlay)
        return lines, ChartInHand(board, drawn)


def difference_rows(height: int) -> int:
    """The rows of the difference chart out of ``height``; 0 where the curves need them all."""
    rows = max(_DIFFERENCE, round(height * _DIFFERENCE_SHARE)) if height > 2 * _LEAST_OVERLAY else _DIFFERENCE
    return rows if height - rows >= _LEAST_OVERLAY else 0


def differences(curves: Sequence[Curve], metric: str, baseline: str) -> tuple[Curve, ...]:
    """The curves of the metric, each less the baseline's; none where the baseline has no such curve."""
    own = [curve for curve in curves if curve.series.metric == metric and not curve.companion]
    base = next((curve.series for curve in own if curve.series.run_key == baseline), None)
    if base is None:
        return ()
    others = ((curve, difference_series(curve.series, base)) for curve in own if curve.series is not base)
    return tuple(_as_difference(curve, series) for curve, series in others if series is not None)


def _as_difference(curve: Curve, series: Series) -> Curve:
    return replace(curve, series=series, band=None)


def _draw(spec: ChartSpec, baseline: RunSnapshot, board: Board, rows: int) -> tuple[Picture, Picture | None]:
    """Both pictures, their canvases one below the other."""
    curves = differences(spec.curves, spec.metric, baseline.key) if rows else ()
    if not curves:
        return draw_chart(replace(spec, height=spec.height + rows)), None
    beside = replace(spec, curves=curves, around_zero=True)
    spec = replace(spec, gutter=max(gutter_width(spec, spec.width), gutter_width(beside, spec.width)))
    overlay = draw_chart(spec)
    name = board.names.get(baseline.key, baseline.name)
    for _ in range(2):  # the wider labels of the two give both canvases their left border
        below = replace(
            spec,
            curves=curves,
            signs=(),
            height=rows,
            x_range=overlay.x_range,
            least_label_width=max(0, overlay.canvas.x - 1),
        )
        difference = draw_difference(below, name)
        if difference.canvas.width == 0 or difference.canvas.x == overlay.canvas.x:
            break
        overlay = draw_chart(replace(spec, least_label_width=difference.canvas.x - 1))
    return overlay, difference
