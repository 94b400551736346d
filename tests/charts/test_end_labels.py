"""Labels at the ends of curves."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.charts.pictures import line_text, make_series, make_spec, picture_text
from tuimon.charts.chart import draw_chart
from tuimon.charts.end_labels import assign_rows
from tuimon.charts.palette import NO_COLOUR, RUN_COLOURS, ascii_sign
from tuimon.charts.picture import Picture
from tuimon.charts.spec import Curve
from tuimon.charts.view import View


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


def test_a_long_name_is_cut_in_the_middle_and_leaves_room_for_the_curve() -> None:
    curve = Curve(make_series([2.0, 1.0]), "sweep_" + "x" * 200 + "_seed_7", RUN_COLOURS[0])
    picture = draw_chart(make_spec([curve], 90, 12))
    assert picture.canvas.width > 60
    assert "1.0000 sweep_…seed_7" in picture_text(picture)


def live_run(at: int, *, evaluated: bool = True) -> list[Curve]:
    """A run at a step: a smoothed training loss up to there, evaluations up to a tenth of the way."""
    x = np.arange(0.0, at + 1)
    train = make_series(3 * np.exp(-x / 50), x, metric="train_loss")
    curves = [Curve(train, "lr_3e-04", RUN_COLOURS[0], companion=True)]
    if evaluated:
        val = make_series(np.linspace(4.0, 2.5127, 3), np.linspace(0, at // 10, 3))
        curves.append(Curve(val, "lr_3e-04", RUN_COLOURS[0]))
    return curves


def label_place(picture: Picture, label: str) -> tuple[int, int]:
    """Where a label begins."""
    lines = [line_text(line) for line in picture.lines]
    (row,) = (y for y, line in enumerate(lines[1:], 1) if label in line)
    return lines[row].index(label), row


def end_place(picture: Picture, x: float, y: float) -> tuple[int, int]:
    """Where a point is drawn."""
    view = View(picture.canvas, picture.x_range or (0.0, 1.0), picture.y_range or (0.0, 1.0), log=False)
    return view.column(x) or 0, view.row(y)


def test_the_label_stands_where_the_curve_ends_whose_value_it_says() -> None:
    """While a run goes on its training loss is ahead of its evaluations; the value is the evaluation's."""
    picture = draw_chart(make_spec(live_run(220), 90, 14))
    column, row = label_place(picture, "2.5127 lr_3e-04")
    end_column, end_row = end_place(picture, 22, 2.5127)
    assert 0 < column - end_column <= 12
    assert abs(row - end_row) <= 1


def test_a_value_stands_at_its_height_where_the_training_loss_rises_away_from_it() -> None:
    """A diverging run: the last evaluation is far below the end of the training curve."""
    x = np.arange(0.0, 200.0)
    train = make_series(2 + x / 50, x, metric="train_loss")
    val = make_series([4.0, 2.5127], [0.0, 190.0])
    curves = [Curve(train, "lr", RUN_COLOURS[0], companion=True), Curve(val, "lr", RUN_COLOURS[0])]
    picture = draw_chart(make_spec(curves, 90, 24))
    column, row = label_place(picture, "2.5127 lr")
    assert column == picture.canvas.x + picture.canvas.width + 1
    assert row == end_place(picture, 190, 2.5127)[1]


def test_where_no_main_curve_is_in_sight_the_label_says_the_companions_value() -> None:
    spec = replace(make_spec(live_run(220), 90, 14), x_range=(100.0, 220.0))
    picture = draw_chart(spec)
    assert "2.5127" not in picture_text(picture)
    assert "0.036832 " in picture_text(picture)


def test_a_run_that_has_only_a_companion_curve_is_labelled_too() -> None:
    """The first evaluation is still to come, or only other runs are evaluated."""
    picture = draw_chart(make_spec(live_run(200, evaluated=False), 90, 14))
    assert "0.054947 lr_3e-04" in picture_text(picture)


@pytest.mark.parametrize("width", [30, 40, 60, 90, 160])
def test_the_canvas_keeps_its_width_while_a_run_grows(width: int) -> None:
    pictures = [draw_chart(make_spec(live_run(at), width, 14)) for at in range(60, 260, 7)]
    assert len({picture.canvas.width for picture in pictures}) == 1


@pytest.mark.parametrize("width", range(24, 60))
def test_a_label_always_says_at_least_a_part_of_the_name(width: int) -> None:
    lines = draw_chart(make_spec(live_run(220), width, 14)).lines[1:]
    last_words = [line_text(line).split()[-1] for line in lines if line_text(line).strip()]
    assert any(word.startswith("l") and word.endswith("4") for word in last_words)


@pytest.mark.parametrize("width", [48, 75, 110, 180])
def test_labels_take_a_quarter_of_the_width_at_most(width: int) -> None:
    curve = Curve(make_series([2.0, 1.0]), "sweep_" + "x" * 200 + "_seed_7", RUN_COLOURS[0])
    picture = draw_chart(make_spec([curve], width, 12))
    assert width - picture.canvas.x - picture.canvas.width <= width // 4


def test_labels_of_ends_in_one_row_are_ordered_by_their_values() -> None:
    """The highest curve is labelled highest, in the gutter and beside curves that end early."""
    ends = (1.5162, 1.6701, 1.5261, 1.5605)
    early = (400.0, 400.0, 400.0, 400.0, 1000.0)
    for curves in (ending_at(*ends), ending_at(*ends, 6.0, x_ends=early)):
        lines = picture_text(draw_chart(make_spec(curves, 100, 16))).splitlines()
        rising = [f"lr_{ends.index(end)}" for end in sorted(ends)]
        places = [next(y for y, line in enumerate(lines[1:]) if name in line) for name in rising]
        assert places == sorted(set(places), reverse=True)


def test_without_colours_each_run_has_a_sign_of_its_own() -> None:
    """Curves and labels are told apart by characters, as without UTF-8."""
    spec = replace(make_spec(ending_at(1.0, 2.0), 80, 12), theme=NO_COLOUR)
    text = picture_text(draw_chart(spec))
    for colour, end in zip(RUN_COLOURS, ("1.0", "2.0"), strict=False):
        assert f"{ascii_sign(colour)} {end}" in text


@pytest.mark.parametrize("width", [75, 80, 100])
def test_a_curve_that_ended_as_nan_says_since_when_though_names_are_long(width: int) -> None:
    """Where the gutter is too narrow for that, the label begins left of it, over nothing."""
    x = np.linspace(0, 1000, 51)
    names = ["lr_1e-02_wd0.1", "lr_1e-03_wd0.1", "lr_6e-04_wd0.1", "lr_6e-04_wd0.0"]
    curves = [
        Curve(make_series(1 + place / 10 + np.exp(-x / 500), x, key=name), name, RUN_COLOURS[place])
        for place, name in enumerate(names)
    ]
    lost = np.where(x > 900, np.nan, 3.0)
    curves[0] = replace(curves[0], series=make_series(lost, x, key=names[0]))
    text = picture_text(draw_chart(make_spec(curves, width, 16)))
    assert "✗ NaN @920 " in text
    assert "1e-02" in text.partition("✗ NaN @920 ")[2].partition("\n")[0]
