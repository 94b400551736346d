"""Tables of text stay tables, whatever their cells hold."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from tuimon.analysis.text_table import LONGEST_CELL, TextTable

tables = st.integers(1, 4).flatmap(
    lambda width: st.builds(
        lambda heading, rows, align, caption: TextTable(heading, tuple(rows), "".join(align), caption),
        st.tuples(*[st.text(max_size=60)] * width),
        st.lists(st.tuples(*[st.text(max_size=60)] * width), max_size=4),
        st.lists(st.sampled_from("<>"), min_size=width, max_size=width),
        st.text(max_size=10),
    )
)


def test_columns_are_as_wide_as_they_need_to_be() -> None:
    """Text to the left, numbers to the right, wide characters counted as two cells."""
    table = TextTable(("name", "loss"), (("a", "1.25"), ("広い", "10.5")), "<>", "runs")
    assert table.text() == "\n".join(("runs", "name  loss", "----------", "a     1.25", "広い  10.5"))


def test_a_long_cell_keeps_both_ends() -> None:
    """What tells two long names apart mostly stands at their end."""
    (line,) = TextTable(("x",), (("experiment_" + "a" * 80 + "_seed1",),), "<").text().splitlines()[2:]
    assert len(line) == LONGEST_CELL - 1
    assert line.startswith("experiment_aa")
    assert line.endswith("_seed1")


@given(tables)
def test_a_row_is_a_line(table: TextTable) -> None:
    """Whatever the cells hold: no line end, no control character is left of it."""
    lines = table.text().split("\n")
    assert len(lines) == len(table.rows) + 2 + bool(table.caption)
    assert all(sign.isprintable() for line in lines for sign in line)


class _Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


@given(tables)
def test_no_cell_is_markup(table: TextTable) -> None:
    """A parser finds the table's own elements and no other."""
    parser = _Cells()
    parser.feed(table.html())
    width = len(table.heading)
    rows = len(table.rows)
    assert parser.tags == [
        *("table", *(["caption"] if table.caption else []), "thead", "tr", *["th"] * width, "tbody"),
        *(["tr", *["td"] * width] * rows),
    ]
