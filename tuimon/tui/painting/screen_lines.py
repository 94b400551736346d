"""The lines below the table: what is shown how, and the facts of the run under the cursor. Pure."""

from __future__ import annotations

from enum import IntEnum

from rich.cells import cell_len
from rich.style import Style

from tuimon.analysis.axes import XAxis
from tuimon.analysis.flat_config import flatten_config
from tuimon.charts.compare_words import config_text
from tuimon.charts.cursor_values import range_text
from tuimon.charts.notation import (
    age_text,
    cut_end,
    cut_middle,
    harmless,
)
from tuimon.charts.picture import Line
from tuimon.charts.states import state_style
from tuimon.charts.text_line import LineBuilder
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.painting.delta_words import delta_words, no_delta_words
from tuimon.tui.painting.group_words import group_facts, grouping_words
from tuimon.tui.painting.line_parts import (
    GAP,
    LONGEST_NAME,
    Group,
    Inks,
    Part,
    inked,
    laid_out,
    whole,
    width_of,
)
from tuimon.tui.painting.look import Look
from tuimon.tui.view.board import Board
from tuimon.tui.view.choices import sort_label
from tuimon.tui.view.filter_text import FilterProblem, around
from tuimon.tui.view.view_state import ViewState

_FACTS_OF_CONFIG = 4
_LEAST_FILTER = 10  # cells of one that cannot be read
_LEAST_PROBLEM, _MOST_PROBLEM = 20, 72


def view_line(board: Board, width: int, look: Look, *, pages: int, alone: bool = False) -> Line:
    """How the runs are sorted and filtered, what the charts show: all that is not the default by itself.

    Problems come first: of the directories and, where the line is ``alone`` because there is no room for the
    facts, of the run under the cursor.
    """
    inks = Inks.of(look)
    room = width - 2  # a cell at both ends stays free
    ranked = _runs_groups(board, width, inks, alone=alone)
    taken = sum(width_of(group) + GAP for rank, group in ranked if rank < _Rank.TROUBLE)
    trouble = _trouble(board, inks, room - taken, alone=alone)
    # Whatever hides runs is always visible; beside a filter, which takes much room, trouble may have to wait.
    if not board.state.filter_text:
        ranked += [(_Rank.TROUBLE, group) for group in trouble]
        trouble = []
    runs = whole(ranked, room)
    left = [*runs, *trouble, *_count_groups(board, inks)]
    return laid_out(left, _charts_groups(board, pages, inks), width, look, sure=len(runs))


class _Rank(IntEnum):
    """What of the view goes where room is scarce: the last of these first."""

    FILTER = 0
    GROUPS = 1
    SORT = 2
    NO_DELTA = 3
    TROUBLE = 4
    ARCHIVED = 5
    DELTA = 6
    SHOWN = 7
    MARKS = 8


def _runs_groups(board: Board, width: int, inks: Inks, *, alone: bool) -> list[tuple[int, Group]]:
    """The sort, and all that decides on which runs there are to see, with their ranks."""
    state = board.state
    sorted_by = cut_middle(harmless(_sort_words(board)), max(16, width // 4))
    sort = (_Rank.SORT, (Part("sort ", inks.muted), Part(sorted_by, inks.text)))
    groups: list[tuple[int, Group]] = []
    if board.filter_error is not None:
        groups += _wrong_filter_groups(board, board.filter_error, width - 2, inks)
    elif state.filter_text:
        groups.append((_Rank.FILTER, _filter_group(board, max(10, width // 3), inks)))
    elif board.rows and not state.grouped:
        groups.append((_Rank.MARKS, (Part(_marks_text(board), inks.text),)))
    if state.grouped:
        parts = grouping_words(board, max(12, width // 4))
        groups += [(_Rank.GROUPS, inked(words, inks)) for words in parts]
    if alone and (words := delta_words(board)):
        groups.append((_Rank.DELTA, (Part(words, inks.text),)))
    if alone and (words := no_delta_words(board)):
        groups.append((_Rank.NO_DELTA, (Part(words, inks.warning),)))
    archived = sum(run.meta.archived for run in board.snapshot.runs)
    if archived:
        text = f"{archived} archived {'shown' if state.show_archived else 'hidden'}"
        groups.append((_Rank.ARCHIVED, (Part(text, inks.text),)))
    # What is wrong with a filter is read first.
    return [*groups, sort] if board.filter_error is not None else [sort, *groups]


def _sort_words(board: Board) -> str:
    state = board.state
    if state.sort:
        return f"{sort_label(state.sort, board.metrics.main)} {'↓' if state.descending else '↑'}"
    return "oldest first" if state.descending else "newest first"


def _count_groups(board: Board, inks: Inks) -> list[Group]:
    """How many runs there are; where the filter says that already, how many are drawn."""
    if not board.state.filter_text:
        return [(Part(f"{board.total} {'run' if board.total == 1 else 'runs'}", inks.text),)]
    return [(Part(_marks_text(board), inks.text),)] if board.rows else []


def _charts_groups(board: Board, pages: int, inks: Inks) -> list[Group]:
    """What the charts show, what matters most first."""
    state = board.state
    groups: list[Group] = [_window(board, inks)]
    if state.full_chart and board.charts:
        place = state.chart % len(board.charts) + 1
        groups.append((Part("chart ", inks.muted), Part(f"{place}/{len(board.charts)}", inks.text)))
    smoothing = f"{state.smoothing:.3g}" if state.smoothing else "off"
    groups += [
        (Part("x ", inks.muted), Part(harmless(board.axis.label), inks.text)),
        (Part("y ", inks.muted), Part(y_words(state), inks.text)),
        (Part("smooth ", inks.muted), Part(smoothing, inks.text)),
    ]
    if pages > 1 and not state.full_chart:
        groups.append((Part("page ", inks.muted), Part(f"{state.page % pages + 1}/{pages}", inks.text)))
    return groups


def zoom_words(board: Board, axis: XAxis) -> tuple[str, str]:
    """A label and the part of x that the charts show; no words where they show everything."""
    zoom = board.state.zoom
    chosen = zoom.x_range(board.metric, axis.id)
    if chosen is not None:
        return "zoom ", range_text(axis, chosen)
    return ("zoom ", "y") if zoom.y_of else ("", "")


def _window(board: Board, inks: Inks) -> Group:
    """Whether the charts follow new data, or which part of x they show."""
    state, axis = board.state, board.axis
    chosen = state.zoom.x_range(board.metric, axis.id)
    if chosen is not None:
        words = Part(f"zoom {range_text(axis, chosen)}", inks.warning)
    elif state.zoom.x_of and state.zoom.per_chart and state.zoom.axis == axis.id:
        words = Part("zoomed by chart", inks.warning)
    elif state.zoom.y_of:
        words = Part("zoom y", inks.warning)
    else:
        words = Part("paused" if state.paused else "following", inks.warning if state.paused else inks.muted)
    return (words, Part(" paused", inks.warning)) if state.paused and words.text != "paused" else (words,)


def y_words(state: ViewState) -> str:
    """The y scale in a word or two."""
    return ("log" if state.log_y else "linear") + (" clipped" if state.clip_outliers else "")


def _marks_text(board: Board) -> str:
    """How many runs are marked; without marks how many are drawn, which no row tells."""
    if board.state.marked:
        return f"{len(board.state.marked)} marked"
    drawn = "all" if len(board.plotted) == len(board.rows) else f"{len(board.plotted)} of {len(board.rows)}"
    return f"none marked: {drawn} drawn"


def _trouble(board: Board, inks: Inks, room: int, *, alone: bool) -> list[Group]:
    """What could not be read: the first problem and how many more there are, in ``room`` cells."""
    groups: list[Group] = []
    row = board.cursor_row
    if alone and row is not None and row.run.bad_line_count:
        groups.append((Part(_bad_lines_text(row.run), inks.warning),))
        room -= width_of(groups[0]) + GAP
    problems = board.snapshot.problems
    if problems:
        more = f" +{len(problems) - 1} more" if len(problems) > 1 else ""
        text = cut_middle(harmless(problems[0]), max(_LEAST_PROBLEM, min(room, _MOST_PROBLEM) - len(more)))
        groups.append((Part(text, inks.warning), Part(more, inks.warning)))
    return groups


def _bad_lines_text(run: RunSnapshot) -> str:
    return f"{run.bad_line_count} bad {'line' if run.bad_line_count == 1 else 'lines'}"


def facts_line(board: Board, width: int, look: Look) -> Line:
    """The run under the cursor: what differs in its config, where it runs, its last record."""
    row = board.cursor_row
    inks = Inks.of(look)
    if row is None:
        return LineBuilder(width, ascii=look.ascii).line()
    run = row.run
    left: list[Group] = [
        (
            Part(board.cut_name(row, LONGEST_NAME), inks.strong),
            Part(f" {row.state.value}", state_style(look.theme, row.state)),
        )
    ]
    if run.meta.archived:
        left.append((Part("archived", inks.muted),))
    if words := delta_words(board):
        left.append((Part(words, inks.text),))
    if words := no_delta_words(board):
        left.append((Part(words, inks.warning),))
    grouped = board.groups.get(row.key)
    if grouped is not None:
        left += [inked(words, inks) for words in group_facts(grouped)]
        return laid_out(left, [], width, look)
    if run.problem:
        left.append((Part(harmless(run.problem), inks.bad),))
    left += [(Part(text, inks.text),) for text in _config_facts(board, run)]
    left += [(Part(text, inks.muted),) for text in _place_facts(run)]
    right: list[Group] = []
    if row.seen_seconds is not None:
        right.append((Part("last record ", inks.muted), Part(f"{age_text(row.seen_seconds)} ago", inks.text)))
    if run.bad_line_count:
        right.append((Part(_bad_lines_text(run), inks.warning),))
    if board.snapshot.watch_mode.startswith("poll"):  # worth a word: changes are seen later than usual
        right.append((Part(board.snapshot.watch_mode, inks.muted),))
    return laid_out(left, right, width, look)


def _filter_group(board: Board, width: int, inks: Inks) -> Group:
    """The filter and what it leaves."""
    text = cut_middle(harmless(board.state.filter_text), width)
    return Part("filter ", inks.muted), Part(text, inks.warning), Part(f"  {_shown_text(board)}", inks.text)


def _wrong_filter_groups(
    board: Board, problem: FilterProblem, room: int, inks: Inks
) -> list[tuple[int, Group]]:
    """One that cannot be read, its first wrong character marked, and what is wrong, read to its end.

    Of the filter itself there is what the reason leaves room for.
    """
    label = "filter "
    reason = cut_end(harmless(problem.reason), max(1, room - GAP - _LEAST_FILTER))
    room -= cell_len(reason) + GAP
    if room < len(label) + _LEAST_FILTER:
        label = ""
    before, here, after = around(board.state.filter_text, problem.position, room - len(label))
    wrong = inks.bad + Style(bold=True, reverse=True)
    marked = Part(label, inks.muted), Part(before, inks.warning), Part(here, wrong), Part(after, inks.warning)
    return [
        (_Rank.FILTER, marked),
        (_Rank.FILTER, (Part(reason, inks.bad),)),
        (_Rank.SHOWN, (Part(_shown_text(board), inks.text),)),
    ]


def _shown_text(board: Board) -> str:
    return f"{len(board.rows)}/{board.total} shown"


def _config_facts(board: Board, run: RunSnapshot) -> list[str]:
    """The first keys of the config that differ between the runs in the charts, with the baseline's value."""
    own = flatten_config(run.header.config)
    baseline = board.run(board.state.baseline)
    base = flatten_config(baseline.header.config) if baseline is not None and baseline is not run else {}
    facts = []
    for key in board.differing[:_FACTS_OF_CONFIG]:
        if key not in own:
            continue
        fact = f"{harmless(key)} {config_text(key, own[key])}"
        if key in base and base[key] != own[key]:
            fact += f" (base {config_text(key, base[key])})"
        facts.append(fact)
    return facts


def _place_facts(run: RunSnapshot) -> list[str]:
    header = run.header
    facts = []
    if header.host:
        facts.append(harmless(header.host))
    if header.pid is not None:
        facts.append(f"pid {header.pid}")
    if header.job_id:
        index = f"_{header.array_index}" if header.array_index is not None else ""
        facts.append(harmless(f"job {header.job_id}{index}"))
    return facts
