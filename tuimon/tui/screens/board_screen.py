"""What the screens that show runs have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.screen import Screen

from tuimon.analysis.metric_order import Group
from tuimon.charts.picture import Line
from tuimon.tui.keys.actions import Action, Scope
from tuimon.tui.painting.keys_line import keys_line, notice_line
from tuimon.tui.view.board import Board
from tuimon.tui.widgets.chart_view import ChartView
from tuimon.tui.widgets.lines_view import LinesView

if TYPE_CHECKING:
    from tuimon.tui.app import TuimonApp
    from tuimon.tui.view.chart_in_hand import ChartInHand


class BoardScreen(Screen[None]):
    """A screen that shows the board. The app calls ``show_board`` when there is a new one, also on resume."""

    SCOPE: ClassVar[Scope]
    FOOTER: ClassVar[Mapping[str, int]] = {}
    """Places among the keys in the last line that differ from those in the action table, by action id."""

    app: TuimonApp
    _first_line: Line | None = None  # the title, for when nothing else is said there

    def show_board(self, board: Board) -> None:
        """Show what has changed; called in the event loop, so it only asks for drawing."""
        raise NotImplementedError

    def show_again(self) -> None:
        """Show the board once more: something besides it has changed."""
        if self.app.board is not None:
            self.app.read_first(self.app.board)  # it may be the first time that it is shown here
            self.show_board(self.app.board)

    def work_ahead(self) -> Callable[[Board], object] | None:
        """What the drawing thread can work out of a board before it is shown here, to be found ready then."""
        return None

    def runs_shown(self) -> tuple[str, ...]:
        """The runs that the screen is about, besides those in the dashboard's charts."""
        return ()

    def chosen_key(self) -> str | None:
        """The run that an action for one run is about: the one under the cursor."""
        return self.app.board.cursor if self.app.board is not None else None

    def chosen_keys(self) -> tuple[str, ...]:
        """The runs that an action is about: the marked ones of those shown, else the one under the cursor.

        Of a group these are all its members.
        """
        board = self.app.board
        marked = () if board is None else tuple(key for key in board.keys if key in board.state.marked)
        key = self.chosen_key()
        chosen = marked or (() if key is None else (key,))
        return chosen if board is None else tuple(run for row in chosen for run in board.members(row))

    def chooses_marked(self) -> bool:
        """Whether the runs that an action is about are the marked ones, not that under the cursor."""
        board = self.app.board
        on_table = self.SCOPE is Scope.DASHBOARD
        return on_table and board is not None and any(key in board.state.marked for key in board.keys)

    def charted_metric(self) -> str | None:
        """The metric of the chart that the keys act on; None where nothing is drawn."""
        chart = self.chart_in_hand()
        return chart.drawn.metric if chart is not None else None

    def copy_texts(self) -> Mapping[str, str]:
        """What can be copied of the screen as a whole, by what it is called."""
        return {}

    def export_text(self) -> tuple[str, str] | None:
        """What is written to a file instead of curves: what it is of, and the text of the CSV file."""
        return None

    def choose_run(self, key: str) -> None:
        """Put the screen's own cursor on a run, where it has one."""

    def go_to_run(self, key: str) -> None:
        """Show a run that was found by its name: its own screen."""
        from tuimon.tui.screens.run import RunScreen  # loaded at its first use

        self.app.push_screen(RunScreen(key))

    def show_notice(self) -> None:
        """Show what there is to say where it is to stand, and the line of before where it stood."""
        self.show_last_line()
        self.show_first_line()

    def show_last_line(self) -> None:
        """Show the keys, or what there is to say."""
        width = self.app.size.width
        said = self._said_line(above=False)
        for line in self.query("#keys").results(LinesView):
            line.show_lines([self.key_line(width) if said is None else said], width)

    def show_first_line(self, title: Line | None = None) -> None:
        """Show the title, a new one if given, or what there is to say of the charts below it."""
        self._first_line = title if title is not None else self._first_line
        said = self._said_line(above=True)
        shown = self._first_line if said is None else said
        if shown is not None:
            for line in self.query("#header").results(LinesView):
                line.show_lines([shown], self.app.size.width)

    def _said_line(self, *, above: bool) -> Line | None:
        app = self.app
        if app.notice is None or app.notice_above is not above:
            return None
        return notice_line(app.notice, app.size.width, app.look, failed=app.notice_failed)

    def key_line(self, width: int) -> Line:
        """The keys that can be pressed now."""
        return keys_line(self.with_places(self.app.actions_in(self.SCOPE)), width, self.app.look)

    def with_places(self, actions: Iterable[Action]) -> Iterator[Action]:
        """The actions with the places that their keys have in the last line of this screen."""
        return (replace(action, footer=self.FOOTER.get(action.id, action.footer)) for action in actions)

    def focused_pane(self) -> str:
        """What the help calls the pane that has the focus, where a screen has several."""
        return ""

    def metric_groups(self, board: Board) -> tuple[Group, ...]:
        """The metrics that can be chosen here, those that share a chart together."""
        return board.metrics.groups

    def choose_metric(self, metric: str) -> None:
        """Put a metric into the large chart."""
        self.app.change_view(self.app.view.with_main_metric(metric))

    def on_screen_resume(self) -> None:
        """Show what has changed while another screen was on top."""
        self.show_notice()
        self.show_again()

    def chart_in_hand(self) -> ChartInHand | None:
        """The chart that the keys of zoom and cursor act on; None on a screen without charts."""
        return None

    def chart_at(self, x: int, y: int) -> ChartInHand | None:
        """The chart in this cell of the pane of charts."""
        chart = self.chart_in_hand()
        return chart if chart is not None and chart.drawn.covers(x, y) else None

    @on(ChartView.Wheel)
    def _wheel_turned(self, message: ChartView.Wheel) -> None:
        chart = self.chart_at(message.x, message.y)
        if chart is not None and message.zoom:
            self.app.zoom_x(chart, message.zoom, chart.drawn.x_at(message.x))
        elif chart is not None:
            self.app.pan_x(chart, message.pan)

    def action_left(self) -> None:
        """The cursor of the charts to the left."""
        self.app.put_further(-1)

    def action_right(self) -> None:
        """The cursor of the charts to the right."""
        self.app.put_further(1)

    def action_back(self) -> None:
        """End the cursor of the charts, else step back to the screen below."""
        if not self.app.end_cursor():
            self.app.pop_screen()
