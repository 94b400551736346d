"""The app: it holds the view and the board, asks for drawings, and lets handlers alone change state."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.binding import BindingType
from textual.events import Event, InputEvent, Key
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from tuimon.charts.palette import Theme
from tuimon.store.clock import Clock
from tuimon.store.snapshot import StoreSnapshot
from tuimon.tui.background.age_clock import AgeClock
from tuimon.tui.background.drawing import DrawingFailed, DrawingThread, Drawn
from tuimon.tui.background.feed import StoreFeed
from tuimon.tui.background.health_desk import HEALTH, HealthDesk
from tuimon.tui.background.settled_memory import SettledMemory
from tuimon.tui.beside_training import BesideTraining, Training
from tuimon.tui.ending import LastResort, end_on_signals
from tuimon.tui.keys.actions import Action, Scope, actions_of
from tuimon.tui.keys.bindings import app_bindings, keymap_of
from tuimon.tui.keys.key_order import KeysInOrder
from tuimon.tui.other_screens import load_other_screens
from tuimon.tui.painting.look import Look
from tuimon.tui.run_actions import RunActions
from tuimon.tui.screens.board_screen import BoardScreen
from tuimon.tui.screens.dashboard import DashboardScreen
from tuimon.tui.start.first_picture import FirstPicture
from tuimon.tui.start.over_picture import VeiledStart
from tuimon.tui.textual_theme import TEXTUAL_THEME, textual_theme
from tuimon.tui.view.board import Board
from tuimon.tui.view.chart_in_hand import ChartInHand
from tuimon.tui.view.follows_board import FollowsBoard
from tuimon.tui.view.preferences import DEFAULT_PREFERENCES, KEEP_INTERVAL, Preferences
from tuimon.tui.view.view_state import ViewState
from tuimon.tui.view.workspace import Workspace, newest_named

BOARD = "board"
# Slots of the drawing thread whose work is not shown.
LOADED = "other screens loaded"
KEPT = "view kept"
BOARD_SHARE = 8  # a new board comes no sooner than so many times what the last one took
SLACK = 0.02  # seconds by which it may: a timer for less is not worth it
LOADED_AFTER = 0.2  # seconds; keys that were pressed meanwhile are answered first
ANSWER_SECONDS = 0.15  # for which reading makes way to a key
NOTICE_SECONDS = 6.0  # long enough to read a sentence; the next key ends it too


class StoreChanged(Message):
    """The store has a newer version. Says no more than that, and replaces its unread predecessor."""

    def __init__(self, version: int) -> None:
        super().__init__()
        self.version = version

    def can_replace(self, message: Message) -> bool:
        """The newest version is the only one of interest."""
        return isinstance(message, StoreChanged)


class TuimonApp(KeysInOrder, VeiledStart, BesideTraining, RunActions):
    """htop for training runs.

    ``feed`` is a started store; ``place`` names for people where the runs are; the newest run of each of
    ``mark_names`` is marked as it appears, until the person changes the marks. The run of
    ``open_log``, a resolved path, is opened as it appears; ``training`` is the one it was started with.
    ``preferences`` are what the person's settings say and what was remembered.
    ``first`` was shown already: the app begins with its board.
    """

    TITLE = "tuimon"
    CSS_PATH = "styles.tcss"
    ENABLE_COMMAND_PALETTE = False  # there is one, but with our actions alone and under our binding
    BINDINGS: ClassVar[list[BindingType]] = [*app_bindings()]

    def __init__(
        self,
        feed: StoreFeed,
        *,
        place: str,
        look: Look,
        clock: Clock = time,
        mark_names: Sequence[str] = (),
        preferences: Preferences = DEFAULT_PREFERENCES,
        open_log: Path | None = None,
        training: Training | None = None,
        first: FirstPicture | None = None,
    ) -> None:
        # Said now and not by the theme alone: Textual chooses its filter for NO_COLOR here.
        super().__init__(ansi_color=None if look.theme.has_shades else True)
        self.look = look
        self.actions = preferences.actions
        self.notice = preferences.notice
        self.notice_failed = self.notice_above = False
        self._notice_timer: Timer | None = None
        self._memory = preferences.memory
        self._health = HealthDesk(self, preferences, opened=clock.time())
        self.page_size = preferences.page_size
        self.set_keymap(keymap_of(self.actions))
        self.register_theme(textual_theme(look.theme))
        self.theme = TEXTUAL_THEME
        self.feed = feed
        self.place = place
        self.view = preferences.view
        self.board: Board | None = None
        self.first = first
        self.drawing = DrawingThread(on_error=lambda error: self.post_message(DrawingFailed(error)))
        self._clock = clock
        self._workspace = first.workspace if first is not None else Workspace(preferences.starred)
        self._mark_names = tuple(mark_names)
        self._marked_by_name: tuple[str, ...] = ()
        self.open_log = open_log
        self.training = training
        self._frozen: StoreSnapshot | None = None
        self._refreshed = -preferences.live_interval
        self._live_interval = preferences.live_interval
        self._board_took = 0.0
        self._listed = False
        self._refresh_timer: Timer | None = None
        self._ages = AgeClock(self, self._age)
        self._memory_of_runs = SettledMemory()
        self._loaded = False
        self.last_resort = LastResort()
        self._main_loop: asyncio.AbstractEventLoop | None = None
        self._undo_signals: Callable[[], None] = lambda: None

    @property
    def ascii(self) -> bool:
        """Whether only ASCII may be shown."""
        return self.look.ascii

    def actions_in(self, scope: Scope) -> tuple[Action, ...]:
        """The actions that can be used in a scope, with the person's keys."""
        return tuple(actions_of(scope, self.actions))

    @property
    def palette_theme(self) -> Theme:
        """The colours by meaning."""
        return self.look.theme

    def get_default_screen(self) -> Screen[None]:
        """The dashboard is at the bottom of all screens."""
        return DashboardScreen()

    def on_load(self) -> None:
        """Before the terminal is Textual's: from here on signals end the app in an orderly way."""
        self._main_loop = asyncio.get_running_loop()
        self._undo_signals = end_on_signals(self._end_by_signal)

    def on_mount(self) -> None:
        """Begin: whatever the store knows by now is shown at once."""
        self.drawing.start()
        self.feed.listen(lambda version: self.post_message(StoreChanged(version)), each=self._live_interval)
        if self.first is not None:
            self.post_message(Drawn(BOARD, self.first.board))
        if self.first is None or self.feed.snapshot() is not self.first.board.snapshot:
            self.refresh_board()
        if self.notice is not None:
            self.tell(self.notice)
        if self._memory is not None:
            self.set_interval(KEEP_INTERVAL, self._keep_view)

    def unveil(self) -> None:
        """The app can be seen and takes keys: on with reading."""
        if self.veiled:
            super().unveil()
            self.feed.go_on()
            self._look_further()

    def _keep_view(self) -> None:
        memory, view = self._memory, self.view
        if memory is not None:
            self.drawing.request(self, KEPT, lambda: memory.keep(view))

    def tell(self, text: str, *, failed: bool = False, above: bool = False) -> None:
        """Say a sentence in the last line, for a while or until the next one; ``failed``: of a failure.

        ``above``: in the first line, so that the keys stay.
        """
        self.notice, self.notice_failed, self.notice_above = text, failed, above
        if self._notice_timer is not None:
            self._notice_timer.stop()
        self._notice_timer = self.set_timer(NOTICE_SECONDS, self._end_notice)
        self._show_notice()

    def _end_notice(self) -> None:
        if self.notice is not None:
            self.notice = None
            self._show_notice()

    def _show_notice(self) -> None:
        screen = self._board_screen()
        if screen is not None:
            screen.show_notice()

    def on_unmount(self) -> None:
        """Keep a note that is still open, whatever ends the app, and end the threads.

        From here on signals do what they did before.
        """
        self._undo_signals()
        self.keep_open_note()
        self.feed.stop()
        self.drawing.stop()

    def _end_by_signal(self, exit_code: int) -> None:
        """SIGTERM and SIGHUP leave the terminal as it was: Textual's way out instead of the kernel's."""
        self.last_resort.arm(exit_code)
        self.keep_open_note()  # here already: where the terminal is gone the loop may not come to it
        if self._main_loop is not None:
            self._main_loop.call_soon_threadsafe(self.exit, None, exit_code)

    async def on_event(self, event: Event) -> None:
        """A key or the mouse: what answers it comes before logs that are still to be read."""
        if isinstance(event, InputEvent):
            self.feed.make_way(ANSWER_SECONDS)
            self._ages.key_pressed()
        if isinstance(event, Key) and not event.is_forwarded:
            self._end_notice()
        await super().on_event(event)

    # The data

    def on_store_changed(self) -> None:
        """Show the newer version: first charts and the whole list at once, else at most once an interval."""
        if not self._listed and not self.feed.snapshot().scanning:
            self._listed = True
            self.refresh_board()
            return
        if self._refresh_timer is not None:
            return
        has_charts = self.board is not None and self.board.has_values
        interval = max(self._live_interval, BOARD_SHARE * self._board_took)
        wait = self._refreshed + interval - self._clock.monotonic() if has_charts else 0.0
        if wait <= SLACK:
            self.refresh_board()
        else:
            self._refresh_timer = self.set_timer(wait, self.refresh_board)

    def refresh_board(self) -> None:
        """Ask for the board of the newest snapshot, or of the one at which the view was paused."""
        if self._refresh_timer is not None:
            self._refresh_timer.stop()
            self._refresh_timer = None
        self._refreshed = self._clock.monotonic()
        self._mark_by_name()
        snapshot = self._frozen or self.feed.snapshot()
        view, now, health = self.view, self._clock.time(), self._health.health
        screen = self._board_screen()
        ahead = screen.work_ahead() if screen is not None else None

        def work() -> Board:
            begun = self._clock.monotonic()
            board = self._workspace.board(snapshot, view, now)
            if ahead is not None:
                ahead(replace(board, health=health))
            self._board_took = self._clock.monotonic() - begun
            return board

        self.drawing.request(self, BOARD, work)

    def on_drawn(self, message: Drawn) -> None:
        """A board is ready; keys may have moved on meanwhile."""
        if message.slot == HEALTH and self._health.take(message.result) and self.board is not None:
            self._show(self._health.with_health(self.board, self._clock.time()))
        if self.board is not None and message.slot in (HEALTH, BOARD):
            read = sum(not run.loading for run in self.board.snapshot.runs)
            self._memory_of_runs.note(read + len(self._health.health))
        if message.slot != BOARD:
            return
        first = self.board is None
        board: Board = self._health.with_health(message.result, self._clock.time())
        self._show(board.under(self.view) or board)
        self._open_by_log(board)
        self.read_first(board)
        self._ages.board_shown(board)
        if first:
            self.let_keys_go()
        if not self.veiled:
            self._look_further()

    def read_first(self, board: Board) -> None:
        """Have what is looked at read before other runs: those of the screen, those in the charts."""
        screen = self._board_screen()
        shown = screen.runs_shown() if screen is not None else ()
        self.feed.prioritise((*shown, *(run.key for run in board.plotted)))

    def _look_further(self) -> None:
        """What can be had once the charts are there."""
        if self.board is not None:
            self._health.look(self.board)
        if not self._loaded and self.board is not None and self.board.has_values:
            self._loaded = True
            self.set_timer(LOADED_AFTER, self._load_other_screens)

    def _load_other_screens(self) -> None:
        self.feed.make_way(ANSWER_SECONDS)
        self.drawing.request(self, LOADED, load_other_screens)

    def _age(self) -> None:
        """Time alone has passed: the same board a little later, where that says all."""
        board, newest = self.board, self._frozen or self.feed.snapshot()
        if board is None or board.snapshot is not newest or not board.only_ages_pass:
            self.refresh_board()
            return
        now = self._clock.time()
        self._show(self._health.with_health(board.at(now), now))
        self._ages.board_shown(board.at(now))
        self._health.look(board.at(now))

    def on_drawing_failed(self, message: DrawingFailed) -> None:
        """A fault in the drawing thread is a fault of the app."""
        raise message.error

    def _fatal_error(self) -> None:
        """Textual's way out after a fault; unlike its own, the report holds no locals, so no one's data."""
        self.panic(Text(traceback.format_exc()))

    def _mark_by_name(self) -> None:
        if self._mark_names and self.view.marked == self._marked_by_name:
            self._marked_by_name = newest_named(self.feed.snapshot(), self._mark_names)
            self.view = self.view.none_marked().all_marked(self._marked_by_name)

    def board_changed(self) -> None:
        """The run to be opened may be there already."""
        if self.board is not None:
            self._open_by_log(self.board)

    def _open_by_log(self, board: Board) -> None:
        """Open the run that the app was started for, once it is there and while nothing else is open."""
        run = self.run_to_open(board)
        if run is None:
            return
        self._mark_names = (run.name,) if self._mark_names else ()
        self.change_view(self.view.with_cursor(run.key))
        if isinstance(self.screen, DashboardScreen):
            self.screen.open_run(run.key)

    # The view

    def change_view(self, state: ViewState) -> None:
        """Show the same runs another way: at once where they need only be picked, else when worked out."""
        if state == self.view:
            return
        if state.paused != self.view.paused:
            self._frozen = self.board.snapshot if state.paused and self.board is not None else None
        resumed = self.view.paused and not state.paused
        self.view = state
        picked = self.board.under(state) if self.board is not None else None
        if picked is not None:
            self._show(picked)
        if picked is None or picked.row_smoothing != state.smoothing or resumed:
            self.refresh_board()

    def chart_in_hand(self) -> ChartInHand | None:
        """The chart of the screen on top that the keys act on."""
        screen = self._board_screen()
        return screen.chart_in_hand() if screen is not None else None

    def _board_screen(self) -> BoardScreen | None:
        """The screen on top, dialogs left out."""
        return next(
            (screen for screen in reversed(self.screen_stack) if isinstance(screen, BoardScreen)), None
        )

    def _show(self, board: Board) -> None:
        self.board = board
        screen = self._board_screen()
        if screen is not None:
            screen.show_board(board)
        top = next(reversed(self.screen_stack), None)  # none while the app ends
        if isinstance(top, FollowsBoard):
            top.follow(board)
