"""Which runs a comparison is of, and which is its baseline."""

from __future__ import annotations

import math
from functools import partial

import pytest

from tests.charts.runs_by_hand import make_run
from tests.tui.compared_runs import (
    compare_all,
    row,
    run_of,
    table,
    three_runs,
)
from tests.tui.running_app import RunningApp, running, text_of, until
from tuimon.tui.screens.compare import CompareScreen
from tuimon.tui.screens.dashboard import DashboardScreen


async def test_compared_runs_are_read_before_the_others() -> None:
    """The best of a thousand runs may not be in the charts; on the dashboard its own are the first again."""
    runs = [run_of(f"run_{number:02d}", 2.0 - number / 40) for number in range(40)]
    app = RunningApp(runs)
    async with running(app) as pilot:
        before = app.store.prioritised
        assert runs[-1].key not in before
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen) and bool(table(app)[0]))
        assert set(app.store.prioritised[:2]) == {runs[0].key, runs[-1].key}
        await pilot.press("escape")
        app.store.publish(runs)
        await until(pilot, lambda: app.store.prioritised == before)


async def test_c_compares_the_marked_runs_alone() -> None:
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await pilot.press("space", "j", "space", "c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen) and bool(table(app)[0]))
        assert "base" in table(app)[0]
        assert "slow" in table(app)[0]
        assert "fast" not in table(app)[0]


CHOICES = [
    # Keys before c, the runs of the comparison from the left, and what is said.
    ((), ["base", "fast"], "nothing is marked: compared with the best"),
    (("j", "j"), ["slow", "fast"], "nothing is marked: compared with the best"),
    (("j",), ["fast", "base", "slow"], "nothing is marked: compared with its neighbours in the table"),
    (("b", "j", "j"), ["slow", "base"], "nothing is marked: compared with the baseline"),
    (("b",), ["base", "fast"], "nothing is marked: compared with its neighbour in the table"),
    (("j", "j", "space", "g"), ["slow", "fast"], "one run is marked: compared with the best"),
    (("a",), ["base", "fast", "slow"], None),
]


@pytest.mark.parametrize(("keys", "compared", "said"), CHOICES)
async def test_without_marks_the_run_under_the_cursor_is_compared(
    keys: tuple[str, ...], compared: list[str], said: str | None
) -> None:
    """With the baseline, else the best, else its neighbours, which the first line says; the keys stay."""
    app = RunningApp(three_runs())
    async with running(app, 80, 24) as pilot:
        await pilot.press(*keys, "c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen) and bool(table(app)[0]))
        assert isinstance(app.screen, CompareScreen)
        run_names = {run.key: run.name for run in three_runs()}
        assert [run_names[key] for key in app.screen.chosen_keys()] == compared
        first = text_of(app.screen.query_one("#header"))[0]
        assert app.notice == said
        assert said is None or said in first
        assert "Esc Back" in text_of(app.screen.query_one("#keys"))[0]
        await pilot.press("f9")  # nobody's key
        await until(
            pilot, lambda: f"compare {len(compared)} of 3" in text_of(app.screen.query_one("#header"))[0]
        )


async def test_more_than_eight_marked_runs_are_all_compared() -> None:
    """The right arrow brings each into sight and its curve into the charts, which draw few at once."""
    runs = [run_of(f"run_{number:02d}", 2.0 - number / 100, lr=1e-4 * (number + 1)) for number in range(12)]
    app = RunningApp(runs)
    async with running(app, 80, 36) as pilot:
        await compare_all(app, pilot)
        await until(
            pilot, lambda: "compare 12 of 12 runs, 8 drawn" in text_of(app.screen.query_one("#header"))[0]
        )
        screen = app.screen
        assert isinstance(screen, CompareScreen)
        seen: set[str] = set()
        for number, run in enumerate(runs):
            if number:
                await pilot.press("right")
            heading = f">{'●' if number else '◆'} {run.name}"
            await until(pilot, partial(lambda words: words in table(app)[0], heading))
            assert screen.chosen_key() == run.key
            chart = screen.chart_in_hand()
            assert chart is not None
            assert len(chart.board.plotted) == 8
            assert {runs[0].key, run.key} <= {each.key for each in chart.board.plotted}
            seen |= {each.key for each in chart.board.plotted}
        assert seen == {run.key for run in runs}


async def test_more_marked_runs_than_can_be_compared_are_counted() -> None:
    """What is left out is said."""
    app = RunningApp([run_of(f"run_{number:02d}", 2.0) for number in range(70)])
    async with running(app, 80, 24) as pilot:
        await pilot.press("a", "c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        assert app.notice == "6 of 70 are left out"
        assert len(app.screen.chosen_keys()) == 64  # type: ignore[attr-defined]


async def test_of_equally_good_runs_the_one_in_the_first_line_is_the_baseline() -> None:
    """In whatever order the table has them."""
    app = RunningApp([run_of("one", 1.5, lr=1e-3), run_of("two", 1.5, lr=1e-4), run_of("three", 2.0)])
    async with running(app) as pilot:
        await until(pilot, lambda: app.board is not None and app.board.best is not None)
        assert app.board is not None
        assert app.board.best is not None
        best = app.board.best.name
        for keys in (["a", "c"], ["S", "c"]):
            await pilot.press(*keys)
            await until(pilot, lambda: isinstance(app.screen, CompareScreen) and bool(table(app)[0]))
            assert f"◆ {best}" in table(app)[0]
            await pilot.press("escape")


async def test_without_a_chosen_baseline_the_best_run_is_it_and_stays_it() -> None:
    """Neither the newest run nor one that has no value; a live run that overtakes it moves no column."""
    diverged = make_run("diverged", metrics={"val_loss": [math.nan] * 3})
    app = RunningApp([diverged, *three_runs()])
    async with running(app) as pilot:
        await pilot.press("a", "c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen) and "◆ fast" in table(app)[0])
        app.publish([diverged, run_of("base", 1.0), *three_runs()[1:]])
        await until(pilot, lambda: "1.0000" in row(app, "val_loss"))
        assert "◆ fast" in table(app)[0]


async def test_one_run_alone_is_not_compared() -> None:
    """There is nothing to compare it with, which is said."""
    app = RunningApp(three_runs()[:1])
    async with running(app, 80, 24) as pilot:
        await pilot.press("c")
        assert "only one run here" in text_of(app.screen.query_one("#keys"))[0]
        assert isinstance(app.screen, DashboardScreen)


async def test_with_the_best_run_out_of_sight_it_is_compared_still() -> None:
    """The filter decides on what is in the table, not on what is best."""
    app = RunningApp(three_runs())
    async with running(app, 80, 24) as pilot:
        await pilot.press("slash", *"slow", "enter", "c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen) and bool(table(app)[0]))
        assert "slow" in table(app)[0]
        assert "fast" in table(app)[0]
