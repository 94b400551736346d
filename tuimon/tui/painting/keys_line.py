"""The last line: the keys that matter most, those of a line being typed, or a sentence. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len

from tuimon.charts.notation import cut_end, harmless
from tuimon.charts.picture import Line
from tuimon.charts.text_line import LineBuilder
from tuimon.tui.keys.actions import ALWAYS_SHOWN, Action
from tuimon.tui.painting.line_parts import Inks
from tuimon.tui.painting.look import Look


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


def notice_line(text: str, width: int, look: Look, *, failed: bool = False) -> Line:
    """A sentence in place of the keys; one that tells of a failure in the colour of failures."""
    inks = Inks.of(look)
    ink = inks.bad if failed else inks.warning
    words = cut_end(harmless(text), max(1, width - 2))
    return LineBuilder(width, ascii=look.ascii).add(" ").add(words, ink).line()
