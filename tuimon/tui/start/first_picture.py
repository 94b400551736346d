"""The dashboard as it will be, drawn before Textual is loaded. No Textual."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rich.segment import Segment

from tuimon.charts.dashboard_layout import DashboardLayout
from tuimon.charts.picture import Line
from tuimon.charts.text_line import LineBuilder
from tuimon.quick_dataclass import dataclass
from tuimon.tui.background.away import away_text
from tuimon.tui.keys.actions import Scope, actions_of
from tuimon.tui.painting.charts_painter import ChartsPainter, ChartsRequest
from tuimon.tui.painting.dashboard_lines import header_lines, layout_of, placed_actions, status_lines
from tuimon.tui.painting.keys_line import keys_line, notice_line
from tuimon.tui.painting.look import Look
from tuimon.tui.painting.table_lines import seen_lines
from tuimon.tui.view.board import Board
from tuimon.tui.view.preferences import Preferences
from tuimon.tui.view.workspace import Workspace


@dataclass(frozen=True, slots=True, eq=False)
class FirstPicture:
    """The lines of the whole terminal, and with what they were made: the app goes on with that."""

    lines: tuple[Line, ...]
    board: Board
    workspace: Workspace
    painter: ChartsPainter


def first_picture(
    board: Board,
    workspace: Workspace,
    preferences: Preferences,
    look: Look,
    place: str,
    size: tuple[int, int],
) -> FirstPicture:
    """The first picture: of a board that ``workspace`` made under the preferences' view."""
    width, height = size
    snapshot = board.snapshot
    since = preferences.memory.last_open if preferences.memory is not None else None
    if since is not None:
        board = replace(board, away=away_text(snapshot.runs, {}, since, board.now))
    layout = layout_of(board, board.state, size, preferences.page_size)
    painter = ChartsPainter(look, place)
    # Without a table the charts have the focus.
    charts = painter.paint(ChartsRequest(board, layout, None if layout.table else board.state.chart))
    lines: tuple[Line, ...] = (
        *header_lines(board, snapshot, place, width, look),
        *charts.lines,
        *_filled(charts.values, layout.values, width),
        *_filled(seen_lines(board, width, layout.table, look), layout.table, width),
        *status_lines(board, layout, look),
        *_last_line(preferences, board, layout, look),
    )
    if look.painted:
        lines = tuple(tuple(Segment.apply_style(line, look.ground)) for line in lines)
    return FirstPicture(lines[:height], board, workspace, painter)


def _last_line(preferences: Preferences, board: Board, layout: DashboardLayout, look: Look) -> Iterable[Line]:
    if not layout.keys:
        return ()
    if preferences.notice is not None:
        return (notice_line(preferences.notice, layout.width, look),)
    actions = actions_of(Scope.DASHBOARD, preferences.actions)
    shown = placed_actions(actions, full_chart=board.state.full_chart)
    return (keys_line(shown, layout.width, look),)


def _filled(lines: Iterable[Line], height: int, width: int) -> list[Line]:
    """Exactly ``height`` lines."""
    shown = [*lines][:height]
    return shown + [LineBuilder(width).line()] * (height - len(shown))
