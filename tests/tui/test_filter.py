"""Typing a filter: live, kept by Enter, cleared by Escape."""

from __future__ import annotations

from tests.tui.running_app import RunningApp, running, until
from tests.tui.test_run_table import names, runs, table_of
from tuimon.tui.screens.dashboard import DashboardScreen
from tuimon.tui.widgets.filter_input import FilterInput

THREE = ["run_000", "run_001", "run_002"]


def filter_line(app: RunningApp) -> FilterInput:
    return app.screen.query_one(FilterInput)


async def test_the_table_follows_while_typing() -> None:
    app = RunningApp(runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", "0", "2")
        await until(pilot, lambda: names(app) == ["run_002"])
        await pilot.press("backspace", "backspace")
        await until(pilot, lambda: names(app) == THREE)


async def test_enter_keeps_the_filter_and_keys_work_again() -> None:
    app = RunningApp(runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", "0", "0", "1", "enter")
        await until(pilot, lambda: not filter_line(app).display)
        await until(pilot, lambda: names(app) == ["run_001"])
        await pilot.press("space")
        assert app.view.marked == (runs(3)[1].key,)


async def test_escape_clears_the_filter() -> None:
    app = RunningApp(runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", "2", "escape")
        await until(pilot, lambda: not filter_line(app).display)
        await until(pilot, lambda: names(app) == THREE)
        assert app.view.filter_text == ""


async def test_escape_also_clears_a_filter_that_was_kept() -> None:
    app = RunningApp(runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", "0", "0", "1", "enter")
        await until(pilot, lambda: names(app) == ["run_001"])
        await pilot.press("escape")
        await until(pilot, lambda: names(app) == THREE)


async def test_the_filter_is_edited_where_it_was_left() -> None:
    app = RunningApp(runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", "0", "0", "enter", "slash")
        assert filter_line(app).value == "00"
        await pilot.press("1", "enter")
        assert app.view.filter_text == "001"


async def test_letters_that_are_keys_elsewhere_are_typed() -> None:
    app = RunningApp(runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", *"qjkgp?")
        assert filter_line(app).value == "qjkgp?"
        assert isinstance(app.screen, DashboardScreen)
        assert app.is_running


async def test_ctrl_c_quits_while_typing() -> None:
    app = RunningApp(runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", "r", "ctrl+c")
        await until(pilot, lambda: not app.is_running)


async def test_the_arrows_move_the_cursor_while_typing() -> None:
    app = RunningApp(runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", "r", "u", "n", "down")
        await until(pilot, lambda: app.view.cursor == runs(3)[1].key)
        assert filter_line(app).display


async def test_the_filter_never_covers_the_table_or_crashes_in_a_tiny_terminal() -> None:
    app = RunningApp(runs(3))
    async with running(app, 20, 5) as pilot:
        await pilot.press("slash", "2", "enter")
        await until(pilot, lambda: app.view.filter_text == "2")
        assert table_of(app).size.height >= 0
