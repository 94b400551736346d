"""What is shown where there is nothing to show yet: the reason, and what to do."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from rich.style import Style

from tuimon.charts.first_lines import FIRST_LINES, other_files_sentence
from tuimon.charts.no_metrics import no_metrics_sentence
from tuimon.charts.notation import harmless
from tuimon.charts.palette import style
from tuimon.charts.picture import Line
from tuimon.charts.text_line import LineBuilder, wrap
from tuimon.tui.keys.actions import ACTIONS, Action, action_by_id, key_or_title
from tuimon.tui.painting.look import Look
from tuimon.tui.view.board import Board

_MOST_ROWS = 4  # of a sentence


def empty_text(board: Board, place: str) -> tuple[str, tuple[str, ...]] | None:
    """A sentence and lines to paste below it; None where there are runs with something to draw."""
    snapshot = board.snapshot
    if not snapshot.runs:
        if snapshot.scanning:
            return f"searching for runs in {place}", ()
        if snapshot.missing_paths:
            missing = ", ".join(path.name or str(path) for path in snapshot.missing_paths)
            return f"{missing} does not exist yet. Runs appear here as soon as it does:", FIRST_LINES
        others = other_files_sentence(snapshot.others, snapshot.other_names)
        they = f"{others}. Runs" if others else "They"
        return f"no runs in {place} yet. {they} appear here as soon as they start:", FIRST_LINES
    if not board.rows:
        hidden = f"{board.total} run" if board.total == 1 else f"{board.total} runs"
        if not board.state.filter_text:
            return f"{hidden}, archived: {action_by_id('show_archived').key_name} shows them", ()
        return f"filter hides {hidden}: Esc clears it{_doubt(board)}", ()
    if board.metric is None:
        return _no_records(board), ()
    if _only_known_by_summary(board):
        return "reading", ()
    return None


def no_run_sentence(board: Board | None, doing: str, actions: Iterable[Action] = ACTIONS) -> str | None:
    """Why a key has no run to act on, and the way out; None where there is one.

    ``doing`` is what it would do with it: ``to compare``. ``actions`` have the person's keys.
    """
    if board is not None and board.rows:
        return None
    if board is None or not board.snapshot.runs:
        if board is None or board.snapshot.scanning:
            return f"no run {doing} yet: still searching"
        return f"no run here {doing} yet: {key_or_title('pages', actions)} tells how to log one"
    which = "the only run" if board.total == 1 else f"all {board.total} runs"
    if board.state.filter_text:
        return f"the filter hides {which}: {key_or_title('back', actions)} clears it"
    are, them = ("is", "it") if board.total == 1 else ("are", "them")
    return f"{which} {are} archived: {key_or_title('show_archived', actions)} shows {them}"


def _doubt(board: Board) -> str:
    """What of the filter was perhaps meant otherwise, as a part of a sentence."""
    from tuimon.analysis.filter_doubts import filter_doubt  # needed by few
    from tuimon.analysis.run_filter import FilterError, parse_filter

    try:
        doubt = filter_doubt(parse_filter(board.state.filter_text), board.snapshot.runs)
    except FilterError:  # said where it stands
        return ""
    return "" if doubt is None else f" ({doubt})"


def _only_known_by_summary(board: Board) -> bool:
    """Whether all runs to be drawn have ended and been listed, but none has been read yet."""
    return bool(board.plotted) and all(run.loading and not run.metrics for run in board.plotted)


def _no_records(board: Board) -> str:
    row = board.cursor_row
    if row is None or row.run.loading:
        return "reading"
    if row.run.problem:
        return row.run.problem
    name = board.names.get(row.key, row.name)
    return no_metrics_sentence(row.run, name, row.state, row.age_seconds)


def empty_lines(text: str, code: tuple[str, ...], width: int, height: int, look: Look) -> list[Line]:
    """The sentence and the code in the middle of ``width`` x ``height`` cells."""
    muted, ink = style(look.theme, look.theme.muted), style(look.theme, look.theme.text)
    block = max((len(line) for line in code), default=0)
    sentence = wrap(harmless(text), max(1, width - 4), most=_MOST_ROWS)
    rows: list[tuple[int, str, Style]] = [((width - cell_len(part)) // 2, part, muted) for part in sentence]
    if code and height >= len(code) + len(rows) + 1:
        rows.append((0, "", muted))
        rows += [(max(1, (width - block) // 2), line, ink) for line in code]
    top = max(0, (height - len(rows)) // 2)
    lines = [LineBuilder(width, ascii=look.ascii) for _ in range(height)]
    for line, (x, words, line_style) in zip(lines[top:], rows, strict=False):
        line.to(x).add(words, line_style)
    return [line.line() for line in lines]
