"""The dashboard's keys for its layout: shares of charts and runs, charts on a page, one chart alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tuimon.charts.dashboard_layout import DashboardLayout, next_shares
from tuimon.tui.keys.actions import Action
from tuimon.tui.painting.charts_painter import page_count
from tuimon.tui.painting.dashboard_lines import placed_actions
from tuimon.tui.screens.moving_screen import MovingScreen
from tuimon.tui.view.board import Board
from tuimon.tui.view.view_state import ViewState


class LayoutActions(MovingScreen):
    """Mixed into the dashboard, which knows what is shown."""

    _layout: DashboardLayout | None = None

    def layout_under(self, board: Board, state: ViewState) -> DashboardLayout:
        """The layout that a view gives at this size."""
        raise NotImplementedError

    @property
    def chooses_chart(self) -> bool:
        """Whether the keys act on a chosen chart, not on the run under the cursor."""
        raise NotImplementedError

    def with_places(self, actions: Iterable[Action]) -> Iterator[Action]:
        """The keys of the runs, or of the chart that has the whole screen."""
        return placed_actions(actions, full_chart=self.app.view.full_chart)

    def _change_share(self, by: int) -> None:
        board, shown, view = self.app.board, self._layout, self.app.view
        if self.app.lacks_runs("to draw") or board is None or shown is None or view.full_chart:
            return
        for share in next_shares(shown, by):
            changed = view.with_charts_share(share)
            if self.layout_under(board, changed).charts != shown.charts:
                self.app.change_view(changed)
                return

    def action_larger_charts(self) -> None:
        """More rows for the charts."""
        self._change_share(1)

    def action_smaller_charts(self) -> None:
        """Fewer rows for the charts."""
        self._change_share(-1)

    def _change_page_size(self, by: int) -> None:
        shown = self._layout
        if not self.app.lacks_runs("to draw") and shown is not None and shown.strips:
            wanted = min(max(len(shown.strips) + by, 1), max(1, shown.most_strips))
            if wanted != len(shown.strips):
                self.app.change_view(self.app.view.with_page_size(wanted))

    def action_more_strips(self) -> None:
        """One more small chart on a page."""
        self._change_page_size(1)

    def action_fewer_strips(self) -> None:
        """One small chart less on a page."""
        self._change_page_size(-1)

    def action_automatic_layout(self) -> None:
        """Shares and page as they are by themselves."""
        if not self.app.lacks_runs("to draw"):
            self.app.change_view(self.app.view.with_charts_share(None).with_page_size(None))

    def _turn_page(self, by: int) -> None:
        board, view = self.app.board, self.app.view
        if self.app.lacks_runs("to draw") or board is None or self._layout is None:
            return
        if view.full_chart:
            self.app.change_view(view.chart_cycled(by, len(board.charts)))
        else:
            pages = page_count(len(board.strips), len(self._layout.strips))
            self.app.change_view(view.page_turned(by, pages))

    def action_next_page(self) -> None:
        """The next strips; on the whole screen the next chart."""
        self._turn_page(1)

    def action_previous_page(self) -> None:
        """The previous strips or chart."""
        self._turn_page(-1)

    def action_full_chart(self) -> None:
        """One chart on the whole screen, or the dashboard again."""
        view = self.app.view
        if not view.full_chart and not self.chooses_chart:
            view = view.with_chart(0)
        self.app.change_view(view.full_chart_toggled())
