"""The compare screen: the keys of its table, live, at any size."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.compared_runs import (
    compare_all,
    many_runs,
    row,
    run_of,
    table,
    three_runs,
    with_long_configs,
)
from tests.tui.running_app import RunningApp, assert_lines_keep_their_place, running, text_of, until
from tuimon.tui.screens.compare import CompareScreen
from tuimon.tui.screens.dashboard import DashboardScreen


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


async def test_e_writes_the_table_that_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The compared runs alone, with the config keys that u shows; what was written is said."""
    monkeypatch.chdir(tmp_path)
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await pilot.press("space", "j", "space", "c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen) and bool(table(app)[0]))
        await pilot.press("e")
        await until(pilot, lambda: app.notice is not None and app.notice.startswith("wrote "))
        (written,) = tmp_path.glob("*.csv")
        assert app.notice == f"wrote the table to {written.name} in {tmp_path}"
        assert written.name.startswith("comparison_")
        lines = written.read_text().splitlines()
        assert lines[:2] == ["kind,name,measure,base,slow", "config,lr,,0.0003,0.0001"]
        assert not any(line.startswith("config,seed") for line in lines)
        await pilot.press("u")
        await until(pilot, lambda: row(app, "seed") == ["seed", "1", "1"])
        await pilot.press("e")
        await until(pilot, lambda: len(list(tmp_path.glob("*.csv"))) == 2)
        (second,) = set(tmp_path.glob("*.csv")) - {written}
        await until(pilot, lambda: "config,seed,,1,1" in second.read_text())


async def test_e_exports_the_curves_where_the_charts_stand_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of all compared runs, and no other run's."""
    monkeypatch.chdir(tmp_path)
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await pilot.press("space", "j", "space", "c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen) and bool(table(app)[0]))
        await pilot.press("f", "e")
        await until(pilot, lambda: any(tmp_path.glob("curves_*.csv")))
        await until(pilot, lambda: "slow" in next(tmp_path.glob("curves_*.csv")).read_text())
        assert "fast" not in next(tmp_path.glob("curves_*.csv")).read_text()
