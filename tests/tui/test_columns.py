"""Choosing the columns of the table: which, in which order, how wide."""

from __future__ import annotations

import pytest
from textual.events import Key

from tests.charts.runs_by_hand import make_run
from tests.tui.running_app import RunningApp, running, text_of, until
from tests.tui.seen import keys_of_list, listed, table_of
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.screens.pick import PickScreen
from tuimon.tui.view.column_choice import ColumnChoice


def two_runs() -> list[RunSnapshot]:
    return [
        make_run(
            name,
            config={"optimizer": {"name": optimizer}, "lr": 3e-4},
            metrics={"val_loss": [3.0, 2.0], "train_loss": [3.0, 2.0], "grad_norm": [0.5, 7.25]},
        )
        for name, optimizer in (("first", "adamw"), ("second", "muon"))
    ]


def header(app: RunningApp) -> str:
    return text_of(table_of(app))[0]


def row(app: RunningApp) -> str:
    return text_of(table_of(app))[1]


async def test_a_config_key_and_a_measure_of_a_metric_become_columns() -> None:
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await pilot.press("C", *"optimizer", "space")
        await until(pilot, lambda: "name" in header(app) and "adamw" in row(app))
        await pilot.press("enter", "C", *"normmax", "space", "enter")
        await until(pilot, lambda: "7.25" in row(app))
        assert not isinstance(app.screen, PickScreen)
        assert app.view.columns is not None
        assert app.view.columns[:2] == ("metric.grad_norm:max", "cfg.optimizer.name")
        assert "best" in app.view.columns


async def test_keys_that_arrive_together_are_taken_in_their_order() -> None:
    """On a slow line Space used to be about the option that was under the cursor before the words."""
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await pilot.press("C")
        await until(pilot, lambda: isinstance(app.screen, PickScreen))
        for character in "optimizer":
            app.post_message(Key(character, character))
        app.post_message(Key("space", " "))
        app.post_message(Key("greater_than_sign", ">"))
        app.post_message(Key("right", None))
        await until(pilot, lambda: app.view.column_widths != ())
        assert app.view.columns is not None
        assert app.view.columns[1] == "cfg.optimizer.name"
        assert {"step", "best"} <= set(app.view.columns)
        assert app.view.column_widths == (("cfg.optimizer.name", 1),)


async def test_space_takes_a_column_out_and_automatic_brings_all_back() -> None:
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        before = header(app)
        assert "@step" in before
        await pilot.press("C", *"ofthebest", "space")
        await until(pilot, lambda: " @step" not in header(app))
        await pilot.press("enter", "C", "up", "space")
        await until(pilot, lambda: header(app) == before)
        assert app.view.columns is None


async def test_keys_move_a_column_and_widen_it() -> None:
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        first, second, *_ = (before := table_of(app).columns_shown())
        await pilot.press("C", "greater_than_sign")
        assert table_of(app).columns_shown() == (second, first, *before[2:])
        await pilot.press("less_than_sign", "less_than_sign")
        assert table_of(app).columns_shown() == before
        width = header(app).index("step")
        await pilot.press("right", "right", "right")
        assert app.view.column_widths == ((first, 3),)
        assert header(app).index("step") != width
        assert any("+3" in line for line in listed(app))
        await pilot.press("left", "left", "left")
        assert not app.view.column_widths


async def test_escape_puts_the_columns_back_and_enter_keeps_them() -> None:
    """Whatever was shown, moved and widened meanwhile; the last line of the list says which key does what."""
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        before = header(app)
        await pilot.press("C", "greater_than_sign", "right", *"optimizer", "space")
        await until(pilot, lambda: "name" in header(app) and header(app) != before)
        assert keys_of_list(app) == "Enter keep  Space show  < > move  ← → width  Esc as before"
        await pilot.press("escape")
        await until(pilot, lambda: header(app) == before)
        assert (app.view.columns, app.view.column_widths) == (None, ())
        await pilot.press("C", *"optimizer", "space", "enter")
        await until(pilot, lambda: "cfg.optimizer.name" in (app.view.columns or ()))
        assert not isinstance(app.screen, PickScreen)


async def test_what_has_no_room_is_said() -> None:
    app = RunningApp(two_runs())
    async with running(app, 80, 24) as pilot:
        last = table_of(app).columns_shown()[-1]
        await pilot.press("C", *"optimizer", "space", *["backspace"] * 9)
        await until(pilot, lambda: any("no room" in line for line in listed(app)))
        assert last not in table_of(app).columns_shown()
        assert app.view.columns is not None
        assert last in app.view.columns


@pytest.mark.parametrize("size", [(20, 6), (40, 12), (200, 50)])
@pytest.mark.parametrize("ascii_only", [False, True])
async def test_the_list_keeps_its_shape_at_any_size(size: tuple[int, int], ascii_only: bool) -> None:
    app = RunningApp(two_runs(), ascii=ascii_only)
    async with running(app, *size) as pilot:
        await pilot.press("C", "space", "down", "space", "right", "greater_than_sign", "escape")
        assert all(line.isascii() or not ascii_only for line in text_of(table_of(app)))


def test_a_column_stops_at_both_ends() -> None:
    choice = ColumnChoice(("a", "b", "c"))
    assert choice.moved("a", -1).ids == ("a", "b", "c")
    assert choice.moved("a", 9).ids == ("b", "c", "a")
    assert choice.moved("z", 1) == choice
    assert choice.widened("a", 2).widened("a", -2) == choice
