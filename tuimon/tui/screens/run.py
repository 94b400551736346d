"""Everything about one run: a large chart of one metric after the other, and all facts below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import ClassVar

from textual.binding import BindingType

from tuimon.analysis.metric_order import Group
from tuimon.tui.keys.actions import Scope
from tuimon.tui.keys.bindings import screen_bindings
from tuimon.tui.painting.run_painter import RunPainter, RunPicture, RunRequest
from tuimon.tui.screens.drawn_screen import ChartsAloneScreen
from tuimon.tui.view.board import Board
from tuimon.tui.view.chart_in_hand import ChartInHand
from tuimon.tui.widgets.scrolled_lines import ScrolledLines


class RunScreen(ChartsAloneScreen[RunPicture]):
    """One run, live. The moving keys scroll the facts, the paging keys change the metric of the chart."""

    SCOPE = Scope.RUN
    SLOT = "run"
    FOOTER: ClassVar[Mapping[str, int]] = {
        "records": 1,
        "back": 2,
        "next_page": 3,
        "output": 4,
        "note": 5,
        "cursor": 6,
        "next_event": 7,
        "full_chart": 8,
        "export": 9,
        "choose_metrics": 0,
        "choose_x_axis": 10,
        "log_y": 11,
        "zoom_in": 12,
        "more_smoothing": 13,
    }
    BINDINGS: ClassVar[list[BindingType]] = [*screen_bindings(Scope.RUN)]

    def __init__(self, key: str) -> None:
        super().__init__(ScrolledLines(id="facts"))
        self._key = key
        self._metric: str | None = None

    @cached_property
    def _painter(self) -> RunPainter:
        return RunPainter(self.app.look)

    def drawing_of(self, board: Board, width: int, height: int) -> Callable[[], RunPicture | None]:
        """The run of the screen."""
        painter = self._painter
        output_key = next(
            action.key_name for action in self.app.actions_in(self.SCOPE) if action.id == "output"
        )
        request = RunRequest(board, self._key, self._metric, width, height, output_key, self.charts_alone)
        return lambda: painter.paint(request)

    def show_picture(self, picture: RunPicture) -> None:
        """Show the facts, unless the chart is alone."""
        self.lines.display = not (self.charts_alone and picture.chart)
        self.lines.show_source(picture.text)

    def runs_shown(self) -> tuple[str, ...]:
        """This one."""
        return (self._key,)

    def chosen_key(self) -> str | None:
        """The run of the screen."""
        return self._key

    def chosen_keys(self) -> tuple[str, ...]:
        """The run of the screen, whatever is marked in the table."""
        return (self._key,)

    def action_records(self) -> None:
        """The lines of the log as they are."""
        from tuimon.tui.screens.records import RecordsScreen  # loaded at its first use

        run = self.app.board.run(self._key) if self.app.board is not None else None
        if run is not None:
            self.app.push_screen(RecordsScreen(self._key, run.path))

    def chart_in_hand(self) -> ChartInHand | None:
        """The chart of the run, under the view of now."""
        picture = self.picture
        if picture is None or picture.in_hand is None:
            return None
        before = picture.in_hand
        return ChartInHand(replace(before.board, state=self.app.view), before.drawn)

    def metric_groups(self, board: Board) -> tuple[Group, ...]:
        """Those of the run."""
        own = set(self.picture.metrics) if self.picture is not None else set()
        groups = (tuple(name for name in group if name in own) for group in board.metrics.groups)
        return tuple(filter(None, groups))

    def choose_metric(self, metric: str) -> None:
        """Put a metric into the chart."""
        self._metric = metric
        self.show_again()

    def go_to_run(self, key: str) -> None:
        """Show that run instead."""
        self._key = key
        self.show_again()

    def action_next_page(self) -> None:
        """The next metric in the chart."""
        self._turn(1)

    def action_previous_page(self) -> None:
        """The previous metric in the chart."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        if self.picture is None or self.picture.metric is None:
            return
        metrics = self.picture.metrics
        self._metric = metrics[(metrics.index(self.picture.metric) + by) % len(metrics)]
        self.show_again()
