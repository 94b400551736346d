"""The actions that zoom and pan the charts and move their cursor, on every screen with charts."""

from __future__ import annotations

from textual.app import App

from tuimon.analysis.axes import AxisKind
from tuimon.tui.keys.actions import Action, key_or_title
from tuimon.tui.view.chart_in_hand import ChartInHand, whole_x_range
from tuimon.tui.view.view_state import ViewState
from tuimon.tui.view.zoom import Range, Zoom, moved_cursor, panned_x, panned_y, zoomed_x, zoomed_y

FAST = 10  # columns at once


class RangeActions(App[object]):
    """Mixed into the app: it changes the zoom of the view for the chart in hand of the screen on top."""

    view: ViewState
    actions: tuple[Action, ...]

    def tell(self, text: str, *, failed: bool = False, above: bool = False) -> None:
        """Say a sentence in the last line, ``failed`` where it tells of a failure; the app does this.

        ``above``: in the first line, over the charts that it is about; the keys stay then.
        """
        raise NotImplementedError

    def change_view(self, state: ViewState) -> None:
        """Show another view; the app does this."""
        raise NotImplementedError

    def lacks_runs(self, doing: str) -> bool:
        """Whether there is no run to act on, which is said then."""
        raise NotImplementedError

    def chart_in_hand(self) -> ChartInHand | None:
        """The chart that the keys act on; the app asks the screen on top."""
        raise NotImplementedError

    def chart_to_change(self) -> ChartInHand | None:
        """The same; where there is none, that is said."""
        raise NotImplementedError

    def _show_zoom(self, zoom: Zoom) -> None:
        self.change_view(self.view.zoomed(zoom))

    # Along x

    def zoom_x(self, chart: ChartInHand | None, steps: int, anchor: float | None = None) -> None:
        """Zoom in (out, below 0) around ``anchor``; None: around the cursor, else at the right end."""
        shown, whole = _ranges(chart)
        if chart is None or shown is None or whole is None:
            return
        axis = chart.board.axis.id
        fixed = anchor if anchor is not None else self.view.zoom.cursor_on(axis)
        chosen = zoomed_x(shown, whole, fixed, steps)
        self._show_zoom(self.view.zoom.with_x(chart.drawn.metric, axis, chosen))

    def pan_x(self, chart: ChartInHand | None, steps: int) -> None:
        """Show what is further to the right (left, below 0)."""
        shown, whole = _ranges(chart)
        if chart is not None and shown is not None and whole is not None:
            chosen = panned_x(shown, whole, steps)
            self._show_zoom(self.view.zoom.with_x(chart.drawn.metric, chart.board.axis.id, chosen))

    def action_zoom_in(self) -> None:
        """Show less of x."""
        self.zoom_x(self.chart_to_change(), 1)

    def action_zoom_out(self) -> None:
        """Show more of x."""
        self.zoom_x(self.chart_to_change(), -1)

    def action_pan_left(self) -> None:
        """Show earlier x."""
        self.pan_x(self.chart_to_change(), -1)

    def action_pan_right(self) -> None:
        """Show later x."""
        self.pan_x(self.chart_to_change(), 1)

    def action_reset_zoom(self) -> None:
        """Show everything, and follow."""
        if self.lacks_runs("to draw"):
            return
        self._show_zoom(self.view.zoom.reset())

    def action_x_per_chart(self) -> None:
        """One x range for all charts, or each its own."""
        if self.lacks_runs("to draw"):
            return
        self._show_zoom(self.view.zoom.per_chart_toggled())

    # Along y

    def _zoom_y(self, steps: int) -> None:
        chart = self.chart_to_change()
        if chart is None or chart.shown_y is None or chart.shown_x is None:
            return
        x = self.view.zoom.cursor_on(chart.board.axis.id)
        anchor = chart.value_near(chart.shown_x[1] if x is None else x)
        chosen = zoomed_y(chart.shown_y, anchor, steps, log=self.view.log_y)
        if chosen is not None:
            self._show_zoom(self.view.zoom.with_y(chart.drawn.metric, chosen))

    def _pan_y(self, steps: int) -> None:
        chart = self.chart_to_change()
        chosen = panned_y(chart.shown_y, steps, log=self.view.log_y) if chart and chart.shown_y else None
        if chart is not None and chosen is not None:
            self._show_zoom(self.view.zoom.with_y(chart.drawn.metric, chosen))

    def action_zoom_in_y(self) -> None:
        """Show less of y."""
        self._zoom_y(1)

    def action_zoom_out_y(self) -> None:
        """Show more of y."""
        self._zoom_y(-1)

    def action_pan_up(self) -> None:
        """Show greater values."""
        self._pan_y(1)

    def action_pan_down(self) -> None:
        """Show lesser values."""
        self._pan_y(-1)

    # The cursor

    def action_cursor(self) -> None:
        """The line across all charts at the newest record in sight, or no longer."""
        if self.end_cursor():
            return
        chart = self.chart_to_change()
        if chart is None or chart.shown_x is None:
            return
        low, high = chart.shown_x
        samples = chart.samples()
        seen = samples[(samples >= low) & (samples <= high)]
        self._put_cursor(chart, float(seen[-1]) if len(seen) else high)

    def end_cursor(self) -> bool:
        """No line any more; False where there was none."""
        chart = self.chart_in_hand()
        axis = chart.board.axis.id if chart is not None else ""
        if self.view.zoom.cursor_on(axis) is None:
            return False
        self._show_zoom(self.view.zoom.with_cursor(axis, None))
        return True

    def move_cursor(self, columns: int) -> bool:
        """The line so many drawn columns further right (left, below 0); False where there is none."""
        chart = self.chart_in_hand()
        x = self.view.zoom.cursor_on(chart.board.axis.id) if chart is not None else None
        if chart is None or x is None:
            return False
        shown = chart.shown_x
        if shown is not None and chart.column_width > 0:
            x = min(max(x, shown[0]), shown[1])  # a line that zooming has left outside comes in again
            samples = chart.samples()
            whole = chart.board.axis.kind is AxisKind.COUNT and bool((samples % 1 == 0).all())
            self._put_cursor(chart, moved_cursor(samples, x, columns, chart.column_width, shown, whole=whole))
        return True

    def put_further(self, columns: int) -> None:
        """The line so many columns further; where there is none, how to get one is said."""
        if not self.move_cursor(columns) and self.chart_to_change() is not None:
            self.tell(f"no cursor in the charts: {key_or_title('cursor', self.actions)} puts it there")

    def _put_cursor(self, chart: ChartInHand, x: float) -> None:
        self._show_zoom(self.view.zoom.with_cursor(chart.board.axis.id, x))

    def action_fast_left(self) -> None:
        """The cursor far to the left."""
        self.put_further(-FAST)

    def action_fast_right(self) -> None:
        """The cursor far to the right."""
        self.put_further(FAST)


def _ranges(chart: ChartInHand | None) -> tuple[Range | None, Range | None]:
    return (chart.shown_x, whole_x_range(chart.board)) if chart is not None else (None, None)
