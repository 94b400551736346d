"""The charts of the compare screen: the curves, and how far they are from the baseline's."""

from __future__ import annotations

import pytest

from tests.tui.compared_runs import (
    chart_lines,
    compare_all,
    row_of,
    three_runs,
)
from tests.tui.running_app import RunningApp, running, text_of, until
from tuimon.tui.painting.row_shares import comparison_rows, gap_rows
from tuimon.tui.screens.compare import CompareScreen
from tuimon.tui.widgets.lines_view import LinesView


async def test_the_curves_of_all_runs_are_drawn_below() -> None:
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await compare_all(app, pilot)
        chart = "\n".join(text_of(app.screen.query_one("#chart", LinesView)))
        for name in ("val_loss", "base", "fast", "slow"):
            assert name in chart


async def test_log_y_and_the_axis_are_switched_here_too() -> None:
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await compare_all(app, pilot)
        header = app.screen.query_one("#header", LinesView)
        assert "y linear" in text_of(header)[0]
        await pilot.press("y")
        await until(pilot, lambda: "y log" in text_of(header)[0])


async def test_below_the_curves_is_how_far_they_are_from_the_baseline() -> None:
    """Around 0, with the sign of each difference and the side that is better."""
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await compare_all(app, pilot)
        lines = chart_lines(app)
        title = row_of(lines, "Δ val_loss  to base  below is better")
        assert title > 0
        below = "\n".join(lines[title:])
        assert "−0.5000 fast" in below
        assert "+0.2500 slow" in below
        assert len(lines) - title >= 6


async def test_the_difference_chart_follows_the_baseline() -> None:
    """b changes whom the others are compared with."""
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await compare_all(app, pilot)
        await pilot.press("right", "b")
        await until(pilot, lambda: row_of(chart_lines(app), "to fast  below is better") > 0)
        assert "+0.5000 base" in "\n".join(chart_lines(app))


async def test_one_cursor_in_both_charts() -> None:
    """The line stands in the same column of the curves and of the differences."""
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await compare_all(app, pilot)
        plain = chart_lines(app)
        await pilot.press("i", "left")
        await until(pilot, lambda: chart_lines(app) != plain and "│" in chart_lines(app)[-1][8:])
        title = row_of(chart_lines(app), "Δ val_loss")
        column = chart_lines(app)[-1].rindex("│")
        assert all(line[column : column + 1] for line in chart_lines(app)[title + 1 :])
        assert sum(line[column : column + 1] == "│" for line in chart_lines(app)[:title]) >= 4


async def test_f_shows_the_charts_alone_and_escape_the_table_again() -> None:
    """Where a small screen has no room for both charts, that makes it."""
    app = RunningApp(three_runs())
    async with running(app, 80, 24) as pilot:
        await compare_all(app, pilot)
        assert row_of(chart_lines(app), "Δ val_loss") == -1
        await pilot.press("f")
        await until(pilot, lambda: row_of(chart_lines(app), "Δ val_loss") > 0)
        assert len(chart_lines(app)) == 22
        await pilot.press("escape")
        await until(pilot, lambda: len(chart_lines(app)) < 22)
        assert isinstance(app.screen, CompareScreen)


async def test_m_puts_another_metric_into_both_charts() -> None:
    """The one picked, on the dashboard as well."""
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await compare_all(app, pilot)
        await pilot.press("m")
        await until(pilot, lambda: not isinstance(app.screen, CompareScreen))
        await pilot.press(*"train", "enter")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        await until(pilot, lambda: row_of(chart_lines(app), "Δ train_loss") > 0)


@pytest.mark.parametrize(("height", "wanted"), [(0, 30), (5, 30), (22, 5), (22, 300), (34, 20), (34, 300)])
def test_table_and_chart_share_all_rows(height: int, wanted: int) -> None:
    rows = comparison_rows(height, wanted)
    chart = height - rows
    assert 0 <= rows <= height
    assert rows >= min(wanted, 6, height)
    assert chart == 0 or chart - gap_rows(height) >= 5
