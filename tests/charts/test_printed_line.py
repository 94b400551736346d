"""What a program printed on one line, as a terminal would show it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon.charts.output_text import OutputView, output_line, output_lines, output_title
from tuimon.charts.palette import ANSI, DARK, LIGHT, NO_COLOUR, Theme
from tuimon.charts.printed_line import Pen, printed_cells, printed_segments
from tuimon.charts.text_line import line_text
from tuimon.store.printed_output import OutputLine, OutputPage, OutputPlace


def shown(text: str) -> str:
    return "".join(printed_cells(text)[0])


@pytest.mark.parametrize(
    ("printed", "seen"),
    [
        ("plain", "plain"),
        ("\r 10%|#   |\r 50%|##  |\r100%|####|", "100%|####|"),
        ("longer\rshort", "shortr"),
        ("longer\r\x1b[Kshort", "short"),
        ("\x1b[2K\rline", "line"),
        ("bar: 10%\b\b\b20%", "bar: 20%"),
        ("-\b\\\b|", "|"),
        ("a\tb", "a       b"),
        ("1234567890\x1b[3Gx", "12x4567890"),
        ("abc\x1b[2Dx", "axc"),
        ("a\x1b[3Cb", "a   b"),
        ("abcdef\x1b[3D\x1b[1K", "    ef"),
        ("inner 5%\x1b[A", "inner 5%"),
        ("inner 5%\x1b[A\router", "outer"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b[?25lhidden cursor\x1b[?25h", "hidden cursor"),
        ("\0\0binary\x9b\x07", "··binary··"),
        ("cut off \x1b[3", "cut off "),
        ("no sequence \x1b[\0", "no sequence ·[·"),
        ("\x1b[999999999Cfar", " " * 16 * 1024),
    ],
)
def test_redraws_are_done_and_nothing_harmful_is_left(printed: str, seen: str) -> None:
    """The last state of the row, with what a terminal would do."""
    assert shown(printed) == seen


@pytest.mark.parametrize(
    ("printed", "pen"),
    [
        ("\x1b[31mx", Pen("red")),
        ("\x1b[1;92mx", Pen("green", bold=True)),
        ("\x1b[31m\x1b[0mx", Pen()),
        ("\x1b[31m\x1b[mx", Pen()),
        ("\x1b[38;5;9mx", Pen("red")),
        ("\x1b[38;5;208mx", Pen("#ff8700")),
        ("\x1b[38;2;1;2;3mx", Pen("#010203")),
        ("\x1b[38;2;1;2mx", Pen()),
        ("\x1b[38;5;999mx", Pen()),
        ("\x1b[41mx", Pen("red", reverse=True)),
        ("\x1b[4;3;2;7mx", Pen(dim=True, italic=True, underline=True, reverse=True)),
        ("\x1b[1;31;22;39mx", Pen()),
        ("\x1b[99999999999;5;8mx", Pen()),
    ],
)
def test_colours_are_kept(printed: str, pen: Pen) -> None:
    """The pen of the last character."""
    assert printed_cells(printed)[1][-1] == pen


@pytest.mark.parametrize("theme", [DARK, LIGHT, ANSI, NO_COLOUR])
def test_what_cannot_be_coloured_is_not(theme: Theme) -> None:
    """Every pen has a style in every theme; without colours there is none."""
    text = "".join(f"\x1b[{code}mx" for code in (0, 30, 31, 37, 90, 97, 41, 2, "38;5;200", "48;2;9;9;9"))
    segments = printed_segments(text, theme)
    assert "".join(segment.text for segment in segments) == "x" * 10
    if theme.monochrome:
        assert all(segment.style is None or segment.style.color is None for segment in segments)


LINES = st.text(
    st.one_of(
        st.sampled_from(list("\r\b\t\x1b[];mKGHA0123456789 ax幅\0\u202e\ud800")),
        st.characters(),
    ),
    max_size=80,
)


@given(LINES, st.integers(0, 30), st.integers(0, 40), st.booleans(), st.text("ax1 ", max_size=3))
def test_anything_fits_its_row(text: str, width: int, shift: int, ascii_only: bool, needle: str) -> None:
    """Exactly the width, and no control character, whatever was printed."""
    view = OutputView(width, shift, needle, 0, ascii_only, DARK)
    page = OutputPage(OutputPlace(), (OutputLine(0, text, 5), OutputLine(9, text)), 0, 9, 9)
    rows = [*output_lines(page, view, 3), output_line(page.lines[0], width, ascii=ascii_only)]
    for row in rows:
        assert sum(segment.cell_length for segment in row) == width
        assert line_text(row).isprintable() or not line_text(row).isascii()
        assert not set(line_text(row)) & set("\x1b\r\n\t\b\0\u202e")
        assert line_text(row).isascii() or not ascii_only


def test_what_is_left_out_is_said() -> None:
    """At the left, at the right, and of a line too long to be read."""
    page = OutputPage(OutputPlace(), (OutputLine(0, "0123456789", 5_000_000),), 0, 9, 9)
    assert line_text(output_lines(page, OutputView(8), 1)[0]) == "  01234…"
    assert line_text(output_lines(page, OutputView(40), 1)[0]).rstrip() == "  0123456789 … 5.00MB more"
    assert line_text(output_lines(page, OutputView(10, shift=4), 1)[0]) == "  <456789…"
    assert line_text(output_line(OutputLine(0, "exact"), 6)) == " exact"


def test_the_needle_is_marked_across_colours() -> None:
    """In every line, whatever its case, also where a colour changes within it."""
    page = OutputPage(OutputPlace(), (OutputLine(0, "a \x1b[31mLo\x1b[0mss b loss"),), 0, 9, 9)
    (row,) = output_lines(page, OutputView(30, needle="loss"), 1)
    marked = [segment.text for segment in row if segment.style and segment.style.reverse]
    assert "".join(marked) == "Lossloss"


def test_the_title_says_where_the_page_stands() -> None:
    """How much there is and which part is seen; what there is to say goes before."""
    page = OutputPage(OutputPlace(), (OutputLine(0, "x"),), 0, 620_000, 1_000_000)
    line = line_text(output_title("baseline", page, "", 60, follows=False))
    assert line.split() == ["output", "of", "baseline", "1.00MB", "62%"]
    assert "followed" in line_text(output_title("baseline", page, "", 60, follows=True))
    assert "x found" in line_text(output_title("baseline" * 20, page, "x found", 40, follows=True))


def test_without_output_it_is_said_how_there_would_be_some() -> None:
    """A run that was not started by ``tuimon run`` has none."""
    view = OutputView(60)
    rows = output_lines(OutputPage(OutputPlace(), is_kept=False), view, 10)
    text = "\n".join(map(line_text, rows))
    assert "No output was captured" in text
    assert "tuimon run -- " in text
    assert "Nothing was printed" in line_text(output_lines(OutputPage(OutputPlace()), view, 3)[1])
    assert "denied" in line_text(output_lines(OutputPage(OutputPlace(), problem="denied"), view, 3)[1])
