"""Typing a filter: live, kept by Enter, cleared by Escape."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual.widget import Widget
from textual.widgets import Input, Label

from tests.charts.runs_by_hand import make_run
from tests.tui.falling_runs import numbered_runs
from tests.tui.running_app import RunningApp, running, text_of, until
from tests.tui.seen import names, table_of
from tuimon.records.person_meta import PersonMeta
from tuimon.tui.screens.dashboard import DashboardScreen
from tuimon.tui.view.filter_text import around
from tuimon.tui.widgets.filter_input import FilterInput

THREE = ["run_000", "run_001", "run_002"]


def filter_line(app: RunningApp) -> FilterInput:
    return app.screen.query_one(FilterInput)


def named(app: RunningApp) -> str:
    """The candidates at the right of the line."""
    return str(app.screen.query_one("#completions", Label).content).strip()


def marked_in(widget: Widget) -> str:
    """What is marked as wrong: bold on a ground of the text's colour."""
    return "".join(
        segment.text
        for segment in widget.render_line(0)
        if segment.style is not None and segment.style.reverse and segment.style.bold
    )


async def test_the_table_follows_while_typing() -> None:
    app = RunningApp(numbered_runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", "0", "2")
        await until(pilot, lambda: names(app) == ["run_002"])
        await pilot.press("backspace", "backspace")
        await until(pilot, lambda: names(app) == THREE)


async def test_enter_keeps_the_filter_and_keys_work_again() -> None:
    app = RunningApp(numbered_runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", "0", "0", "1", "enter")
        await until(pilot, lambda: not filter_line(app).display)
        await until(pilot, lambda: names(app) == ["run_001"])
        await pilot.press("space")
        assert app.view.marked == (numbered_runs(3)[1].key,)


async def test_escape_clears_the_filter() -> None:
    app = RunningApp(numbered_runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", "2", "escape")
        await until(pilot, lambda: not filter_line(app).display)
        await until(pilot, lambda: names(app) == THREE)
        assert app.view.filter_text == ""


async def test_escape_also_clears_a_filter_that_was_kept() -> None:
    app = RunningApp(numbered_runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", "0", "0", "1", "enter")
        await until(pilot, lambda: names(app) == ["run_001"])
        await pilot.press("escape")
        await until(pilot, lambda: names(app) == THREE)


async def test_the_filter_is_edited_where_it_was_left() -> None:
    app = RunningApp(numbered_runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", "0", "0", "enter", "slash")
        assert filter_line(app).value == "00"
        await pilot.press("1", "enter")
        assert app.view.filter_text == "001"


async def test_letters_that_are_keys_elsewhere_are_typed() -> None:
    app = RunningApp(numbered_runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", *"qjkgp?")
        assert filter_line(app).value == "qjkgp?"
        assert isinstance(app.screen, DashboardScreen)
        assert app.is_running


async def test_ctrl_c_quits_while_typing() -> None:
    app = RunningApp(numbered_runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", "r", "ctrl+c")
        await until(pilot, lambda: not app.is_running)


async def test_the_arrows_move_the_cursor_while_typing() -> None:
    app = RunningApp(numbered_runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", "r", "u", "n", "down")
        await until(pilot, lambda: app.view.cursor == numbered_runs(3)[1].key)
        assert filter_line(app).display


async def test_the_filter_never_covers_the_table_or_crashes_in_a_tiny_terminal() -> None:
    app = RunningApp(numbered_runs(3))
    async with running(app, 20, 5) as pilot:
        await pilot.press("slash", "2", "enter")
        await until(pilot, lambda: app.view.filter_text == "2")
        assert table_of(app).size.height >= 0


async def test_tab_completes_a_key_and_then_its_value() -> None:
    app = RunningApp(numbered_runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", *"sta", "tab")
        assert filter_line(app).value == "state"
        await pilot.press("colon", *"ru", "tab")
        assert filter_line(app).value == "state:running"
        assert app.view.filter_text == "state:running"


async def test_tab_goes_through_the_candidates_and_names_them() -> None:
    app = RunningApp(numbered_runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", *"name:", "tab")
        assert filter_line(app).value == "name:run_00"
        await pilot.press("tab", "tab")
        assert filter_line(app).value == "name:run_001"
        assert "run_000  run_001  run_002" in named(app)
        await pilot.press("shift+tab")
        assert filter_line(app).value == "name:run_000"
        await until(pilot, lambda: names(app) == ["run_000"])
        await pilot.press("backspace")
        await until(pilot, lambda: named(app) == "")


async def test_tab_completes_the_word_at_the_cursor_and_leaves_the_rest() -> None:
    app = RunningApp(numbered_runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", *"sta run", "left", "left", "left", "left", "tab")
        assert filter_line(app).value == "state run"


async def test_a_wrong_filter_says_where_and_the_last_good_one_holds() -> None:
    app = RunningApp(numbered_runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", *"002")
        await until(pilot, lambda: names(app) == ["run_002"])
        await pilot.press(*" )")
        await until(pilot, lambda: app.board is not None and app.board.filter_error is not None)
        assert names(app) == ["run_002"]
        await until(pilot, lambda: "nothing was opened" in text_of(app.screen.query_one("#status"))[0])
        assert marked_in(app.screen.query_one(Input)) == marked_in(app.screen.query_one("#status")) == ")"


async def test_a_comparison_without_its_value_does_not_empty_the_table() -> None:
    """Its key, before the sign, was a word that stands in no name; what is before it goes on holding."""
    app = RunningApp(numbered_runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", *"002 val_loss")
        await until(pilot, lambda: "002 val_loss" in screen_text(app) and names(app) == ["run_002"])
        await pilot.press("<")
        await until(pilot, lambda: names(app) == ["run_002"])
        await until(pilot, lambda: "a value is missing" in text_of(app.screen.query_one("#status"))[0])
        await pilot.press("<")
        await until(pilot, lambda: filter_line(app).value == "002 val_loss<<")
        assert app.board is not None
        assert app.board.filter_error is not None
        assert names(app) == ["run_002"]


async def test_the_table_keeps_its_runs_while_the_word_and_is_typed() -> None:
    """What is kept by Enter is looked for as it is."""
    app = RunningApp(numbered_runs(3))
    async with running(app) as pilot:
        for typed in ("slash", *"002 and (val_loss<"):
            await pilot.press(typed)
            await until(pilot, lambda: app.board is not None and app.board.state == app.view)
            assert names(app)
        assert names(app) == ["run_002"]
        await pilot.press(*["backspace"] * len("d (val_loss<"), "enter")
        await until(pilot, lambda: names(app) == [])


async def test_a_filter_that_ends_too_early_is_marked_after_its_end() -> None:
    app = RunningApp(numbered_runs(3))
    async with running(app) as pilot:
        await pilot.press("slash", *"run (", "enter")
        await until(pilot, lambda: app.board is not None and app.board.filter_error is not None)
        await until(pilot, lambda: marked_in(app.screen.query_one("#status")) == " ")
        assert names(app) == THREE


@pytest.mark.parametrize("position", range(41))
def test_a_long_filter_is_cut_around_the_wrong_place(position: int) -> None:
    text = "".join(chr(ord("A") + n) for n in range(40))
    before, here, after = around(text, position, 12)
    assert cell_len(before + here + after) <= 12
    assert here == (text[position] if position < 40 else " ")
    assert before.removeprefix("…") in text
    assert after.removesuffix("…") in text


async def test_the_last_line_has_the_keys_of_the_filter_while_it_is_typed() -> None:
    """And those of the dashboard again when it is done."""
    app = RunningApp(numbered_runs(3))
    async with running(app, 80, 24) as pilot:
        keys = app.screen.query_one("#keys")
        assert "Space Mark" in text_of(keys)[0]
        await pilot.press("slash")
        await until(pilot, lambda: text_of(keys) == [" Enter Keep  Esc Clear  Tab Complete"])
        await pilot.press("enter")
        await until(pilot, lambda: "Space Mark" in text_of(keys)[0])


async def test_a_filter_that_hides_all_says_what_was_perhaps_meant_otherwise() -> None:
    app = RunningApp([make_run("a", metrics={"val_loss": [1.0]})])
    async with running(app) as pilot:
        await pilot.press("slash", *"val_loss@@", "enter")
        await until(pilot, lambda: "filter hides 1 run" in screen_text(app))
        assert "'val_loss@@' is no comparison" in screen_text(app)


def screen_text(app: RunningApp) -> str:
    lines = app.screen._compositor.render_strips()
    return " ".join(" ".join(line.text for line in lines).split())


async def test_a_filter_that_asks_for_archived_runs_shows_them() -> None:
    """It decides by itself; what is archived is no best run all the same."""
    hidden = make_run("hidden", metrics={"val_loss": [1.0]}, meta=PersonMeta(archived=True))
    app = RunningApp([make_run("kept", metrics={"val_loss": [2.0]}), hidden])
    async with running(app) as pilot:
        assert names(app) == ["kept"]
        await pilot.press("slash", *"archived:y", "enter")
        await until(pilot, lambda: names(app) == ["hidden"])
        assert app.board is not None
        assert app.board.best is not None
        assert app.board.best.name == "kept"
        await pilot.press("slash", *" or not archived:yes", "enter")
        await until(pilot, lambda: names(app) == ["kept", "hidden"])
        await pilot.press("escape")
        await until(pilot, lambda: names(app) == ["kept"])
