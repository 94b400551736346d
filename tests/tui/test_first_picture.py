"""The picture that is shown before Textual is loaded is what the app shows then."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import pytest
from rich.segment import Segment
from rich.style import Style

from tests.charts.runs_by_hand import make_run
from tests.tui.running_app import NOW, FakeStore, RunningApp, running, until
from tuimon.charts.palette import ANSI, DARK, LIGHT, NO_COLOUR
from tuimon.settings.sections import Settings
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot, StoreSnapshot
from tuimon.tui.background.feed import StoreFeed
from tuimon.tui.painting.look import Look
from tuimon.tui.screens.dashboard import DashboardScreen
from tuimon.tui.start import begin
from tuimon.tui.start.asked_look import AskedLook
from tuimon.tui.start.begin import board_with_values
from tuimon.tui.start.first_picture import FirstPicture, first_picture
from tuimon.tui.view.board import Board
from tuimon.tui.view.preferences import Preferences
from tuimon.tui.view.view_state import ViewState
from tuimon.tui.view.workspace import Workspace
from tuimon.tui.view.zoom import Zoom

Cells = list[list[tuple[str, object]]]


def run(name: str, last: float, **config: float) -> RunSnapshot:
    """A finished run with more metrics than a small terminal has room for."""
    values = {f"layer_{layer}/norm": [1.0, 2.0, last] for layer in range(9)}
    metrics = {"train_loss": [4.0, 3.0, last], "val_loss": [3.0, 2.5, last], "grad_norm": [1.0, 1.0, 1.0]}
    return make_run(name, state=RunState.FINISHED, config=config, metrics=metrics | values)


FEW = [run("a", 2.0, lr=0.1, seed=1), run("b", 2.1, lr=0.1, seed=2), run("c", 2.2, lr=0.01, seed=1)]
MANY = [run(f"run {number:02d}", 1.0 + number / 40) for number in range(40)]
VIEWS: Mapping[str, tuple[Sequence[RunSnapshot], ViewState, tuple[int, int]]] = {
    "as it comes": (FEW, ViewState(), (120, 36)),
    "small": (FEW, ViewState(), (80, 24)),
    "tiny": (FEW, ViewState(), (40, 10)),
    "large": (FEW, ViewState(), (200, 60)),
    "a chart alone": (FEW, ViewState(full_chart=True), (120, 36)),
    "the second chart alone": (FEW, ViewState(full_chart=True, chart=1), (120, 36)),
    "the second page": (FEW, ViewState(page=1, page_size=2), (120, 36)),
    "a filter": (FEW, ViewState(filter_text="lr<0.05"), (120, 36)),
    "a filter that cannot be read": (FEW, ViewState(filter_text="("), (120, 36)),
    "groups": (FEW, ViewState(grouped=True), (120, 36)),
    "more runs than rows": (MANY, ViewState(), (100, 30)),
    "a cursor far below": (MANY, ViewState(cursor=MANY[31].key), (100, 30)),
    "a baseline": (MANY, ViewState(cursor=MANY[31].key, baseline=MANY[5].key), (100, 30)),
    "a cursor in the charts": (FEW, ViewState(zoom=Zoom().with_cursor("gradient_step", 1.0)), (120, 36)),
}
LOOKS = {
    "dark": Look(DARK, ascii=False),
    "painted": Look(LIGHT, ascii=False, painted=True),
    "ansi": Look(ANSI, ascii=False),
    "no colour": Look(NO_COLOUR, ascii=False),
    "ascii": Look(DARK, ascii=True),
}


def cells_of(lines: Iterable[Iterable[Segment]], width: int) -> Cells:
    """The characters and styles that can be seen in the first ``width`` columns."""
    return [
        [(sign, _seen(sign, part.style)) for part in line for sign in part.text][:width] for line in lines
    ]


def _seen(sign: str, style: Style | None) -> object:
    """Of a blank the background alone."""
    style = style or Style.null()
    return style if sign != " " else style.bgcolor


def app_rows(app: RunningApp) -> list[list[Segment]]:
    """The rows of the dashboard as its widgets paint them."""
    screen = app.screen
    assert isinstance(screen, DashboardScreen)
    parts = (screen.header, screen.charts, screen.values, screen.table, screen.status, screen.keys)
    return [[*part.render_line(y)] for part in parts if part.display for y in range(part.size.height)]


def picture_for(app: RunningApp, preferences: Preferences, size: tuple[int, int]) -> FirstPicture:
    """The first picture with what the app was made of."""
    workspace = Workspace(preferences.starred)
    board = workspace.board(app.store.snapshot(), preferences.view, NOW)
    return first_picture(board, workspace, preferences, app.look, app.place, size)


async def assert_same(
    runs: Sequence[RunSnapshot], preferences: Preferences, look: Look, size: tuple[int, int]
) -> None:
    """The rows are those that the app comes to show; the column of the table's scroll bar is left out."""
    app = RunningApp(runs, ascii=look.ascii, theme=look.theme, preferences=preferences)
    app.look = look
    picture = picture_for(app, preferences, size)
    seen = size[0] - (len(runs) > size[1] // 2)
    async with running(app, *size) as pilot:
        await until(pilot, lambda: cells_of(app_rows(app), seen) == cells_of(picture.lines, seen))


@pytest.mark.parametrize("view", VIEWS)
async def test_the_first_picture_is_the_apps_own(view: str) -> None:
    """Cell by cell, whatever view was remembered and however large the terminal is."""
    runs, state, size = VIEWS[view]
    await assert_same(runs, Preferences(view=state), LOOKS["dark"], size)


@pytest.mark.parametrize("look", LOOKS)
async def test_the_first_picture_has_the_apps_colours(look: str) -> None:
    """Also where there are few colours, none, or only ASCII, and where the background is painted."""
    await assert_same(FEW, Preferences(), LOOKS[look], (120, 36))


async def test_the_first_picture_says_what_the_settings_have_to_say() -> None:
    """A problem with the settings stands in the last line, in both."""
    await assert_same(FEW, Preferences(notice="config.toml:3: no such colour"), LOOKS["dark"], (120, 36))


async def test_the_app_goes_on_with_the_board_of_its_first_picture() -> None:
    """Nothing is worked out or drawn twice; later boards come from the same workspace."""
    preferences = Preferences()
    picture = picture_for(RunningApp(FEW), preferences, (120, 36))
    app = RunningApp(FEW, first=picture)
    app.store.show(picture.board.snapshot)
    async with running(app):
        assert app.board is not None
        assert app.board.rows is picture.board.rows
        assert app.first is None


def test_the_first_picture_is_given_away_once() -> None:
    """All runs as they were hang on it: whoever started the app does not keep it while that runs."""
    picture = picture_for(RunningApp(FEW), Preferences(), (120, 36))
    asked = AskedLook(Settings().look, {})
    start = begin.Start("here", StoreFeed(FakeStore(FEW)), Preferences(), asked, picture)
    assert start.give_first() is picture
    assert start.give_first() is None


def feed_of(store: FakeStore) -> tuple[StoreFeed, Callable[[StoreSnapshot], Board]]:
    """A started feed, and what makes boards of its snapshots."""
    feed, workspace = StoreFeed(store), Workspace()
    feed.start()
    return feed, lambda snapshot: workspace.board(snapshot, ViewState(), NOW)


def test_without_values_there_is_no_first_picture() -> None:
    """The app says itself what is missing; runs that are read already are not waited for."""
    store = FakeStore([make_run("empty", metrics={})])
    feed, board_of = feed_of(store)
    assert board_with_values(feed, store.snapshot(), board_of) is None


def test_runs_of_which_only_the_ends_were_looked_at_are_waited_for() -> None:
    """All that are in the charts, not the first one alone: no curve comes later."""
    unread = [replace(make_run(name, metrics={}), loading=True) for name in ("first", "second")]
    store = FakeStore(unread)
    feed, board_of = feed_of(store)

    def read() -> None:
        store.publish([FEW[0], unread[1]])
        store.publish(FEW)

    reading = threading.Timer(0.05, read)  # after it has looked, mostly; before that it holds as well
    reading.start()
    board = board_with_values(feed, store.snapshot(), board_of)
    reading.join()
    assert board is not None
    assert {run.key for run in board.plotted} == {run.key for run in FEW}


def test_a_list_that_will_soon_be_whole_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Longer than for a small directory, as long as it goes on as it does."""
    monkeypatch.setattr(begin, "LISTING_PATIENCE", 0.01)
    monkeypatch.setattr(begin, "LONG_LISTING", 60.0)
    store = FakeStore([])
    feed, _ = feed_of(store)
    store.publish(FEW[:1], scanning=True, found=2)
    listing = threading.Timer(0.2, lambda: store.publish(FEW[:2]))
    listing.start()
    snapshot = begin.whole_list(feed, time.monotonic())
    listing.join()
    assert snapshot is not None
    assert snapshot.runs == tuple(FEW[:2])


def test_a_list_that_takes_long_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a hundred thousand runs one in 0.01 s: the app is there long before."""
    monkeypatch.setattr(begin, "LISTING_PATIENCE", 0.01)
    monkeypatch.setattr(begin, "LONG_LISTING", 60.0)
    store = FakeStore([])
    feed, _ = feed_of(store)
    store.publish(FEW[:1], scanning=True, found=100_000)
    before = time.monotonic()
    assert begin.whole_list(feed, before) is None
    assert time.monotonic() - before < 60.0


async def test_a_veiled_app_can_be_seen_when_its_charts_are_there() -> None:
    """Until then the picture on the terminal stays as it is."""
    app = RunningApp(FEW)
    app.veil()
    async with running(app) as pilot:
        await until(pilot, lambda: not app.veiled)
