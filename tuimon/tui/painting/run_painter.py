"""The screen of one run as finished lines; lives in the drawing thread."""

from __future__ import annotations

from dataclasses import replace

from textual.strip import Strip

from tuimon.analysis.leaderboard import RunRow, run_row
from tuimon.analysis.metric_roles import main_metric
from tuimon.analysis.statistics import MetricStatistics, run_statistics
from tuimon.analysis.system_figures import measured
from tuimon.charts.chart import draw_chart
from tuimon.charts.output_text import tail
from tuimon.charts.picture import Line, Picture, Rect
from tuimon.charts.run_text import RunTextSpec, run_text, run_title
from tuimon.charts.spec import ChartSpec
from tuimon.charts.system_text import SystemLook, system_lines
from tuimon.quick_dataclass import dataclass
from tuimon.store.printed_output import OutputLine, OutputPlace, PrintedOutput, output_path
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.painting.chart_specs import axis_for, large_chart
from tuimon.tui.painting.cursor_panel import cursor_panel, cursor_rows
from tuimon.tui.painting.laid_out import SCROLL_BAR_WIDTH, LaidOut, blank_strip
from tuimon.tui.painting.look import Look
from tuimon.tui.painting.row_shares import gap_rows, run_chart_rows
from tuimon.tui.view.board import Board
from tuimon.tui.view.chart_in_hand import ChartInHand, DrawnChart

_OUTPUT_LINES = 5


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What the screen is to show; ``metric`` is the one in the chart (None: the one that judges runs)."""

    board: Board
    key: str
    metric: str | None
    width: int
    height: int
    output_key: str = ""
    """The key that shows all of the output."""
    chart_alone: bool = False
    """Whether the chart has all of the height."""


@dataclass(frozen=True, slots=True, eq=False)
class RunPicture:
    """A title, a chart (none where there is no room), the text; ``metrics`` are those that can be charted."""

    title: Line
    chart: tuple[Strip, ...]
    text: LaidOut
    metrics: tuple[str, ...]
    metric: str | None
    in_hand: ChartInHand | None = None


class RunPainter:
    """Draws a run's screen, and keeps what an equal request would need again."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._statistics: tuple[RunSnapshot, tuple[MetricStatistics, ...]] | None = None
        self._drawn: tuple[ChartSpec, Picture] | None = None
        self._output: PrintedOutput | None = None
        self._system: tuple[tuple[object, ...], tuple[Line, ...]] = ((), ())

    def paint(self, request: RunRequest) -> RunPicture | None:
        """The screen's parts; None where the run is gone."""
        board = request.board
        run = board.run(request.key)
        if run is None:
            return None
        statistics = self._statistics_of(run)
        metrics = tuple(item.metric for item in statistics if item.metric in run.metrics)
        metric = request.metric if request.metric in metrics else _default_metric(run, board, metrics)
        spec = RunTextSpec(
            run,
            _row(run, board),
            statistics,
            request.width - SCROLL_BAR_WIDTH,
            colour=board.colours.get(run.key),
            name=board.names.get(run.key),
            metric=metric,
            ascii=self._look.ascii,
            theme=self._look.theme,
            health=board.health.get(run.key),
            paused=board.state.paused,
            output=self._last_output(run),
            output_key=request.output_key,
            system=self._system_lines(run, request.width - SCROLL_BAR_WIDTH),
        )
        alone = replace(board, plotted=(run,), cursor=run.key, axis=axis_for(board, (run,)), groups={})
        rows = request.height if request.chart_alone else run_chart_rows(request.height)
        values = cursor_panel(alone, metric, request.width, cursor_rows(alone), self._look) if metric else ()
        lines, in_hand = self._chart(alone, metric, request.width, rows - len(values) if rows else 0)
        chart = [Strip(line, request.width) for line in lines]
        if chart:
            chart += [Strip(line, request.width) for line in values]
            if not request.chart_alone:
                chart += [blank_strip(request.width)] * gap_rows(request.height)
        return RunPicture(
            run_title(replace(spec, width=request.width)),
            tuple(chart),
            LaidOut(run_text(spec)),
            metrics,
            metric,
            in_hand,
        )

    def _statistics_of(self, run: RunSnapshot) -> tuple[MetricStatistics, ...]:
        if self._statistics is None or self._statistics[0] is not run:
            self._statistics = run, run_statistics(run)
        return self._statistics[1]

    def _system_lines(self, run: RunSnapshot, width: int) -> tuple[Line, ...]:
        """The machine's figures, drawn anew when there are new ones."""
        made_from = (width, *(view for log in measured(run) for view in log.system.values()))
        if self._system[0] != made_from:
            look = SystemLook(width, self._look.ascii, self._look.theme)
            self._system = made_from, system_lines(run, look)
        return self._system[1]

    def _last_output(self, run: RunSnapshot) -> tuple[OutputLine, ...]:
        """The last lines that the program printed; none where they are not kept."""
        if self._output is None:
            self._output = PrintedOutput(output_path(run.path))
        return tail(self._output.page(OutputPlace(), 2 * _OUTPUT_LINES).lines, _OUTPUT_LINES)

    def _chart(
        self, board: Board, metric: str | None, width: int, height: int
    ) -> tuple[tuple[Line, ...], ChartInHand | None]:
        if metric is None or height <= 0:
            return (), None
        spec = large_chart(board, metric, width, height, self._look)
        if self._drawn is None or self._drawn[0] != spec:
            self._drawn = spec, draw_chart(spec)
        picture = self._drawn[1]
        drawn = DrawnChart.of(metric, board.axis.id, Rect(0, 0, width, height), picture)
        return picture.lines, ChartInHand(board, drawn)


def _default_metric(run: RunSnapshot, board: Board, metrics: tuple[str, ...]) -> str | None:
    """The metric of the dashboard's large chart where the run has it, else the one that it is judged by."""
    own = main_metric((run,))
    return next((metric for metric in (board.metric, own, *metrics) if metric in metrics), None)


def _row(run: RunSnapshot, board: Board) -> RunRow:
    """The run's row: the table's, or one of its own where a filter hides the run."""
    for row in board.rows:
        if row.run is run:
            return board.row_now(row)
    baseline = board.run(board.state.baseline)
    return run_row(
        run, board.now, baseline=baseline, metric=board.metrics.main, smoothing=board.state.smoothing
    )
