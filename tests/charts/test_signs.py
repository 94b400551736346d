"""On a terminal of 16 colours an eleventh run has the colour of another: signs tell the two apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from tests.charts.pictures import line_text, make_series, make_spec, picture_text
from tests.charts.test_run_table import make_row
from tuimon.charts.chart import Curve, draw_chart
from tuimon.charts.palette import ANSI, ASCII_SIGNS, DARK, Theme, ascii_sign, assign_colours
from tuimon.charts.picture import Line, Picture
from tuimon.charts.run_table import DrawnRows, TableSpec, draw_row
from tuimon.charts.strip import draw_strip

KEYS = tuple(f"lr_{number}" for number in range(20))
COLOURS = assign_colours([(key, key) for key in KEYS], {})


def curves(count: int) -> list[Curve]:
    """Runs that fall from one value to ends of their own."""
    falling = 3 * np.exp(-np.arange(200) / 30)
    return [
        Curve(make_series(falling + 0.1 * place, key=key), key, COLOURS[key])
        for place, key in enumerate(KEYS[:count])
    ]


def looks(line: Line, characters: str) -> set[tuple[str, str]]:
    """The characters of a line that are among these, each with its colour."""
    return {
        (character, str(segment.style.color and segment.style.color.name))
        for segment in line
        if segment.style is not None
        for character in segment.text
        if character in characters
    }


def looks_on_canvas(picture: Picture) -> set[tuple[str, str]]:
    """The signs that stand on the curves, each with its colour."""
    left, right = picture.canvas.x, picture.canvas.x + picture.canvas.width
    found = set()
    for line in picture.lines[picture.canvas.y : picture.canvas.y + picture.canvas.height]:
        x = 0
        for segment in line:
            if left <= x < right:
                found |= looks((segment,), ASCII_SIGNS)
            x += len(segment.text)
    return found


def test_each_of_twenty_curves_has_its_sign_on_it_and_at_its_label() -> None:
    picture = draw_chart(make_spec(curves(20), 120, 36, theme=ANSI))
    on_curves = looks_on_canvas(picture)
    assert len(on_curves) == 20
    assert max(Counter(sign for sign, _ in on_curves).values()) == 1
    lines = picture_text(picture).splitlines()
    for key in KEYS:
        assert any(f" {ascii_sign(COLOURS[key])} " in line and line.endswith(key) for line in lines)


@pytest.mark.parametrize(("count", "theme"), [(10, ANSI), (20, DARK)])
def test_curves_whose_colours_differ_are_lines_without_signs(count: int, theme: Theme) -> None:
    picture = draw_chart(make_spec(curves(count), 120, 36, theme=theme))
    assert not looks_on_canvas(picture)
    text = picture_text(picture)
    assert not any(f" {ascii_sign(COLOURS[key])} " in text for key in KEYS)


def test_single_points_of_many_runs_are_their_signs() -> None:
    points = [
        Curve(make_series([float(place)], key=key), key, COLOURS[key]) for place, key in enumerate(KEYS)
    ]
    assert len(looks_on_canvas(draw_chart(make_spec(points, 120, 60, theme=ANSI)))) == 20


def test_a_strip_of_many_runs_has_their_signs() -> None:
    assert len(looks_on_canvas(draw_strip(make_spec(curves(20), 120, 30, theme=ANSI)))) == 20


def test_no_two_rows_of_twenty_begin_alike() -> None:
    rows = tuple(make_row(key) for key in KEYS)
    spec = TableSpec(rows, 100, marked=frozenset(KEYS), colours=COLOURS, theme=ANSI)
    begun = [looks(draw_row(spec, row)[:2], ASCII_SIGNS) for row in rows]
    assert len(set().union(*begun)) == 20
    assert all(line_text(draw_row(spec, row))[2] == "●" for row in rows), "marked, beside the sign"
    few = replace(spec, rows=rows[:10])
    assert not any(looks(draw_row(few, row)[:2], ASCII_SIGNS) for row in few.rows)


def test_rows_drawn_before_an_eleventh_run_came_are_drawn_again_with_signs() -> None:
    rows, drawn = tuple(make_row(key) for key in KEYS), DrawnRows()
    few = TableSpec(rows[:10], 100, colours=COLOURS, theme=ANSI)
    assert line_text(drawn.line(few, rows[0]))[1] == "○"
    more = replace(few, rows=rows)
    assert line_text(drawn.line(more, rows[0]))[1] == ascii_sign(COLOURS[KEYS[0]])
