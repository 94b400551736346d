"""The large chart, by its pictures."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.charts.pictures import line_text, make_series, make_spec, picture_text, styles_of
from tuimon.analysis.axes import ELAPSED, axis_of
from tuimon.charts.chart import ChartSpec, Curve, draw_chart
from tuimon.charts.palette import DARK, RUN_COLOURS, blend
from tuimon.charts.picture import Picture
from tuimon.charts.view import View, x_text

FALLING = 3 * np.exp(-np.arange(60) / 12) + 1.0


def drawn(spec: ChartSpec) -> str:
    return picture_text(draw_chart(spec))


def test_a_falling_loss() -> None:
    """Title, axes with values, the curve, its best value, its label at its end."""
    assert drawn(make_spec(make_series(FALLING), 60, 12, direction="min")) == FALLING_PICTURE


FALLING_PICTURE = """\
 val_loss                              ● run min 1.0220 @59
   4┤⢢┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
    │⠈⢆
    │  ⠣⡀
   3┤┈┈┈⠘⢄┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
    │     ⠑⢄
   2┤┈┈┈┈┈┈┈⠉⠢⡀┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
    │         ⠈⠑⠢⢄⡀
    │             ⠈⠉⠒⠢⠤⢄⣀⡀
   1┤┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈⠈⠉⠉⠉⠒⠒⠒⠒⠒⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤● 1.0220 run
    └┬─────────────┬──────────────┬─────────────
     0             20             40          gradient step"""


def test_ascii_has_the_same_picture_without_braille() -> None:
    curves = [
        Curve(make_series(FALLING, key="a"), "baseline", RUN_COLOURS[0]),
        Curve(make_series(FALLING[:40] + 1, key="b"), "lr_1e-03", RUN_COLOURS[1]),
    ]
    assert drawn(make_spec(curves, 60, 12, ascii=True)) == ASCII_PICTURE


ASCII_PICTURE = """\
 val_loss
    |*
    | **
   4+o ***
    | oo ***
    |  ooo  ****
    |    ooo    ********
   2+      ooooo       ********* * 2.1163 lr_1e-03
    |          ooooooo
    |                 ooooooooooooooooooooooo o 1.0220 ba~e
    ++------------+-------------+------------
     0            20            40            gradient step"""


def test_a_log_axis_shows_values_and_gives_each_decade_the_same_room() -> None:
    values = np.geomspace(1000, 0.1, 60)
    assert drawn(make_spec(make_series(values), 60, 12, log_y=True)) == LOG_PICTURE


LOG_PICTURE = """\
 val_loss  log
  1k┤⠒⠤⢄⣀┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
    │    ⠑⠒⠤⢄⣀
 100┤┈┈┈┈┈┈┈┈┈⠑⠒⠤⢄⣀┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
    │              ⠑⠒⠤⢄⣀
  10┤┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈⠑⠒⠤⢄┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
    │                       ⠉⠑⠒⠤⢄
   1┤┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈⠉⠑⠒⠤⢄┈┈┈┈┈┈┈┈┈
    │                                 ⠉⠑⠒⠤⢄
 0.1┤┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈⠉⠑⠒⠤ 0.10000 run
    └┬─────────────┬─────────────┬─────────────
     0             20            40           gradient step"""


def test_a_metric_without_values_is_a_sentence() -> None:
    assert "no values of val_loss yet" in drawn(make_spec([], 60, 8))
    assert "val_loss has no finite value: 3 NaN" in drawn(make_spec(make_series([math.nan] * 3), 60, 8))
    beyond = make_spec(make_series(FALLING), 60, 8, x_range=(500.0, 600.0))
    assert "no values of val_loss in this range" in drawn(beyond)
    negative = make_spec(make_series([-1.0, -2.0]), 70, 8, log_y=True)
    assert "nothing above 0" in drawn(negative)


def test_one_point_is_a_dot_with_its_value() -> None:
    picture = drawn(make_spec(make_series([2.5], [10.0]), 60, 9))
    row = next(line for line in picture.splitlines() if "●" in line)
    assert "2.5000 run" in row


def test_a_constant_is_a_flat_line_in_the_middle() -> None:
    lines = drawn(make_spec(make_series([2.0] * 50), 60, 11)).splitlines()
    row = next(number for number, line in enumerate(lines) if "2.0000 run" in line)
    assert row == 1 + (11 - 3) // 2
    assert sum("⠤⠤⠤" in line or "⠒⠒⠒" in line or "⣀⣀⣀" in line or "⠉⠉⠉" in line for line in lines) == 1


def test_one_nan_in_a_million_points_is_marked_and_counted() -> None:
    values = np.ones(1_000_000)
    values[700_000] = math.nan
    lines = drawn(make_spec(make_series(values), 100, 12)).splitlines()
    assert "1 NaN" in lines[0]
    assert sum(line.count("✗") for line in lines[1:]) == 1


def test_a_spike_of_one_step_in_a_million_is_drawn() -> None:
    """Off: the true range, the spike included; its foot and its top are there."""
    values = np.ones(1_000_000)
    values[700_000] = 1e4
    picture = draw_chart(make_spec(make_series(values), 100, 12))
    assert picture.y_range is not None
    assert picture.y_range[1] > 1e4
    canvas = picture.canvas
    column = canvas.x + int(0.7 * canvas.width)
    texts = [line_text(line) for line in picture.lines]
    inked = [texts[y][column] not in " ┈" for y in range(canvas.y, canvas.y + canvas.height)]
    assert all(inked)


def test_clipped_outliers_are_marked_at_the_edge_and_counted() -> None:
    values = np.sin(np.arange(1000) / 50) + 2
    values[[305, 306, 600]] = 1e4
    values[800] = -1e4
    picture = draw_chart(make_spec(make_series(values), 100, 12, clip_outliers=True))
    lines = picture_text(picture).splitlines()
    assert picture.y_range is not None
    assert picture.y_range[1] < 5
    assert picture.clipped == 4
    assert "▲4 clipped" in lines[0]
    assert lines[1].count("▲") == 2
    assert picture_text(picture).count("▼") == 1


@pytest.mark.parametrize("log_y", [False, True])
def test_a_few_spikes_among_few_points_are_clipped_and_a_steep_beginning_is_not(log_y: bool) -> None:
    """Three spikes in a hundred steps used to be 3 per cent of the points, so the range held them."""
    steps = np.arange(100)
    values = 2 + 9 * np.exp(-steps / 20)
    values[[30, 60, 80]] = 1e4
    picture = draw_chart(make_spec(make_series(values), 100, 12, clip_outliers=True, log_y=log_y))
    assert picture.y_range is not None
    assert 11 <= picture.y_range[1] < 30
    assert picture.clipped == 3


def test_clipping_never_widens_the_range() -> None:
    """It used to, where values as logged lay beyond the smoothed curves and were not drawn themselves."""
    raw = np.concatenate((np.linspace(4, 2, 80), np.linspace(2, 9, 20)))
    series = [make_series(raw, smooth=np.minimum(raw, 5), key=f"run{number}") for number in range(8)]
    curves = [Curve(each, each.run_key, RUN_COLOURS[0]) for each in series]
    plain = draw_chart(make_spec(curves, 100, 16))
    clipped = draw_chart(make_spec(curves, 100, 16, clip_outliers=True))
    assert plain.y_range is not None
    assert clipped.y_range is not None
    assert plain.y_range[0] <= clipped.y_range[0] < clipped.y_range[1] <= plain.y_range[1] < 6
    assert clipped.clipped == 0


def test_around_a_single_small_x_the_axis_is_of_its_size() -> None:
    """A learning rate that never changed used to stand above a tick of 0, as the axis went from -1 to 1."""
    picture = draw_chart(
        make_spec(make_series([2.0, 1.0], [1e-3, 1e-3], axis=axis_of("learning_rate")), 80, 16)
    )
    assert picture.x_range == (0.0, 2e-3)
    one_step = draw_chart(make_spec(make_series([2.0], [0.0]), 80, 16))
    assert one_step.x_range == (0.0, 1.0)


def test_infinity_is_marked_at_the_edge_it_left_by() -> None:
    values = FALLING.copy()
    values[20], values[40] = math.inf, -math.inf
    picture = draw_chart(make_spec(make_series(values), 80, 12))
    lines = picture_text(picture).splitlines()
    assert "2 inf" in lines[0]
    assert "∞" in lines[picture.canvas.y]
    assert "∞" in lines[picture.canvas.y + picture.canvas.height - 1]


def test_a_run_that_ends_in_nan_says_so_in_red_at_its_end() -> None:
    values = FALLING.copy()
    values[30:] = math.nan
    picture = draw_chart(make_spec(make_series(values), 80, 12))
    row = next(line for line in picture.lines[1:] if "NaN @30 run" in line_text(line))
    assert DARK.bad in styles_of(row, "✗")[0]
    assert DARK.bad in styles_of(picture.lines[0], "30 NaN")[0]


def test_the_run_under_the_cursor_is_bright_and_the_others_are_dim() -> None:
    curves = [
        Curve(make_series(FALLING + up, key=key), key, colour)
        for key, up, colour in (("a", 0, "#ff0000"), ("b", 2, "#00ff00"))
    ]
    picture = draw_chart(make_spec(curves, 80, 14, highlighted="a"))
    styles = {str(segment.style) for line in picture.lines for segment in line}
    assert any("#ff0000" in style for style in styles)
    assert not any("#00ff00" in style for style in styles)


def test_raw_values_are_faint_behind_the_smoothed_curve() -> None:
    """One style more than without them: the run's colour, dimmed."""
    noise = np.where(np.arange(60) % 2, 0.4, -0.4)
    picture = draw_chart(make_spec(make_series(FALLING + noise, smooth=FALLING), 80, 14))
    alone = draw_chart(make_spec(make_series(FALLING), 80, 14))
    with_raw, without = (
        {str(segment.style) for line in each.lines[1:] for segment in line} for each in (picture, alone)
    )
    (faint,) = with_raw - without
    assert RUN_COLOURS[0] in with_raw
    assert faint in {blend(RUN_COLOURS[0], DARK.background, share / 100) for share in range(15, 50)}
    assert "val_loss~0.90" in line_text(picture.lines[0])


def test_a_companion_is_named_in_the_title_and_shares_its_runs_label() -> None:
    curves = [
        Curve(
            make_series(FALLING - 0.2, metric="train_loss", smooth=FALLING - 0.2),
            "run",
            "#56b4e9",
            companion=True,
        ),
        Curve(make_series(FALLING), "run", "#56b4e9"),
    ]
    picture = drawn(make_spec(curves, 80, 14))
    assert "train_loss~0.90 ─" in picture.splitlines()[0]
    assert picture.count(" run") == 1


def test_zoom_shows_the_range_and_draws_lines_that_only_pass_through() -> None:
    """Between two evaluations there is no point, but there is a line."""
    series = make_series([1.0, 2.0], [0.0, 1000.0])
    picture = draw_chart(make_spec(series, 60, 10, x_range=(400.0, 500.0)))
    assert picture.x_range == (400.0, 500.0)
    assert any("\u2801" <= character <= "\u28ff" for character in picture_text(picture))


def test_the_cursor_is_a_line_with_its_x_on_the_axis() -> None:
    lines = drawn(make_spec(make_series(FALLING), 60, 12, cursor_x=30.0)).splitlines()
    assert sum("│" in line[6:] for line in lines[1:-2]) >= 7
    assert " 30 " in lines[-1]


@pytest.mark.parametrize("width", [60, 110, 200])
def test_no_half_of_a_tick_label_is_left_beside_the_cursors(width: int) -> None:
    """Half of a number is another number: a label is there whole or not at all."""
    series = make_series(np.linspace(3.0, 1.0, 200), np.linspace(0.0, 48_000.0, 200))
    spec = make_spec(series, width, 12)
    labels = drawn(spec).splitlines()[-1].split()
    for place in range(97):
        cursor = place * 500.0
        words = drawn(replace(spec, cursor_x=cursor)).splitlines()[-1].split()
        at = x_text(spec.x_axis, cursor)
        assert at in words
        assert set(words) <= {*labels, at}
        assert ("gradient" in words) == ("step" in words)


def test_time_is_an_axis_with_units() -> None:
    series = make_series(FALLING, np.linspace(0, 4 * 3600, 60), axis=ELAPSED)
    assert drawn(make_spec(series, 80, 10, x_axis=ELAPSED)).splitlines()[-1].split() == [
        "0", "1h", "2h", "3h", "4h", "elapsed",
    ]  # fmt: skip


def test_steps_that_go_back_are_drawn_as_they_were_logged() -> None:
    """An epoch that counts from 0 again is a second line, not a bridge over the whole chart."""
    x = np.concatenate((np.arange(100.0), np.arange(100.0)))
    y = np.concatenate((np.full(100, 3.0), np.full(100, 1.0)))
    picture = draw_chart(make_spec(make_series(y, x), 60, 13))
    inner = [line_text(line)[10:40] for line in picture.lines[3:-4]]
    assert not any("\u2801" <= character <= "\u28ff" for row in inner for character in row)


@pytest.mark.parametrize("values", [[0.0] * 5, [1e-300, 2e-300], [-1e308, 1e308], [5e-324, 1e-323]])
def test_extreme_values_are_drawn(values: list[float]) -> None:
    assert "●" in drawn(make_spec(make_series(values), 60, 10, direction="min"))


def test_equal_specs_give_equal_pictures_and_can_be_keys() -> None:
    series = make_series(FALLING)
    one, two = make_spec(series, 60, 10), make_spec(series, 60, 10)
    assert one == two
    assert hash(one) == hash(two)
    assert draw_chart(one) == draw_chart(two)


def test_a_companion_is_an_unbroken_line_quieter_than_the_main_curve() -> None:
    colour = RUN_COLOURS[0]
    curves = [
        Curve(make_series(np.linspace(3, 2, 60), metric="train_loss"), "run", colour, companion=True),
        Curve(make_series([9.0, 8.0], [0.0, 20.0]), "run", colour),
    ]
    picture = draw_chart(make_spec(curves, 60, 12))
    columns = {0}
    for line in picture.lines[1:]:
        x = 0
        for segment in line:
            for character in segment.text:
                if "\u2801" <= character <= "\u28ff" and str(segment.style) != colour:
                    columns.add(x - picture.canvas.x)
                x += 1
    assert columns == set(range(picture.canvas.width))


def test_a_run_that_stays_nan_has_one_mark_where_it_began() -> None:
    """Beside the last finite point, and none along the rest of the axis."""
    broken = np.where(np.arange(200) < 60, np.linspace(5, 3, 200), np.nan)
    curves = [
        Curve(make_series(np.linspace(4, 3, 200), key="a"), "good", RUN_COLOURS[0]),
        Curve(make_series(broken, key="b"), "bad", RUN_COLOURS[1]),
    ]
    picture = draw_chart(make_spec(curves, 90, 16))
    assert [line_text(line).count("✗") for line in picture.lines[1:]].count(0) == 14
    (row,) = (line_text(line) for line in picture.lines[1:] if "✗" in line_text(line))
    assert row.count("✗") == 1
    assert abs(row.index("✗") - picture.canvas.x - 0.3 * picture.canvas.width) <= 2
    assert "✗ NaN @60 bad" in row


def test_values_that_are_nan_now_and_then_are_marked_a_few_times_beside_the_curves() -> None:
    values = np.where(np.arange(400) % 2, np.linspace(5, 3, 400), np.nan)
    picture = draw_chart(make_spec(make_series(values), 90, 16))
    assert 1 <= sum(line_text(line).count("✗") for line in picture.lines[1:]) <= 4


def test_curves_are_not_hidden_by_the_marks_of_other_runs() -> None:
    """A run without any finite value is marked, and the others look as they do without it."""
    good = Curve(make_series(np.linspace(4, 3, 200), key="a"), "good", RUN_COLOURS[0])
    bad = Curve(make_series(np.full(200, np.nan), key="b"), "bad", RUN_COLOURS[1])
    alone, both = (draw_chart(make_spec(each, 90, 16)) for each in ([good], [bad, good]))

    def dots(picture: Picture) -> list[str]:
        inside = slice(picture.canvas.x, picture.canvas.x + 70)
        return ["".join(c if c > "\u2800" else " " for c in line_text(x)[inside]) for x in picture.lines[1:]]

    assert alone.canvas == both.canvas
    assert [row.strip() for row in dots(alone)] == [row.replace("✗", " ").strip() for row in dots(both)]


@pytest.mark.parametrize(("x", "expected"), [(0.0, (0.0, 1.0)), (1.0, (0.0, 2.0)), (40.0, (38.0, 42.0))])
def test_around_a_single_point_the_axis_of_steps_does_not_go_below_zero(
    x: float, expected: tuple[float, float]
) -> None:
    picture = draw_chart(make_spec(make_series([2.0], [x]), 60, 10))
    assert picture.x_range == expected
    assert "−" not in line_text(picture.lines[-1])


def test_the_title_says_whose_least_value_it_gives_and_calls_no_run_the_best() -> None:
    """The run under the cursor need not have the best value of the chart, the chart not that of all runs."""
    curves = [
        Curve(make_series([4.0, 1.0], key="a"), "better", RUN_COLOURS[0]),
        Curve(make_series([4.0, 2.0], key="b"), "chosen", RUN_COLOURS[1]),
    ]
    title = line_text(draw_chart(make_spec(curves, 80, 10, direction="min", highlighted="b")).lines[0])
    assert "● chosen min 2.0000 @1" in title
    assert "best" not in title


def test_a_run_whose_losses_are_all_nan_is_marked_once() -> None:
    """Where the training loss broke; the next evaluation has nothing to add, the label goes on from it."""
    train = np.where(np.arange(100) < 41, np.linspace(5, 3, 100), np.nan)
    curves = [
        Curve(make_series(train, metric="train_loss"), "run", RUN_COLOURS[0], companion=True),
        Curve(make_series([5.5, 4.5, np.nan], [0.0, 30.0, 60.0]), "run", RUN_COLOURS[0]),
    ]
    lines = [line_text(line) for line in draw_chart(make_spec(curves, 90, 16)).lines[1:]]
    assert sum(line.count("✗") for line in lines) == 1
    assert any("✗ NaN @41 run" in line for line in lines)


@pytest.mark.parametrize("other", [-0.1, 0.1, 0.3, -0.3])
def test_the_label_of_a_broken_run_does_not_repeat_the_mark_beside_it(other: float) -> None:
    """Another run's curve beside the last point moves the mark up or down."""
    falling = np.linspace(5, 3, 100)
    curves = [
        Curve(make_series(np.where(np.arange(100) < 41, falling, np.nan), key="a"), "broken", RUN_COLOURS[0]),
        Curve(make_series(falling + other, key="b"), "good", RUN_COLOURS[1]),
    ]
    picture = draw_chart(make_spec(curves, 90, 24))
    lines = [line_text(line) for line in picture.lines[1:]]
    canvas_end = picture.canvas.x + picture.canvas.width  # a label that found no room inside is in the gutter
    assert sum(line[:canvas_end].count("✗") for line in lines) == 1
    assert any(" NaN @41 b" in line for line in lines)


def test_nan_of_a_companion_are_told_with_its_metric() -> None:
    """They are not those of the metric that the title begins with."""
    main = Curve(make_series([2.0, 1.0]), "run", RUN_COLOURS[0])
    behind = replace(make_series([2.0, math.nan]), metric="train_loss")
    spec = make_spec([main, Curve(behind, "run", RUN_COLOURS[0], companion=True)], 80, 12)
    assert "1 NaN train_loss" in line_text(draw_chart(spec).lines[0])


def test_a_value_on_an_axis_that_is_a_metric_is_written_as_the_metric_is() -> None:
    """The least loss is at a learning rate of 1e-03, as its axis says it, not at 0.0010000."""
    spec = make_spec([Curve(make_series([3.0, 2.0], [2e-3, 1e-3]), "run", RUN_COLOURS[0])], 90, 12)
    text = picture_text(draw_chart(replace(spec, x_axis=axis_of("learning_rate"), direction="min")))
    assert "min 2.0000 @1e-03" in text


def test_a_spike_of_the_run_under_the_cursor_is_not_cut_by_the_lines_of_others() -> None:
    """Of its companion, too: every cell from the spike's foot to its top is its own."""
    x = np.arange(0.0, 101.0)
    spiking = np.where(x == 50, 9.0, 1.0)
    curves = [
        Curve(make_series(spiking, x, key="mine", metric="train_loss"), "mine", "#ff0000", companion=True),
        Curve(make_series([1.0, 1.0], [0.0, 100.0], key="mine"), "mine", "#ff0000"),
    ]
    curves += [
        Curve(make_series([y, y], [0.0, 100.0], key=f"other {y}"), f"other {y}", "#0000ff")
        for y in (3.0, 5.0, 7.0)
    ]
    picture = draw_chart(make_spec(curves, 100, 24, highlighted="mine", end_labels=False))
    canvas = picture.canvas
    column = canvas.x + canvas.width // 2
    view = View(canvas, picture.x_range or (0.0, 1.0), picture.y_range or (0.0, 1.0), log=False)
    for row in range(view.row(8.5), view.row(1.5)):
        cells = [segment.style for segment in picture.lines[row] for _ in segment.text]
        colours = [ink.color.get_truecolor() for ink in cells[column - 1 : column + 3] if ink and ink.color]
        assert any(colour.red > 2 * colour.blue for colour in colours), row
