"""A page of text under headings, written from top to bottom in a width."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style

from tuimon.charts.notation import harmless
from tuimon.charts.palette import Theme, style
from tuimon.charts.picture import Line
from tuimon.charts.text_line import LineBuilder, wrap

MARGIN = 1
GAP = 3
_PAIR_WIDTH = 36  # cells that a label and its value like to have: that many beside each other as fit
_SHORT_SHARE = 0.8  # of the pairs must fit into so many columns, or there are fewer columns
_MOST_LABEL = 24

Pair = tuple[str, str]


class TextPage:
    """The lines written so far; sections, wrapped text and pairs keep to the margins of ``width`` cells."""

    def __init__(self, width: int, theme: Theme, *, ascii: bool) -> None:  # noqa: A002
        self.width = width
        self.theme = theme
        self.ascii = ascii
        self.lines: list[Line] = []
        self.ink = style(theme, theme.text)
        self.muted = style(theme, theme.muted)
        self.accent = style(theme, theme.accent)
        self.bad = style(theme, theme.bad)
        self.warning = style(theme, theme.warning)

    @property
    def room(self) -> int:
        """The cells between the margins."""
        return max(1, self.width - 2 * MARGIN)

    def new_line(self) -> LineBuilder:
        """A line that begins after the margin."""
        return LineBuilder(self.width, ascii=self.ascii).to(MARGIN)

    def section(self, title: str, about: str = "", title_style: Style | None = None) -> None:
        """A heading, with an empty line before it unless it is the first."""
        if self.lines:
            self.lines.append(self.new_line().line())
        line = self.new_line().add(title, title_style or self.accent)
        self.lines.append((line.add(f"   {about}", self.muted) if about else line).line())

    def text(self, text: str, text_style: Style, *, indent: int = 0, most: int | None = None) -> None:
        """Text from a log, line by line, wrapped; its indentation kept."""
        for row in text.splitlines() or [""]:
            words = row.expandtabs(4).lstrip(" ")
            inner = indent + min(len(row.expandtabs(4)) - len(words), self.room // 2)
            for piece in wrap(harmless(words), self.room - inner, most=most):
                self.lines.append(self.new_line().to(MARGIN + inner).add(piece, text_style).line())

    def pairs(self, pairs: Sequence[Pair]) -> None:
        """Labels and values, in as many columns as fit, read downwards; what is too long is wrapped below."""
        if not pairs:
            return
        label_width = min(_MOST_LABEL, max(cell_len(label) for label, _ in pairs))
        columns = max(1, min(3, (self.room + GAP) // (_PAIR_WIDTH + GAP)))
        while True:
            width = (self.room + GAP) // columns - GAP
            value_width = width - label_width - 2
            short = [pair for pair in pairs if cell_len(pair[1]) <= value_width]
            if columns == 1 or len(short) >= _SHORT_SHARE * len(pairs):
                break
            columns -= 1
        height = -(-len(short) // columns)
        for place in range(height):
            line = self.new_line()
            for column, (label, value) in enumerate(short[place::height]):
                line.to(MARGIN + column * (width + GAP))
                line.cell(label, label_width, self.muted).add("  ").add(value, self.ink)
            self.lines.append(line.line())
        for label, value in pairs:
            if cell_len(value) > value_width:
                self._long_pair(label, value, label_width)

    def _long_pair(self, label: str, value: str, label_width: int) -> None:
        for number, piece in enumerate(wrap(value, self.room - label_width - 2)):
            line = self.new_line().cell("" if number else label, label_width, self.muted)
            self.lines.append(line.add("  ").add(piece, self.ink).line())
