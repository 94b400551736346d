"""The app beside a training that was started with it: its log, wherever that comes to be; its terminal."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from textual.app import App

from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.background.feed import StoreFeed
from tuimon.tui.screens.board_screen import BoardScreen
from tuimon.tui.view.board import Board

LOOK_INTERVAL = 0.5  # seconds


class Training(Protocol):
    """What the app needs of the training; none of it may wait."""

    def log(self) -> Path | None:
        """Its log by now: a tracker of its own may have begun another one."""

    def terminal_resized(self) -> None:
        """The person's terminal has another size: the training's is to have it too."""


class BesideTraining(App[object]):
    """Mixed into the app: the run of ``open_log``, a resolved path, is opened as it appears."""

    feed: StoreFeed
    training: Training | None = None
    open_log: Path | None = None
    _last_log: Path | None = None

    def on_mount(self) -> None:
        """Follow the training's log."""
        self._last_log = self.open_log
        if self.training is not None:
            self.set_interval(LOOK_INTERVAL, self._look_at_log)

    def on_resize(self) -> None:
        """The training prints for the size of the terminal."""
        if self.training is not None:
            self.training.terminal_resized()

    def _look_at_log(self) -> None:
        log = self.training.log() if self.training is not None else None
        if log is None or (log := Path(os.path.realpath(log))) == self._last_log:
            return
        before, self._last_log = self._last_log, log
        self.feed.also(log)  # it may be in a directory that nobody looks at
        self.open_log = log
        screen = self.screen
        if isinstance(screen, BoardScreen) and before is not None and screen.chosen_key() == str(before):
            while len(self.screen_stack) > 1:
                self.pop_screen()
        self.board_changed()

    def board_changed(self) -> None:
        """Look at the newest board again; the app does this."""
        raise NotImplementedError

    def run_to_open(self, board: Board) -> RunSnapshot | None:
        """The run that is to be opened now; each is given once."""
        run = board.run(str(self.open_log)) if self.open_log is not None else None
        if run is not None:
            self.open_log = None
        return run
