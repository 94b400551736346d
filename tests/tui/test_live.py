"""Records that keep coming: messages are merged, boards are limited, what has not changed is not painted."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from rich.segment import Segment
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from tests.charts.runs_by_hand import make_run
from tests.tui.running_app import RunningApp, running, until
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.app import StoreChanged
from tuimon.tui.background.feed import StoreFeed
from tuimon.tui.screens.dashboard import DashboardScreen
from tuimon.tui.view.preferences import LIVE_INTERVAL
from tuimon.tui.view.workspace import Workspace
from tuimon.tui.widgets.lines_view import LinesView


def one_run(loss: float) -> list[RunSnapshot]:
    return [make_run("live", metrics={"train_loss": [3.0, 2.0, loss]})]


async def test_a_message_replaces_its_unread_predecessor() -> None:
    """2,000 messages from the store are a handful for the app, and the last version is on screen."""
    handled: list[Message] = []
    app = RunningApp(one_run(1.0))
    async with app.run_test(message_hook=handled.append) as pilot:
        await until(pilot, lambda: app.board is not None)
        handled.clear()
        for version in range(2000):
            app.post_message(StoreChanged(version))
        await pilot.pause()
    changes = [message for message in handled if isinstance(message, StoreChanged)]
    assert 1 <= len(changes) < 20
    assert StoreChanged(2).can_replace(StoreChanged(1))
    assert not StoreChanged(2).can_replace(Message())


async def test_boards_are_limited_while_records_keep_coming(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten versions within the interval make two boards: one at once, one with the newest at its end."""
    boards: list[int] = []
    build = Workspace.board

    def counting(self: Workspace, snapshot: Any, *args: Any) -> Any:
        boards.append(snapshot.version)
        return build(self, snapshot, *args)

    app = RunningApp(one_run(1.0))
    set_timer = app.set_timer
    ends: list[Any] = []

    def held(delay: float, callback: Any) -> Timer:
        """The end of the interval comes when the test lets it come."""
        if 0 < delay <= LIVE_INTERVAL and callback == app.refresh_board:
            ends.append(callback)
            delay = 1e6
        return set_timer(delay, callback)

    async with running(app) as pilot:
        monkeypatch.setattr(Workspace, "board", counting)
        monkeypatch.setattr(app, "set_timer", held)
        app.fake_clock.advance(1)
        for number in range(10):
            app.store.publish(one_run(1.0 + number / 10))
            await pilot.pause()
        newest = app.store.snapshot().version
        assert (boards, len(ends)) == ([newest - 9], 1)
        ends[0]()
        await pilot.pause()
        assert boards == [newest - 9, newest]
        assert len(ends) == 1


async def test_the_whole_list_is_shown_at_once() -> None:
    """While runs are found boards are limited; the list that is whole does not wait for the interval."""
    app = RunningApp(())
    app.store.publish(one_run(1.0), scanning=True)
    async with running(app) as pilot:  # its clock stands still: no interval ever ends
        await until(pilot, lambda: app.board is not None and app.board.metric is not None)
        app.store.publish(one_run(0.5))
        await until(pilot, lambda: app.board is not None and not app.board.snapshot.scanning)


async def test_a_board_that_comes_while_the_app_ends_is_no_fault() -> None:
    """It was still being drawn when the screens were closed."""
    app = RunningApp(one_run(1.0))
    async with running(app):
        board = app.board
    assert board is not None
    assert app.screen_stack == []
    app._show(board)


async def test_reading_makes_way_to_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key press is told to the store, also where it is typed into a filter."""
    told: list[float] = []
    app = RunningApp(one_run(1.0))
    monkeypatch.setattr(app.store, "make_way", told.append)
    async with running(app) as pilot:
        await pilot.press("j")
        await until(pilot, lambda: told)
        await pilot.press("slash")
        told.clear()
        await pilot.press("a")
        await until(pilot, lambda: told)


async def test_an_unchanged_version_paints_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts whose runs are the same objects are neither drawn nor painted again."""
    app = RunningApp(one_run(1.0))
    async with running(app) as pilot:
        charts = next(iter(pilot.app.query(DashboardScreen)), app.screen).query_one("#charts")
        await pilot.pause()
        painted: list[tuple[Region, ...]] = []
        monkeypatch.setattr(charts, "refresh", lambda *regions, **_options: painted.append(regions))
        app.publish(app.store.snapshot().runs)
        await until(pilot, lambda: app.board is not None and app.board.snapshot is app.store.snapshot())
        await pilot.pause()
        assert painted == []
        app.publish(one_run(0.5))
        await until(pilot, lambda: painted)


def strips(*texts: str) -> list[Strip]:
    return [Strip([Segment(text)]) for text in texts]


def test_a_view_of_lines_repaints_those_that_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that stay are left alone; lines that are gone are painted over."""
    view = LinesView()
    rows: list[int] = []
    monkeypatch.setattr(view, "refresh", lambda *regions: rows.extend(region.y for region in regions))
    view.show(strips("a", "b", "c"))
    assert rows == [0, 1, 2]
    rows.clear()
    view.show(strips("a", "B", "c"))
    assert rows == [1]
    rows.clear()
    view.show(strips("a", "B"))
    assert rows == [2]


class SilentStore:
    """Counts what a feed asks for."""

    def __init__(self) -> None:
        self.wishes: list[tuple[str, ...]] = []
        self.on_change: Any = None

    def start(self, on_change: Any) -> None:
        self.on_change = on_change

    def stop(self) -> None:
        """Nothing to stop."""

    def snapshot(self) -> Any:
        raise AssertionError("nobody asked")

    def pause(self, longest: float) -> None:
        raise NotImplementedError

    def go_on(self) -> None:
        raise NotImplementedError

    def make_way(self, seconds: float) -> None:
        """Nothing is read here."""

    def pictures_each(self, seconds: float) -> None:
        """There are as many as the test publishes."""

    def also(self, path: Path) -> None:
        """Nothing is read here."""

    def prioritise(self, keys: Iterable[str]) -> None:
        self.wishes.append(tuple(keys))


def test_a_feed_tells_nobody_until_somebody_listens_and_after_the_stop() -> None:
    """The store can start before the app and end after it."""
    store = SilentStore()
    heard: list[int] = []
    feed = StoreFeed(store)
    feed.start()
    store.on_change(1)
    feed.listen(heard.append)
    store.on_change(2)
    feed.stop()
    store.on_change(3)
    assert heard == [2]


def test_a_feed_asks_for_the_same_runs_once() -> None:
    """Each board asks; the store hears of changes."""
    store = SilentStore()
    feed = StoreFeed(store)
    for keys in (["a"], ["a"], ["a", "b"], ["a"]):
        feed.prioritise(keys)
    assert store.wishes == [("a",), ("a", "b"), ("a",)]
