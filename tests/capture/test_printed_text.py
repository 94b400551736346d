"""Bytes that a program printed, as lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon.capture.printed_text import MAX_LINE_BYTES, LineSplitter


def lines_of(*chunks: bytes) -> list[str]:
    splitter = LineSplitter()
    lines = [line for chunk in chunks for line in splitter.feed(chunk)]
    return lines + splitter.finish()


@pytest.mark.parametrize(
    ("printed", "seen"),
    [
        (b"one\ntwo\r\nthree", ["one", "two", "three"]),
        (b"\r 10%|#\r 20%|##\n", [" 10%|#", " 20%|##"]),
        (b"\x1b[1;32mloss\x1b[0m 2.5\x1b[K\n", ["loss 2.5"]),
        (b"\x1b]0;title\x07step 1\n", ["step 1"]),
        (b"outer\x1b[Ainner\n", ["outer", "inner"]),
        (b"1/9\x08\x08\x082/9\n", ["1/9", "2/9"]),
        (b"a\x00b\x7fc\x1b(Bd\n", ["abcd"]),
        ("loß ½\n".encode(), ["loß ½"]),
        (b"\xff\xfe 3\n", ["�� 3"]),
        (b"\n\r\n\r\r\n", []),
    ],
)
def test_what_a_person_sees(printed: bytes, seen: list[str]) -> None:
    """Each line and each redrawn state is a line; escape sequences and control characters are gone."""
    assert lines_of(printed) == seen


def test_a_character_cut_between_chunks_is_whole() -> None:
    """UTF-8 torn at the end of a chunk comes out as the character."""
    assert lines_of(b"lr \xc2", b"\xb5s\n") == ["lr µs"]


def test_an_endless_line_is_bounded() -> None:
    """Of a line without end only the beginning is kept, and the next line is read as ever."""
    splitter = LineSplitter()
    for _ in range(100):
        assert splitter.feed(b"x" * 4096) == []
    assert splitter.feed(b"\nstep 1\n") == ["x" * MAX_LINE_BYTES, "step 1"]


def test_a_redrawn_line_can_be_looked_at_before_it_ends() -> None:
    """A bar's newest state has no end yet; what is no redraw may be torn and is not shown."""
    splitter = LineSplitter()
    splitter.feed(b"loss 2.")
    assert splitter.peek() == []
    splitter.feed(b"5\n\r 10%|#|")
    assert splitter.peek() == [" 10%|#|"]
    assert splitter.feed(b"\n") == [" 10%|#|"]


@given(st.lists(st.binary(max_size=40)))
def test_it_makes_no_difference_where_the_chunks_are_cut(chunks: list[bytes]) -> None:
    """Any bytes, cut at any places, are the same lines, and no line holds a control character."""
    lines = lines_of(*chunks)
    assert lines == lines_of(b"".join(chunks))
    assert not any(sign < " " and sign != "\t" for line in lines for sign in line)
