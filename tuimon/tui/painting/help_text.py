"""The keys of a screen as lines: by what they are about, those of the focused pane first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest

from rich.cells import cell_len

from tuimon.charts.palette import style
from tuimon.charts.picture import Line
from tuimon.charts.text_line import LineBuilder, wrap
from tuimon.tui.keys.actions import ACTIONS, SECTIONS, Action, Scope, actions_of
from tuimon.tui.keys.panes import CHARTS_PANE, RUNS_PANE
from tuimon.tui.painting.look import Look

_FIRST: dict[tuple[Scope, str], tuple[str, ...]] = {
    (Scope.DASHBOARD, RUNS_PANE): ("Runs", "A run's files", "Moving"),
    (Scope.DASHBOARD, CHARTS_PANE): ("Charts", "Cursor and zoom", "Layout", "Moving"),
    (Scope.COMPARE, ""): ("Comparison and sweep", "Moving"),
    (Scope.SWEEP, ""): ("Comparison and sweep", "Moving"),
    (Scope.RUN, ""): ("A run's files", "Moving"),
    (Scope.RECORDS, ""): ("Text",),
    (Scope.OUTPUT, ""): ("Text",),
    (Scope.PAGES, ""): ("Text",),
}
_LEAST_HELP = 20  # cells; below this the sentences would be a column of words
_TWO_COLUMNS = 150  # from this width on half of it is enough for a sentence
_BETWEEN = 2

Section = tuple[str, tuple[Action, ...]]


def help_sections(
    scope: Scope, pane: str = "", needle: str = "", actions: Iterable[Action] = ACTIONS
) -> list[Section]:
    """The keys of a screen under their headings; with ``needle`` those that it finds.

    A key itself (``z``) finds what it does, before the words that have the letter in them.
    """
    shown = {action.id: action for action in actions_of(scope, actions)}
    first = _FIRST.get((scope, pane), ())
    titles = sorted(SECTIONS, key=lambda title: first.index(title) if title in first else len(first))
    sections: list[Section] = []
    words = needle.casefold().split()
    at_key = tuple(action for action in shown.values() if needle and needle in action.key_text.split(" "))
    if at_key:
        sections.append((f"The key {needle}", at_key))
    for title in titles:
        own = (shown[action.id] for action in SECTIONS[title] if action.id in shown)
        found = tuple(action for action in own if action not in at_key and _has(action, words))
        if found:
            sections.append((title, found))
    return sections


def _has(action: Action, words: Sequence[str]) -> bool:
    text = f"{action.title} {action.help} {action.key_text}".casefold()
    return all(word in text for word in words)


def help_lines(
    scope: Scope,
    width: int,
    look: Look,
    actions: Iterable[Action] = ACTIONS,
    *,
    pane: str = "",
    needle: str = "",
) -> list[Line]:
    """What every key of a screen does; in two columns where there is room for them."""
    sections = help_sections(scope, pane, needle, actions)
    if not sections:
        words = f"no key of this screen has {needle} in its words"
        muted = style(look.theme, look.theme.muted)
        return [
            LineBuilder(width, ascii=look.ascii).line(),
            LineBuilder(width, ascii=look.ascii).add(f"  {words}", muted).line(),
        ]
    columns = 2 if width >= _TWO_COLUMNS and len(sections) > 1 else 1
    column_width = (width - _BETWEEN * (columns - 1)) // columns
    keys_width = max(cell_len(action.key_text) for _, shown in sections for action in shown) + 2
    title_width = max(cell_len(action.title) for _, shown in sections for action in shown) + 2
    blocks = [_block(section, column_width, keys_width, title_width, look) for section in sections]
    if columns == 1:
        return list(chain.from_iterable(blocks))
    left, right = _halves(blocks)
    gap = LineBuilder(width - 2 * column_width).line()
    blank = LineBuilder(column_width).line()
    return [(*one, *gap, *other) for one, other in zip_longest(left, right, fillvalue=blank)]


def _block(section: Section, width: int, keys_width: int, title_width: int, look: Look) -> list[Line]:
    """A heading and the keys below it, with an empty line before them."""
    theme = look.theme
    muted, ink = style(theme, theme.muted), style(theme, theme.text)
    key_ink, heading = style(theme, theme.accent, bold=True), style(theme, theme.text, bold=True)
    title, actions = section
    indent = 2 + keys_width + title_width
    lines = [
        LineBuilder(width, ascii=look.ascii).line(),
        LineBuilder(width, ascii=look.ascii).add(" ").add(title, heading).line(),
    ]
    for action in actions:
        for row, words in enumerate(wrap(action.help, max(_LEAST_HELP, width - indent - 1))):
            line = LineBuilder(width, ascii=look.ascii).add("  ")
            if row == 0:
                line.add(action.key_text, key_ink).to(2 + keys_width).add(action.title, ink)
            lines.append(line.to(indent).add(words, muted).line())
    return lines


def _halves(blocks: Sequence[list[Line]]) -> tuple[list[Line], list[Line]]:
    """The blocks in their order in two columns that differ as little as they can in height."""
    heights = [len(block) for block in blocks]
    cut = min(
        range(1, len(blocks)), key=lambda place: max(sum(heights[:place]), sum(heights[place:])), default=1
    )
    return list(chain.from_iterable(blocks[:cut])), list(chain.from_iterable(blocks[cut:]))


def help_title(scope: Scope, pane: str, needle: str, found: int, width: int, look: Look) -> Line:
    """The screen and the pane that the help is about, what it was narrowed to, and the way back."""
    theme = look.theme
    muted, ink = style(theme, theme.muted), style(theme, theme.text)
    line = LineBuilder(width, ascii=look.ascii).add(" help ", style(theme, theme.accent, bold=True))
    about = scope.value + (f", {pane} focused" if pane else "")
    line.add(f" {about}", ink)
    if needle:
        line.add("   filter ", muted).add(needle, style(theme, theme.warning, bold=True))
    back = "Esc back "
    count = f"{found} {'key' if found == 1 else 'keys'}   "
    size = cell_len(count) + cell_len(back)
    if line.room >= size + 2:
        line.to(width - size).add(count, muted)
    if line.room >= cell_len(back):
        line.to(width - cell_len(back)).add("Esc", style(theme, theme.accent, bold=True)).add(" back ", muted)
    return line.line()
