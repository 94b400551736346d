"""How the app is left: q where no text is typed, Ctrl+C everywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.tui.every_key import OPENED_BY
from tests.tui.running_app import RunningApp, running, until
from tests.tui.telling_runs import telling_runs
from tuimon.records.person_meta import meta_path, read_meta
from tuimon.tui.keys.actions import Scope
from tuimon.tui.screens.board_screen import BoardScreen

# The keys that open each dialog and each line to type in.
DIALOGS: dict[str, tuple[str, ...]] = {
    "filter": ("slash",),
    "sort": ("s",),
    "x axis": ("x",),
    "metrics": ("m",),
    "columns": ("C",),
    "keys of groups": ("u",),
    "note": ("n",),
    "tags": ("t",),
    "delete": ("D",),
    "copy": ("Y",),
    "palette": ("ctrl+p",),
    "key of a sweep": ("U", "x"),
    "metric of a sweep": ("U", "m"),
    "note on a run's screen": ("enter", "n"),
    "palette of a comparison": ("c", "ctrl+p"),
    "search in the log": ("enter", "v", "slash"),
    "search in the output": ("O", "slash"),
}


async def opened(app: RunningApp, pilot: Pilot[object], keys: tuple[str, ...]) -> None:
    """Press each key when what the one before it opens is there."""
    for key in keys:
        before = app.screen, app.focused
        await pilot.press(key)
        await until(pilot, lambda before=before: (app.screen, app.focused) != before)  # type: ignore[misc]
        await pilot.pause()


def typed(app: RunningApp) -> str | None:
    """What stands in the line or note that is typed; None where none is."""
    focused = app.focused
    if isinstance(focused, Input):
        return focused.value
    return focused.text if isinstance(focused, TextArea) else None


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
@pytest.mark.parametrize("scope", OPENED_BY)
async def test_both_keys_quit_on_every_screen(scope: Scope, key: str, tmp_path: Path) -> None:
    """With code 0; the chart on the whole screen and the cursor of the charts hold nobody back."""
    app = RunningApp(telling_runs(tmp_path))
    async with running(app) as pilot:
        await opened(app, pilot, tuple(OPENED_BY[scope]))
        assert isinstance(app.screen, BoardScreen)
        assert app.screen.SCOPE is scope
        if scope is Scope.DASHBOARD:
            await pilot.press("f", "i")
        await pilot.press(key)
        await until(pilot, lambda: not app.is_running)
    assert app.return_code in (0, None)


@pytest.mark.parametrize("keys", DIALOGS.values(), ids=DIALOGS)
async def test_where_text_is_typed_q_is_a_letter_and_ctrl_c_quits(
    keys: tuple[str, ...], tmp_path: Path
) -> None:
    """In every dialog and every line to type in."""
    app = RunningApp(telling_runs(tmp_path))
    async with running(app) as pilot:
        await opened(app, pilot, keys)
        await until(pilot, lambda: typed(app) is not None)
        before = typed(app)
        await pilot.press("q")
        await until(pilot, lambda: typed(app) == f"{before}q")
        assert app.is_running
        await pilot.press("ctrl+c")
        await until(pilot, lambda: not app.is_running)
    assert app.return_code in (0, None)


@pytest.mark.parametrize("keys", [("n",), ("enter", "n")], ids=["dashboard", "run"])
async def test_a_note_that_is_open_is_kept(keys: tuple[str, ...], tmp_path: Path) -> None:
    """Ctrl+C in the middle of it loses no word."""
    runs = telling_runs(tmp_path)
    app = RunningApp(runs)
    async with running(app) as pilot:
        await opened(app, pilot, keys)
        await pilot.press(*"quite", "enter", *"good", "ctrl+c")
        await until(pilot, lambda: not app.is_running)
    assert read_meta(meta_path(runs[0].path)).notes == "quite\ngood"


@pytest.mark.parametrize("keys", DIALOGS.values(), ids=DIALOGS)
async def test_escape_closes_whatever_is_open(keys: tuple[str, ...], tmp_path: Path) -> None:
    """Layer by layer, back to the dashboard with nothing typed."""
    app = RunningApp(telling_runs(tmp_path))
    async with running(app) as pilot:
        await opened(app, pilot, keys)

        def layer() -> tuple[int, bool]:
            return len(app.screen_stack), typed(app) is not None

        while layer() != (1, False):
            before = layer()
            await pilot.press("escape")
            await until(pilot, _less(layer, before), "Escape closed nothing")
        assert app.is_running


def _less(layer: Callable[[], tuple[int, bool]], before: tuple[int, bool]) -> Callable[[], bool]:
    return lambda: layer() < before
