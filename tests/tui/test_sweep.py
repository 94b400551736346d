"""The sweep screen: what its keys do, live, at any size."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.charts.runs_by_hand import make_run
from tests.tui.running_app import RunningApp, assert_lines_keep_their_place, running, text_of, until
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.painting.row_shares import sweep_table_rows
from tuimon.tui.screens.compare import CompareScreen
from tuimon.tui.screens.dashboard import DashboardScreen
from tuimon.tui.screens.pick import PickScreen
from tuimon.tui.screens.run import RunScreen
from tuimon.tui.screens.sweep import SweepScreen
from tuimon.tui.widgets.scrolled_lines import ScrolledLines


def run_of(name: str, loss: float, **config: object) -> RunSnapshot:
    losses = [3.0, 2.5, loss]
    return make_run(
        name, config={"lr": 1e-3, "seed": 1, **config}, metrics={"val_loss": losses, "train_loss": losses}
    )


def swept_runs() -> list[RunSnapshot]:
    return [
        run_of("low", 2.0, lr=1e-4, optimizer="adam"),
        run_of("mid", 1.5, lr=1e-3, optimizer="adam"),
        run_of("mid_too", 1.6, lr=1e-3, seed=2, optimizer="lion"),
        run_of("high", math.nan, lr=1e-2, optimizer="lion"),
    ]


def header(app: RunningApp) -> str:
    return text_of(app.screen.query_one("#header"))[0]


def chart(app: RunningApp) -> list[str]:
    return text_of(app.screen.query_one("#chart"))


def values(app: RunningApp) -> list[str]:
    return text_of(app.screen.query_one(ScrolledLines))


def is_shown(app: RunningApp, words: str) -> bool:
    return isinstance(app.screen, SweepScreen) and any(words in line for line in chart(app))


async def sweep_all(app: RunningApp, pilot: Pilot[object]) -> None:
    await pilot.press("U")
    await until(pilot, lambda: is_shown(app, "best val_loss by lr"))


async def test_a_key_sweeps_all_shown_runs_over_the_first_differing_key() -> None:
    app = RunningApp(swept_runs())
    async with running(app) as pilot:
        await sweep_all(app, pilot)
        assert header(app).startswith(" sweep 4 of 4 runs")
        assert "2 differing keys" in header(app)
        assert "3 values  4 runs  1 diverged  log x" in chart(app)[0]
        assert [line.split()[0] for line in values(app)[:2]] == ["lr", "1e-04"]


async def test_marked_runs_alone_are_swept() -> None:
    app = RunningApp(swept_runs())
    async with running(app) as pilot:
        await pilot.press("space", "space", "U")
        await until(pilot, lambda: is_shown(app, "2 values  2 runs"))


async def test_the_filter_decides_without_marks() -> None:
    app = RunningApp(swept_runs())
    async with running(app) as pilot:
        await pilot.press("slash", *"mid", "enter")
        await until(pilot, lambda: app.board is not None and len(app.board.rows) == 2)
        await pilot.press("U")
        await until(pilot, lambda: isinstance(app.screen, SweepScreen) and "filter mid" in header(app))


async def test_from_a_comparison_too() -> None:
    app = RunningApp(swept_runs())
    async with running(app) as pilot:
        await pilot.press("a", "c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        await sweep_all(app, pilot)
        await pilot.press("escape")
        assert isinstance(app.screen, CompareScreen)


async def test_x_chooses_the_config_key_those_that_differ_first() -> None:
    app = RunningApp(swept_runs())
    async with running(app) as pilot:
        await sweep_all(app, pilot)
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, PickScreen))
        picks = [line.strip("> ") for line in values(app)[:3]]
        assert [line.split() for line in picks] == [["lr", "differs"], ["optimizer", "differs"], ["seed"]]
        await pilot.press("down", "enter")
        await until(pilot, lambda: is_shown(app, "best val_loss by optimizer"))
        assert [line.split()[0] for line in values(app)[1:3]] != []
        assert {"adam", "lion"} <= {word for line in values(app) for word in line.split()}


async def test_escape_from_the_list_leaves_the_key_as_it_was() -> None:
    app = RunningApp(swept_runs())
    async with running(app) as pilot:
        await sweep_all(app, pilot)
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, PickScreen))
        await pilot.press("down", "escape")
        await until(pilot, lambda: is_shown(app, "best val_loss by lr"))


async def test_m_chooses_the_metric() -> None:
    app = RunningApp(swept_runs())
    async with running(app) as pilot:
        await sweep_all(app, pilot)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, PickScreen))
        await pilot.press(*"train", "enter")
        await until(pilot, lambda: is_shown(app, "best train_loss by lr"))


async def test_y_switches_the_scale() -> None:
    app = RunningApp(swept_runs())
    async with running(app) as pilot:
        await sweep_all(app, pilot)
        await pilot.press("y")
        await until(pilot, lambda: "y log" in header(app) and is_shown(app, "log y"))


async def test_the_cursor_starts_at_the_best_value_and_moves() -> None:
    app = RunningApp(swept_runs())
    async with running(app) as pilot:
        await sweep_all(app, pilot)

        def under() -> str:
            return next((line.split()[1] for line in values(app) if line.startswith(">")), "")

        assert under() == "1e-03"
        for key, value in (
            ("j", "1e-02"),
            ("k", "1e-03"),
            ("g", "1e-04"),
            ("G", "1e-02"),
            ("h", "1e-03"),
            ("right", "1e-02"),
            ("pageup", "1e-04"),
            ("pagedown", "1e-02"),
        ):
            await pilot.press(key)
            await until(pilot, lambda value=value: under() == value)  # type: ignore[misc]


async def test_enter_opens_the_best_run_of_the_value() -> None:
    app = RunningApp(swept_runs())
    async with running(app) as pilot:
        await sweep_all(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        assert app.screen.chosen_key() == swept_runs()[1].key  # type: ignore[attr-defined]


async def test_new_records_are_swept_at_once() -> None:
    app = RunningApp(swept_runs())
    async with running(app) as pilot:
        await sweep_all(app, pilot)
        app.publish([*swept_runs()[:3], run_of("high", 1.25, lr=1e-2)])
        await until(pilot, lambda: any("1.2500" in line for line in values(app)))


async def test_runs_that_differ_in_nothing_are_said_and_x_still_offers_their_keys() -> None:
    app = RunningApp([run_of("a", 1.0), run_of("b", 2.0, seed=2)])
    async with running(app) as pilot:
        await pilot.press("U")
        await until(pilot, lambda: is_shown(app, "differ in nothing but seeds and names"))
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, PickScreen))
        await pilot.press(*"seed", "enter")
        await until(pilot, lambda: is_shown(app, "best val_loss by seed"))


async def test_of_a_single_run_it_is_said_that_there_is_nothing_to_differ() -> None:
    app = RunningApp([run_of("a", 1.0)])
    async with running(app) as pilot:
        await pilot.press("U")
        await until(pilot, lambda: is_shown(app, "one run alone"))


async def test_runs_without_a_config_or_a_metric_are_said() -> None:
    app = RunningApp([make_run("a", metrics={"val_loss": [1.0]}), make_run("b")])
    async with running(app) as pilot:
        await pilot.press("U")
        await until(pilot, lambda: is_shown(app, "logged no config"))


async def test_when_all_logs_are_deleted_the_screen_closes() -> None:
    app = RunningApp(swept_runs())
    async with running(app) as pilot:
        await sweep_all(app, pilot)
        app.publish([])
        await until(pilot, lambda: isinstance(app.screen, DashboardScreen))


@pytest.mark.parametrize("size", [(20, 5), (40, 12), (80, 24), (120, 36), (200, 50)])
@pytest.mark.parametrize("ascii_only", [False, True])
async def test_fifty_runs_with_hostile_values_at_any_size(size: tuple[int, int], ascii_only: bool) -> None:
    hostile = ("[bold]x[/bold]", "../../etc", "e\x1b[31mvil", "幅広い名前" * 20, "x" * 200, None, True, 1)
    runs = [run_of(f"r{place}", 2.0 + place, note=hostile[place % 8], lr=place) for place in range(50)]
    app = RunningApp(runs, ascii=ascii_only)
    async with running(app, *size) as pilot:
        await pilot.press("U")
        await until(pilot, lambda: isinstance(app.screen, SweepScreen))
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, PickScreen))
        await pilot.press("down", "enter", "j", "G")
        await pilot.pause()
        assert_lines_keep_their_place(app.screen.query("LinesView, ScrolledLines"), ascii_only=ascii_only)


@pytest.mark.parametrize(("height", "wanted"), [(3, 9), (9, 4), (22, 51), (34, 7), (48, 3)])
def test_chart_and_table_share_all_rows(height: int, wanted: int) -> None:
    rows = sweep_table_rows(height, wanted)
    assert 0 < rows <= height
    assert height - rows >= 6 or rows == height


async def test_e_writes_the_table_of_the_sweep_and_capital_y_copies_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers in full; a run that diverged is counted beside them."""
    monkeypatch.chdir(tmp_path)
    app = RunningApp(swept_runs())
    copied: list[str] = []
    monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
    async with running(app) as pilot:
        await sweep_all(app, pilot)
        await pilot.press("e")
        await until(pilot, lambda: app.notice is not None)
        assert app.notice == f"wrote the table to sweep_lr_val_loss.csv in {tmp_path}"
        await pilot.press("Y")
        await until(pilot, lambda: isinstance(app.screen, PickScreen))
        await pilot.press("enter")
        await until(pilot, lambda: bool(copied))
    with (tmp_path / "sweep_lr_val_loss.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["lr"], row["runs"], row["diverged"], row["best run"]) for row in rows] == [
        ("0.0001", "1", "0", "low"),
        ("0.001", "2", "0", "mid"),
        ("0.01", "0", "1", ""),
    ]
    assert [row["mean best val_loss"] for row in rows] == ["2.0", "1.55", ""]
    assert copied[0].startswith("|")
    assert "mean best val_loss" in copied[0]
