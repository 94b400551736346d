"""The dashboard: the charts above, the live table of runs below, the view and the keys last."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import DescendantFocus, Resize

from tuimon.charts.dashboard_layout import DashboardLayout, dashboard_layout
from tuimon.charts.picture import Line
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.actions import Scope
from tuimon.tui.bindings import screen_bindings
from tuimon.tui.chart_in_hand import ChartInHand
from tuimon.tui.charts_painter import ChartsPainter, ChartsPicture, ChartsRequest, page_count
from tuimon.tui.choices import NEWEST_FIRST, sort_choices
from tuimon.tui.cursor_panel import cursor_rows
from tuimon.tui.drawing import Drawn
from tuimon.tui.group_actions import GroupActions
from tuimon.tui.header_line import header_line
from tuimon.tui.keys_line import words_line
from tuimon.tui.panes import CHARTS_PANE, RUNS_PANE
from tuimon.tui.screen_lines import facts_line, view_line
from tuimon.tui.view_state import ViewState
from tuimon.tui.widgets.charts_pane import ChartsPane
from tuimon.tui.widgets.filter_input import KEYS, FilterInput
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.widgets.run_table import RunTable
from tuimon.tui.workspace import Board

MOST_COMPARED = 8  # side by side; more columns than that nobody reads


class DashboardScreen(GroupActions):
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
        self.table = RunTable(id="runs")
        self.filter_input = FilterInput(self._all_runs, id="filter")
        self.status = LinesView(id="status")
        self.keys = LinesView(id="keys")

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        self.filter_input.display = False
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
        pages = page_count(len(board.strips), len(layout.strips))
        self.header.show_lines(
            [header_line(board, self.app.feed.snapshot(), self.app.place, width, look)], width
        )
        alone = layout.status == 1
        status = [view_line(board, width, look, pages=1 if layout.beside else pages, alone=alone)]
        if layout.status > 1:
            status.append(facts_line(board, width, look))
        self.status.show_lines(status, width)
        self.table.show_board(board)
        self._draw_charts(board, layout)

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
        return dashboard_layout(
            width,
            height - self.filter_input.display,
            len(board.rows),
            len(board.strips),
            full_chart=state.full_chart,
            values=cursor_rows(board),
            charts_share=state.charts_share,
            page_size=self.app.page_size if state.page_size is None else state.page_size,
            system=any(row.run.system for row in board.rows),
        )

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
            painter = self._painter = ChartsPainter(self.app.look, self.app.place)
        chosen = board.state.chart if self.focused is self.charts else None
        request = ChartsRequest(board, layout, chosen)
        if request == self._requested:
            return
        self._requested = request
        self.app.drawing.request(self, "charts", lambda: painter.paint(request))

    def on_drawn(self, message: Drawn) -> None:
        """The charts are ready."""
        picture: ChartsPicture = message.result
        self._picture = picture
        self.charts.show(picture.strips)
        self.values.show(picture.values)

    def on_resize(self, _event: Resize) -> None:
        """Another size, another layout; Textual tells of the same size several times as it starts."""
        if self.app.size != self._shown_in:
            self._show_again()

    def on_descendant_focus(self, _event: DescendantFocus) -> None:
        """The chosen chart is marked while the charts have the focus."""
        self._show_again()

    def _show_again(self) -> None:
        if self.app.board is not None:
            self.show_board(self.app.board)

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

    def _move(self, by: int) -> None:
        board = self.app.board
        if board is None or self._layout is None:
            return
        if self.focused is self.charts:
            state = self._view.chart_moved(by, len(board.charts), len(self._layout.strips))
        else:
            state = board.seated(self._view).moved(board.keys, by)
        self.app.change_view(state)

    def action_down(self) -> None:
        """One row or chart further."""
        self._move(1)

    def action_up(self) -> None:
        """One row or chart back."""
        self._move(-1)

    def action_first(self) -> None:
        """To the first row or chart."""
        self._move(-self._far())

    def action_last(self) -> None:
        """To the last row or chart."""
        self._move(self._far())

    def action_page_down(self) -> None:
        """A page of rows further."""
        self._move(max(1, self.table.size.height - 2))

    def action_page_up(self) -> None:
        """A page of rows back."""
        self._move(-max(1, self.table.size.height - 2))

    def _far(self) -> int:
        board = self.app.board
        return len(board.rows) + len(board.charts) if board is not None else 0

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
        if board is not None and key is not None:
            self.app.change_view(board.seated(self._view).mark_toggled(key).moved(board.keys, 1))

    def action_mark_all(self) -> None:
        """Mark all that are shown."""
        if self.app.board is not None:
            self.app.change_view(self._view.all_marked(self.app.board.keys))

    def action_mark_none(self) -> None:
        """Unmark all."""
        self.app.change_view(self._view.none_marked())

    def action_baseline(self) -> None:
        """The run under the cursor as baseline, or none."""
        key = self._cursor()
        if key is not None:
            self.app.change_view(self._view.baseline_toggled(key))

    def action_open(self) -> None:
        """The run's own screen; in the charts pane the chosen metric into the large chart."""
        board = self.app.board
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
        """The marked runs side by side; without marks those in the charts."""
        from tuimon.tui.screens.compare import CompareScreen  # loaded at its first use

        board = self.app.board
        if board is not None and board.plotted:
            marked = [run.key for run in board.plotted if run.key in board.state.marked]
            keys = marked if len(marked) > 1 else [run.key for run in board.plotted]
            members = [run for key in keys for run in board.members(key)]
            self.app.push_screen(CompareScreen(tuple(members[:MOST_COMPARED])))

    @on(RunTable.CursorMoved)
    def _cursor_moved(self, message: RunTable.CursorMoved) -> None:
        self.app.change_view(self._view.with_cursor(message.key))

    @on(RunTable.Opened)
    def _opened(self, message: RunTable.Opened) -> None:
        self._open_row(message.key)

    # Filter and sort

    def key_line(self, width: int) -> Line:
        """The keys of the filter while it is typed."""
        return (
            words_line(KEYS, width, self.app.look) if self.filter_input.display else super().key_line(width)
        )

    def _all_runs(self) -> tuple[RunSnapshot, ...]:
        return self.app.board.snapshot.runs if self.app.board is not None else ()

    def action_filter(self) -> None:
        """Type a filter; the table follows while typing."""
        self.filter_input.value = self._view.filter_text
        self.filter_input.display = True
        self.filter_input.focus()
        self.show_last_line()
        self._show_again()

    @on(FilterInput.Changed)
    def _filter_typed(self, message: FilterInput.Changed) -> None:
        if self.filter_input.display:
            self.app.change_view(self._view.filtered(message.text))

    @on(FilterInput.Closed)
    def _filter_closed(self, message: FilterInput.Closed) -> None:
        self.filter_input.display = False
        self.table.focus()
        self.show_last_line()
        if not message.keep:
            self.app.change_view(self._view.filtered(""))
        self._show_again()

    def action_sort(self) -> None:
        """Pick the column that sorts; the table follows while the list is open."""
        from tuimon.tui.screens.pick import Option, PickScreen  # loaded at its first use

        board, before = self.app.board, self._view
        if board is None:
            return
        seated = board.seated(before)  # the cursor stays on its run, also where it has not been moved yet
        choices = {choice.column: choice for choice in sort_choices(board)}

        def options_of(board: Board) -> list[Option]:
            choices.update((choice.column, choice) for choice in sort_choices(board))
            return [Option(choice.column, choice.label) for choice in sort_choices(board)]

        def sort_by(column: str) -> None:
            wanted = None if column == NEWEST_FIRST else column
            self.app.change_view(seated.sorted_by(wanted, descending=choices[column].descending))

        def picked(column: str | None) -> None:
            if column is None:
                self.app.change_view(seated.sorted_by(before.sort, descending=before.descending))
            else:
                sort_by(column)

        current = before.sort or NEWEST_FIRST
        screen = PickScreen(
            "sort by", options_of(board), current=current, on_highlight=sort_by, options_of=options_of
        )
        self.app.push_screen(screen, picked)

    def action_reverse_sort(self) -> None:
        """The other way round."""
        board, view = self.app.board, self._view
        self.app.change_view((view if board is None else board.seated(view)).sort_reversed())

    def action_choose_columns(self) -> None:
        """Choose the columns; the table follows while the list is open. Enter keeps what is seen then, Escape
        puts the columns back."""
        from tuimon.tui.column_choice import ColumnChoice, column_choices  # loaded at its first use
        from tuimon.tui.screens.columns import ColumnsScreen

        board, state = self.app.board, self._view
        if board is None:
            return

        def change(choice: ColumnChoice) -> tuple[str, ...]:
            self.app.change_view(self._view.with_columns(choice.ids, choice.widths))
            return self.table.columns_shown()

        choice = ColumnChoice(state.columns, state.column_widths)
        fitting = self.table.columns_shown(automatic=True)
        screen = ColumnsScreen(choice, column_choices(board), fitting, change, column_choices)

        def closed(picked: str | None) -> None:
            if picked is None:
                self.app.change_view(self._view.with_columns(choice.ids, choice.widths))

        self.app.push_screen(screen, closed)

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
