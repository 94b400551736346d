"""The kept output of a run as rows of text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from tuimon.charts.notation import harmless, rate_text
from tuimon.charts.palette import DARK, Theme, style
from tuimon.charts.picture import Line
from tuimon.charts.printed_line import printed_segments
from tuimon.charts.run_table import CURSOR_SIGN
from tuimon.charts.text_line import LineBuilder
from tuimon.quick_dataclass import dataclass
from tuimon.store.printed_output import OutputLine, OutputPage

NOT_KEPT = (
    "No output was captured.",
    "",
    "Start the training by",
    "",
    "    tuimon run -- python train.py",
    "",
    "and what it prints is kept beside its log and shown here, as it comes.",
)
_SIGN_WIDTH = 2  # of the column that tells the line that was found
_CUT = "…"


@dataclass(frozen=True, slots=True)
class OutputView:
    """How output is shown: ``shift`` characters are left out at the left of each line, ``found`` is the place
    of the line that a search came to, ``needle`` the text to be seen at once in every line."""

    width: int
    shift: int = 0
    needle: str = ""
    found: int | None = None
    ascii: bool = False
    theme: Theme = DARK


def output_lines(page: OutputPage, view: OutputView, height: int) -> list[Line]:
    """A page in ``height`` rows; what there is to say where there is nothing."""
    if page.problem is not None:
        return _words((page.problem,), view, height)
    if not page.is_kept:
        return _words(NOT_KEPT, view, height)
    if not page.lines:
        return _words(("Nothing was printed yet.",), view, height)
    rows = [_row(line, view) for line in page.lines[:height]]
    return rows + [LineBuilder(view.width, ascii=view.ascii).line()] * (height - len(rows))


def output_line(
    line: OutputLine,
    width: int,
    *,
    ascii: bool = False,  # noqa: A002
    theme: Theme = DARK,
    indent: int = 1,
) -> Line:
    """One line in ``width`` cells, cut at the edge."""
    row = LineBuilder(width, ascii=ascii).to(indent)
    return _written(row, line, printed_segments(line.text, theme), theme).line()


def output_title(
    name: str,
    page: OutputPage,
    said: str,
    width: int,
    *,
    follows: bool,
    ascii: bool = False,  # noqa: A002
    theme: Theme = DARK,
) -> Line:
    """One row: whose output, how much there is, where the page stands; ``said`` in place of that."""
    muted = style(theme, theme.muted)
    facts = said or place_text(page, follows=follows)
    line = LineBuilder(width, ascii=ascii).add(" ").add("output of ", muted)
    shown = harmless(name)
    line.cell(
        shown,
        max(0, min(cell_len(shown), line.room - cell_len(facts) - 4)),
        style(theme, theme.text, bold=True),
    )
    return line.add("   ").add(facts, style(theme, theme.warning) if said else muted).line()


def place_text(page: OutputPage, *, follows: bool) -> str:
    """How much output there is, and which part of it is seen: ``12.4MB   62%``."""
    if not page.is_kept or page.problem is not None or not page.size:
        return ""
    place = "the end, followed" if follows else f"{int(100 * page.end / page.size)}%"
    return f"{rate_text(page.size)}B   {place}"


def tail(lines: Sequence[OutputLine], count: int) -> tuple[OutputLine, ...]:
    """The last ``count`` of the lines on which something is to be seen."""
    seen = [line for line in lines if not line.text.isspace() and line.text]
    return tuple(seen[-count:])


def _words(words: Sequence[str], view: OutputView, height: int) -> list[Line]:
    muted = style(view.theme, view.theme.muted)
    rows = [LineBuilder(view.width, ascii=view.ascii).to(2).add(text, muted).line() for text in ("", *words)]
    blank = LineBuilder(view.width, ascii=view.ascii).line()
    return (rows + [blank] * height)[:height]


def _row(line: OutputLine, view: OutputView) -> Line:
    theme = view.theme
    is_found = line.start == view.found
    row = LineBuilder(view.width, ascii=view.ascii)
    row.cell(CURSOR_SIGN if is_found else "", _SIGN_WIDTH, style(theme, theme.accent, bold=True))
    segments = printed_segments(line.text, theme, skip=view.shift)
    if view.shift and (segments or line.text):
        row.add("<", style(theme, theme.accent))
    if view.needle:
        segments = _marked(
            segments, view.needle, style(theme, theme.warning, bold=True) + Style(reverse=True)
        )
    return _written(row, line, segments, theme).line()


def _written(row: LineBuilder, line: OutputLine, segments: Sequence[Segment], theme: Theme) -> LineBuilder:
    """The segments as far as there is room, with a sign where something is left out."""
    muted = style(theme, theme.accent)
    for segment in segments:
        if segment.cell_length > row.room or (
            segment is not segments[-1] and segment.cell_length == row.room
        ):
            kept = LineBuilder(row.room - 1).add(segment.text)
            text = "".join(part.text for part in kept.line())
            return row.add(text, segment.style or Style.null()).add(_CUT, muted)
        row.add(segment.text, segment.style or Style.null())
    if line.left_out:
        more = f" {_CUT} {rate_text(line.left_out)}B more"
        row.add(more if cell_len(more) <= row.room else _CUT, muted)
    return row


def _marked(segments: Sequence[Segment], needle: str, mark: Style) -> list[Segment]:
    """The segments with every place of the needle written in another style."""
    text = "".join(segment.text for segment in segments).lower()
    needle = needle.lower()
    cuts = set()
    place = text.find(needle)
    marked: list[tuple[int, int]] = []
    while place >= 0:
        marked.append((place, place + len(needle)))
        cuts |= {place, place + len(needle)}
        place = text.find(needle, place + len(needle))
    if not marked:
        return list(segments)
    pieces: list[Segment] = []
    start = 0
    for segment in segments:
        end = start + len(segment.text)
        edges = sorted({start, end, *(cut for cut in cuts if start < cut < end)})
        for left, right in pairwise(edges):
            inside = any(first <= left < last for first, last in marked)
            pieces.append(
                Segment(segment.text[left - start : right - start], mark if inside else segment.style)
            )
        start = end
    return pieces
