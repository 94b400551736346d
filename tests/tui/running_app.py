"""The app on runs made by hand: a store that publishes what it is given, and a wait for what is seen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widget import Widget

from tests.charts.runs_by_hand import START
from tuimon.charts.palette import DARK, Theme
from tuimon.store.snapshot import RunSnapshot, StoreSnapshot
from tuimon.testing import FakeClock
from tuimon.tui import app as app_module
from tuimon.tui.app import TuimonApp
from tuimon.tui.background.feed import StoreFeed
from tuimon.tui.painting.look import Look
from tuimon.tui.start.first_picture import FirstPicture
from tuimon.tui.view.preferences import DEFAULT_PREFERENCES, Preferences

NOW = START.timestamp() + 3600
DEADLINE = 60.0


class FakeStore:
    """A store whose runs are whatever was published last."""

    def __init__(self, runs: Sequence[RunSnapshot]) -> None:
        self._version = 0
        self.prioritised: tuple[str, ...] = ()
        self._on_change: Callable[[int], None] | None = None
        self._snapshot = self._picture(runs)

    def _picture(
        self, runs: Sequence[RunSnapshot], *, scanning: bool = False, found: int = 0
    ) -> StoreSnapshot:
        self._version += 1
        return StoreSnapshot(self._version, tuple(runs), scanning, "events", (), (), max(found, len(runs)))

    def publish(self, runs: Sequence[RunSnapshot], *, scanning: bool = False, found: int = 0) -> None:
        """Show these runs from now on, of as many that were found."""
        self._snapshot = self._picture(runs, scanning=scanning, found=found)
        if self._on_change is not None:
            self._on_change(self._version)

    def show(self, snapshot: StoreSnapshot) -> None:
        """Have this snapshot from now on, without a word."""
        self._snapshot = snapshot

    def start(self, on_change: Callable[[int], None]) -> None:
        self._on_change = on_change

    def stop(self) -> None:
        self._on_change = None

    def snapshot(self) -> StoreSnapshot:
        return self._snapshot

    def make_way(self, seconds: float) -> None:
        """Nothing is read here."""

    def pictures_each(self, seconds: float) -> None:
        """There are as many as the test publishes."""

    def also(self, path: Path) -> None:
        """What is published is all there is."""

    def pause(self, longest: float) -> None:
        """Nothing is read here."""

    def go_on(self) -> None:
        """Nothing is read here."""

    def prioritise(self, keys: Iterable[str]) -> None:
        """Everything is there already."""
        self.prioritised = tuple(keys)


class RunningApp(TuimonApp):
    """The app on a fake store with a clock that stands still."""

    CSS_PATH = str(Path(app_module.__file__).with_name("styles.tcss"))

    def __init__(
        self,
        runs: Sequence[RunSnapshot],
        *,
        ascii: bool = False,  # noqa: A002
        theme: Theme = DARK,
        preferences: Preferences = DEFAULT_PREFERENCES,
        first: FirstPicture | None = None,
    ) -> None:
        self.store = FakeStore(runs)
        feed = StoreFeed(self.store)
        feed.start()
        self.fake_clock = FakeClock(NOW)
        super().__init__(
            feed,
            place="/logs",
            look=Look(theme, ascii),
            clock=self.fake_clock,
            preferences=preferences,
            first=first,
        )

    def publish(self, runs: Sequence[RunSnapshot]) -> None:
        """Let the store have these runs, long enough after the last refresh to be shown at once."""
        self.fake_clock.advance(1)
        self.store.publish(runs)


async def until(pilot: Pilot[object], condition: Callable[[], object], message: str = "") -> None:
    """Wait until ``condition()`` is true; fail after the deadline."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(message or "the screen did not come to show it")
        await pilot.pause()
        await asyncio.sleep(0.002)


async def until_judged(pilot: Pilot[object], app: RunningApp) -> None:
    """Wait until the health of every run is on the board."""
    await until(pilot, lambda: app.board is not None and len(app.board.health) == app.board.total)


@asynccontextmanager
async def running(app: RunningApp, width: int = 120, height: int = 36) -> AsyncIterator[Pilot[object]]:
    """The app with its first board on screen."""
    async with app.run_test(size=(width, height)) as pilot:
        await until(pilot, lambda: app.board is not None)
        await pilot.pause()
        yield pilot


def text_of(widget: Widget) -> list[str]:
    """The rows of a widget that draws lines, spaces at their ends left out."""
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]


def assert_lines_keep_their_place(widgets: Iterable[Widget], *, ascii_only: bool = False) -> None:
    """Every line is as wide as its widget, acts on no terminal, and is ASCII where there is nothing else."""
    for widget in widgets:
        for y in range(widget.size.height):
            text = widget.render_line(y).text
            assert cell_len(text) == widget.size.width
            assert not set(text) & set("\x1b\r\n\0\x07")
            assert text.isascii() or not ascii_only
