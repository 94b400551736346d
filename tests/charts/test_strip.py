"""Small charts, lines with a sparkline, sparklines."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.charts.pictures import line_text, make_series, make_spec, picture_text
from tuimon.charts.palette import RUN_COLOURS
from tuimon.charts.spec import Curve
from tuimon.charts.strip import draw_strip, sparkline

STEPS = np.arange(400.0)
RATES = np.minimum(STEPS / 100, 1) * 6e-4 * (0.55 + 0.45 * np.cos(STEPS / 400 * 3))


def rates(key: str = "a") -> Curve:
    return Curve(make_series(RATES, STEPS, key=key, metric="learning_rate"), f"run_{key}", RUN_COLOURS[0])


STRIP = """\
 learning_rate            6.3e-05 run_a
5.3e-04┤    ⢀⣠⠖⠋⠉⠉⠓⠒⠦⠤⣄⣀
       │  ⣀⠴⠋          ⠈⠉⠙⠒⠦⠤⣄⣀⡀
      0┤⣠⠞⠁                    ⠉⠉⠙⠒⠒⠲⠤⠤⠤"""


def test_a_strip_has_its_latest_value_and_its_bounds() -> None:
    assert picture_text(draw_strip(make_spec([rates()], 40, 4, metric="learning_rate"))) == STRIP


def test_a_strip_speaks_of_the_run_under_the_cursor() -> None:
    spec = make_spec([rates("a"), rates("b")], 42, 4, metric="learning_rate", highlighted="b")
    assert line_text(draw_strip(spec).lines[0]).rstrip().endswith("run_b")


def test_a_high_strip_has_an_x_axis() -> None:
    lines = picture_text(draw_strip(make_spec([rates()], 50, 10, metric="learning_rate"))).splitlines()
    assert lines[-1].split() == ["0", "200"]
    assert "└" in lines[-2]


def test_one_row_is_name_value_and_sparkline() -> None:
    text = line_text(draw_strip(make_spec([rates()], 30, 1, metric="learning_rate")).lines[0])
    assert text.startswith("lr ")
    assert "█" in text
    assert text.rstrip()[-1] in "▁▂"


def test_a_strip_without_values_says_so() -> None:
    text = picture_text(draw_strip(make_spec([], 44, 4, metric="grad_norm")))
    assert "no values of grad_norm yet" in text


def test_nan_in_a_strip_is_marked_and_counted() -> None:
    values = np.ones(100)
    values[50] = math.nan
    lines = picture_text(draw_strip(make_spec(make_series(values), 44, 5))).splitlines()
    assert "✗1" in lines[0]
    assert any("✗" in line for line in lines[1:])


@pytest.mark.parametrize(
    ("values", "width", "expected"),
    [
        ([], 5, ""),
        ([1.0, 2.0], 0, ""),
        ([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], 8, "▁▂▃▄▅▆▇█"),
        ([0.0, 0.0, 1.0, 1.0], 2, "▁█"),
        ([1.0, 1.0, 1.0], 3, "▄▄▄"),
        ([1.0, math.nan, 2.0], 3, "▁✗█"),
        ([math.nan, math.inf], 4, "✗✗"),
        ([-1.7e308, 1.7e308], 2, "▁█"),
    ],
)
def test_sparklines(values: list[float], width: int, expected: str) -> None:
    assert sparkline(values, width) == expected


def test_one_nan_among_many_values_is_seen_in_a_sparkline() -> None:
    values = [1.0] * 1000
    values[500] = math.nan
    assert sparkline(values, 10).count("✗") == 1


def test_a_sparkline_in_ascii() -> None:
    assert sparkline([0.0, 3.0, 7.0, math.nan], 4, ascii=True) == "_~#x"


def test_the_sparkline_of_a_constant_is_flat_in_spite_of_rounding() -> None:
    """Averages of one value differ in their last digits; that is no movement."""
    assert len(set(sparkline([0.1 + 0.2, 0.3, 0.3, 0.1 + 0.2, 0.3], 5))) == 1
