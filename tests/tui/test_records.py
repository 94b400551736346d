"""The lines of a log in the app: moving, marks, search, growth, at any size."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.charts.runs_by_hand import make_run
from tests.tui.running_app import RunningApp, running, text_of, until
from tuimon.testing import RunBuilder
from tuimon.tui.screens.records import RecordsScreen
from tuimon.tui.screens.run import RunScreen
from tuimon.tui.widgets.lines_view import LinesView


@asynccontextmanager
async def opened(
    log: Path, width: int = 120, height: int = 36
) -> AsyncIterator[tuple[RunningApp, RecordsScreen, Pilot[object]]]:
    """The lines of a log, read to their end."""
    app = RunningApp([replace(make_run("a", metrics={"loss": [1.0]}), path=log)])
    async with running(app, width, height) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, RecordsScreen))
        screen = app.screen
        assert isinstance(screen, RecordsScreen)
        await until(pilot, lambda: "lines" in heading(screen) and any(text_of(screen.lines)))
        yield app, screen, pilot


def heading(screen: RecordsScreen) -> str:
    return text_of(screen.query_one("#header", LinesView))[0]


def detail(screen: RecordsScreen) -> str:
    return "\n".join(text_of(screen.query_one("#detail", LinesView)))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    run = RunBuilder(tmp_path, "a").header()
    for step in range(1, 101):
        run.metrics(step, train_loss=100.0 - step)
    run.raw(b"not json\n").event("checkpoint").resume()
    return run.metrics(90, train_loss=1.5).path


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (40, 8)])
async def test_lines_have_numbers_and_what_is_wrong_with_them(log: Path, size: tuple[int, int]) -> None:
    """The end of the log: superseded, bad, and what replaced them."""
    async with opened(log, *size) as (_, screen, pilot):
        await pilot.press("G")
        await until(pilot, lambda: any(">" in line and "105" in line for line in text_of(screen.lines)))
        await pilot.press("k", "k", "k")
        await until(pilot, lambda: any("102 bad" in " ".join(line.split()) for line in text_of(screen.lines)))
        if size[1] > 8:
            await until(pilot, lambda: "not JSON" in detail(screen) or "no JSON" in detail(screen))
            await until(
                pilot, lambda: any("101 old" in " ".join(line.split()) for line in text_of(screen.lines))
            )
        await pilot.press("g")
        await until(pilot, lambda: screen.cursor == 0 and '"type":"run"' in "".join(text_of(screen.lines)))


async def test_the_moving_keys_move_the_cursor(log: Path) -> None:
    """By a line, by a page, never beyond the ends."""
    async with opened(log) as (_, screen, pilot):
        await pilot.press("j", "j", "k")
        assert screen.cursor == 1
        await pilot.press("pagedown")
        assert screen.cursor == 1 + screen.lines.page_height
        await pilot.press("pageup", "pageup")
        assert screen.cursor == 0
        await pilot.press("G", "j")
        assert screen.cursor == 104


async def test_a_search_goes_on_both_ways_and_says_when_there_is_nothing(log: Path) -> None:
    """From the line under the cursor, round and round; Escape closes the input first."""
    async with opened(log) as (app, screen, pilot):
        await pilot.press("/", *"METRICS", "enter")
        await until(pilot, lambda: screen.cursor == 1)
        await pilot.press("n")
        await until(pilot, lambda: screen.cursor == 2)
        await pilot.press(
            "N",
        )
        await until(pilot, lambda: screen.cursor == 1)
        await pilot.press("N")
        await until(pilot, lambda: screen.cursor == 104)
        assert "line 105" in heading(screen)
        await pilot.press("/", *"nowhere", "enter")
        await until(pilot, lambda: "nowhere is not in the log" in heading(screen))
        await pilot.press("/", "escape")
        assert app.screen is screen
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))


async def test_a_search_from_the_last_line_leaves_it(log: Path) -> None:
    """Following the end of a log must not hold the cursor there."""
    async with opened(log) as (_, screen, pilot):
        await pilot.press("G", "/", *"checkpoint", "enter")
        await until(pilot, lambda: "checkpoint in line 103" in heading(screen))
        await pilot.pause()
        assert screen.cursor == 102


async def test_a_log_that_grows_is_followed_at_its_end(log: Path) -> None:
    """The cursor on the last line stays on the last line; elsewhere it stays where it is."""
    async with opened(log) as (app, screen, pilot):
        await pilot.press("G")
        await until(pilot, lambda: screen.cursor == 104)
        with log.open("ab") as file:
            file.write(b'{"type":"metrics","iteration":91}\n')
        app.publish(app.store.snapshot().runs)
        await until(pilot, lambda: screen.cursor == 105)
        await pilot.press("g")
        with log.open("ab") as file:
            file.write(b'{"type":"metrics","iteration":92}\n')
        app.publish(app.store.snapshot().runs)
        await until(pilot, lambda: "107 lines" in heading(screen))
        assert screen.cursor == 0


async def test_a_log_that_is_gone_is_said(log: Path) -> None:
    """No crash."""
    async with opened(log) as (app, screen, pilot):
        log.unlink()
        app.publish(app.store.snapshot().runs)
        await until(pilot, lambda: "No such file" in heading(screen))


async def test_fifty_thousand_lines_are_gone_through(tmp_path: Path) -> None:
    """To the end and back, and a search for the last line."""
    run = RunBuilder(tmp_path, "a").header()
    line = (
        b'{"type":"metrics","iteration":%d,"gradient_step":%d,"train_loss":2.25,"pad":"'
        + b"x" * 400
        + b'"}\n'
    )
    run.raw(b"".join(line % (step, step) for step in range(50_000)))
    async with opened(run.path) as (_, screen, pilot):
        await until(pilot, lambda: "50001 lines" in heading(screen))
        await pilot.press("G")
        await until(pilot, lambda: any('"iteration":49999' in line for line in text_of(screen.lines)))
        await pilot.press("g", "/", *'iteration":49999', "enter")
        await until(pilot, lambda: screen.cursor == 50_000)
