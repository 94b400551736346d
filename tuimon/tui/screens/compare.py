"""Runs side by side: differing config first, what came of it, and their curves below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tuimon.tui.actions import Scope
from tuimon.tui.bindings import screen_bindings
from tuimon.tui.chart_in_hand import ChartInHand
from tuimon.tui.compare_painter import ComparePainter, ComparePicture, CompareRequest
from tuimon.tui.drawing import Drawn
from tuimon.tui.screens.scrolling_screen import ScrollingScreen
from tuimon.tui.widgets.chart_view import ChartView
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.widgets.scrolled_lines import ScrolledLines
from tuimon.tui.workspace import Board


class CompareScreen(ScrollingScreen):
    """Two to eight runs. The cursor is on one of them: ``b`` makes it the baseline, its curve is bright."""

    SCOPE = Scope.COMPARE
    FOOTER: ClassVar[Mapping[str, int]] = {"back": 2, "full_chart": 3, "export": 9}
    BINDINGS: ClassVar[list[BindingType]] = [*screen_bindings(Scope.COMPARE)]

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__(ScrolledLines(id="comparison"))
        self._keys = keys
        self._chosen: str | None = None
        self._first = 0
        self._all_config = False
        self._charts_alone = False
        self._painter: ComparePainter | None = None
        self._picture: ComparePicture | None = None
        self._header = LinesView(id="header")
        self._chart = ChartView(id="chart")
        self._keys_line = LinesView(id="keys")

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._header
        yield self.lines
        yield self._chart
        yield self._keys_line

    def show_board(self, board: Board) -> None:
        """Compare anew in the drawing thread; runs that have not changed cost nothing there."""
        if self._painter is None:
            self._painter = ComparePainter(self.app.look)
        if self._chosen is None and board.cursor in self._keys:
            self._chosen = board.cursor
        painter = self._painter
        width, height = self.app.size
        request = CompareRequest(
            board,
            self._keys,
            self._chosen,
            self._first,
            self._all_config,
            width,
            max(0, height - 2),
            self._charts_alone,
        )
        self.app.drawing.request(self, "comparison", lambda: painter.paint(request))
        self.show_last_line()

    def on_drawn(self, message: Drawn) -> None:
        """Show what was compared."""
        picture: ComparePicture | None = message.result
        if picture is None:
            if self.is_current:
                self.app.pop_screen()  # the logs were deleted
            return
        self._picture = picture
        self._chosen, self._first = picture.chosen, picture.table.first
        self._header.show_lines([picture.title], self.app.size.width)
        self.lines.styles.height = picture.table_height
        self.lines.display = picture.table_height > 0
        self._chart.styles.height = len(picture.chart)
        self._chart.display = bool(picture.chart)
        self.lines.show_source(picture.table)
        self._chart.show(picture.chart)

    def chosen_key(self) -> str | None:
        """The run of the cursor."""
        return self._chosen

    def chosen_keys(self) -> tuple[str, ...]:
        """The runs that are compared."""
        return self._keys

    def chart_in_hand(self) -> ChartInHand | None:
        """The chart below the table, under the board of now."""
        picture, board = self._picture, self.app.board
        if picture is None or picture.in_hand is None or board is None:
            return None
        before = picture.in_hand
        now = replace(before.board, state=board.state, cursor=picture.chosen)
        return ChartInHand(now, before.drawn)

    def copy_texts(self) -> Mapping[str, str]:
        """The comparison as Markdown, with the config keys that are shown."""
        from tuimon.export.comparison_text import comparison_markdown  # loaded at its first use

        if self._picture is None:
            return {}
        spec = self._picture.table.spec
        names = {run.key: spec.names.get(run.key, run.name) for run in spec.comparison.runs}
        text = comparison_markdown(spec.comparison, names, all_config=self._all_config)
        return {"the comparison as Markdown": text}

    def choose_run(self, key: str) -> None:
        """Its curve is bright, its name has the cursor."""
        if key in self._keys:
            self._chosen = key

    def action_left(self) -> None:
        """The cursor of the chart to the left; without it the run on the left."""
        if not self.app.move_cursor(-1):
            self._choose(-1)

    def action_right(self) -> None:
        """The cursor of the chart to the right; without it the run on the right."""
        if not self.app.move_cursor(1):
            self._choose(1)

    def _choose(self, by: int) -> None:
        if self._picture is None:
            return
        order = self._picture.table.order
        place = order.index(self._picture.chosen) + by
        self._chosen = order[min(max(place, 0), len(order) - 1)]
        self.show_again()

    def action_all_keys(self) -> None:
        """All config keys, or only the differing ones."""
        self._all_config = not self._all_config
        self.show_again()

    def action_full_chart(self) -> None:
        """The charts without the table, or with it again."""
        self._charts_alone = not self._charts_alone
        self.show_again()

    def action_back(self) -> None:
        """One layer back: the cursor of the charts, the charts without the table, the screen."""
        if self._charts_alone and self.app.view.zoom.cursor is None:
            self.action_full_chart()
        else:
            super().action_back()

    def action_baseline(self) -> None:
        """The run of the cursor as the baseline, or none if it was."""
        if self._chosen is not None:
            self.app.change_view(self.app.view.baseline_toggled(self._chosen))
