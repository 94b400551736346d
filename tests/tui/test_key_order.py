"""Keys that come in one piece: each is for what the one before it has opened."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from textual.events import Key
from textual.widgets import Input, TextArea

from tests.charts.runs_by_hand import make_run
from tests.terminal import TerminalApp
from tests.tui.running_app import RunningApp, running, until
from tuimon.store.liveness import RunState
from tuimon.testing import RunBuilder
from tuimon.tui.start.terminal_background import keys_in


def press_at_once(app: RunningApp, keys: str) -> None:
    """All keys before the app comes to answer the first."""
    for key in keys:
        app.post_message(Key({"/": "slash"}.get(key, key), key))


@pytest.mark.parametrize("key", ["/", "n", "t", "D", "s", "m", "x", "C"])
async def test_text_behind_the_key_that_opens_an_input_is_typed_into_it(key: str) -> None:
    """Also letters that are keys themselves, q for quitting among them; none of them acts on the app."""
    app = RunningApp([make_run("a", state=RunState.FINISHED, metrics={"val_loss": [2.0, 1.0]})])
    async with running(app) as pilot:
        press_at_once(app, key + "yqoa")

        def typed() -> bool:
            focused = app.focused
            text = focused.value if isinstance(focused, Input) else ""
            return "yqoa" in (focused.text if isinstance(focused, TextArea) else text)

        await until(pilot, typed)
        assert app.is_running
        assert not app.view.log_y
        assert app.view.marked == ()


async def test_keys_behind_one_that_opens_a_screen_are_for_that_screen() -> None:
    """Enter opens the run, Escape closes it again, and the next key moves in the table."""
    app = RunningApp([make_run(name, metrics={"val_loss": [2.0, 1.0]}) for name in ("b", "a")])
    async with running(app) as pilot:
        for key in ("enter", "y", "escape", "j"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: app.board is not None and app.board.cursor != app.board.rows[0].key)
        assert app.view.log_y
        assert len(app.screen_stack) == 1


@pytest.mark.parametrize(
    "keys",
    [
        ("m", "enter"),
        ("s", "enter"),
        ("s", "escape"),
        ("C", "enter"),
        ("x", "enter"),
        ("slash", "a", "enter"),
        ("slash", "escape"),
        ("n", "escape"),
        ("t", "enter"),
        ("question_mark", "slash", "escape", "escape"),
    ],
)
async def test_keys_behind_one_that_closes_an_input_are_for_what_is_below_it(keys: tuple[str, ...]) -> None:
    """The scale is changed three times; nothing of it is typed into the list or line that is closed."""
    app = RunningApp([make_run("a", state=RunState.FINISHED, metrics={"val_loss": [2.0, 1.0]})])
    async with running(app) as pilot:
        for _ in range(3):
            for key in (*keys, "y"):
                app.post_message(Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: app.view.log_y and len(app.screen_stack) == 1)
        await pilot.press("p")
        assert app.view.log_y
        assert app.view.paused


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (b"\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[?62;22c", b""),
        (b"j\x1b]11;rgb:0000/0000/0000\x07k\x1b[?62;22cq", b"jkq"),
        (b"\x1b[?62;22c/x", b"/x"),
        (b"q", b"q"),
    ],
)
def test_keys_among_the_answers_of_a_terminal(text: bytes, keys: bytes) -> None:
    """What is no answer is what a person typed."""
    assert keys_in(text) == keys


def test_keys_typed_while_the_app_starts_are_not_lost(
    tmp_path: Path,
) -> None:
    """Typed before the terminal has said what its background is: the filter holds them."""
    RunBuilder(tmp_path, "a").header().metrics(1, val_loss=2.0)
    command = [sys.executable, "-m", "tuimon", str(tmp_path)]
    with TerminalApp(command, environment={"PYTHONPATH": os.pathsep.join(sys.path)}) as app:
        app.send("/val_lo")
        app.wait_for(r"filter / +val_lo")
