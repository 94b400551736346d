"""Lines of a log as rows of text: number, what is wrong with the line, the line itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from rich.cells import cell_len
from rich.style import Style

from tuimon.charts.notation import harmless
from tuimon.charts.palette import DARK, Theme, blend, style
from tuimon.charts.picture import Line
from tuimon.charts.run_table import CURSOR_SIGN
from tuimon.charts.text_line import LineBuilder, wrap
from tuimon.quick_dataclass import dataclass
from tuimon.store.log_lines import LineKind, LogLine

_MARKS = {LineKind.BAD: "bad", LineKind.SUPERSEDED: "old", LineKind.TORN: "torn"}
_MARK_WIDTH = max(map(len, _MARKS.values()))
_CURSOR_SHARE = 0.25  # of the accent colour in the background of the line under the cursor


@dataclass(frozen=True, slots=True, eq=False)
class RecordRows:
    """``count`` rows, of which some are known by their place; ``cursor`` is the place of the chosen one.

    ``needle`` is text to be seen at once, whatever its case.
    """

    count: int
    cursor: int
    width: int
    lines: Mapping[int, LogLine]
    needle: str = ""
    ascii: bool = False
    theme: Theme = DARK
    heading: tuple[Line, ...] = field(default=())

    def __len__(self) -> int:
        return self.count

    def line(self, index: int) -> Line:
        """One row; a number alone while the line has not been read."""
        theme, under = self.theme, index == self.cursor
        ground = Style.null()
        if under and not theme.monochrome:
            ground = Style(bgcolor=blend(theme.accent, theme.background, _CURSOR_SHARE))
        muted = style(theme, theme.muted) + ground
        row = LineBuilder(self.width, ascii=self.ascii)
        row.add(f"{CURSOR_SIGN} " if under else "  ", style(theme, theme.accent, bold=True) + ground)
        row.add(f"{index + 1:>{len(str(self.count))}}  ", muted)
        line = self.lines.get(index)
        if line is None:
            return row.line(ground)
        ink = kind_style(theme, line.kind) + ground
        row.add(f"{_MARKS.get(line.kind, ''):<{_MARK_WIDTH}} ", ink)
        text = harmless(line.text[: 4 * self.width])
        at = text.lower().find(self.needle.lower()) if self.needle else -1
        if at < 0:
            return row.add(text, ink).line(ground)
        if at > row.room // 2:  # bring what was found into sight
            at_left = at - row.room // 2
            text, at = "…" + text[at_left + 1 :], at - at_left
        end = at + len(self.needle)
        row.add(text[:at], ink).add(
            text[at:end], style(theme, theme.warning, bold=True) + Style(reverse=True)
        )
        return row.add(text[end:], ink).line(ground)


def kind_style(theme: Theme, kind: LineKind) -> Style:
    """How a line of this kind is written."""
    colours = {
        LineKind.GOOD: theme.text,
        LineKind.BAD: theme.bad,
        LineKind.SUPERSEDED: theme.muted,
        LineKind.TORN: theme.warning,
    }
    return style(theme, colours[kind])


def record_detail(
    line: LogLine | None,
    width: int,
    height: int,
    *,
    ascii: bool = False,  # noqa: A002
    theme: Theme = DARK,
) -> list[Line]:
    """A line as a whole, as far as ``height`` rows hold it: first what is to be said of it."""
    rows = [LineBuilder(width, ascii=ascii).line()] * height
    if line is None or height <= 0:
        return rows
    ink, muted = style(theme, theme.text), style(theme, theme.muted)
    about = LineBuilder(width, ascii=ascii).add(" ").add(f"line {line.number}", style(theme, theme.accent))
    about.add(f"   {line.size} bytes", muted)
    if line.type:
        about.add(f"   {harmless(line.type)}", ink)
    if line.kind is not LineKind.GOOD:
        about.add(f"   {line.kind.value}", kind_style(theme, line.kind))
    if line.about:
        about.add(f"   {harmless(line.about)}", muted)
    rows[0] = about.line()
    most = (width - 2) * height  # more characters than fit need not be looked at
    text = harmless(line.text[:most])
    cut = len(line.text) > most
    for place, piece in enumerate(wrap(text + (" …" if cut else ""), width - 2, most=height - 1), start=1):
        if place < height:
            rows[place] = LineBuilder(width, ascii=ascii).add(" ").add(piece, ink).line()
    return rows


def title_line(
    name: str,
    place: str,
    width: int,
    *,
    ascii: bool = False,  # noqa: A002
    theme: Theme = DARK,
) -> Line:
    """One row: whose log, and what is known of its length or of a search."""
    line = LineBuilder(width, ascii=ascii).add(" ").add("log of ", style(theme, theme.muted))
    shown = harmless(name)
    line.cell(
        shown,
        max(0, min(cell_len(shown), line.room - cell_len(place) - 4)),
        style(theme, theme.text, bold=True),
    )
    return line.add("   ").add(place, style(theme, theme.muted)).line()
