"""Pictures of what opens over the dashboard, cell by cell; ``--snapshot-update`` takes new ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from tests.charts.runs_by_hand import make_run
from tests.tui.pictured import SMALL, USUAL, Compare, drawn, runs
from tests.tui.running_app import RunningApp, text_of, until
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.screens.columns import ColumnsScreen
from tuimon.tui.screens.help import HelpScreen
from tuimon.tui.screens.metrics import MetricsScreen
from tuimon.tui.screens.pages import PagesScreen
from tuimon.tui.screens.palette import PaletteScreen
from tuimon.tui.screens.write import LineScreen
from tuimon.tui.widgets.scrolled_lines import ScrolledLines

SIZES = pytest.mark.parametrize("size", [SMALL, USUAL], ids=["80x24", "120x36"])

# The keys, the screen that they open, and what is seen in its lines then.
OPENED: dict[str, tuple[tuple[str, ...], type[Screen[Any]], str]] = {
    "palette": (("ctrl+p",), PaletteScreen, "Mark"),
    "palette_narrowed": (("ctrl+p", *"lr_"), PaletteScreen, "lr_1e-03"),
    "columns": (("C",), ColumnsScreen, "automatic"),
    "metrics": (("m", "down"), MetricsScreen, "val_loss"),
    "help_narrowed": (("question_mark", "slash", *"zoom"), HelpScreen, "Zoom in"),
    "pages": (("f1",), PagesScreen, "log"),
}


@SIZES
@pytest.mark.parametrize("name", OPENED)
def test_what_opens_over_the_dashboard(snap_compare: Compare, size: tuple[int, int], name: str) -> None:
    """Each list and page as it opens."""
    keys, wanted, words = OPENED[name]
    app = RunningApp(runs())

    def shown() -> bool:
        return isinstance(app.screen, wanted) and words in "\n".join(
            text_of(app.screen.query_one(ScrolledLines))
        )

    assert snap_compare(app, terminal_size=size, run_before=_after(app, keys, shown))


@SIZES
def test_a_filter_that_cannot_be_read(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Where it is wrong and why; the last good one holds."""
    app = RunningApp(runs())

    def shown() -> bool:
        return app.board is not None and app.board.filter_error is not None

    keys = ("slash", *"lr and val_loss<<2")
    assert snap_compare(app, terminal_size=size, run_before=_after(app, keys, shown))


@SIZES
def test_delete(snap_compare: Compare, size: tuple[int, int]) -> None:
    """What is asked for, and what was typed instead."""
    app = RunningApp([_finished(), *runs()])

    def shown() -> bool:
        return isinstance(app.screen, LineScreen) and "that is not" in text_of(app.screen.hint)[0]

    keys = ("D", *"lr", "enter")
    assert snap_compare(app, terminal_size=size, run_before=_after(app, keys, shown))


def _finished() -> RunSnapshot:
    return replace(make_run("too_large", metrics={"train_loss": [2.0, 1.0]}), state=RunState.FINISHED)


def _after(app: RunningApp, keys: tuple[str, ...], shown: Callable[[], bool]) -> Callable[..., object]:
    async def before(pilot: Pilot[object]) -> None:
        await drawn(app)(pilot)
        await pilot.press(*("space" if key == " " else key for key in keys))
        await until(pilot, shown)
        await pilot.pause()

    return before
