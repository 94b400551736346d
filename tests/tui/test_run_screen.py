"""The screen of one run: its facts scroll, its chart goes through the metrics, live."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tests.charts.runs_by_hand import make_run
from tests.tui.running_app import RunningApp, assert_lines_keep_their_place, running, text_of, until
from tests.tui.seen import listed
from tuimon.records.events import EndRecord
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.painting.row_shares import run_chart_rows
from tuimon.tui.screens.dashboard import DashboardScreen
from tuimon.tui.screens.metrics import MetricsScreen
from tuimon.tui.screens.run import RunScreen
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.widgets.scrolled_lines import ScrolledLines


def a_run(loss: float = 2.0) -> RunSnapshot:
    config = {f"key_{number}": number for number in range(90)}
    metrics = {"val_loss": [3.0, loss], "train_loss": [3.0, 2.5], "grad_norm": [0.5, 0.75]}
    return make_run("baseline", config=config, metrics=metrics, header={"argv": ("python", "train.py")})


def facts(app: RunningApp) -> list[str]:
    return text_of(app.screen.query_one("#facts", ScrolledLines))


def chart_title(app: RunningApp) -> str:
    return text_of(app.screen.query_one("#chart", LinesView))[0]


async def open_run(app: RunningApp, pilot: Pilot[object]) -> None:
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, RunScreen) and any(facts(app)))


async def test_the_screen_names_the_run_and_charts_what_it_is_judged_by() -> None:
    app = RunningApp([a_run()])
    async with running(app) as pilot:
        await open_run(app, pilot)
        assert "baseline" in text_of(app.screen.query_one("#header", LinesView))[0]
        assert chart_title(app).startswith(" val_loss")
        assert any("val_loss" in line and line.startswith(" >") for line in facts(app))


async def test_m_puts_a_metric_of_the_run_into_its_chart() -> None:
    """Those of other runs are not in the list, and the dashboard keeps its own metric."""
    other = make_run("other", metrics={"val_loss": [3.0], "accuracy": [0.5]}, header={"run_id": "other"})
    app = RunningApp([a_run(), other])
    async with running(app) as pilot:
        await open_run(app, pilot)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MetricsScreen))
        shown = listed(app)
        assert any("grad_norm" in line for line in shown)
        assert not any("accuracy" in line for line in shown)
        await pilot.press(*"grad", "enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await until(pilot, lambda: chart_title(app).startswith(" grad_norm"))
        assert app.view.main_metric is None


async def test_brackets_go_through_the_metrics_round_and_round() -> None:
    app = RunningApp([a_run()])
    async with running(app) as pilot:
        await open_run(app, pilot)
        seen = []
        for key in ("]", "]", "]", "["):
            before = chart_title(app)
            await pilot.press(key)
            await until(pilot, lambda before=before: chart_title(app) != before)  # type: ignore[misc]
            seen.append(chart_title(app).split()[0].split("~")[0])
        assert seen == ["train_loss", "grad_norm", "val_loss", "grad_norm"]
        assert any("grad_norm" in line and line.startswith(" >") for line in facts(app))


async def test_the_moving_keys_scroll_the_facts() -> None:
    app = RunningApp([a_run()])
    async with running(app, 80, 24) as pilot:
        await open_run(app, pilot)
        top = facts(app)[0]
        await pilot.press("j")
        await until(pilot, lambda: facts(app)[0] != top)
        await pilot.press("k")
        await until(pilot, lambda: facts(app)[0] == top)
        await pilot.press("G")
        await until(pilot, lambda: any("python train.py" in line for line in facts(app)))
        await pilot.press("pageup", "g")
        await until(pilot, lambda: facts(app)[0] == top)


async def test_new_records_do_not_move_what_is_read() -> None:
    app = RunningApp([a_run()])
    async with running(app, 120, 36) as pilot:
        await open_run(app, pilot)
        await pilot.press("j", "j")
        await pilot.pause()
        first = facts(app)[0]
        app.publish([a_run(1.25)])
        await until(pilot, lambda: any("1.2500" in line for line in facts(app)))
        assert facts(app)[0] == first


async def test_a_failed_run_shows_its_exception_first() -> None:
    end = EndRecord(
        "failed", exception_type="ValueError", exception_message="bad", traceback="Traceback\n  x"
    )
    app = RunningApp([make_run(state=RunState.FAILED, end=end, metrics={"train_loss": [1.0]})])
    async with running(app, 80, 24) as pilot:
        await open_run(app, pilot)
        assert facts(app)[:3] == [" failed with", " ValueError: bad", "   Traceback"]


async def test_a_run_hidden_by_the_filter_meanwhile_stays_open() -> None:
    app = RunningApp([a_run(), make_run("other", metrics={"val_loss": [1.0]})])
    async with running(app) as pilot:
        await open_run(app, pilot)
        app.change_view(app.view.filtered("other"))
        await until(pilot, lambda: app.board is not None and len(app.board.rows) == 1)
        app.publish([a_run(1.25)])
        await until(pilot, lambda: any("1.2500" in line for line in facts(app)))


async def test_escape_goes_back_and_q_quits() -> None:
    app = RunningApp([a_run()])
    async with running(app) as pilot:
        await open_run(app, pilot)
        await pilot.press("escape")
        assert isinstance(app.screen, DashboardScreen)
        await open_run(app, pilot)
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running)


async def test_when_the_log_is_deleted_the_screen_closes() -> None:
    app = RunningApp([a_run()])
    async with running(app) as pilot:
        await open_run(app, pilot)
        app.publish([])
        await until(pilot, lambda: isinstance(app.screen, DashboardScreen))


async def test_a_run_without_records_has_facts_and_no_chart() -> None:
    app = RunningApp([make_run("empty")])
    async with running(app) as pilot:
        await open_run(app, pilot)
        assert any("no records yet" in line for line in facts(app))
        assert not app.screen.query_one("#chart", LinesView).display
        await pilot.press("]")
        assert isinstance(app.screen, RunScreen)


@pytest.mark.parametrize("size", [(20, 5), (80, 24), (120, 36), (200, 50)])
@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("name", ["[bold]x[/bold]", "e\x1b[31mvil", "幅広い名前" * 20, "x" * 200])
async def test_hostile_text_at_any_size(size: tuple[int, int], ascii_only: bool, name: str) -> None:
    run = make_run(
        name,
        config={name: name},
        metrics={name: [1.0, float("nan")], "val_loss": [2.0, 1.0]},
        header={"notes": name},
    )
    app = RunningApp([run], ascii=ascii_only)
    async with running(app, *size) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await pilot.press("j", "]", "G")
        await pilot.pause()
        assert_lines_keep_their_place(app.screen.query("LinesView, ScrolledLines"), ascii_only=ascii_only)


@pytest.mark.parametrize("height", [0, 3, 10, 22, 34, 100])
def test_the_chart_leaves_room_for_the_text(height: int) -> None:
    rows = run_chart_rows(height)
    assert rows == 0 or (rows >= 6 and height - rows >= 6)
