"""Wherever a part of a run's name stands beside others, it is the part that tells them apart."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from tests.charts.pictures import line_text, make_series, make_spec, picture_text
from tests.charts.test_run_table import make_row
from tuimon.analysis.at_cursor import SampleNear
from tuimon.analysis.axes import GRADIENT_STEP
from tuimon.charts.chart import Curve, draw_chart
from tuimon.charts.cursor_values import CursorValues, ValueColumn, cursor_lines
from tuimon.charts.difference_chart import draw_difference
from tuimon.charts.distinct_names import told_apart
from tuimon.charts.palette import RUN_COLOURS
from tuimon.charts.run_columns import TableSpec
from tuimon.charts.run_table import draw_header, draw_row
from tuimon.charts.strip import draw_strip
from tuimon.export.svg_chart import svg_chart

# They differ in their middles alone, which is what a cut in the middle drops.
NAMES = tuple(f"transformer_small_lr_{rate}_warmup_2000_batch_64" for rate in ("1e-04", "3e-04", "6e-04"))
CURVES = tuple(
    Curve(make_series([3.0, 2.0 + place], key=name), name, RUN_COLOURS[place])
    for place, name in enumerate(NAMES)
)
SEVERAL = [
    f"gpt2_{size}_lr_{rate}_wd_{decay}_seed_{seed}"
    for size in ("small", "large")
    for rate in ("1e-4", "3e-4")
    for decay in ("0.0", "0.1")
    for seed in (1, 2)
]


def rates(text: str) -> list[str]:
    """The learning rates that can be read in a text."""
    return re.findall(r"[136]e-04", text)


def test_titles_of_charts_and_strips_name_a_run_so_that_it_is_known() -> None:
    """The large chart, the small ones, the difference from the baseline."""
    spec = replace(make_spec(CURVES, 120, 12), direction="min")
    title = picture_text(draw_chart(spec)).splitlines()[0]
    assert rates(title) == ["1e-04"]
    strip = picture_text(draw_strip(replace(make_spec(CURVES, 60, 5), highlighted=NAMES[1]))).splitlines()[0]
    assert rates(strip) == ["3e-04"]
    difference = picture_text(draw_difference(make_spec(CURVES, 80, 8), NAMES[2])).splitlines()[0]
    assert rates(difference) == ["6e-04"]


@pytest.mark.parametrize("width", [60, 70, 80, 120])
def test_labels_in_a_narrow_chart_are_names_before_they_are_numbers(width: int) -> None:
    """The value gives way where what it leaves would not tell eight runs apart: the table has it as well."""
    names = SEVERAL[::2]
    curves = [
        Curve(make_series([3.0, 2.0 + place / 9], key=name), name, RUN_COLOURS[place])
        for place, name in enumerate(names)
    ]
    rows = picture_text(draw_chart(make_spec(curves, width, 18))).splitlines()
    labels = [row.split()[-1] for row in rows if "…" in row]
    assert len(set(labels)) == len(names)
    assert all(any(set(label.split("…")) <= parts(name) for name in names) for label in labels)


def parts(name: str) -> set[str]:
    """All that a name holds."""
    ends = range(len(name) + 1)
    return {name[start:end] for start in ends for end in ends}


def test_runs_that_lack_the_axis_are_known() -> None:
    """Though there is little room for their names."""
    spec = replace(make_spec(CURVES[:1], 150, 12), lacking=NAMES[1:])
    assert rates(picture_text(draw_chart(spec)).splitlines()[0])[:2] == ["3e-04", "6e-04"]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_values_at_the_cursor_say_whose_they_are(width: int) -> None:
    """A line a run."""
    samples = tuple(SampleNear(10.0, 2.5, None, 10.0, 10.0, False) for _ in NAMES)
    columns = (ValueColumn("val_loss", 0.0, samples),)
    values = CursorValues(10.0, GRADIENT_STEP, NAMES, ("red",) * len(NAMES), columns, None)
    shown = [line_text(line) for line in cursor_lines(values, width, 4)[1:]]
    assert [rates(line) for line in shown] == [["1e-04"], ["3e-04"], ["6e-04"]]


def test_labels_of_an_svg_say_whose_they_are() -> None:
    """At the curves' ends and in the title."""
    svg = svg_chart(make_spec(CURVES, 120, 12))
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    labels = [text for text in texts if "…" in text]
    assert {rate for text in labels for rate in rates(text)} == {"1e-04", "3e-04", "6e-04"}


@pytest.mark.parametrize("width", [50, 60, 70, 80, 100, 160])
def test_names_in_the_table_are_cut_not_numbered(width: int) -> None:
    """Where columns would leave too little of the names to tell 16 runs apart, they make room."""
    rows = [replace(make_row(name), run=make_row(name).run) for name in SEVERAL]
    spec = TableSpec(tuple(rows), width=width, colours={})
    shown = [line_text(draw_row(spec, row)) for row in rows]
    for name, line in zip(SEVERAL, shown, strict=True):
        cut = line[5:].split("  ")[0].strip()
        assert all(part in name for part in cut.split("…")), cut
    assert len({line[5:].split("  ")[0] for line in shown}) == len(SEVERAL)
    assert "best" in line_text(draw_header(spec))


def test_whether_names_are_told_apart() -> None:
    """By what is in them, in so many cells; those that fit always are."""
    assert told_apart(NAMES, 8)
    assert not told_apart(SEVERAL, 5)
    assert told_apart(["a", "b", "a"], 1)
    assert all(cell_len(name) > 20 for name in SEVERAL)
