"""The sweep screen as finished lines; lives in the drawing thread."""

from __future__ import annotations

from textual.strip import Strip

from tuimon.analysis.flat_config import flatten_config
from tuimon.analysis.metric_order import metric_groups
from tuimon.analysis.metric_roles import direction_of
from tuimon.analysis.sweep import Sweep, likeliest_key, sweep, sweep_keys
from tuimon.charts.notation import cut_middle, harmless
from tuimon.charts.palette import style
from tuimon.charts.picture import Line
from tuimon.charts.sweep_chart import SweepSpec, draw_sweep
from tuimon.charts.sweep_table import SweepTable, SweepTableSpec
from tuimon.charts.text_line import LineBuilder
from tuimon.quick_dataclass import dataclass
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.painting.laid_out import SCROLL_BAR_WIDTH
from tuimon.tui.painting.look import Look
from tuimon.tui.painting.row_shares import sweep_table_rows
from tuimon.tui.view.board import Board


@dataclass(frozen=True, slots=True)
class SweepRequest:
    """What the screen is to show. ``keys`` are the runs; ``key`` and ``metric`` may be None for the first.

    ``chosen`` is the label of the value under the cursor.
    """

    board: Board
    keys: tuple[str, ...]
    key: str | None
    metric: str | None
    chosen: str | None
    width: int
    height: int


@dataclass(frozen=True, slots=True, eq=False)
class SweepPicture:
    """A title, the chart, the table below it; ``sweep`` is what they show (None: there is nothing to show).

    ``differing`` and ``others`` are the config keys to choose from, ``metrics`` the metrics. ``chosen`` is
    the place of the value under the cursor.
    """

    title: Line
    chart: tuple[Strip, ...]
    table: SweepTable | None
    sweep: Sweep | None
    chosen: int
    differing: tuple[str, ...]
    others: tuple[str, ...]
    metrics: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Swept:
    """What was worked out of runs that have not changed since."""

    runs: tuple[RunSnapshot, ...]
    wanted: tuple[str | None, str | None]
    sweep: Sweep | None
    problem: str
    differing: tuple[str, ...]
    others: tuple[str, ...]
    metrics: tuple[str, ...]


class SweepPainter:
    """Works out and draws, and keeps what an equal request would need again."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._swept: _Swept | None = None

    def paint(self, request: SweepRequest) -> SweepPicture | None:
        """The screen's parts; None where all of the runs are gone."""
        board, look = request.board, self._look
        wanted = set(request.keys)
        runs = tuple(run for run in board.snapshot.runs if run.key in wanted)
        if not runs:
            return None
        swept = self._work_out(runs, request.key, request.metric or board.state.main_metric)
        title = self._title(request, swept)
        found = swept.sweep
        if found is None:
            chart = self._message(swept.problem, request.width, request.height)
            return SweepPicture(title, chart, None, None, 0, swept.differing, swept.others, swept.metrics)
        place = chosen_place(found, request.chosen)
        table = SweepTable(
            SweepTableSpec(
                found, request.width - SCROLL_BAR_WIDTH, board.names, place, look.ascii, look.theme
            )
        )
        rows = sweep_table_rows(request.height, len(table) + 1)
        picture = draw_sweep(
            SweepSpec(
                found,
                request.width,
                request.height - rows,
                board.names,
                board.state.log_y,
                place,
                look.ascii,
                look.theme,
            )
        )
        chart = tuple(Strip(line, request.width) for line in picture.lines)
        return SweepPicture(title, chart, table, found, place, swept.differing, swept.others, swept.metrics)

    def _work_out(self, runs: tuple[RunSnapshot, ...], key: str | None, metric: str | None) -> _Swept:
        known = self._swept
        if known is None or known.runs != runs or known.wanted != (key, metric):
            known = self._swept = _work_out(runs, key, metric)
        return known

    def _title(self, request: SweepRequest, swept: _Swept) -> Line:
        theme = self._look.theme
        muted, ink = style(theme, theme.muted), style(theme, theme.text)
        line = LineBuilder(request.width, ascii=self._look.ascii)
        line.add(" sweep ", style(theme, theme.accent, bold=True))
        line.add(f"{len(swept.runs)} of {request.board.total} runs", ink)
        if request.board.state.filter_text:
            line.add("   filter ", muted).add(
                cut_middle(harmless(request.board.state.filter_text), 24),
                style(theme, theme.warning, bold=True),
            )
        keys = f"{len(swept.differing)} differing {'key' if len(swept.differing) == 1 else 'keys'}"
        words = f"{keys}   y {'log' if request.board.state.log_y else 'linear'} "
        if line.room >= len(words) + 3:
            line.to(request.width - len(words)).add(words, muted)
        return line.line()

    def _message(self, text: str, width: int, height: int) -> tuple[Strip, ...]:
        theme = self._look.theme
        lines = []
        for row in range(height):
            line = LineBuilder(width, ascii=self._look.ascii)
            if row == height // 2:
                words = cut_middle(harmless(text), width)
                line.to((width - len(words)) // 2).add(words, style(theme, theme.muted))
            lines.append(Strip(line.line(), width))
        return tuple(lines)


def chosen_place(found: Sweep, label: str | None) -> int:
    """The place of the value with this label; of the best one where there is none."""
    places = (place for place, point in enumerate(found.points) if point.label == label)
    return next(places, found.best or 0)


def _work_out(runs: tuple[RunSnapshot, ...], key: str | None, metric: str | None) -> _Swept:
    wanted, differing = (key, metric), sweep_keys(runs)
    every = dict.fromkeys(name for run in runs for name in flatten_config(run.header.config))
    others = tuple(name for name in every if name not in differing)
    metrics = tuple(name for group in metric_groups(runs) for name in group if direction_of(name) is not None)
    metric = metric if metric in metrics else None
    chosen = key if key in every else likeliest_key(differing, runs, metric)
    found, problem = None, "the configs of these runs differ in nothing but seeds and names"
    if len(runs) == 1:
        problem = "a sweep needs runs whose configs differ: here is one run alone"
    if not every:
        problem = "these runs logged no config"
    if chosen is not None:
        try:
            found = sweep(runs, chosen, metric)
        except ValueError as error:
            problem = str(error)
    return _Swept(runs, wanted, found, problem, differing, others, metrics)
