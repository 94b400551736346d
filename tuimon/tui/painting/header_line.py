"""The first line: where the runs are, how many of which state, the best one, the time. Pure."""

from __future__ import annotations

from rich.cells import cell_len

from tuimon.charts.notation import clock_text, cut_middle, harmless, value_text
from tuimon.charts.picture import Line
from tuimon.charts.states import state_sign, state_style
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import StoreSnapshot
from tuimon.tui.painting.line_parts import GAP, LONGEST_NAME, Group, Inks, Part, laid_out, width_of
from tuimon.tui.painting.look import Look
from tuimon.tui.view.board import Board

_LEAST_NAME, _LEAST_PLACE = 8, 16
_SOON_READ = 8e6  # bytes, which take less than a second


def header_line(board: Board, live: StoreSnapshot, place: str, width: int, look: Look) -> Line:
    """Where the runs are, how many of which state, the best one, the time.

    ``live`` is the newest snapshot: counters go on while the view is paused.
    """
    inks = Inks.of(look)
    others: list[Group] = []
    counts = _state_counts(live, look, with_archived=board.state.show_archived)
    if counts:
        others.append(counts)
    if board.state.paused:
        others.append((Part("paused", inks.warning), Part(_missed(board, live), inks.muted)))
    elif live.scanning:
        others.append((Part("searching", inks.muted),))
    elif reading := _reading(live):
        others.append((Part(reading, inks.warning),))
    title = Part("tuimon ", inks.accent)
    clock: Group = (Part(clock_text(board.now), inks.muted),)
    best = _best_group(board, inks)
    right: list[Group] = [clock]
    if board.away is not None:
        # Signs of states in place of their words rather than no best run.
        least = width_of((title, *best[:-1])) + min(_LEAST_PLACE, cell_len(harmless(place)))
        least += min(_LEAST_NAME, cell_len(best[-1].text)) + GAP if best else 0
        needed = least + sum(width_of(group) + GAP for group in (*others, clock))
        fits = needed + cell_len(board.away) + GAP <= width - 2
        right.append((Part(board.away if fits else _in_signs(board.away), inks.warning),))
    # The place and the best run share what the rest leaves: each gets at least a part of its name.
    room = width - 2 - sum(width_of(group) + GAP for group in (*others, *right)) - width_of((title,))
    name = board.cut_name(board.best, LONGEST_NAME) if best and board.best is not None else ""
    value_width = width_of(best[:-1]) + GAP
    where = cut_middle(harmless(place), max(_LEAST_PLACE, room - value_width - cell_len(name)))
    if best:
        left_for_name = room - value_width - cell_len(where)
        if board.best is not None and left_for_name >= min(_LEAST_NAME, cell_len(name)):
            cut = board.cut_name(board.best, min(left_for_name, LONGEST_NAME))
            others.append((*best[:-1], Part(cut, inks.text)))
        else:
            where = cut_middle(harmless(place), max(_LEAST_PLACE, room))
    left: list[Group] = [(title, Part(where, inks.text)), *others]
    return laid_out(left, right, width, look, sure=2)


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


def _in_signs(away: str) -> str:
    """What happened in fewer cells: ``away 8h12m: ■2 ✗1, 1 NaN``."""
    told, _, happened = away.partition(": ")
    words = {state.value: state_sign(state) for state in RunState}
    counted = [part.split(" ", 1) for part in happened.split(", ")]
    states = [f"{words[word]}{count}" for count, word in counted if word in words]
    others = [f"{count} {word}" for count, word in counted if word not in words]
    return f"{told}: {', '.join(part for part in (' '.join(states), *others) if part)}"


def _state_counts(snapshot: StoreSnapshot, look: Look, *, with_archived: bool) -> Group:
    """Of the runs that the table has without a filter: archived ones only while they are shown."""
    counts = dict.fromkeys(RunState, 0)
    for run in snapshot.runs:
        if with_archived or not run.meta.archived:
            counts[run.state] += 1
    parts = [
        Part(f"{state_sign(state)}{count} ", state_style(look.theme, state))
        for state, count in counts.items()
        if count
    ]
    return tuple(parts)


def _reading(live: StoreSnapshot) -> str:
    """How much of the logs was read, where the rest takes a while: curves end where the reading is."""
    unread = sum(run.size * (1 - run.progress) for run in live.runs if run.loading and not run.problem)
    if unread < _SOON_READ:
        return ""
    return f"reading {1 - unread / sum(run.size for run in live.runs):.0%}"


def _missed(board: Board, live: StoreSnapshot) -> str:
    changed = sum(1 for run in live.runs if board.run(run.key) is not run)
    return f" {changed} {'run' if changed == 1 else 'runs'} changed since" if changed else ""
