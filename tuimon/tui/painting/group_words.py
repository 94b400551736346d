"""What the lines around the table say of groups of runs, as words with the names of their inks. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from tuimon.analysis.group_rows import GroupedRuns
from tuimon.charts.notation import cut_middle, harmless, value_text
from tuimon.tui.view.board import Board

# Texts that belong together, each with the name of one of the ``Inks``.
Words = tuple[tuple[str, str], ...]

_RANGE_SIGN = " … "


def grouping_words(board: Board, width: int) -> list[Words]:
    """How many groups there are, or that one is open; the config keys that do not tell them apart.

    Keys that a person chose are told first and loudly. ``width`` is the room for the keys.
    """
    rows = len(board.rows)
    shown: Words = ((f"{rows} {'group' if rows == 1 else 'groups'}", "warning"),)
    opened = board.state.opened is not None and not board.groups
    if opened:
        shown = (("runs of one group", "warning"),)
    looked_at = [key for key in board.state.turned_keys if key not in board.left_out]
    if looked_at:  # by themselves they are left out
        shown = (*shown, (" by ", "muted"), (listed(looked_at, width), "warning"))
    parts = [shown]
    if opened:
        parts.append((("Esc", "accent"), (": all groups", "muted")))
    if board.left_out:
        chosen = board.left_out[0] in board.state.turned_keys
        keys = (listed(board.left_out, width), "warning" if chosen else "text")
        parts.append((("left out: ", "muted"), keys))
    return parts


def group_facts(grouped: GroupedRuns) -> list[Words]:
    """The members of a group, their best values, those that diverged, the config keys that were left out."""
    group, best = grouped.group, grouped.best
    facts: list[Words] = [((f"{group.n} runs", "text"),)]
    lost = [harmless(row.name) for row in grouped.members if row.key in grouped.diverged]
    if lost:
        facts.append(((f"diverged, in no mean: {', '.join(lost)}", "bad"),))
    metric = grouped.row.main_metric or ""
    if best.n > 1 and best.low is not None and best.high is not None:
        ends = f"{value_text(metric, best.low)}{_RANGE_SIGN}{value_text(metric, best.high)}"
        facts.append((("best ", "muted"), (ends, "text")))
    if group.left_out:
        keys = ", ".join(harmless(key) for key in group.left_out)
        facts.append((("left out: ", "muted"), (keys, "text")))
    return facts


def listed(keys: Sequence[str], width: int) -> str:
    """The first keys, whole as far as there is room, and how many more there are: ``seed, device +2``."""
    text = cut_middle(harmless(keys[0]), width)
    for number, key in enumerate(keys[1:], 1):
        more = f", {harmless(key)}"
        rest = f" +{len(keys) - number - 1}" if number < len(keys) - 1 else ""
        if cell_len(text + more + rest) > width:
            return f"{text} +{len(keys) - number}"
        text += more
    return text
