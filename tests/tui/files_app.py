"""The app on real logs, whose files its keys change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from tests.tui.running_app import RunningApp, until
from tuimon.charts.palette import DARK
from tuimon.store.snapshot import RunSnapshot
from tuimon.store.store import RunStore
from tuimon.tui.app import TuimonApp
from tuimon.tui.background.feed import StoreFeed
from tuimon.tui.painting.look import Look
from tuimon.tui.screens.write import LineScreen, NoteScreen


class FilesApp(TuimonApp):
    """The app on a real directory."""

    CSS_PATH = RunningApp.CSS_PATH

    def __init__(self, directory: Path) -> None:
        feed = StoreFeed(RunStore([directory]))
        feed.start()
        super().__init__(feed, place=str(directory), look=Look(DARK, ascii=False))
        self.said: list[str] = []

    def tell(self, text: str, *, failed: bool = False, above: bool = False) -> None:
        self.said.append(text)
        super().tell(text, failed=failed, above=above)

    def run_of(self, name: str) -> RunSnapshot | None:
        runs = self.feed.snapshot().runs
        return next((run for run in runs if run.name == name), None)

    def shown(self) -> list[str]:
        return [row.name for row in self.board.rows] if self.board is not None else []


@asynccontextmanager
async def opened(
    logs: dict[str, Path], on: str | None = None
) -> AsyncIterator[tuple[FilesApp, Pilot[object]]]:
    """The app with all runs read and the cursor on one of them, else on the last."""
    app = FilesApp(next(iter(logs.values())).parent)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: sorted(app.shown()) == sorted(logs))
        await until(pilot, lambda: not any(run.loading for run in app.feed.snapshot().runs))
        run = app.run_of(on or list(logs)[-1])
        assert run is not None
        app.change_view(app.view.with_cursor(run.key))
        await until(pilot, lambda: app.board is not None and app.board.cursor == run.key)
        yield app, pilot


async def write_after(pilot: Pilot[object], text: str, *keys: str) -> None:
    """Press the keys, and write in the box that they open."""
    await pilot.press(*keys)
    await until(pilot, lambda: isinstance(pilot.app.screen, NoteScreen | LineScreen))
    await pilot.press(*("space" if character == " " else character for character in text))
