"""When the ages on the screen are due to read differently, with keys first."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.message_pump import MessagePump
from textual.timer import Timer

from tuimon.tui.view.board import Board

KEY_REST = 0.4  # seconds after a key in which the clock does not stir: what answers the key comes first
MINUTE = 60.0
OVER_STEP = 5.0  # seconds between two ages of a run that is over
LATEST = 2.0  # seconds that it waits for keys at most


class AgeClock:
    """Calls ``ring`` when an age of the board that was shown last reads differently.

    While runs change there is a new board several times a second: one timer serves them all.
    """

    def __init__(self, app: MessagePump, ring: Callable[[], object]) -> None:
        self._app = app
        self._ring = ring
        self._due = 0.0
        self._pressed = 0.0
        self._timer: Timer | None = None
        self._rings_at = 0.0

    def board_shown(self, board: Board) -> None:
        """Its ages are right now."""
        self._due = time.monotonic() + seconds_to_next_age(board)
        if self._timer is None or self._rings_at > self._due:
            self._wait(self._due)

    def key_pressed(self) -> None:
        """Keep still for a moment."""
        self._pressed = time.monotonic()

    def _wait(self, until: float) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._rings_at = until
        self._timer = self._app.set_timer(max(0.0, until - time.monotonic()), self._look)

    def _look(self) -> None:
        self._timer = None
        wanted = max(self._due, min(self._pressed + KEY_REST, self._due + LATEST))
        if wanted > time.monotonic():
            self._wait(wanted)
        else:
            self._ring()


def seconds_to_next_age(board: Board) -> float:
    """When an age is to read differently: at the next second, at the next minute if all are older.

    While nothing is live nobody counts the seconds: then some at a time will do.
    """
    youngest = youngest_live = 0.0
    for run in board.snapshot.runs:
        if run.last_change is not None and run.last_change > youngest:
            youngest = run.last_change
            if run.state.is_live:
                youngest_live = run.last_change
    if board.now - youngest_live < MINUTE:
        return 1.0
    return OVER_STEP if board.now - youngest < MINUTE else MINUTE - board.now % MINUTE
