"""The run table as text."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.charts.pictures import line_text, make_series, make_spec, picture_text, styles_of
from tests.charts.runs_by_hand import make_run
from tuimon.analysis.leaderboard import RunRow
from tuimon.charts.chart import Curve, draw_chart
from tuimon.charts.notation import loss_text
from tuimon.charts.palette import DARK, NO_COLOUR, RUN_COLOURS
from tuimon.charts.run_columns import COLUMNS, TableSpec, progress_bar
from tuimon.charts.run_table import draw_header, draw_row
from tuimon.charts.telling_rows import telling_rows
from tuimon.store.liveness import RunState


def make_row(name: str = "baseline", **changes: Any) -> RunRow:
    """A row as it stands in the sketch of the dashboard."""
    row = RunRow(
        run=make_run(name),
        key=name,
        run_id="ab12cd34",
        name=name,
        state=RunState.RUNNING,
        is_baseline=False,
        main_metric="val_loss",
        step=12_400.0,
        progress=0.62,
        train_loss_smoothed=1.5873,
        best=1.5312,
        best_step=12_000.0,
        last=1.5336,
        last_step=12_000.0,
        delta=-0.0412,
        delta_step=12_000.0,
        throughput=51_200.0,
        eta_seconds=3840.0,
        seen_seconds=2.0,
        age_seconds=5000.0,
        duration_seconds=4900.0,
        sparkline=(5.0, 3.0, 2.0, 1.8, 1.6),
        nan_count=0,
        bad_lines=0,
    )
    return replace(row, **changes)


ROWS = (
    make_row("baseline", state=RunState.FINISHED, is_baseline=True, step=20_000.0, progress=1.0, delta=None),
    make_row("lr_6e-04"),
    make_row("lr_1e-03", delta=0.0071, progress=0.59, seen_seconds=1.0),
    make_row(
        "lr_1e-02", state=RunState.FAILED, step=3100.0, progress=0.16, train_loss_smoothed=math.nan,
        best=12.907, delta=0.882, nan_count=3, sparkline=(3.0, 2.0, math.nan), eta_seconds=None,
    ),
    make_row(
        "silent", state=RunState.STALLED, step=None, progress=None, train_loss_smoothed=None, best=None,
        last=None, best_step=None, delta=None, throughput=None, seen_seconds=None, sparkline=(),
    ),
)  # fmt: skip


def table(width: int, rows: tuple[RunRow, ...] = ROWS, **changes: Any) -> list[str]:
    spec = TableSpec(rows=rows, width=width, **changes)
    lines = [draw_header(spec), *(draw_row(spec, row) for row in rows)]
    assert all(sum(cell_len(segment.text) for segment in line) == width for line in lines)
    return [line_text(line) for line in lines]


NARROW = """\
     run                   done    train~   val best     Δ@step   tok/s      ETA
 ◆ ■ baseline              100%    1.5873     1.5312       base   51.2k        –
>○ ▶ lr_6e-04               62%    1.5873     1.5312    −0.0412   51.2k    1h04m
 ● ▶ lr_1e-03               59%    1.5873     1.5312    +0.0071   51.2k    1h04m
 ○ ✗ lr_1e-02               16%       NaN    12.907     +0.8820   51.2k   failed
 ○ ◌ silent                   –         –          –          –       –  stalled"""


WIDE = """\
     run                 step    progress    train~  val best↑     Δ@step   tok/s      ETA    seen        loss
 ◆ ■ baseline           20.0k  ━━━━━ 100%    1.5873     1.5312       base   51.2k        –      2s  █▄▁▁▁
 ○ ▶ lr_6e-04           12.4k  ━━━╌╌  62%    1.5873     1.5312    −0.0412   51.2k    1h04m      2s  █▄▁▁▁
 ○ ▶ lr_1e-03           12.4k  ━━╸╌╌  59%    1.5873     1.5312    +0.0071   51.2k    1h04m      1s  █▄▁▁▁
 ○ ✗ lr_1e-02            3100  ╸╌╌╌╌  16%       NaN    12.907     +0.8820   51.2k   failed      2s  █▁✗
 ○ ◌ silent                 –           –         –          –          –       –  stalled       –"""


def test_80_columns_show_what_decides() -> None:
    assert (
        "\n".join(line.rstrip() for line in table(80, cursor_key="lr_6e-04", marked=frozenset({"lr_1e-03"})))
        == NARROW
    )


def test_110_columns_show_most_of_it() -> None:
    assert "\n".join(line.rstrip() for line in table(110, sort="best")) == WIDE


def test_200_columns_show_more_than_120() -> None:
    assert len(table(200)[0].split()) > len(table(120)[0].split())
    assert max(len(line.split()[-1]) for line in table(200)[1:3]) <= 32


def test_decimals_stand_under_each_other() -> None:
    lines = table(120)
    places = {line.index(".", 40) for line in lines[1:4] if "." in line}
    points = [line.index("1.5312") + 1 for line in lines[1:4] if "1.5312" in line]
    assert len(set(points)) == 1
    assert lines[4].index("12.907") + 2 == points[0]
    assert places


def test_the_sorted_column_has_an_arrow_that_tells_the_direction() -> None:
    assert "val best↑" in table(120, sort="best")[0]
    assert "val best↓" in table(120, sort="best", descending=True)[0]
    assert "run↑" in table(120, sort="name")[0]


@pytest.mark.parametrize("sort", ["nan_count", "duration_seconds", "train_loss_smoothed", "cfg.lr"])
@pytest.mark.parametrize("columns", [None, ("eta", "step", "seen", "best", "done", "throughput", "last")])
def test_the_column_that_the_rows_are_sorted_by_is_shown(sort: str, columns: tuple[str, ...] | None) -> None:
    """Also at 80 columns, where others take its place: what the order means is seen."""
    for width in (80, 120):
        lines = table(width, sort=sort, columns=columns)
        assert "↑" in lines[0]
        assert {cell_len(line) for line in lines} == {width}
    assert "↑" not in table(80, sort="state")[0]  # every row has its sign anyway


def test_states_are_signs_and_what_ended_has_no_time_left() -> None:
    lines = table(120)
    assert [line[3] for line in lines[1:]] == ["■", "▶", "▶", "✗", "◌"]
    assert "failed" in lines[4]
    assert "stalled" in lines[5]


def test_deltas_are_green_where_better_and_red_where_worse() -> None:
    spec = TableSpec(rows=ROWS, width=120)
    assert DARK.good in styles_of(draw_row(spec, ROWS[1]), "−0.0412")[0]
    assert DARK.bad in styles_of(draw_row(spec, ROWS[2]), "+0.0071")[0]
    accuracy = replace(ROWS[2], main_metric="accuracy")
    assert DARK.good in styles_of(draw_row(spec, accuracy), "+0.0071")[0]


def test_the_baseline_and_marked_runs_have_their_signs_in_their_colours() -> None:
    colours = {row.key: "#12ab34" for row in ROWS}
    spec = TableSpec(
        rows=ROWS, width=120, marked=frozenset({"lr_6e-04"}), colours=colours, cursor_key="lr_6e-04"
    )
    base, marked, unmarked = (draw_row(spec, row) for row in ROWS[:3])
    assert line_text(base)[:2] == " ◆"
    assert line_text(marked)[:2] == ">●"
    assert line_text(unmarked)[:2] == " ○"
    assert "#12ab34" in styles_of(marked, "●")[0]


def test_the_row_under_the_cursor_has_a_background_without_gaps() -> None:
    spec = TableSpec(rows=ROWS, width=120, cursor_key="lr_6e-04")
    assert all(segment.style and segment.style.bgcolor for segment in draw_row(spec, ROWS[1]))
    assert not any(segment.style and segment.style.bgcolor for segment in draw_row(spec, ROWS[2]))
    plain = TableSpec(rows=ROWS, width=120, cursor_key="lr_6e-04", theme=NO_COLOUR)
    assert not any(segment.style and segment.style.color for segment in draw_row(plain, ROWS[1]))


def test_two_runs_of_one_name_are_told_apart_by_their_ids() -> None:
    twin = make_row("twin")
    twins = tuple(replace(twin, key=key, run=replace(twin.run, key=key)) for key in ("one", "other"))
    lines = table(120, twins)
    assert "twin@ab12" in lines[1]


def test_hostile_and_wide_names_keep_the_columns_in_place() -> None:
    rows = (make_row("\x1b[31m[bold]x\n"), make_row("学習率" * 30), make_row("n" * 200), make_row(""))
    lines = table(100, rows)
    assert "\x1b" not in "".join(lines)
    assert {cell_len(line[: line.index("1.5312")]) for line in lines[1:]} == {
        cell_len(lines[4][: lines[4].index("1.5312")])
    }


@given(st.integers(0, 220), st.booleans(), st.sets(st.sampled_from(sorted(COLUMNS))))
@settings(deadline=None)
def test_any_width_and_any_columns_fit(width: int, ascii_only: bool, columns: set[str]) -> None:
    for chosen in (None, tuple(columns)):
        lines = table(width, ascii=ascii_only, columns=chosen)
        assert not ascii_only or all(line.isascii() for line in lines)


@pytest.mark.parametrize(
    ("share", "bar"),
    [
        (0.0, "╌╌╌╌╌"),
        (0.63, "━━━╌╌"),
        (0.75, "━━━╸╌"),
        (1.0, "━━━━━"),
        (7.0, "━━━━━"),
        (-1.0, "╌╌╌╌╌"),
        (0.999, "━━━━╸"),
    ],
)
def test_progress_is_a_bar_in_halves_of_a_cell(share: float, bar: str) -> None:
    """What is left is drawn as another line, so that it tells without colours, too."""
    assert "".join(progress_bar(share, 5)) == bar


def test_progress_bars_one_above_the_other_do_not_touch() -> None:
    """Finished runs are many; whole blocks in all of their rows would be one block."""
    rows = tuple(make_row(name, progress=1.0) for name in ("a", "b", "c"))
    for line in table(120, rows)[1:]:
        assert "━━━━━ 100%" in line
    for line in table(120, rows, ascii=True)[1:]:
        assert "===== 100%" in line


@pytest.mark.parametrize("width", range(20, 131))
def test_a_column_is_shown_whole_or_not_at_all(width: int) -> None:
    """A number that lost its last digit is another number."""
    header, *lines = table(width)
    assert ("val best" in header) == ("best" in header or "val" in header)
    for row, line in zip(ROWS, lines, strict=True):
        shown = line.split()
        if "val best" in header and row.best is not None:
            assert f"{row.best:.4f}" in shown or f"{row.best:.3f}" in shown
        if "train~" in header and row.key == "lr_6e-04":
            assert "1.5873" in shown


def test_in_ascii_a_row_has_the_sign_of_its_curve() -> None:
    """And beside it whether the run is marked or the baseline; x is left to NaN."""
    colours = {row.key: colour for row, colour in zip(ROWS, RUN_COLOURS, strict=False)}
    marked = frozenset({"lr_1e-03"})
    signs = {
        row.key: line[1:3]
        for row, line in zip(ROWS, table(80, ascii=True, colours=colours, marked=marked)[1:], strict=True)
    }
    assert len({sign[0] for sign in signs.values()}) == len(ROWS)
    assert signs["baseline"][1] == "B"
    assert signs["lr_1e-03"][1] == "m"
    for row in ROWS:
        curve = Curve(make_series([4.0, 1.0], key=row.key), row.name, colours[row.key])
        lines = picture_text(draw_chart(make_spec([curve], 60, 10, ascii=True))).splitlines()
        drawn = {character for line in lines[1:8] for character in line[6:40]} - {" "}
        assert drawn == {signs[row.key][0]}
        assert "x" not in drawn


losses = st.one_of(
    st.none(),
    st.floats(),
    st.builds(
        lambda sign, digits, power: sign * digits * 10.0**power,
        st.sampled_from([1, -1]),
        st.sampled_from([1.0, 5.0, 9.9999499, 9.99995, 9.999951]),
        st.integers(-8, 8),
    ),
)


@given(st.lists(losses, max_size=120))
def test_a_few_losses_tell_the_width_of_all(values: list[float | None]) -> None:
    """The rows that are asked have texts as long as those of all, with the same decimals."""
    rows = [replace(ROWS[0], best=value) for value in values]
    shapes = {shape(row.best) for row in rows}
    assert {shape(row.best) for row in telling_rows(rows, "best")} == shapes


def shape(value: float | None) -> tuple[str, ...]:
    """A loss with every digit the same."""
    return tuple(re.sub(r"[0-9]", "0", loss_text(value)).split("."))


def test_of_a_thousand_losses_few_are_asked() -> None:
    """Of each power of ten two."""
    rows = [replace(ROWS[0], best=1.0 + place / 100) for place in range(1000)]
    assert len(telling_rows(rows, "best")) == 4
