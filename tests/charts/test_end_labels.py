"""Labels at the ends of curves."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.charts.pictures import line_text, make_series, make_spec, picture_text
from tuimon.charts.chart import draw_chart
from tuimon.charts.end_labels import assign_rows
from tuimon.charts.palette import RUN_COLOURS
from tuimon.charts.spec import Curve


def ending_at(*ends: float, x_ends: tuple[float, ...] = ()) -> list[Curve]:
    """Curves that fall to these values, each over its own range of steps."""
    curves = []
    for index, end in enumerate(ends):
        x = np.linspace(0, x_ends[index] if x_ends else 1000.0, 50)
        y = end + 4 * np.exp(-x / 150)
        series = make_series(y, x, key=f"key_{index}")
        curves.append(Curve(series, f"lr_{index}", RUN_COLOURS[index % len(RUN_COLOURS)]))
    return curves


@given(st.lists(st.integers(0, 30), max_size=6), st.sets(st.integers(0, 30), min_size=6, max_size=9))
def test_labels_keep_their_order_and_move_as_little_as_possible(wanted: list[int], free: set[int]) -> None:
    wanted, rows = sorted(wanted), sorted(free)
    places = assign_rows(wanted, rows)
    assert places == sorted(set(places))
    assert set(places) <= free
    best = min(
        (sum(abs(a - b) for a, b in zip(wanted, choice, strict=True)))
        for choice in itertools.combinations(rows, len(wanted))
    )
    assert sum(abs(a - b) for a, b in zip(wanted, places, strict=True)) == best


def test_more_labels_than_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="3 labels"):
        assign_rows([1, 2, 3], [1, 2])


def test_curves_that_end_at_the_same_height_have_labels_above_each_other() -> None:
    lines = picture_text(draw_chart(make_spec(ending_at(1.0, 1.0, 1.0), 80, 14))).splitlines()
    rows = [next(y for y, line in enumerate(lines) if f" lr_{n}" in line) for n in range(3)]
    assert max(rows) - min(rows) == 2


def test_labels_stand_in_the_order_of_the_curves_ends() -> None:
    lines = picture_text(draw_chart(make_spec(ending_at(3.0, 1.0, 2.0), 80, 20))).splitlines()
    rows = [next(y for y, line in enumerate(lines) if f" lr_{n}" in line) for n in range(3)]
    assert rows[0] < rows[2] < rows[1]


def test_without_room_for_all_the_rest_is_counted_and_the_run_under_the_cursor_is_kept() -> None:
    spec = make_spec(ending_at(*[1.0] * 12), 80, 9, highlighted="key_11")
    text = picture_text(draw_chart(spec))
    assert " lr_11" in text
    assert "+7 more" in text
    assert sum(" lr_" in line for line in text.splitlines()) == 5


def test_a_curve_that_ends_early_has_its_label_beside_its_end() -> None:
    picture = draw_chart(make_spec(ending_at(1.0, 3.0, x_ends=(1000.0, 400.0)), 100, 16))
    row = next(line_text(line) for line in picture.lines if " lr_1" in line_text(line))
    canvas = picture.canvas
    assert canvas.x + 0.4 * canvas.width < row.index("3.2779 lr_1") < canvas.x + 0.4 * canvas.width + 5


def test_labels_are_in_their_curves_colours_and_never_on_top_of_a_curve() -> None:
    curves = ending_at(1.0, 2.0, 3.0)
    labelled = draw_chart(make_spec(curves, 90, 16))
    for line in labelled.lines[1:]:
        for segment in line:
            for index, curve in enumerate(curves):
                if f" lr_{index}" in segment.text:
                    assert curve.colour in str(segment.style)
    gutter = labelled.canvas.x + labelled.canvas.width
    assert all("lr_" not in line_text(line)[:gutter] for line in labelled.lines[1:])


def test_a_long_name_is_cut_in_the_middle_and_takes_a_third_of_the_width_at_most() -> None:
    curve = Curve(make_series([2.0, 1.0]), "sweep_" + "x" * 200 + "_seed_7", RUN_COLOURS[0])
    picture = draw_chart(make_spec([curve], 90, 12))
    assert picture.canvas.width > 50
    assert "1.0000 sweep_xxxx…xxx_seed_7" in picture_text(picture)
