"""Runs side by side: differing config first, what came of it, and their curves below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tuimon.tui.keys.actions import Scope
from tuimon.tui.keys.bindings import screen_bindings
from tuimon.tui.painting.compare_painter import ComparePainter, ComparePicture, CompareRequest
from tuimon.tui.screens.drawn_screen import ChartsAloneScreen
from tuimon.tui.view.board import Board
from tuimon.tui.view.chart_in_hand import ChartInHand
from tuimon.tui.widgets.scrolled_lines import ScrolledLines


class CompareScreen(ChartsAloneScreen[ComparePicture]):
    """Two runs or more. The cursor is on one of them: ``b`` makes it the baseline, its curve is bright."""

    SCOPE = Scope.COMPARE
    SLOT = "comparison"
    FOOTER: ClassVar[Mapping[str, int]] = {"back": 2, "full_chart": 3, "export": 6}
    BINDINGS: ClassVar[list[BindingType]] = [*screen_bindings(Scope.COMPARE)]

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__(ScrolledLines(id="comparison"))
        self._keys = keys
        self._chosen: str | None = None
        self._first = 0
        self._all_config = False

    def compose(self) -> ComposeResult:
        """From top to bottom: here the lines stand above the chart."""
        yield self._header
        yield self.lines
        yield self._chart
        yield self._keys_line

    @cached_property
    def _painter(self) -> ComparePainter:
        return ComparePainter(self.app.look)

    def drawing_of(self, board: Board, width: int, height: int) -> Callable[[], ComparePicture | None]:
        """The comparison of the runs."""
        if self._chosen is None and board.cursor in self._keys:
            self._chosen = board.cursor
        painter = self._painter
        request = CompareRequest(
            board,
            self._keys,
            self._chosen,
            self._first,
            self._all_config,
            width,
            height,
            self.charts_alone,
        )
        return lambda: painter.paint(request)

    def show_picture(self, picture: ComparePicture) -> None:
        """Show the table; the cursor is where the picture has it."""
        self._chosen, self._first = picture.chosen, picture.table.first
        self.lines.styles.height = picture.table_height
        self.lines.display = picture.table_height > 0
        self.lines.show_source(picture.table)

    def runs_shown(self) -> tuple[str, ...]:
        """Those compared."""
        return self._keys

    def chosen_key(self) -> str | None:
        """The run of the cursor."""
        return self._chosen

    def chosen_keys(self) -> tuple[str, ...]:
        """The runs that are compared."""
        return self._keys

    def chart_in_hand(self) -> ChartInHand | None:
        """The chart below the table, under the board of now."""
        picture, board = self.picture, self.app.board
        if picture is None or picture.in_hand is None or board is None:
            return None
        before = picture.in_hand
        now = replace(before.board, state=board.state, cursor=picture.chosen)
        return ChartInHand(now, before.drawn)

    def copy_texts(self) -> Mapping[str, str]:
        """The comparison as Markdown, with the config keys that are shown."""
        from tuimon.export.comparison_text import comparison_markdown  # loaded at its first use

        if self.picture is None:
            return {}
        comparison = self.picture.table.spec.comparison
        text = comparison_markdown(comparison, self._names, all_config=self._all_config)
        return {"the comparison as Markdown": text}

    def export_text(self) -> tuple[str, str] | None:
        """The table, with the config keys that are shown; nothing of its own where the charts stand alone."""
        from tuimon.export.comparison_text import comparison_csv  # loaded at its first use

        if self.picture is None or self.charts_alone:
            return None
        text = comparison_csv(self.picture.table.spec.comparison, self._names, all_config=self._all_config)
        return f"comparison_{datetime.now():%Y%m%d_%H%M%S}", text

    @property
    def _names(self) -> Mapping[str, str]:
        """The names of all runs compared, which differ."""
        if self.picture is None:
            return {}
        spec = self.picture.table.spec
        return {run.key: spec.names.get(run.key, run.name) for run in spec.comparison.runs}

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
        if self.picture is None:
            return
        order = self.picture.table.order
        place = order.index(self.picture.chosen) + by
        self._chosen = order[min(max(place, 0), len(order) - 1)]
        self.show_again()

    def action_all_keys(self) -> None:
        """All config keys, or only the differing ones."""
        self._all_config = not self._all_config
        self.show_again()

    def action_baseline(self) -> None:
        """The run of the cursor as the baseline, or none if it was."""
        if self._chosen is not None:
            self.app.change_view(self.app.view.baseline_toggled(self._chosen))
