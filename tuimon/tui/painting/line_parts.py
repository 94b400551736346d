"""What the lines around charts and table are made of: words with their styles, laid out by importance."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style

from tuimon.charts.palette import style
from tuimon.charts.picture import Line
from tuimon.charts.text_line import LineBuilder
from tuimon.quick_dataclass import dataclass
from tuimon.tui.painting.group_words import Words
from tuimon.tui.painting.look import Look

GAP = 3  # cells between two groups
LONGEST_NAME = 28  # cells of a run's name


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


def inked(words: Words, inks: Inks) -> Group:
    """Words that name their styles, in these."""
    return tuple(Part(text, getattr(inks, name)) for text, name in words)


def laid_out(left: list[Group], right: list[Group], width: int, look: Look, *, sure: int = 1) -> Line:
    """Groups from the left and from the right; what finds no room between them is left out.

    The first ``sure`` groups of the left side come first, then the right side, then the rest of the left.
    """
    line = LineBuilder(width, ascii=look.ascii).add(" ")
    kept: list[Group] = []
    room = width - 2 - sum(width_of(group) + GAP for group in left[:sure]) + GAP
    for group in right:
        if width_of(group) + GAP <= room:
            kept.append(group)
            room -= width_of(group) + GAP
    end = width - 1 - sum(width_of(group) for group in kept) - GAP * max(0, len(kept) - 1)
    for number, group in enumerate(left):
        start = line.column + (GAP if number else 0)
        if number >= sure and start + width_of(group) + (GAP if kept else 0) > end:
            continue
        line.to(start)
        for part in group:
            line.add(part.text, part.ink)
    column = end
    for group in reversed(kept):
        line.to(column)
        for part in group:
            line.add(part.text, part.ink)
        column = line.column + GAP
    return line.line()


def whole(ranked: Sequence[tuple[int, Group]], room: int) -> list[Group]:
    """The groups that have room in ``room`` cells, in their order, none of them cut.

    Each has its rank: where room is scarce those of a higher one go first. The first of all always stays.
    """
    kept: set[int] = set()
    for place in sorted(range(len(ranked)), key=lambda place: ranked[place][0]):
        size = width_of(ranked[place][1]) + (GAP if kept else 0)
        if not kept or size <= room:
            kept.add(place)
            room -= size
    return [ranked[place][1] for place in sorted(kept)]


def width_of(group: Group) -> int:
    """The cells of a group."""
    return sum(cell_len(part.text) for part in group)
