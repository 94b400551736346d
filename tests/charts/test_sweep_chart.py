"""The chart and the table of a sweep: any values, any size."""

from __future__ import annotations

import math
from typing import Any

import pytest
from rich.cells import cell_len

from tests.charts.pictures import line_text, picture_text
from tests.charts.runs_by_hand import make_run
from tuimon.analysis.sweep import Sweep, sweep
from tuimon.charts.sweep_chart import SweepSpec, draw_sweep
from tuimon.charts.sweep_table import SweepTable, SweepTableSpec
from tuimon.store.snapshot import RunSnapshot


def run_of(value: Any, loss: float, seed: int = 0, key: str = "lr") -> RunSnapshot:
    return make_run(f"{value}_{seed}", config={key: value, "seed": seed}, metrics={"val_loss": [9.0, loss]})


def over_decades() -> Sweep:
    """The middle value is best, the highest one diverged."""
    runs = [run_of(1e-4, 2.0), run_of(1e-3, 1.4), run_of(1e-3, 1.6, seed=1), run_of(1e-2, math.nan)]
    return sweep(runs, "lr")


def rows_of(swept: Sweep, width: int = 80, height: int = 16, **more: Any) -> list[str]:
    return picture_text(draw_sweep(SweepSpec(swept, width, height, **more))).split("\n")


def table_rows(swept: Sweep, width: int = 100, **more: Any) -> list[str]:
    table = SweepTable(SweepTableSpec(swept, width, **more))
    return [line_text(line).rstrip() for line in (*table.heading, *map(table.line, range(len(table))))]


def test_the_title_says_what_is_shown_and_which_value_is_best() -> None:
    """Metric, key, how many values and runs, the diverged, the scale; the best mean with its spread."""
    title = rows_of(over_decades(), 120)[0]
    assert title.startswith(" best val_loss by lr  3 values  4 runs  1 diverged  log x")
    assert title.endswith("● 1e-03 1.5000 ± 0.1414")


def test_the_best_value_is_said_before_what_is_counted() -> None:
    """Where the title has no room for all, the counts that do not fit are left out, not the best value."""
    title = rows_of(over_decades(), 64)[0]
    assert title.startswith(" best val_loss by lr  3 values")
    assert title.endswith("● 1e-03 1.5000 ± 0.1414")
    assert "diverged" not in title


def test_runs_left_out_are_told_of_at_80_columns_too() -> None:
    """In a line below the title, where that has no room; the chart begins below it."""
    key = "optimizer.max_learning_rate"
    runs = [run_of(1e-4, 2.0, key=key), run_of(1e-3, 1.4, key=key), run_of(1e-2, math.nan, key=key)]
    runs += [run_of(1, 2.0), make_run("no_metric", config={key: 1e-3}, metrics={"train_loss": [1.0]})]
    swept = sweep(runs, key, "val_loss")
    rows = rows_of(swept, 80, 14)
    assert "best val_loss by optimizer.max_learning_rate" in rows[0]
    assert "1 diverged  1 without the key  1 without the metric" in rows[1]
    assert "✗" in rows[2]
    wide = rows_of(swept, 160, 14)
    assert "1 diverged  1 without the key  1 without the metric" in wide[0]
    assert "✗" in wide[1]


def test_values_over_decades_are_equally_far_apart() -> None:
    """The axis is logarithmic: each decade takes as many columns."""
    labels = rows_of(over_decades())[-1]
    places = [labels.index(text) + len(text) / 2 for text in ("1e-04", "1e-03", "1e-02")]
    assert abs((places[1] - places[0]) - (places[2] - places[1])) <= 1


def test_the_diverged_have_a_red_sign_above_their_value() -> None:
    """It stands at the upper edge; two of one value are counted."""
    rows = rows_of(over_decades())
    assert "✗" in rows[1]
    assert abs(rows[1].index("✗") - rows[-2].rindex("┬")) <= 1
    twice = sweep([run_of(1, 2.0), run_of(2, math.nan), run_of(2, math.nan, seed=1)], "lr")
    assert "✗2" in rows_of(twice)[1]


def test_the_spread_has_whiskers() -> None:
    """One standard deviation up and down of the mean."""
    rows = rows_of(over_decades(), 80, 24)
    column = rows[-1].index("1e-03") + 2
    middle = "".join(row[column : column + 1] for row in rows[1:-2])
    assert middle.strip("┈ ").strip("⠀")[0] == "┬"
    assert "●" in middle
    assert "┴" in middle


@pytest.mark.parametrize(
    "values",
    [
        [1e-3],
        ["adam", "lion", "adam"],
        [None, 1.0],
        [True, False],
        [None, True, "x", 3, [0.9, 0.95], {"a": {}}],
        [-5, 0, 5],
        [1e308, -1e308],
        [1e300, 1e-300],
        ["幅広い名前" * 9, "[bold]x[/bold]", "e\x1b[31mvil", "a\nb"],
        list(range(50)),
        [f"category {number}" for number in range(50)],
    ],
)
@pytest.mark.parametrize("size", [(0, 0), (5, 3), (12, 6), (40, 10), (80, 22), (200, 50)])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_any_values_at_any_size(values: list[Any], size: tuple[int, int], ascii_only: bool) -> None:
    """One value, text, None, truth, lists, extremes, many: each picture has exactly its size."""
    width, height = size
    swept = sweep([run_of(value, 2.0 + place / 10, place) for place, value in enumerate(values)], "lr")
    for log_y in (False, True):
        spec = SweepSpec(swept, width, height, log_y=log_y, chosen=0, ascii=ascii_only)
        picture = draw_sweep(spec)
        assert len(picture.lines) == height
        assert all(sum(segment.cell_length for segment in line) == width for line in picture.lines)
        text = picture_text(picture)
        assert "\x1b" not in text
        assert not ascii_only or text.isascii()
    table = SweepTable(SweepTableSpec(swept, width, chosen=0, ascii=ascii_only))
    for line in (*table.heading, *map(table.line, range(len(table)))):
        assert sum(segment.cell_length for segment in line) == width
        assert not ascii_only or line_text(line).isascii()


def test_where_every_run_diverged_the_signs_are_left() -> None:
    """There is no scale for y, and still the values of the key."""
    rows = rows_of(sweep([run_of(1, math.nan), run_of(2, math.nan)], "lr"))
    assert rows[1].count("✗") == 2
    assert rows[-1].split() == ["1", "2"]


def test_runs_without_a_value_yet_are_said() -> None:
    """A sentence in place of the chart."""
    waiting = make_run("a", config={"lr": 1}, metrics={"train_loss": [1.0]})
    assert "no run with lr has a value of val_loss yet" in "\n".join(
        rows_of(sweep([waiting], "lr", "val_loss"))
    )


def test_the_table_has_a_line_for_each_value() -> None:
    """n, mean and spread, distance from the best, the worst of several, the diverged, the best run's name."""
    swept = over_decades()
    names = {point.best_run or "": f"run {place}" for place, point in enumerate(swept.points)}
    rows = table_rows(swept, names=names, chosen=1)
    assert rows[0].split() == [
        "lr",
        "n",
        "mean",
        "±",
        "std",
        "Δ",
        "to",
        "best",
        "worst",
        "diverged",
        "best",
        "run",
    ]
    assert rows[1].split() == ["1e-04", "1", "2.0000", "+0.5000", "run", "0"]
    assert rows[2].split() == [">", "1e-03", "2", "1.5000", "±", "0.1414", "1.6000", "run", "1"]
    assert rows[3].split() == ["1e-02", "0", "–", "✗1", "run", "2"] or rows[3].split()[:4] == [
        "1e-02",
        "0",
        "–",
        "✗1",
    ]


@pytest.mark.parametrize(("width", "whole"), [(100, True), (79, True), (64, False)])
def test_the_names_of_the_best_runs_use_the_room_and_differ(width: int, whole: bool) -> None:
    """Before a name is cut, headings are shorter and empty columns left out; cut names differ."""
    key = "max_learning_rate"
    runs = [run_of(1e-4, 2.0, key=key), run_of(1e-3, 1.4, key=key), run_of(1e-3, 1.6, 1, key=key)]
    swept = sweep([*runs, run_of(1e-2, 1.9, key=key), run_of(1e-1, math.nan, key=key)], key)
    ways = ("lr_1e-04_wd0.1", "lr_1e-03_wd0.1", "lr_1e-02_wd0.1", "")
    names = {point.best_run or "": name for point, name in zip(swept.points, ways, strict=True)}
    rows = table_rows(swept, width, names=names)
    assert all(cell_len(row) <= width for row in rows)
    shown = [row.split()[-1] for row in rows[1:4]]
    assert len(set(shown)) == 3
    assert (shown == list(ways[:3])) is whole


def test_in_ascii_a_spread_does_not_look_like_a_sum() -> None:
    """``+/-`` stands for the sign that is missing there, in the title, the heading and the cells."""
    assert "1.5000 +/- 0.1414" in rows_of(over_decades(), 120, ascii=True)[0]
    heading, *cells = table_rows(over_decades(), ascii=True)
    assert "mean +/- std" in heading
    assert any("1.5000 +/- 0.1414" in cell for cell in cells)
