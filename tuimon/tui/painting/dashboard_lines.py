"""The dashboard's layout and the lines around its charts and table, for a board. Pure, no Textual."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from tuimon.charts.dashboard_layout import DashboardLayout, dashboard_layout
from tuimon.charts.picture import Line
from tuimon.store.snapshot import StoreSnapshot
from tuimon.tui.keys.actions import ALWAYS_SHOWN, Action
from tuimon.tui.painting.charts_painter import page_count
from tuimon.tui.painting.cursor_panel import cursor_rows
from tuimon.tui.painting.header_line import header_line
from tuimon.tui.painting.look import Look
from tuimon.tui.painting.screen_lines import facts_line, view_line
from tuimon.tui.view.board import Board
from tuimon.tui.view.view_state import ViewState

_BESIDE_RUNS: Mapping[str, int] = {"next_event": 7, "export": 6, "baseline": 7}
"""Places among the keys in the last line that differ from those in the action table, by action id."""

_ON_WHOLE_SCREEN: Mapping[str, int] = {
    "back": 1,
    "next_page": 2,
    "cursor": 3,
    "next_event": 4,
    "zoom_in": 5,
    "choose_x_axis": 6,
    "log_y": 7,
    "more_smoothing": 8,
    "export": 9,
}
"""The same while one chart has the screen; the others are left out."""


def layout_of(board: Board, state: ViewState, size: tuple[int, int], page_size: int) -> DashboardLayout:
    """The layout that a view gives in ``size`` cells, with ``page_size`` small charts unless it says so."""
    width, height = size
    return dashboard_layout(
        width,
        height,
        len(board.rows),
        len(board.strips),
        full_chart=state.full_chart,
        values=cursor_rows(board),
        charts_share=state.charts_share,
        page_size=page_size if state.page_size is None else state.page_size,
        system=any(row.run.system for row in board.rows),
    )


def header_lines(board: Board, live: StoreSnapshot, place: str, width: int, look: Look) -> list[Line]:
    """The first row; ``live`` is the newest snapshot."""
    return [header_line(board, live, place, width, look)]


def status_lines(board: Board, layout: DashboardLayout, look: Look) -> list[Line]:
    """The view, and where there is room for it the facts of the run under the cursor."""
    pages = page_count(len(board.strips), len(layout.strips))
    shown = 1 if layout.beside else pages
    lines = [view_line(board, layout.width, look, pages=shown, alone=layout.status == 1)]
    if layout.status > 1:
        lines.append(facts_line(board, layout.width, look))
    return lines


def placed_actions(actions: Iterable[Action], *, full_chart: bool) -> Iterator[Action]:
    """The actions with the places of their keys: for the runs, or for the chart that has the screen."""
    for action in actions:
        if not full_chart:
            yield replace(action, footer=_BESIDE_RUNS.get(action.id, action.footer))
        elif action.footer >= ALWAYS_SHOWN:
            yield action
        else:
            yield replace(action, footer=_ON_WHOLE_SCREEN.get(action.id, 0))
