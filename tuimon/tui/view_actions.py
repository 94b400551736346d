"""The actions that change the view in the same way on every screen, and those that end or explain the app."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from tuimon.analysis.metric_order import star_toggled
from tuimon.analysis.navigation import NavigationEvent
from tuimon.tui.keys.actions import Scope, action_by_id
from tuimon.tui.painting.look import Look
from tuimon.tui.range_actions import RangeActions
from tuimon.tui.view.board import Board
from tuimon.tui.view.chart_in_hand import ChartInHand
from tuimon.tui.view.choices import chart_metrics
from tuimon.tui.view.view_state import ViewState

if TYPE_CHECKING:
    from tuimon.tui.screens.board_screen import BoardScreen


class ViewActions(RangeActions):
    """Mixed into the app: one method for each action of the table that has ``on_app``."""

    board: Board | None
    look: Look
    _event: NavigationEvent | None = None  # the one jumped to last

    def lacks_runs(self, doing: str) -> bool:
        """Whether there is no run to act on, which is said then; ``doing`` is what for: ``to compare``.

        The other screens have runs of their own, whatever the filter of the dashboard leaves.
        """
        from tuimon.tui.painting.empty_text import no_run_sentence  # loaded at its first use
        from tuimon.tui.screens.board_screen import BoardScreen

        if isinstance(self.screen, BoardScreen) and self.screen.SCOPE is not Scope.DASHBOARD:
            return False
        sentence = no_run_sentence(self.board, doing, self.actions)
        if sentence is not None:
            self.tell(sentence)
        return sentence is not None

    def chart_to_change(self) -> ChartInHand | None:
        """The chart that the keys act on; where there is none, that is said."""
        chart = self.chart_in_hand()
        if chart is None and not self.lacks_runs("to draw"):
            self.tell("nothing is drawn yet")
        return chart

    def action_log_y(self) -> None:
        """The other y scale."""
        self.change_view(self.view.log_y_toggled())

    def action_clip_outliers(self) -> None:
        """The y ranges without outliers, or with all there is."""
        self.change_view(self.view.outliers_toggled())

    def action_more_smoothing(self) -> None:
        """A step more smoothing."""
        self._smooth(self.view.smoothed_by(1))

    def action_less_smoothing(self) -> None:
        """A step less smoothing."""
        self._smooth(self.view.smoothed_by(-1))

    def action_no_smoothing(self) -> None:
        """No smoothing."""
        self._smooth(self.view.unsmoothed())

    def _smooth(self, view: ViewState) -> None:
        if not self.lacks_runs("to smooth"):
            self.change_view(view)

    def action_pause(self) -> None:
        """Freeze the view, or follow again."""
        self.change_view(self.view.pause_toggled())

    def action_next_event(self) -> None:
        """To the next thing that happened on the curves."""
        self._jump(1)

    def action_previous_event(self) -> None:
        """To the one before."""
        self._jump(-1)

    def _jump(self, by: int) -> None:
        from tuimon.tui.event_jumps import in_sight, jump
        from tuimon.tui.painting.chart_specs import axis_for  # loaded at its first use
        from tuimon.tui.screens.board_screen import BoardScreen

        board, screen = self.board, self.screen
        if not isinstance(screen, BoardScreen) or self.lacks_runs("with events") or board is None:
            return
        runs = board.plotted
        if screen.SCOPE is not Scope.DASHBOARD:
            keys = screen.chosen_keys()
            runs = tuple(run for key in keys if (run := board.run(key)) is not None)
        axis = axis_for(board, runs)
        metric = screen.charted_metric() or board.metric
        width = self.size.width - 2  # as the first line has it
        on, before = screen.chosen_key(), self._event
        found = jump(runs, axis, board.health, metric, on, before, by, width) if runs else None
        if found is None:
            self.tell("no events on these curves: no NaN, spike, alert, resume or best value")
            return
        self._event = found.event
        self.tell(found.text, above=True)
        view = self.view.zoomed(in_sight(self.view.zoom, axis.id, found.event.x))
        screen.choose_run(found.event.run_key)
        self.change_view(view.with_cursor(found.event.run_key) if screen.SCOPE is Scope.DASHBOARD else view)

    def action_choose_x_axis(self) -> None:
        """Pick the x axis; the charts follow while the list is open."""
        from tuimon.tui.screens.pick import Option, PickScreen  # loaded at its first use

        board = self.board
        if board is None or not board.axes:
            if not self.lacks_runs("to draw"):
                self.tell("nothing is drawn yet")
            return
        before = self.view.x_axis

        def options_of(board: Board) -> list[Option]:
            return [Option(axis.id, axis.label) for axis in board.axes]

        screen = PickScreen(
            "x axis",
            options_of(board),
            current=board.axis.id,
            on_highlight=lambda axis: self.change_view(self.view.with_x_axis(axis)),
            options_of=options_of,
        )

        def picked(axis: str | None) -> None:
            self.change_view(self.view.with_x_axis(before if axis is None else axis))

        self.push_screen(screen, picked)

    def action_choose_metrics(self) -> None:
        """Pick the metric of the large chart, or check those that have a small one and star those that come
        first: Enter keeps what is seen then, Escape puts it back."""
        from tuimon.tui.screens.board_screen import BoardScreen
        from tuimon.tui.screens.metrics import KEPT, MetricsScreen  # loaded at its first use

        board, before = self.board, self.view
        metrics: Sequence[str] = chart_metrics(board) if board is not None else ()
        if board is None or not metrics:
            if not self.lacks_runs("with metrics"):
                self.tell("no metrics were read yet")
            return
        starred, below = board.metrics.starred, self.screen
        if not isinstance(below, BoardScreen):
            return

        def star(metric: str) -> tuple[str, ...]:
            nonlocal starred
            now = chart_metrics(self.board) if self.board is not None else metrics
            starred = star_toggled(metric, starred, now)
            self.change_view(self.view.with_starred(starred))
            return starred

        screen = MetricsScreen(
            below.metric_groups(board),
            starred,
            current=(below.charted_metric() if below.SCOPE is Scope.RUN else None) or board.metric,
            hidden=frozenset(self.view.hidden_metrics),
            on_toggle=lambda metric: self.change_view(self.view.metric_toggled(metric)),
            on_star=star,
            ascii=self.look.ascii,
        )

        def picked(metric: str | None) -> None:
            if metric is None:
                self.change_view(self.view.with_metrics_of(before))
            elif metric != KEPT:
                below.choose_metric(metric)

        self.push_screen(screen, picked)

    def action_sweep(self) -> None:
        """The sweep of the marked runs; of all that are shown where fewer than two are marked."""
        from tuimon.tui.screens.sweep import SweepScreen  # loaded at its first use

        board = self.board
        if self.lacks_runs("to sweep") or board is None or not board.rows:
            return
        marked = [key for key in board.keys if key in board.state.marked]
        rows = marked if len(marked) > 1 else board.keys
        self.push_screen(SweepScreen(tuple(run for key in rows for run in board.members(key))))

    def action_quit_now(self) -> None:
        """Quit from anywhere."""
        self.exit()

    def action_help(self) -> None:
        """Show the keys of this screen, or go back from them."""
        from tuimon.tui.screens.board_screen import BoardScreen
        from tuimon.tui.screens.help import HelpScreen  # loaded at its first use

        if isinstance(self.screen, HelpScreen):
            self.pop_screen()
        elif isinstance(self.screen, BoardScreen):
            self.push_screen(HelpScreen(self.screen.SCOPE, self.screen.focused_pane()))

    def action_pages(self) -> None:
        """Read the pages that come with tuimon, or go back from them."""
        from tuimon.tui.screens.board_screen import BoardScreen
        from tuimon.tui.screens.pages import PagesScreen  # loaded at its first use

        if isinstance(self.screen, PagesScreen):
            self.pop_screen()
        elif isinstance(self.screen, BoardScreen):
            self.push_screen(PagesScreen())

    def action_palette(self) -> None:
        """Find an action, a run or a metric by typing."""
        from tuimon.tui.screens.board_screen import BoardScreen
        from tuimon.tui.screens.palette import PaletteScreen, palette_options  # loaded at its first use

        screen = self.screen
        if isinstance(screen, BoardScreen):
            options_of = partial(palette_options, screen.app.actions_in(screen.SCOPE))
            palette = PaletteScreen(options_of(self.board), options_of)
            self.push_screen(palette, lambda picked: self._do_picked(screen, picked))

    async def _do_picked(self, screen: BoardScreen, picked: str | None) -> None:
        """What was picked in the palette, on the screen below it."""
        kind, _, what = (picked or "").partition(" ")
        if kind == "action":
            await self.run_action(action_by_id(what).binding_action, screen)
        elif kind == "run":
            screen.go_to_run(what)
        elif kind == "metric":
            screen.choose_metric(what)
