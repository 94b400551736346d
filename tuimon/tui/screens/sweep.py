"""A config key against the best value of a metric: which value of it is best, and how surely."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tuimon.tui.actions import Scope
from tuimon.tui.bindings import screen_bindings
from tuimon.tui.drawing import Drawn
from tuimon.tui.follows_board import FollowsBoard
from tuimon.tui.screens.scrolling_screen import ScrollingScreen
from tuimon.tui.sweep_painter import SweepPainter, SweepPicture, SweepRequest
from tuimon.tui.widgets.chart_view import ChartView
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.widgets.scrolled_lines import ScrolledLines
from tuimon.tui.workspace import Board


class SweepScreen(ScrollingScreen):
    """The sweep of some runs, live. The cursor is on one value of the key, in the chart and in the table."""

    SCOPE = Scope.SWEEP
    FOOTER: ClassVar[Mapping[str, int]] = {"back": 5, "log_y": 6}
    BINDINGS: ClassVar[list[BindingType]] = [*screen_bindings(Scope.SWEEP)]

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__(ScrolledLines(id="values"))
        self._keys = keys
        self._key: str | None = None
        self._metric: str | None = None
        self._chosen: str | None = None
        self._painter: SweepPainter | None = None
        self._picture: SweepPicture | None = None
        self._header = LinesView(id="header")
        self._chart = ChartView(id="chart")
        self._keys_line = LinesView(id="keys")

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._header
        yield self._chart
        yield self.lines
        yield self._keys_line

    def show_board(self, board: Board) -> None:
        """Work out anew in the drawing thread; runs that have not changed cost nothing there."""
        if self._painter is None:
            self._painter = SweepPainter(self.app.look)
        painter = self._painter
        width, height = self.app.size
        request = SweepRequest(
            board, self._keys, self._key, self._metric, self._chosen, width, max(0, height - 2)
        )
        self.app.drawing.request(self, "sweep", lambda: painter.paint(request))
        self.show_last_line()

    def on_drawn(self, message: Drawn) -> None:
        """Show what was worked out."""
        picture: SweepPicture | None = message.result
        if picture is None:
            if self.is_current:
                self.app.pop_screen()  # the logs were deleted
            return
        self._picture = picture
        if isinstance(self.app.screen, FollowsBoard) and self.app.board is not None:
            self.app.screen.follow(self.app.board)
        self._header.show_lines([picture.title], self.app.size.width)
        self._chart.styles.height = len(picture.chart)
        self._chart.display = bool(picture.chart)
        self._chart.show(picture.chart)
        self.lines.display = picture.table is not None
        if picture.table is not None:
            self.lines.show_source(picture.table)
            self.lines.bring_into_sight(picture.chosen)

    def chosen_key(self) -> str | None:
        """The best run of the value under the cursor."""
        picture = self._picture
        if picture is None or picture.sweep is None or not picture.sweep.points:
            return None
        point = picture.sweep.points[picture.chosen]
        return point.best_run or next(iter(point.members), None)

    def chosen_keys(self) -> tuple[str, ...]:
        """The runs of the value under the cursor."""
        picture = self._picture
        if picture is None or picture.sweep is None or not picture.sweep.points:
            return ()
        return picture.sweep.points[picture.chosen].members

    # The cursor

    def _move(self, by: int) -> None:
        picture = self._picture
        if picture is None or picture.sweep is None or not picture.sweep.points:
            return
        points = picture.sweep.points
        self._chosen = points[min(max(picture.chosen + by, 0), len(points) - 1)].label
        self.show_again()

    def action_down(self) -> None:
        """The next value."""
        self._move(1)

    def action_up(self) -> None:
        """The value before."""
        self._move(-1)

    def action_first(self) -> None:
        """The least value."""
        self._move(-len(self.lines_shown))

    def action_last(self) -> None:
        """The greatest value."""
        self._move(len(self.lines_shown))

    def action_page_down(self) -> None:
        """A page of values further."""
        self._move(self.lines.page_height)

    def action_page_up(self) -> None:
        """A page of values back."""
        self._move(-self.lines.page_height)

    @property
    def lines_shown(self) -> range:
        """The places of the values."""
        picture = self._picture
        return range(len(picture.sweep.points) if picture is not None and picture.sweep is not None else 0)

    def action_left(self) -> None:
        """The value on the left."""
        self._move(-1)

    def action_right(self) -> None:
        """The value on the right."""
        self._move(1)

    # What is swept

    def action_sweep_key(self) -> None:
        """Pick the config key; those that differ come first, and the chart follows."""
        from tuimon.tui.screens.pick import Option, PickScreen  # loaded at its first use

        picture = self._picture
        if picture is None or not (picture.differing or picture.others):
            return
        before = self._key

        def options_of(_: Board | None = None) -> list[Option]:
            now = self._picture or picture
            differing = [Option(key, key, "differs") for key in now.differing]
            return [*differing, *(Option(key, key) for key in now.others)]

        current = picture.sweep.key if picture.sweep is not None else None

        def show(key: str | None) -> None:
            self._key, self._chosen = key, None
            self.show_again()

        screen = PickScreen(
            "config key", options_of(), current=current, on_highlight=show, options_of=options_of
        )
        self.app.push_screen(screen, lambda key: show(before if key is None else key))

    def action_sweep_metric(self) -> None:
        """Pick the metric whose best value is shown."""
        from tuimon.tui.screens.pick import Option, PickScreen  # loaded at its first use

        picture = self._picture
        if picture is None or not picture.metrics:
            return
        before = self._metric
        current = picture.sweep.metric if picture.sweep is not None else None

        def show(metric: str | None) -> None:
            self._metric = metric
            self.show_again()

        def options_of(_: Board | None = None) -> list[Option]:
            return [Option(metric, metric) for metric in (self._picture or picture).metrics]

        screen = PickScreen("metric", options_of(), current=current, on_highlight=show, options_of=options_of)
        self.app.push_screen(screen, lambda metric: show(before if metric is None else metric))

    def action_open_best(self) -> None:
        """The screen of the best run of the value under the cursor."""
        from tuimon.tui.screens.run import RunScreen  # loaded at its first use

        key = self.chosen_key()
        if key is not None:
            self.app.push_screen(RunScreen(key))

    def action_back(self) -> None:
        """Back to the screen below."""
        self.app.pop_screen()
