"""Which cells of a line are painted again when another line takes its place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from tuimon.tui.widgets.plain_lines import changed_cells

styles = st.sampled_from([Style(color="red"), Style(bold=True)])
texts = st.sampled_from(["1.5", "run", "漢字", " ", "é"])
segments = st.lists(st.builds(lambda text, style: Segment(text, style), texts, styles), max_size=6)


def strip(*texts: str) -> Strip:
    return Strip([Segment(text, Style.null()) for text in texts])


def test_what_lines_end_with_stays() -> None:
    """One number has changed: the columns right of it are not sent to the terminal again."""
    before, after = strip("run ", "1.234", " 51.2k", " ■"), strip("run ", "1.232", " 51.2k", " ■")
    assert changed_cells(before, after, 3, 17) == Region(0, 3, 9, 1)


def test_a_line_that_was_not_there_is_painted_whole() -> None:
    """So is one where there was a shorter one."""
    line = strip("run ", "1.234")
    assert changed_cells(None, line, 0, 9) == Region(0, 0, 9, 1)
    assert changed_cells(strip("1.234"), line, 0, 9) == Region(0, 0, 9, 1)


@given(segments, segments, segments)
def test_nothing_that_differs_is_left_out(
    one: list[Segment], other: list[Segment], end: list[Segment]
) -> None:
    """Right of what is painted both lines are the same, cell by cell."""
    width = max(Strip(one).cell_length, Strip(other).cell_length) + Strip(end).cell_length
    before, after = (
        Strip([*some, Segment(" " * (width - Strip([*some, *end]).cell_length), Style.null()), *end])
        for some in (one, other)
    )
    region = changed_cells(before, after, 0, width)
    assert region.x == 0
    assert before.crop(region.width) == after.crop(region.width)
