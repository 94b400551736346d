"""The pages in the app: opened by key and palette, scrolled, turned, at any size."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from tests.charts.runs_by_hand import make_run
from tests.tui.running_app import RunningApp, running, text_of, until
from tuimon.docs.pages import PAGES, page_text
from tuimon.tui.screens.dashboard import DashboardScreen
from tuimon.tui.screens.help import HelpScreen
from tuimon.tui.screens.pages import PagesScreen
from tuimon.tui.widgets.lines_view import LinesView


def an_app(*, ascii: bool = False) -> RunningApp:  # noqa: A002
    return RunningApp([make_run("a", metrics={"loss": [1.0, 2.0]})], ascii=ascii)


def shown(app: RunningApp) -> list[str]:
    screen = app.screen
    assert isinstance(screen, PagesScreen)
    return text_of(screen.lines)


def title(name: str) -> str:
    """The page's first heading."""
    return page_text(name).partition("\n")[0].removeprefix("# ")


async def open_pages(app: RunningApp, pilot: Pilot[object]) -> PagesScreen:
    await pilot.press("f1")
    await until(pilot, lambda: isinstance(app.screen, PagesScreen) and any(shown(app)))
    assert isinstance(app.screen, PagesScreen)
    return app.screen


async def test_f1_opens_the_guide_and_closes_it_again() -> None:
    """From the dashboard and from help; Escape goes back as everywhere."""
    app = an_app()
    async with running(app) as pilot:
        await open_pages(app, pilot)
        assert shown(app)[0].strip() == "Guide"
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, DashboardScreen))
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await open_pages(app, pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))


async def test_brackets_turn_the_pages_round_and_round() -> None:
    """The header marks the one that is shown, which begins at its top."""
    app = an_app()
    async with running(app) as pilot:
        screen = await open_pages(app, pilot)
        await pilot.press("G")
        await until(pilot, lambda: screen.lines.top > 0)
        for key, name in (
            ("]", PAGES[1]),
            ("]", PAGES[2]),
            ("]", PAGES[3]),
            ("]", PAGES[0]),
            ("[", PAGES[3]),
        ):
            await pilot.press(key)
            await until(pilot, lambda name=name: shown(app)[0].strip() == title(name))  # type: ignore[misc]
            assert screen.page == name
            assert screen.lines.top == 0
        header = text_of(screen.query_one("#header", LinesView))[0]
        assert all(name in header for name in PAGES)


async def test_the_moving_keys_scroll() -> None:
    """A line, a page, to the end and back."""
    app = an_app()
    async with running(app) as pilot:
        screen = await open_pages(app, pilot)
        top = shown(app)
        await pilot.press("j", "j", "k")
        await until(pilot, lambda: shown(app)[0] == top[1])
        await pilot.press("pagedown")
        await until(pilot, lambda: screen.lines.top == 1 + screen.lines.page_height)
        await pilot.press("pageup")
        await until(pilot, lambda: screen.lines.top == 1)
        await pilot.press("G")
        await until(pilot, lambda: screen.lines.top == screen.lines.max_scroll_y)
        await pilot.press("g")
        await until(pilot, lambda: shown(app) == top)


async def test_the_palette_finds_the_pages() -> None:
    """By its title."""
    app = an_app()
    async with running(app) as pilot:
        await pilot.press("ctrl+p", *"guide")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PagesScreen))


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50), (20, 6)])
@pytest.mark.parametrize("ascii", [False, True])
async def test_pages_fit_any_terminal(size: tuple[int, int], ascii: bool) -> None:  # noqa: A002
    """Rows are as wide as the terminal at most; in a terminal without UTF-8 all is ASCII."""
    app = an_app(ascii=ascii)
    async with running(app, *size) as pilot:
        screen = await open_pages(app, pilot)
        rows = [*shown(app), *text_of(screen.query_one("#header", LinesView))]
        assert max(map(cell_len, rows)) <= size[0]
        assert not ascii or all(row.isascii() for row in rows)


async def test_a_resized_terminal_lays_the_page_out_anew() -> None:
    """Sentences are wrapped to the new width."""
    app = an_app()
    async with running(app) as pilot:
        await open_pages(app, pilot)
        await pilot.resize_terminal(40, 20)
        await until(pilot, lambda: max(map(cell_len, shown(app))) <= 39 and len(shown(app)) < 20)
