"""The compare screen as finished lines; lives in the drawing thread."""

from __future__ import annotations

from dataclasses import replace

from rich.cells import cell_len
from textual.strip import Strip

from tuimon.analysis.comparison import Comparison, compare_runs
from tuimon.analysis.default_baseline import default_baseline
from tuimon.charts.compare_rows import CompareSpec
from tuimon.charts.compare_text import CompareTable
from tuimon.charts.cursor_values import exact_x_text
from tuimon.charts.notation import harmless
from tuimon.charts.palette import style
from tuimon.charts.picture import Line
from tuimon.charts.text_line import LineBuilder
from tuimon.quick_dataclass import dataclass
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.painting.chart_specs import axis_for
from tuimon.tui.painting.compare_charts import CompareCharts
from tuimon.tui.painting.laid_out import SCROLL_BAR_WIDTH, blank_strip
from tuimon.tui.painting.look import Look
from tuimon.tui.painting.row_shares import comparison_rows, gap_rows
from tuimon.tui.painting.screen_lines import y_words, zoom_words
from tuimon.tui.view.board import UNMARKED_CURVES, Board
from tuimon.tui.view.chart_in_hand import ChartInHand


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """What the screen is to show: these runs of the board, with the cursor on one of them.

    ``charts_alone``: the charts without the table.
    """

    board: Board
    keys: tuple[str, ...]
    chosen: str | None
    first: int
    all_config: bool
    width: int
    height: int
    charts_alone: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ComparePicture:
    """A title, the table, the chart below it (none where there is no room); the cursor is on ``chosen``.

    ``in_hand`` is what the keys of the chart act on (None: no chart).
    """

    title: Line
    table: CompareTable
    table_height: int
    chart: tuple[Strip, ...]
    chosen: str
    in_hand: ChartInHand | None = None


class ComparePainter:
    """Compares and draws, and keeps what an equal request would need again."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._compared: tuple[tuple[object, ...], Comparison] | None = None
        self._charts = CompareCharts(look)
        self._default: str | None = None  # the key of the baseline that nobody chose

    def paint(self, request: CompareRequest) -> ComparePicture | None:
        """The screen's parts; None where all of the runs are gone."""
        board = request.board
        found = tuple(run for key in request.keys if (run := board.run(key)) is not None)
        if not found:
            return None
        comparison = self._compare(found, board)
        chosen = next((run.key for run in comparison.runs if run.key == request.chosen), found[0].key)
        table = CompareTable(
            CompareSpec(
                comparison,
                request.width - SCROLL_BAR_WIDTH,
                colours=board.colours,
                names=board.names,
                all_config=request.all_config,
                first=request.first,
                chosen=chosen,
                ascii=self._look.ascii,
                theme=self._look.theme,
            )
        )
        table_height, chart_height = 0, request.height
        if not request.charts_alone:
            table_height = comparison_rows(request.height, len(table) + len(table.heading))
            chart_height = request.height - table_height
        gap = gap_rows(request.height) if chart_height else 0
        drawn = drawn_runs(comparison, table, chosen)
        compared = replace(board, plotted=drawn, cursor=chosen, axis=comparison.axis, groups={})
        chart, in_hand = self._charts.paint(
            compared, comparison.runs[comparison.baseline], request.width, chart_height - gap, gap
        )
        strips = (*[blank_strip(request.width)] * gap, *(Strip(line, request.width) for line in chart))
        fewer = len(drawn) if chart and len(drawn) < len(comparison.runs) else None
        title = compare_title(board, comparison, request.width, self._look, fewer)
        return ComparePicture(title, table, table_height, strips, chosen, in_hand)

    def _compare(self, runs: tuple[RunSnapshot, ...], board: Board) -> Comparison:
        baseline = board.run(board.state.baseline) or self._default_of(runs, board)
        axis = axis_for(board, runs)
        at = board.state.zoom.cursor_on(axis.id)
        wanted = (*runs, baseline, axis, at)  # an unchanged run is the same object
        if self._compared is None or self._compared[0] != wanted:
            self._compared = wanted, compare_runs(runs, baseline, axis, at)
        return self._compared[1]

    def _default_of(self, runs: tuple[RunSnapshot, ...], board: Board) -> RunSnapshot:
        """The baseline that nobody chose: the best run, of equals that of the first line. It stays while a
        live run overtakes it, so that no column moves under the eyes."""
        known = next((run for run in runs if run.key == self._default), None)
        if known is not None:
            return known
        best = board.best.key if board.best is not None else None
        found = default_baseline(sorted(runs, key=lambda run: run.key != best), board.metrics.main)
        if not any(run.loading for run in runs):
            self._default = found.key
        return found


def drawn_runs(comparison: Comparison, table: CompareTable, chosen: str) -> tuple[RunSnapshot, ...]:
    """The runs whose curves are drawn: no more than can be told apart, the baseline and those in sight first.

    Scrolling the table takes other runs into the charts.
    """
    runs = comparison.runs
    if len(runs) <= UNMARKED_CURVES:
        return runs
    order = {key: place for place, key in enumerate(table.order)}
    # The columns in sight, from the left, then what would come into sight next, or was there before.
    first = max(1, min(table.first + 1, len(runs) - UNMARKED_CURVES + 1))
    seen = [0, *range(first, first + UNMARKED_CURVES - 1)]
    if order[chosen] not in seen:
        seen[-1] = order[chosen]
    return tuple(run for run in runs if order[run.key] in seen)


def compare_title(
    board: Board, comparison: Comparison, width: int, look: Look, drawn: int | None = None
) -> Line:
    """How many runs are compared, and the view that the curves are drawn in: of ``drawn`` runs, if not of
    all.
    """
    theme, state = look.theme, board.state
    muted, ink = style(theme, theme.muted), style(theme, theme.text)
    line = LineBuilder(width, ascii=look.ascii).add(" compare ", style(theme, theme.accent, bold=True))
    fewer = "" if drawn is None else f", {drawn} drawn"
    line.add(f"{len(comparison.runs)} of {board.total} runs{fewer}", ink)
    if comparison.at is not None:
        at = exact_x_text(comparison.axis, comparison.at)
        line.add("   at ", muted).add(at, style(theme, theme.accent, bold=True))
    if state.paused:
        line.add("   paused", style(theme, theme.warning, bold=True))
    view = [(label, text) for label, text in [zoom_words(board, comparison.axis)] if text]
    view += [
        ("x ", harmless(comparison.axis.label)),
        ("y ", y_words(state)),
        ("smooth ", f"{state.smoothing:.3g}" if state.smoothing else "off"),
    ]
    size = sum(cell_len(label) + cell_len(value) + 3 for label, value in view) + 1
    if line.room >= size:
        line.to(width - size)
        for label, value in view:
            line.add("   ").add(label, muted).add(value, ink)
    return line.line()
