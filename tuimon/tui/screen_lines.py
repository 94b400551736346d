"""The lines around the charts and the table: header, view, facts of a run, keys. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from rich.style import Style

from tuimon.analysis.axes import XAxis
from tuimon.analysis.flat_config import flatten_config
from tuimon.charts.compare_words import config_text
from tuimon.charts.cursor_values import range_text
from tuimon.charts.notation import (
    clock_text,
    count_text,
    cut_middle,
    delta_text,
    duration_text,
    harmless,
    value_text,
)
from tuimon.charts.palette import style
from tuimon.charts.picture import Line
from tuimon.charts.states import state_sign, state_style
from tuimon.charts.text_line import LineBuilder
from tuimon.quick_dataclass import dataclass
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot, StoreSnapshot
from tuimon.tui.actions import ALWAYS_SHOWN, Action
from tuimon.tui.choices import sort_label
from tuimon.tui.filter_text import around
from tuimon.tui.group_words import Words, group_facts, grouping_words
from tuimon.tui.look import Look
from tuimon.tui.view_state import ViewState
from tuimon.tui.workspace import Board

_GAP = 3
_LONGEST_NAME = 28
_LEAST_NAME, _LEAST_PLACE = 8, 16
_FACTS_OF_CONFIG = 4
_LEAST_PROBLEM, _MOST_PROBLEM = 20, 72


@dataclass(frozen=True, slots=True)
class Part:
    """Words of one style."""

    text: str
    ink: Style


# Parts that belong together: shown or left out as one.
Group = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Inks:
    """The styles of these lines."""

    text: Style
    strong: Style
    muted: Style
    accent: Style
    bad: Style
    warning: Style

    @classmethod
    def of(cls, look: Look) -> Inks:
        """The styles of a theme."""
        theme = look.theme
        return cls(
            text=style(theme, theme.text),
            strong=style(theme, theme.text, bold=True),
            muted=style(theme, theme.muted),
            accent=style(theme, theme.accent, bold=True),
            bad=style(theme, theme.bad, bold=True),
            warning=style(theme, theme.warning, bold=True),
        )


def header_line(board: Board, live: StoreSnapshot, place: str, width: int, look: Look) -> Line:
    """Where the runs are, how many of which state, the best one, the time.

    ``live`` is the newest snapshot: counters go on while the view is paused.
    """
    inks = Inks.of(look)
    others: list[Group] = []
    counts = _state_counts(live, look)
    if counts:
        others.append(counts)
    if board.state.paused:
        others.append((Part("paused", inks.warning), Part(_missed(board, live), inks.muted)))
    elif live.scanning:
        others.append((Part("searching", inks.muted),))
    title = Part("tuimon ", inks.accent)
    right: list[Group] = [(Part(clock_text(board.now), inks.muted),)]
    if board.away is not None:
        right.append((Part(board.away, inks.warning),))
    # The place and the best run share what the rest leaves: each gets at least a part of its name.
    room = width - 2 - sum(_width(group) + _GAP for group in (*others, *right)) - _width((title,))
    best = _best_group(board, inks)
    name = cut_middle(best[-1].text, _LONGEST_NAME) if best else ""
    value_width = _width(best[:-1]) + _GAP
    where = cut_middle(harmless(place), max(_LEAST_PLACE, room - value_width - cell_len(name)))
    if best:
        left_for_name = room - value_width - cell_len(where)
        if left_for_name >= min(_LEAST_NAME, cell_len(name)):
            others.append((*best[:-1], Part(cut_middle(name, left_for_name), inks.text)))
        else:
            where = cut_middle(harmless(place), max(_LEAST_PLACE, room))
    left: list[Group] = [(title, Part(where, inks.text)), *others]
    return _line(left, right, width, look, sure=2)


def _best_group(board: Board, inks: Inks) -> Group:
    """The best value of all and, as the last part, the name of its run; empty where there is none."""
    best = board.best
    if best is None or best.best is None or best.main_metric is None:
        return ()
    label = harmless(best.main_metric).removesuffix("_loss")
    return (
        Part(f"best {label} ", inks.muted),
        Part(f"{value_text(best.main_metric, best.best)} ", inks.strong),
        Part(harmless(board.names.get(best.key, best.name)), inks.text),
    )


def view_line(board: Board, width: int, look: Look, *, pages: int, alone: bool = False) -> Line:
    """How the runs are sorted and filtered, what the charts show: all that is not the default by itself.

    Problems come first: of the directories and, where the line is ``alone`` because there is no room for the
    facts, of the run under the cursor.
    """
    inks = Inks.of(look)
    state = board.state
    arrow = "↓" if state.descending else "↑"
    sort = (
        f"{sort_label(state.sort, board.metrics.main)} {arrow}"
        if state.sort
        else "oldest first"
        if state.descending
        else "newest first"
    )
    left: list[Group] = [(Part("sort ", inks.muted), Part(harmless(sort), inks.text))]
    if state.filter_text:
        left.append(_filter_group(board, max(10, width // 3), inks))
    elif board.rows and not state.grouped:
        left.append((Part(_marks_text(board), inks.text),))
    if state.grouped:
        left.append(_inked(grouping_words(board, max(12, width // 4)), inks))
    if alone and (words := _delta_words(board)):
        left.append((Part(words, inks.text),))
    if board.filter_error is not None:
        left.append((Part(harmless(board.filter_error.reason), inks.bad),))
    archived = sum(run.meta.archived for run in board.snapshot.runs)
    if archived:
        text = "archived shown" if state.show_archived else f"{archived} archived"
        left.append((Part(text, inks.text),))
    sure = len(left)  # whatever hides runs is always visible
    left += _trouble(board, inks, width - sum(_width(group) + _GAP for group in left) - 2, alone=alone)
    sure = len(left) if not state.filter_text else sure
    if not state.filter_text:
        left.append((Part(f"{board.total} {'run' if board.total == 1 else 'runs'}", inks.text),))
    elif board.rows:
        left.append((Part(_marks_text(board), inks.text),))
    right: list[Group] = [
        _window(board, inks),
        (Part("x ", inks.muted), Part(harmless(board.axis.label), inks.text)),
        (Part("y ", inks.muted), Part(y_words(state), inks.text)),
        (
            Part("smooth ", inks.muted),
            Part(f"{state.smoothing:.3g}" if state.smoothing else "off", inks.text),
        ),
    ]
    if state.full_chart and board.charts:
        place = state.chart % len(board.charts) + 1
        right.append((Part("chart ", inks.muted), Part(f"{place}/{len(board.charts)}", inks.text)))
    elif pages > 1:
        right.append((Part("page ", inks.muted), Part(f"{state.page % pages + 1}/{pages}", inks.text)))
    return _line(left, right, width, look, sure=sure)


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
        room -= _width(groups[0]) + _GAP
    problems = board.snapshot.problems
    if problems:
        more = f" +{len(problems) - 1} more" if len(problems) > 1 else ""
        text = cut_middle(harmless(problems[0]), max(_LEAST_PROBLEM, min(room, _MOST_PROBLEM) - len(more)))
        groups.append((Part(text, inks.warning), Part(more, inks.warning)))
    return groups


def _delta_words(board: Board) -> str:
    """The difference of the run under the cursor from the baseline, and at which step it holds."""
    row = board.cursor_row
    if row is None or row.is_baseline or row.delta is None:
        return ""
    at = f" at {count_text(row.delta_step)}" if row.delta_step is not None else ""
    return f"Δ {delta_text(row.delta, like=row.last)}{at}"


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
            Part(cut_middle(harmless(board.name(row)), _LONGEST_NAME), inks.strong),
            Part(f" {row.state.value}", state_style(look.theme, row.state)),
        )
    ]
    if run.meta.archived:
        left.append((Part("archived", inks.muted),))
    if words := _delta_words(board):
        left.append((Part(words, inks.text),))
    grouped = board.groups.get(row.key)
    if grouped is not None:
        left += [_inked(words, inks) for words in group_facts(grouped)]
        return _line(left, [], width, look)
    if run.problem:
        left.append((Part(harmless(run.problem), inks.bad),))
    left += [(Part(text, inks.text),) for text in _config_facts(board, run)]
    left += [(Part(text, inks.muted),) for text in _place_facts(run)]
    right: list[Group] = []
    if row.seen_seconds is not None:
        right.append(
            (Part("last record ", inks.muted), Part(f"{duration_text(row.seen_seconds)} ago", inks.text))
        )
    if run.bad_line_count:
        right.append((Part(_bad_lines_text(run), inks.warning),))
    if board.snapshot.watch_mode.startswith("poll"):  # worth a word: changes are seen later than usual
        right.append((Part(board.snapshot.watch_mode, inks.muted),))
    return _line(left, right, width, look)


def keys_line(actions: Iterable[Action], width: int, look: Look) -> Line:
    """The keys that matter most, in the order of the table; where room is scarce the least important go."""
    inks = Inks.of(look)
    shown = [action for action in actions if action.footer and action.keys]
    room = width + 1  # the gap after the last one needs no cells
    kept: set[str] = set()
    # How to get help and out is always there; then what matters most.
    for action in sorted(shown, key=lambda action: (action.footer < ALWAYS_SHOWN, action.footer)):
        size = cell_len(f"{action.key_name} {action.title}") + 2
        if size <= room or action.footer >= ALWAYS_SHOWN:
            room -= size
            kept.add(action.id)
    line = LineBuilder(width, ascii=look.ascii).add(" ")
    for action in shown:
        if action.id in kept:
            line.add(action.key_name, inks.accent).add(f" {action.title}  ", inks.muted)
    return line.line()


def words_line(keys: Iterable[tuple[str, str]], width: int, look: Look) -> Line:
    """Keys with what they do while a line is typed."""
    inks = Inks.of(look)
    line = LineBuilder(width, ascii=look.ascii).add(" ")
    for key, words in keys:
        line.add(key, inks.accent).add(f" {words}  ", inks.muted)
    return line.line()


def _filter_group(board: Board, width: int, inks: Inks) -> Group:
    """The filter and what it leaves; one that cannot be read with its first wrong character marked."""
    text, problem = board.state.filter_text, board.filter_error
    shown = Part(f"  {len(board.rows)}/{board.total} shown", inks.text)
    if problem is None:
        return Part("filter ", inks.muted), Part(cut_middle(harmless(text), width), inks.warning), shown
    before, here, after = around(text, problem.position, width)
    parts = (
        Part(before, inks.warning),
        Part(here, inks.bad + Style(bold=True, reverse=True)),
        Part(after, inks.warning),
    )
    return (Part("filter ", inks.muted), *parts, shown)


def notice_line(text: str, width: int, look: Look) -> Line:
    """A sentence in place of the keys."""
    ink = Inks.of(look).warning
    words = cut_middle(harmless(text), max(1, width - 2))
    return LineBuilder(width, ascii=look.ascii).add(" ").add(words, ink).line()


def _state_counts(snapshot: StoreSnapshot, look: Look) -> Group:
    counts = dict.fromkeys(RunState, 0)
    for run in snapshot.runs:
        counts[run.state] += 1
    parts = [
        Part(f"{state_sign(state)}{count} ", state_style(look.theme, state))
        for state, count in counts.items()
        if count
    ]
    return tuple(parts)


def _missed(board: Board, live: StoreSnapshot) -> str:
    changed = sum(1 for run in live.runs if board.run(run.key) is not run)
    return f" {changed} {'run' if changed == 1 else 'runs'} changed since" if changed else ""


def _inked(words: Words, inks: Inks) -> Group:
    return tuple(Part(text, getattr(inks, name)) for text, name in words)


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


def _line(left: list[Group], right: list[Group], width: int, look: Look, *, sure: int = 1) -> Line:
    """Groups from the left and from the right; what finds no room between them is left out.

    The first ``sure`` groups of the left side come first, then the right side, then the rest of the left.
    """
    line = LineBuilder(width, ascii=look.ascii).add(" ")
    kept: list[Group] = []
    room = width - 2 - sum(_width(group) + _GAP for group in left[:sure]) + _GAP
    for group in right:
        if _width(group) + _GAP <= room:
            kept.append(group)
            room -= _width(group) + _GAP
    end = width - 1 - sum(_width(group) for group in kept) - _GAP * max(0, len(kept) - 1)
    for number, group in enumerate(left):
        start = line.column + (_GAP if number else 0)
        if number >= sure and start + _width(group) + (_GAP if kept else 0) > end:
            continue
        line.to(start)
        for part in group:
            line.add(part.text, part.ink)
    column = end
    for group in reversed(kept):
        line.to(column)
        for part in group:
            line.add(part.text, part.ink)
        column = line.column + _GAP
    return line.line()


def _width(group: Group) -> int:
    return sum(cell_len(part.text) for part in group)
