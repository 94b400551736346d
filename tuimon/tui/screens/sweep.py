"""A config key against the best value of a metric: which value of it is best, and how surely."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from textual.binding import BindingType

from tuimon.analysis.sweep import SweepPoint
from tuimon.tui.keys.actions import Scope
from tuimon.tui.keys.bindings import screen_bindings
from tuimon.tui.painting.sweep_painter import SweepPainter, SweepPicture, SweepRequest
from tuimon.tui.screens.drawn_screen import DrawnScreen
from tuimon.tui.view.board import Board
from tuimon.tui.view.follows_board import FollowsBoard
from tuimon.tui.widgets.scrolled_lines import ScrolledLines


class SweepScreen(DrawnScreen[SweepPicture]):
    """The sweep of some runs, live. The cursor is on one value of the key, in the chart and in the table."""

    SCOPE = Scope.SWEEP
    SLOT = "sweep"
    FOOTER: ClassVar[Mapping[str, int]] = {"back": 5, "log_y": 6}
    BINDINGS: ClassVar[list[BindingType]] = [*screen_bindings(Scope.SWEEP)]

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__(ScrolledLines(id="values"))
        self._keys = keys
        self._key: str | None = None
        self._metric: str | None = None
        self._chosen: str | None = None

    @cached_property
    def _painter(self) -> SweepPainter:
        return SweepPainter(self.app.look)

    def drawing_of(self, board: Board, width: int, height: int) -> Callable[[], SweepPicture | None]:
        """The sweep of the runs."""
        painter = self._painter
        request = SweepRequest(board, self._keys, self._key, self._metric, self._chosen, width, height)
        return lambda: painter.paint(request)

    def show_picture(self, picture: SweepPicture) -> None:
        """Show the table of values, the chosen one in sight; a list on top of it offers what there is now."""
        if isinstance(self.app.screen, FollowsBoard) and self.app.board is not None:
            self.app.screen.follow(self.app.board)
        self.lines.display = picture.table is not None
        if picture.table is not None:
            self.lines.show_source(picture.table)
            self.lines.bring_into_sight(picture.chosen)

    @property
    def _points(self) -> Sequence[SweepPoint]:
        """The values of the key, in the order in which they are drawn."""
        picture = self.picture
        return picture.sweep.points if picture is not None and picture.sweep is not None else ()

    @property
    def _point(self) -> SweepPoint | None:
        """The value under the cursor."""
        return self._points[self.picture.chosen] if self.picture is not None and self._points else None

    def chosen_key(self) -> str | None:
        """The best run of the value under the cursor."""
        point = self._point
        return None if point is None else point.best_run or next(iter(point.members), None)

    def chosen_keys(self) -> tuple[str, ...]:
        """The runs of the value under the cursor."""
        return self._point.members if self._point is not None else ()

    def copy_texts(self) -> Mapping[str, str]:
        """The table as Markdown and as CSV."""
        from tuimon.export.sweep_text import sweep_csv, sweep_markdown  # loaded at its first use

        picture = self.picture
        if picture is None or picture.sweep is None or picture.table is None:
            return {}
        names = picture.table.spec.names
        return {
            "the sweep as Markdown": sweep_markdown(picture.sweep, names),
            "the sweep as CSV": sweep_csv(picture.sweep, names),
        }

    def export_text(self) -> tuple[str, str] | None:
        """The table."""
        from tuimon.export.sweep_text import sweep_csv  # loaded at its first use

        picture = self.picture
        if picture is None or picture.sweep is None or picture.table is None:
            return None
        found = picture.sweep
        return f"sweep_{found.key}_{found.metric}", sweep_csv(found, picture.table.spec.names)

    # The cursor

    def move(self, by: int) -> None:
        """The cursor to another value."""
        if self.picture is not None and self._points:
            place = min(max(self.picture.chosen + by, 0), len(self._points) - 1)
            self._chosen = self._points[place].label
            self.show_again()

    @property
    def places(self) -> int:
        """How many values there are."""
        return len(self._points)

    def action_left(self) -> None:
        """The value on the left."""
        self.move(-1)

    def action_right(self) -> None:
        """The value on the right."""
        self.move(1)

    # What is swept

    def action_sweep_key(self) -> None:
        """Pick the config key; those that differ come first, and the chart follows."""
        from tuimon.tui.screens.pick import Option, PickScreen  # loaded at its first use

        picture = self.picture
        if picture is None or not (picture.differing or picture.others):
            return
        before = self._key

        def options_of(_: Board | None = None) -> list[Option]:
            now = self.picture or picture
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

        picture = self.picture
        if picture is None or not picture.metrics:
            return
        before = self._metric
        current = picture.sweep.metric if picture.sweep is not None else None

        def show(metric: str | None) -> None:
            self._metric = metric
            self.show_again()

        def options_of(_: Board | None = None) -> list[Option]:
            return [Option(metric, metric) for metric in (self.picture or picture).metrics]

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
