"""The dashboard: the charts above, the live table of runs below, the view and the keys last."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import DescendantFocus, Resize

from tuimon.charts.dashboard_layout import DashboardLayout
from tuimon.tui.background.drawing import Drawn
from tuimon.tui.keys.actions import Scope
from tuimon.tui.keys.bindings import screen_bindings
from tuimon.tui.keys.panes import CHARTS_PANE, RUNS_PANE
from tuimon.tui.painting.charts_painter import ChartsPainter, ChartsPicture, ChartsRequest
from tuimon.tui.painting.dashboard_lines import layout_of, status_lines
from tuimon.tui.painting.header_line import header_line
from tuimon.tui.screens.table_actions import TableActions
from tuimon.tui.view.board import Board
from tuimon.tui.view.chart_in_hand import ChartInHand
from tuimon.tui.view.view_state import ViewState
from tuimon.tui.widgets.charts_pane import ChartsPane
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.widgets.run_table import RunTable


class DashboardScreen(TableActions):
    """Charts, table, status and keys."""

    SCOPE = Scope.DASHBOARD
    BINDINGS: ClassVar[list[BindingType]] = [*screen_bindings(Scope.DASHBOARD)]
    AUTO_FOCUS = "RunTable"

    def __init__(self) -> None:
        super().__init__()
        self._layout: DashboardLayout | None = None
        self._painter: ChartsPainter | None = None
        self._picture: ChartsPicture | None = None
        self._requested: ChartsRequest | None = None
        self._shown_in = (0, 0)
        self._table_waits = False  # for the focus that it had before a chart took the whole screen
        self.header = LinesView(id="header")
        self.charts = ChartsPane(id="charts")
        self.values = LinesView(id="values")
        self.status = LinesView(id="status")
        self.keys = LinesView(id="keys")

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self.header
        yield self.charts
        yield self.values
        yield self.table
        yield self.filter_input
        yield self.status
        yield self.keys

    # Showing

    def show_board(self, board: Board) -> None:
        """Lines that cost nothing at once, charts as soon as they are drawn."""
        self._shown_in = self.app.size
        layout = self._place(board)
        look, width = self.app.look, layout.width
        live = self.app.feed.snapshot()
        self.show_first_line(header_line(board, live, self.app.place, width, look))
        self.status.show_lines(status_lines(board, layout, look), width)
        self.table.show_board(board)
        self._draw_charts(board, layout)

    def work_ahead(self) -> Callable[[Board], object] | None:
        """How the table is laid out: of a thousand runs that takes too long for the event loop."""
        return self.table.work_ahead()

    def _place(self, board: Board) -> DashboardLayout:
        """Give every part its height; where nothing changed this costs nothing."""
        layout = self.layout_under(board, board.state)
        if layout != self._layout:
            self._layout = layout
            for widget, rows in (
                (self.charts, layout.charts),
                (self.values, layout.values),
                (self.table, layout.table),
                (self.status, layout.status),
                (self.keys, layout.keys),
            ):
                widget.styles.height = rows
                widget.display = rows > 0
            self._keep_focus()
            self.show_last_line()
        return layout

    def layout_under(self, board: Board, state: ViewState) -> DashboardLayout:
        """The layout that a view gives at this size."""
        width, height = self.app.size
        return layout_of(board, state, (width, height - self.filter_input.display), self.app.page_size)

    @property
    def chooses_chart(self) -> bool:
        """Whether the charts have the focus."""
        return self.focused is self.charts

    def focused_pane(self) -> str:
        """The charts or the run table."""
        return CHARTS_PANE if self.chooses_chart else RUNS_PANE

    def _keep_focus(self) -> None:
        """A pane that is gone hands its focus on; the table takes it back when it is there again."""
        if self.filter_input.display or self.app.screen is not self:
            return
        if not self.table.display and self.focused is not self.charts:
            self._table_waits = True
            self.charts.focus()
        elif self.table.display and (self._table_waits or not self.charts.display):
            self._table_waits = False
            self.table.focus()

    def _draw_charts(self, board: Board, layout: DashboardLayout) -> None:
        painter = self._painter
        if painter is None:
            first = self.app.first
            painter = first.painter if first is not None else ChartsPainter(self.app.look, self.app.place)
            self.app.first = None  # its board holds all runs as they were then
            self._painter = painter
        chosen = board.state.chart if self.focused is self.charts else None
        request = ChartsRequest(board, layout, chosen)
        if request.draws_as(self._requested):
            return
        self._requested = request
        self.app.drawing.request(self, "charts", lambda: painter.paint(request))

    def on_drawn(self, message: Drawn) -> None:
        """The charts are ready."""
        picture: ChartsPicture = message.result
        self._picture = picture
        width = self.app.size.width
        self.charts.show_lines(picture.lines, width)
        self.values.show_lines(picture.values, width)
        self._unveil()

    def _unveil(self) -> None:
        """Show what is there where every part has the height that it is to have, else a little later."""
        if self._layout is not None and self.table.size.height != self._layout.table:
            self.call_after_refresh(self._unveil)
        else:
            self.app.unveil()

    def on_resize(self, _event: Resize) -> None:
        """Another size, another layout; Textual tells of the same size several times as it starts."""
        if self.app.size != self._shown_in:
            self.show_again()

    def on_descendant_focus(self, _event: DescendantFocus) -> None:
        """The chosen chart is marked while the charts have the focus."""
        self.show_again()

    def chart_in_hand(self) -> ChartInHand | None:
        """The chosen chart where the charts have the focus, else the large one."""
        board = self.app.board
        chosen = self.focused is self.charts or self._view.full_chart
        return self._chart(self._view.chart % len(board.charts) if board and board.charts and chosen else 0)

    def chart_at(self, x: int, y: int) -> ChartInHand | None:
        """The chart in this cell of the charts pane."""
        number = self._picture.chart_at(x, y) if self._picture is not None else None
        return self._chart(number) if number is not None else None

    def _chart(self, number: int) -> ChartInHand | None:
        board, picture = self.app.board, self._picture
        drawn = picture.charts.get(number) if picture is not None else None
        return ChartInHand(board, drawn) if board is not None and drawn is not None else None

    # Moving

    @property
    def _view(self) -> ViewState:
        return self.app.view

    def move(self, by: int) -> None:
        """The cursor of the table, or to another chart."""
        board = self.app.board
        if board is None or self._layout is None:
            return
        if self.focused is self.charts:
            state = self._view.chart_moved(by, len(board.charts), len(self._layout.strips))
        else:
            state = board.seated(self._view).moved(board.keys, by)
        self.app.change_view(state)

    @property
    def places(self) -> int:
        """At least as many as there are rows, and charts."""
        board = self.app.board
        return len(board.rows) + len(board.charts) if board is not None else 0

    @property
    def page_places(self) -> int:
        """The rows that are seen at once but one, so that one can be read on."""
        return max(1, self.table.size.height - 2)

    def action_next_pane(self) -> None:
        """From the table to the charts, and back."""
        charts_usable = self._layout is not None and self._layout.chart is not None
        (self.charts if charts_usable and self.focused is not self.charts else self.table).focus()

    @on(ChartsPane.Clicked)
    def _chart_clicked(self, message: ChartsPane.Clicked) -> None:
        board, layout, picture = self.app.board, self._layout, self._picture
        chart = picture.chart_at(message.x, message.y) if picture is not None else None
        if board is None or layout is None or chart is None:
            return
        per_page = len(layout.strips)
        self.app.change_view(self._view.chart_moved(chart - self._view.chart, len(board.charts), per_page))

    # Runs

    def _cursor(self) -> str | None:
        return self.app.board.cursor if self.app.board is not None else None

    def action_mark(self) -> None:
        """Mark or unmark, and on to the next, so that several are marked by pressing it again."""
        board, key = self.app.board, self._cursor()
        if not self.app.lacks_runs("to mark") and board is not None and key is not None:
            self.app.change_view(board.seated(self._view).mark_toggled(key).moved(board.keys, 1))

    def action_mark_all(self) -> None:
        """Mark all that are shown."""
        if not self.app.lacks_runs("to mark") and self.app.board is not None:
            self.app.change_view(self._view.all_marked(self.app.board.keys))

    def action_mark_none(self) -> None:
        """Unmark all."""
        if not self._view.marked:
            self.app.tell("no run is marked")
        self.app.change_view(self._view.none_marked())

    def action_baseline(self) -> None:
        """The run under the cursor as baseline, or none."""
        key = self._cursor()
        if not self.app.lacks_runs("to be the baseline") and key is not None:
            self.app.change_view(self._view.baseline_toggled(key))

    def action_open(self) -> None:
        """The run's own screen; in the charts pane the chosen metric into the large chart."""
        board = self.app.board
        if self.app.lacks_runs("to open"):
            return
        if board is not None and self.focused is self.charts:
            chart = self._view.chart
            if 0 < chart < len(board.charts):
                self.app.change_view(self._view.with_main_metric(board.charts[chart]))
            else:
                self.app.change_view(self._view.full_chart_toggled())
            return
        key = self._cursor()
        if key is not None:
            self._open_row(key)

    def _open_row(self, key: str) -> None:
        """The members of a group, or a run's own screen."""
        if self.app.board is not None and key in self.app.board.groups:
            self.app.change_view(self._view.with_group_opened(key))
        else:
            self.open_run(key)

    def go_to_run(self, key: str) -> None:
        """Put the cursor on it."""
        self.app.change_view(self._view.with_cursor(key))

    def open_run(self, key: str) -> None:
        """Show everything about a run."""
        from tuimon.tui.screens.run import RunScreen  # loaded at its first use

        self.app.push_screen(RunScreen(key))

    def action_compare(self) -> None:
        """The marked runs side by side; without marks the one under the cursor and others, which is said."""
        from tuimon.tui.screens.compare import CompareScreen  # loaded at its first use
        from tuimon.tui.view.compared_runs import compared_runs

        board = self.app.board
        if self.app.lacks_runs("to compare") or board is None:
            return
        compared = compared_runs(board)
        if compared is None:
            self.app.tell("only one run here: nothing to compare it with yet")
            return
        self.app.push_screen(CompareScreen(compared.keys))
        if compared.chosen:
            self.app.tell(compared.chosen, above=True)

    @on(RunTable.CursorMoved)
    def _cursor_moved(self, message: RunTable.CursorMoved) -> None:
        self.app.change_view(self._view.with_cursor(message.key))

    @on(RunTable.Opened)
    def _opened(self, message: RunTable.Opened) -> None:
        self._open_row(message.key)

    def action_back(self) -> None:
        """One layer back: from the full chart, then from the filter."""
        if self.app.end_cursor():
            return
        if self._view.full_chart:
            self.app.change_view(self._view.full_chart_toggled())
        elif self._view.opened is not None:
            self.app.change_view(self._view.with_group_opened(None))
        elif self._view.filter_text:
            self.app.change_view(self._view.filtered(""))
