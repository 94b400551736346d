"""What the app does about the health of runs: when it is looked at, and whom to tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tuimon.analysis.health_events import HealthEvent, RunHealth
from tuimon.store.snapshot import RunSnapshot, StoreSnapshot
from tuimon.tui.background.away import away_text
from tuimon.tui.background.health_watch import AlertCommand, HealthReport, HealthWatch
from tuimon.tui.view.board import Board
from tuimon.tui.view.naming import about
from tuimon.tui.view.preferences import Preferences

if TYPE_CHECKING:
    from tuimon.tui.app import TuimonApp

HEALTH = "health"  # the slot of the drawing thread
ALERTS = "alerts"  # one whose work is not shown
MOST_UNREAD = 32  # logs still to be read, above which their health waits: reading has the processor
AWAY_SHOWN = 180.0  # seconds; it is for who has just come back


class HealthDesk:
    """Asks the drawing thread for the health of the runs on the board; for the event loop alone."""

    def __init__(self, app: TuimonApp, preferences: Preferences, opened: float) -> None:
        self._app = app
        self._watch = HealthWatch(preferences.rules, plateaus=preferences.plateaus)
        self._bell = preferences.bell
        self._command = AlertCommand(preferences.on_alert)
        self._memory = preferences.memory
        self._opened = opened
        self._health: Mapping[str, RunHealth] = {}
        self._asked: StoreSnapshot | None = None
        self._judged: StoreSnapshot | None = None

    def with_health(self, board: Board, now: float) -> Board:
        """The board with what is known of its runs' health by now."""
        return replace(board, health=self._health, away=self._away_text(board, now))

    @property
    def health(self) -> Mapping[str, RunHealth]:
        """What is known by now; the same object until it changes."""
        return self._health

    def look(self, board: Board) -> None:
        """Have the runs looked at, unless nothing can have changed."""
        watch, snapshot, now = self._watch, board.snapshot, board.now
        if snapshot is self._judged and not any(run.state.is_live for run in snapshot.runs):
            return  # of live ones time alone tells that they have stalled
        if sum(run.loading for run in snapshot.runs) > MOST_UNREAD:
            return
        self._asked = snapshot
        self._app.drawing.request(self._app, HEALTH, lambda: watch.look(snapshot, now))

    def take(self, report: HealthReport) -> bool:
        """Tell of what is new, and go on where runs are still to be looked at. Whether it is to be shown."""
        changed = report.health != self._health
        self._health = report.health if changed else self._health
        if report.alerts:
            self._alert(report.alerts)
        if not report.behind:
            self._judged = self._asked
        elif self._app.board is not None:
            self.look(self._app.board)
        # When all have been looked at: of 1,000 runs each step would be a picture of its own.
        return changed and not report.behind

    def _alert(self, alerts: Sequence[tuple[RunSnapshot, HealthEvent]]) -> None:
        app, command = self._app, self._command
        run, event = alerts[-1]
        app.tell(about(run.name, f": {event.message}", app.size.width))
        if self._bell:
            app.bell()

        def start() -> None:
            for run, event in alerts:
                problem = command.run(run, event)
                if problem is not None:
                    app.call_from_thread(partial(app.tell, problem, failed=True))

        app.drawing.request(app, ALERTS, start)

    def _away_text(self, board: Board, now: float) -> str | None:
        """What happened since last time; said for a while."""
        since = self._memory.last_open if self._memory is not None else None
        if since is None or now - self._opened > AWAY_SHOWN:
            return None
        return away_text(board.snapshot.runs, self._health, since, self._opened)
