"""Groups of runs in the app: one row and one curve with a band each, opened to their members."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.charts.runs_by_hand import make_run
from tests.tui.running_app import RunningApp, running, text_of, until
from tests.tui.test_run_table import names, table_of
from tuimon.charts.chart import draw_chart
from tuimon.charts.palette import DARK
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.chart_specs import large_chart
from tuimon.tui.look import Look
from tuimon.tui.screens.board_screen import BoardScreen
from tuimon.tui.screens.compare import CompareScreen
from tuimon.tui.screens.run import RunScreen


def seeds() -> list[RunSnapshot]:
    """Two groups: "slow" of three with a diverged one, "fast" of two."""
    ends = {"slow_3": math.nan, "slow_2": 2.5, "slow_1": 2.0, "fast_2": 1.5, "fast_1": 1.0}
    return [
        make_run(
            name,
            config={"lr": 1e-3 if name.startswith("slow") else 1e-2, "seed": int(name[-1])},
            metrics={
                "train_loss": [*np.linspace(5 + int(name[-1]) / 2, 3, 40), end],
                "val_loss": [*np.linspace(5 + int(name[-1]) / 2, 3, 40), end],
            },
        )
        for name, end in ends.items()
    ]


async def test_d_groups_and_takes_apart_again() -> None:
    app = RunningApp(seeds())
    async with running(app) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: names(app) == ["slow", "fast"])
        header, slow, fast, *_ = text_of(table_of(app))
        assert "± std" in header
        assert "2+1✗" in slow.replace(" ", "")
        assert "2.2500" in slow
        assert "±0.35" in slow
        assert "1.2500" in fast
        (view, facts) = text_of(app.screen.query_one("#status"))
        assert "2 groups leaving out seed" in view
        assert "diverged, in no mean: slow_3" in facts
        await pilot.press("d")
        await until(pilot, lambda: len(names(app)) == 5)


async def test_enter_opens_a_group_and_escape_closes_it() -> None:
    app = RunningApp(seeds())
    async with running(app) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: names(app) == ["slow", "fast"])
        await pilot.press("down", "enter")
        await until(pilot, lambda: names(app) == ["fast_2", "fast_1"])
        await pilot.press("enter")
        assert isinstance(app.screen, RunScreen)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: names(app) == ["slow", "fast"])
        assert app.board is not None
        assert app.board.cursor_row is not None
        assert app.board.cursor_row.name == "fast"


async def test_the_members_of_a_group_are_compared() -> None:
    app = RunningApp(seeds())
    async with running(app) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: names(app) == ["slow", "fast"])
        await pilot.press("c")
        assert isinstance(app.screen, CompareScreen)
        header = app.screen.query_one("#header")
        await until(pilot, lambda: "5" in text_of(header)[0])


async def test_a_filter_and_a_sort_hold_for_groups() -> None:
    app = RunningApp(seeds())
    async with running(app) as pilot:
        await pilot.press("d", "s", "down", "enter")
        await until(pilot, lambda: names(app) == ["fast", "slow"])
        await pilot.press("slash", *"slow", "enter")
        await until(pilot, lambda: names(app) == ["slow"])


@pytest.mark.parametrize("ascii_only", [False, True])
async def test_the_curve_of_a_group_has_a_band(ascii_only: bool) -> None:
    app = RunningApp(seeds())
    async with running(app) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: names(app) == ["slow", "fast"])
        assert app.board is not None
        spec = large_chart(app.board, "val_loss", 80, 24, Look(DARK, ascii_only))
        assert [curve.name for curve in spec.curves if not curve.companion] == ["slow ×2", "fast ×2"]
        picture = draw_chart(spec)
        rows = picture.lines[1:-2]
        tinted = sum(
            len(part.text) for row in rows for part in row if part.style is not None and part.style.bgcolor
        )
        signs = sum(part.text.count(":") for row in rows for part in row)
        assert (signs if ascii_only else tinted) > 20
        assert spec == large_chart(app.board, "val_loss", 80, 24, Look(DARK, ascii_only))


async def test_an_action_for_several_runs_is_about_all_members() -> None:
    app = RunningApp(seeds())
    async with running(app) as pilot:
        await pilot.press("d", "down")
        await until(pilot, lambda: names(app) == ["slow", "fast"])
        await pilot.press("down")
        screen = app.screen
        assert isinstance(screen, BoardScreen)
        assert {key[-12:] for key in screen.chosen_keys()} == {"fast_1.jsonl", "fast_2.jsonl"}
