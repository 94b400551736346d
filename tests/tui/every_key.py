"""What each key of the action table must bring about on each screen where it holds."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.widgets import Input

from tests.tui.running_app import RunningApp, text_of
from tests.tui.seen import dashboard
from tuimon.records.person_meta import meta_path
from tuimon.tui.keys.actions import Scope
from tuimon.tui.widgets.scrolled_lines import ScrolledLines

Seen = Callable[[RunningApp], Any]


@dataclass(frozen=True)
class Proof:
    """``seen`` is what the key acts on, ``becomes(after, before)`` how it must differ then.

    ``first`` are keys that are pressed before, so that there is something to do. ``drawn``: the picture of
    the whole screen must be another one too.
    """

    seen: Seen
    becomes: Callable[[Any, Any], object] = operator.ne
    first: tuple[str, ...] = ()
    drawn: bool = True


MORE, LESS = operator.gt, operator.lt


# What is seen


def view_of(name: str) -> Seen:
    """A part of the view."""
    return lambda app: getattr(app.view, name)


def place(app: RunningApp) -> int:
    """The row of the cursor in the table."""
    assert app.board is not None
    assert app.board.cursor is not None
    return app.board.keys.index(app.board.cursor)


def order(app: RunningApp) -> object:
    """The rows of the table."""
    return [row.name for row in app.board.rows] if app.board is not None else None


def top(app: RunningApp) -> int:
    """The first line that is seen where lines scroll."""
    return app.screen.query_one(ScrolledLines).top


def record(app: RunningApp) -> int:
    """The line of the log that has the cursor."""
    return app.screen.cursor  # type: ignore[attr-defined, no-any-return]


def printed(app: RunningApp) -> int:
    """The first line of the output that is seen."""
    return app.screen._page.start  # type: ignore[attr-defined, no-any-return]


def shift(app: RunningApp) -> int:
    """How far the output is moved sideways."""
    return app.screen._shift  # type: ignore[attr-defined, no-any-return]


def found(app: RunningApp) -> int:
    """The line of the output that a search has found."""
    line = app.screen._found  # type: ignore[attr-defined]
    return -1 if line is None else line


def swept(app: RunningApp) -> int:
    """The value of a sweep that has the cursor."""
    picture = app.screen.picture  # type: ignore[attr-defined]
    return picture.chosen  # type: ignore[no-any-return]


def chosen(app: RunningApp) -> object:
    """The run that the screen has its cursor on."""
    return app.screen.chosen_key()  # type: ignore[attr-defined]


def screen(app: RunningApp) -> str:
    """Which screen is on top."""
    return type(app.screen).__name__


def comes(name: str) -> Callable[[Any, Any], bool]:
    """The screen of this name must be the one that comes."""
    return lambda after, before: after == name != before


def dialog(app: RunningApp) -> str:
    """The title of the dialog on top, empty on a screen."""
    boxes = app.screen.query("Vertical").results() if app.screen.is_modal else ()
    return next((str(box.border_title or "") for box in boxes), "")


def titled(words: str) -> Callable[[Any, Any], bool]:
    """A dialog must come whose title begins so."""
    return lambda after, before: after.startswith(words) and not before


def x_width(app: RunningApp) -> float:
    """How much of x is shown; everything is infinitely much."""
    zoom = app.view.zoom
    shown = zoom.x if zoom.x is not None else next((x for _, x in zoom.x_of), None)
    return math.inf if shown is None else shown[1] - shown[0]


def x_left(app: RunningApp) -> float:
    """Where what is shown of x begins."""
    assert app.view.zoom.x is not None
    return app.view.zoom.x[0]


def y_width(app: RunningApp) -> float:
    """How much of y the zoomed chart shows."""
    return next((high - low for _, (low, high) in app.view.zoom.y_of), math.inf)


def y_low(app: RunningApp) -> float:
    """Where what is shown of y begins."""
    return next((low for _, (low, _) in app.view.zoom.y_of), math.nan)


def changed_to_number(after: float, before: float) -> bool:
    """From no range of one's own to one."""
    return not math.isnan(after) and (math.isnan(before) or after != before)


def cursor_x(app: RunningApp) -> float:
    """Where the line across the charts stands; NaN where there is none."""
    x = app.view.zoom.cursor
    return math.nan if x is None else x


def has_cursor(app: RunningApp) -> bool:
    """Whether there is a line across the charts."""
    return app.view.zoom.cursor is not None


def focus(app: RunningApp) -> str | None:
    """What has the focus."""
    return app.focused.id if app.focused is not None else None


def typing(app: RunningApp) -> bool:
    """Whether a line is typed in."""
    return isinstance(app.focused, Input)


def charts_height(app: RunningApp) -> int:
    """The rows of the charts on the dashboard."""
    return dashboard(app).charts.size.height


def strips(app: RunningApp) -> int:
    """How many small charts are on a page."""
    layout = dashboard(app)._layout
    return len(layout.strips) if layout is not None else 0


def chart_title(app: RunningApp) -> str:
    """The first line of the chart on a screen."""
    return next(iter(text_of(app.screen.query_one("#chart"))), "")


def running(app: RunningApp) -> bool:
    """Whether the app goes on."""
    return app.is_running


def exported(app: RunningApp) -> int:
    """How many files of curves there are in the working directory."""
    return len(list(Path.cwd().glob("*.csv")))


def archived(app: RunningApp) -> bool:
    """Whether a run's side file was written."""
    runs = app.feed.snapshot().runs
    return any(meta_path(run.path).exists() for run in runs)


# What each key does

EVERYWHERE: Mapping[str, Proof] = {
    "help": Proof(screen, comes("HelpScreen")),
    "pages": Proof(screen, comes("PagesScreen")),
    "palette": Proof(dialog, titled("actions, runs and metrics")),
    "quit": Proof(running, LESS, drawn=False),
    "quit_now": Proof(running, LESS, drawn=False),
}
BACK = {"back": Proof(lambda app: len(app.screen_stack), LESS)}


def moving(seen: Seen, far: str = "G") -> dict[str, Proof]:
    """The keys that move, by the place that they change."""
    return {
        "down": Proof(seen, MORE),
        "up": Proof(seen, LESS, ("j", "j")),
        "first": Proof(seen, lambda after, before: after == 0 < before, (far,)),
        "last": Proof(seen, MORE),
        "page_down": Proof(seen, MORE),
        "page_up": Proof(seen, LESS, (far,)),
    }


CHARTS: Mapping[str, Proof] = {
    "choose_x_axis": Proof(dialog, titled("x axis")),
    "log_y": Proof(view_of("log_y"), MORE),
    "clip_outliers": Proof(view_of("clip_outliers")),
    "cursor": Proof(has_cursor, MORE),
    "fast_left": Proof(cursor_x, LESS, ("i",)),
    "fast_right": Proof(cursor_x, MORE, ("i", "less_than_sign")),
    "left": Proof(cursor_x, LESS, ("i",)),
    "right": Proof(cursor_x, MORE, ("i", "left")),
    "zoom_in": Proof(x_width, LESS),
    "zoom_out": Proof(x_width, MORE, ("z",)),
    "pan_left": Proof(x_left, LESS, ("z",)),
    "pan_right": Proof(x_left, MORE, ("z", "H")),
    "zoom_in_y": Proof(y_width, LESS),
    "zoom_out_y": Proof(y_width, MORE, ("w", "w")),
    "pan_up": Proof(y_low, changed_to_number, ("w",)),
    "pan_down": Proof(y_low, changed_to_number, ("w",)),
    "reset_zoom": Proof(x_width, MORE, ("z",)),
    "x_per_chart": Proof(lambda app: app.view.zoom.per_chart, drawn=False),
    "more_smoothing": Proof(view_of("smoothing"), MORE),
    "less_smoothing": Proof(view_of("smoothing"), LESS),
    "no_smoothing": Proof(view_of("smoothing"), lambda after, before: after == 0 < before),
    "pause": Proof(view_of("paused"), MORE),
    "next_event": Proof(cursor_x, changed_to_number),
    "previous_event": Proof(cursor_x, changed_to_number),
    "export": Proof(exported, MORE, drawn=False),
}

ONE_RUN: Mapping[str, Proof] = {
    "note": Proof(dialog, titled("note on alpha")),
    "tags": Proof(dialog, titled("tags of alpha")),
    "archive": Proof(archived, MORE, drawn=False),
    "delete": Proof(dialog, titled("delete alpha")),
    "copy_line": Proof(dialog, titled("copy")),
}

PROOFS: Mapping[Scope, Mapping[str, Proof]] = {
    Scope.DASHBOARD: {
        **EVERYWHERE,
        **CHARTS,
        **ONE_RUN,
        **moving(place),
        "back": Proof(view_of("full_chart"), LESS, ("f",)),
        "next_pane": Proof(focus),
        "mark": Proof(view_of("marked")),
        "mark_all": Proof(lambda app: len(app.view.marked), MORE),
        "mark_none": Proof(lambda app: len(app.view.marked), LESS, ("a",)),
        "open": Proof(screen, comes("RunScreen")),
        "compare": Proof(screen, comes("CompareScreen")),
        "baseline": Proof(view_of("baseline")),
        "filter": Proof(typing, MORE),
        "sort": Proof(dialog, titled("sort by")),
        "reverse_sort": Proof(order, lambda after, before: after == before[::-1]),
        "group": Proof(lambda app: len(app.board.rows) if app.board else 0, LESS),
        "choose_group_keys": Proof(dialog, titled("left out of the grouping")),
        "choose_columns": Proof(dialog, titled("columns")),
        "choose_metrics": Proof(dialog, titled("metrics")),
        "next_page": Proof(view_of("page"), MORE),
        "previous_page": Proof(view_of("page"), LESS, ("right_square_bracket",)),
        "full_chart": Proof(view_of("full_chart"), MORE),
        "larger_charts": Proof(charts_height, MORE, ("left_curly_bracket",)),
        "smaller_charts": Proof(charts_height, LESS),
        "more_strips": Proof(strips, MORE, ("left_parenthesis",)),
        "fewer_strips": Proof(strips, LESS),
        "automatic_layout": Proof(charts_height, MORE, ("left_curly_bracket",)),
        "output": Proof(screen, comes("OutputScreen")),
        "sweep": Proof(screen, comes("SweepScreen")),
        "show_archived": Proof(lambda app: len(app.board.rows) if app.board else 0, MORE),
    },
    Scope.COMPARE: {
        **EVERYWHERE,
        **BACK,
        **CHARTS,
        **moving(top),
        "baseline": Proof(view_of("baseline"), first=("right",)),
        "choose_metrics": Proof(dialog, titled("metrics")),
        "full_chart": Proof(lambda app: app.screen.query_one(ScrolledLines).display, LESS),
        "all_keys": Proof(lambda app: len(app.screen.picture.table), MORE),  # type: ignore[attr-defined]
        "left": Proof(chosen, first=("right",)),
        "right": Proof(chosen),
        "sweep": Proof(screen, comes("SweepScreen")),
        "copy_line": Proof(dialog, titled("copy")),
    },
    Scope.SWEEP: {
        **EVERYWHERE,
        **BACK,
        **moving(swept),
        # The cursor begins on the best value.
        **{move: Proof(swept, MORE, ("g",)) for move in ("down", "last", "page_down", "right")},
        "left": Proof(swept, LESS, ("G",)),
        "log_y": Proof(view_of("log_y"), MORE),
        "sweep_key": Proof(dialog, titled("config key")),
        "sweep_metric": Proof(dialog, titled("metric")),
        "open_best": Proof(screen, comes("RunScreen")),
        "export": Proof(exported, MORE, drawn=False),
        "copy_line": Proof(dialog, titled("copy")),
    },
    Scope.RUN: {
        **EVERYWHERE,
        "choose_metrics": Proof(dialog, titled("metrics")),
        **BACK,
        **CHARTS,
        **ONE_RUN,
        **moving(top),
        "next_page": Proof(chart_title),
        "full_chart": Proof(lambda app: app.screen.query_one(ScrolledLines).display, LESS),
        "previous_page": Proof(chart_title),
        "records": Proof(screen, comes("RecordsScreen")),
        "output": Proof(screen, comes("OutputScreen")),
    },
    Scope.RECORDS: {
        **EVERYWHERE,
        **BACK,
        **moving(record),
        "search": Proof(typing, MORE),
        "next_match": Proof(record, MORE, ("slash", "_", "enter")),
        "previous_match": Proof(record, LESS, ("slash", "_", "enter", "n", "n")),
    },
    Scope.OUTPUT: {
        **EVERYWHERE,
        **BACK,
        **moving(printed),
        # It begins at the end.
        **{move: Proof(printed, MORE, ("g",)) for move in ("down", "last", "page_down")},
        "left": Proof(shift, LESS, ("right",)),
        "right": Proof(shift, MORE),
        "search": Proof(typing, MORE),
        "next_match": Proof(found, MORE, ("g", "slash", "7", "enter")),
        "previous_match": Proof(found, LESS, ("g", "slash", "7", "enter", "n")),
    },
    Scope.PAGES: {
        **EVERYWHERE,
        **BACK,
        **moving(top),
        "pages": Proof(screen, comes("DashboardScreen")),
        "next_text": Proof(lambda app: app.screen.page),  # type: ignore[attr-defined]
        "previous_text": Proof(lambda app: app.screen.page),  # type: ignore[attr-defined]
    },
    Scope.HELP: {
        **EVERYWHERE,
        **BACK,
        **moving(top),
        "help": Proof(screen, comes("DashboardScreen")),
        "search": Proof(typing, MORE),
    },
}

OPENED_BY: Mapping[Scope, Sequence[str]] = {
    Scope.DASHBOARD: (),
    Scope.COMPARE: ("c",),
    Scope.SWEEP: ("U",),
    Scope.RUN: ("enter",),
    Scope.RECORDS: ("enter", "v"),
    Scope.OUTPUT: ("O",),
    Scope.PAGES: ("f1",),
    Scope.HELP: ("question_mark",),
}
