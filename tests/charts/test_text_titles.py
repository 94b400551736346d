"""The titles above a log's lines and a program's output."""

from __future__ import annotations

from tuimon.charts.output_text import output_title
from tuimon.charts.record_text import title_line
from tuimon.charts.text_line import line_text
from tuimon.store.printed_output import OutputPage, OutputPlace

NAME = "\x1b[31mred\x1b[0m\x07"


def test_a_name_with_control_characters_is_whole_where_there_is_room() -> None:
    """Their harmless signs take a cell each, which the characters themselves do not."""
    shown = "·[31mred·[0m·"
    assert shown in line_text(title_line(NAME, "210 lines", 80))
    assert shown in line_text(output_title(NAME, OutputPage(OutputPlace()), "", 80, follows=True))
