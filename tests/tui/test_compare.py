"""The compare screen: what its keys do, live, at any size."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.charts.runs_by_hand import make_run
from tests.tui.running_app import RunningApp, assert_lines_keep_their_place, running, text_of, until
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.painting.row_shares import comparison_rows, gap_rows
from tuimon.tui.screens.compare import CompareScreen
from tuimon.tui.screens.dashboard import DashboardScreen
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.widgets.scrolled_lines import ScrolledLines


def run_of(name: str, loss: float, **config: object) -> RunSnapshot:
    losses = [3.0, 2.5, loss]
    return make_run(
        name, config={"lr": 3e-4, "seed": 1, **config}, metrics={"val_loss": losses, "train_loss": losses}
    )


def three_runs() -> list[RunSnapshot]:
    return [run_of("base", 2.0), run_of("fast", 1.5, lr=6e-4), run_of("slow", 2.25, lr=1e-4)]


def many_runs() -> list[RunSnapshot]:
    return [run_of(f"run_{number}", 2.0 - number / 10, lr=1e-4 * (number + 1)) for number in range(8)]


def with_long_configs() -> list[RunSnapshot]:
    """Runs with more differing keys than there are rows."""
    return [
        run_of(name, 2.0, **{f"key_{key}": f"{key} of {name}" for key in range(30)})
        for name in ("one", "two")
    ]


def table(app: RunningApp) -> list[str]:
    """The rows of the comparison that are seen, the runs' names first."""
    return text_of(app.screen.query_one(ScrolledLines))


def row(app: RunningApp, label: str) -> list[str]:
    return next((line.split() for line in table(app) if line.startswith(f" {label} ")), [])


async def compare_all(app: RunningApp, pilot: Pilot[object]) -> None:
    """All runs beside the first one, the baseline."""
    await pilot.press("b", "a", "c")
    await until(pilot, lambda: isinstance(app.screen, CompareScreen) and bool(table(app)[0]))


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


async def test_differing_config_comes_first_and_u_shows_all() -> None:
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await compare_all(app, pilot)
        assert row(app, "lr") == ["lr", "3e-04", "6e-04", "×2", "1e-04", "÷3"]
        assert row(app, "seed") == []
        await pilot.press("u")
        await until(pilot, lambda: row(app, "seed") == ["seed", "1", "1", "1"])
        await pilot.press("u")
        await until(pilot, lambda: row(app, "seed") == [])


async def test_metrics_have_last_and_the_difference_to_the_baseline() -> None:
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await compare_all(app, pilot)
        assert row(app, "val_loss")[1:] == [
            "2.0000",
            "@3",
            "1.5000",
            "@3",
            "−0.5000",
            "2.2500",
            "@3",
            "+0.2500",
        ]


async def test_right_moves_the_cursor_and_b_makes_its_run_the_baseline_and_none_again() -> None:
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await compare_all(app, pilot)
        assert ">◆ base" in table(app)[0]
        await pilot.press("right")
        await until(pilot, lambda: ">● fast" in table(app)[0])
        await pilot.press("right")
        await until(pilot, lambda: ">● slow" in table(app)[0])
        await pilot.press("b")
        await until(pilot, lambda: ">◆ slow" in table(app)[0])
        assert app.view.baseline == three_runs()[2].key
        assert row(app, "val_loss")[1:4] == ["2.2500", "@3", "2.0000"]
        await pilot.press("b")
        await until(pilot, lambda: "◆ fast" in table(app)[0])
        await pilot.press("left", "left")
        await until(pilot, lambda: ">◆ fast" in table(app)[0])


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


async def test_runs_beyond_the_width_come_into_sight_as_the_cursor_moves() -> None:
    app = RunningApp(many_runs())
    async with running(app, 80, 24) as pilot:
        await compare_all(app, pilot)
        assert "run_7" not in table(app)[0]
        for number in range(1, 8):
            await pilot.press("l")
            await until(pilot, lambda number=number: f">● run_{number}" in table(app)[0])  # type: ignore[misc]
            assert "◆ run_0" in table(app)[0]


async def test_the_moving_keys_scroll() -> None:
    app = RunningApp(with_long_configs())
    async with running(app, 80, 24) as pilot:
        await compare_all(app, pilot)
        top = table(app)[1]
        await pilot.press("j")
        await until(pilot, lambda: table(app)[1] != top)
        await pilot.press("k")
        await until(pilot, lambda: table(app)[1] == top)
        await pilot.press("G")
        await until(pilot, lambda: table(app)[-1].startswith(" train_l"))
        await pilot.press("g")
        await until(pilot, lambda: table(app)[1] == top)


async def test_the_names_stay_when_the_lines_scroll() -> None:
    app = RunningApp(with_long_configs())
    async with running(app, 80, 24) as pilot:
        await compare_all(app, pilot)
        names, top = table(app)[:2]
        await pilot.press("G")
        await until(pilot, lambda: table(app)[1] != top)
        assert table(app)[0] == names


async def test_new_records_are_compared_at_once() -> None:
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await compare_all(app, pilot)
        app.publish([run_of("base", 2.0), run_of("fast", 1.25, lr=6e-4), run_of("slow", 2.25, lr=1e-4)])
        await until(pilot, lambda: row(app, "val_loss")[3:4] == ["1.2500"])


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


async def test_escape_goes_back_and_marks_are_kept() -> None:
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await compare_all(app, pilot)
        await pilot.press("escape")
        assert isinstance(app.screen, DashboardScreen)
        assert len(app.view.marked) == 3


async def test_when_all_compared_logs_are_deleted_the_screen_closes() -> None:
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await compare_all(app, pilot)
        app.publish([])
        await until(pilot, lambda: isinstance(app.screen, DashboardScreen))


@pytest.mark.parametrize("size", [(20, 5), (80, 24), (120, 36), (200, 50)])
@pytest.mark.parametrize("ascii_only", [False, True])
async def test_hostile_names_at_any_size(size: tuple[int, int], ascii_only: bool) -> None:
    hostile = ("[bold]x[/bold]", "../../etc", "e\x1b[31mvil", "幅広い名前" * 20, "x" * 200)
    app = RunningApp([run_of(name, 2.0, note=name) for name in hostile], ascii=ascii_only)
    async with running(app, *size) as pilot:
        await pilot.press("a", "c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        await pilot.press("l", "j", "G", "u")
        await pilot.pause()
        assert_lines_keep_their_place(app.screen.query("LinesView, ScrolledLines"), ascii_only=ascii_only)


@pytest.mark.parametrize(("height", "wanted"), [(0, 30), (5, 30), (22, 5), (22, 300), (34, 20), (34, 300)])
def test_table_and_chart_share_all_rows(height: int, wanted: int) -> None:
    rows = comparison_rows(height, wanted)
    chart = height - rows
    assert 0 <= rows <= height
    assert rows >= min(wanted, 6, height)
    assert chart == 0 or chart - gap_rows(height) >= 5


def charts(app: RunningApp) -> list[str]:
    return text_of(app.screen.query_one("#chart", LinesView))


def row_of(lines: list[str], words: str) -> int:
    return next((index for index, line in enumerate(lines) if words in line), -1)


async def test_below_the_curves_is_how_far_they_are_from_the_baseline() -> None:
    """Around 0, with the sign of each difference and the side that is better."""
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await compare_all(app, pilot)
        lines = charts(app)
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
        await until(pilot, lambda: row_of(charts(app), "to fast  below is better") > 0)
        assert "+0.5000 base" in "\n".join(charts(app))


async def test_one_cursor_in_both_charts() -> None:
    """The line stands in the same column of the curves and of the differences."""
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await compare_all(app, pilot)
        plain = charts(app)
        await pilot.press("i", "left")
        await until(pilot, lambda: charts(app) != plain and "│" in charts(app)[-1][8:])
        title = row_of(charts(app), "Δ val_loss")
        column = charts(app)[-1].rindex("│")
        assert all(line[column : column + 1] for line in charts(app)[title + 1 :])
        assert sum(line[column : column + 1] == "│" for line in charts(app)[:title]) >= 4


async def test_f_shows_the_charts_alone_and_escape_the_table_again() -> None:
    """Where a small screen has no room for both charts, that makes it."""
    app = RunningApp(three_runs())
    async with running(app, 80, 24) as pilot:
        await compare_all(app, pilot)
        assert row_of(charts(app), "Δ val_loss") == -1
        await pilot.press("f")
        await until(pilot, lambda: row_of(charts(app), "Δ val_loss") > 0)
        assert len(charts(app)) == 22
        await pilot.press("escape")
        await until(pilot, lambda: len(charts(app)) < 22)
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
        await until(pilot, lambda: row_of(charts(app), "Δ train_loss") > 0)


async def test_the_last_line_says_how_to_get_back() -> None:
    app = RunningApp(three_runs())
    async with running(app, 80, 24) as pilot:
        await compare_all(app, pilot)
        assert "Esc Back" in text_of(app.screen.query_one("#keys"))[0]


async def test_capital_y_copies_the_comparison_as_markdown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the lines about the run under the cursor; u decides which config keys are in it."""
    copied: list[str] = []
    app = RunningApp(three_runs())
    monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
    async with running(app) as pilot:
        await compare_all(app, pilot)
        await pilot.press("Y")
        await until(pilot, lambda: not isinstance(app.screen, CompareScreen))
        await pilot.press("enter")
        await until(pilot, lambda: bool(copied))
    assert "base (baseline)" in copied[0]
    assert any(line.startswith("| lr ") for line in copied[0].split("\n"))
    assert "| seed " not in copied[0]


async def test_e_exports_the_curves_of_the_compared_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them, and no other run's."""
    monkeypatch.chdir(tmp_path)
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await pilot.press("space", "j", "space", "c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen) and bool(table(app)[0]))
        await pilot.press("e")
        await until(pilot, lambda: any(tmp_path.glob("curves_*.csv")))
        await until(pilot, lambda: "slow" in next(tmp_path.glob("curves_*.csv")).read_text())
        assert "fast" not in next(tmp_path.glob("curves_*.csv")).read_text()
