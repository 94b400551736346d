"""From the command's paths to the first picture on the terminal. No Textual: loading it comes after that."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tuimon.settings.terminal import colour_count
from tuimon.tui.start.asked_look import AskedLook

if TYPE_CHECKING:
    from tuimon.settings.sections import Settings
    from tuimon.store.snapshot import RunSnapshot, StoreSnapshot
    from tuimon.store.store import RunStore
    from tuimon.tui.background.feed import StoreFeed
    from tuimon.tui.start.first_picture import FirstPicture
    from tuimon.tui.start.held_terminal import HeldTerminal
    from tuimon.tui.view.board import Board
    from tuimon.tui.view.preferences import Preferences

# How long file events may wait, in seconds: the first charts come first.
EVENTS_WAIT = 1.0

# Seconds for which the first picture waits until the store has listed all runs: it pictures a small directory
# when it has read it, a larger one as far as it has got. Part of a list is not worth drawing.
LISTING_PATIENCE = 0.15

# Where the list will be whole so many seconds after the store began, as far as it goes on like that, it is
# waited for: a thousand runs take a third of it.
LONG_LISTING = 1.5

# Seconds for which the runs in the charts are waited for where only their ends have been looked at.
READING_PATIENCE = 0.5

# Seconds that reading rests at most while the charts are drawn, Textual is loaded and paints: threads that
# compute share one interpreter lock, and who sees charts wants to press keys next.
LONGEST_PAUSE = 3.0


class Start:
    """What the app is made of. ``first`` is what is on the terminal already, None where that is nothing."""

    def __init__(
        self,
        place: str,
        feed: StoreFeed,
        preferences: Preferences,
        asked: AskedLook,
        first: FirstPicture | None,
    ) -> None:
        self.place = place
        self.feed = feed
        self.preferences = preferences
        self.asked = asked
        self._first = first

    def give_first(self) -> FirstPicture | None:
        """The first picture, once: all runs as they were hang on it, which the app outlives by far."""
        first, self._first = self._first, None
        return first


def begin(paths: Sequence[str | Path], terminal: HeldTerminal, *, poll: bool | None, draws: bool) -> Start:
    """Read the settings and make the store; with ``draws`` begin to read and show the first picture."""
    from tuimon.settings.loading import load_settings

    loaded = load_settings()
    asked = AskedLook(loaded.settings.look, os.environ)
    try:
        from tuimon.analysis.metric_roles import tell_directions
        from tuimon.tui.background.feed import StoreFeed
        from tuimon.tui.view.preferences import preferences_of
        from tuimon.tui.view.view_memory import ViewMemory

        tell_directions(loaded.settings.metrics.told)
        feed = StoreFeed(_store(paths, loaded.settings, poll))
        memory = ViewMemory(paths) if loaded.settings.restore_view else None
        preferences = preferences_of(loaded, memory)
        place = place_text(paths)
        draws = draws and terminal.is_held
        first = _shown_first(feed, preferences, place, asked, terminal) if draws else None
        return Start(place, feed, preferences, asked, first)
    except BaseException:
        asked.withdraw()
        raise


def _shown_first(
    feed: StoreFeed, preferences: Preferences, place: str, asked: AskedLook, terminal: HeldTerminal
) -> FirstPicture | None:
    feed.start()
    started = time.monotonic()
    # While the first bytes are read.
    from tuimon.tui.start.first_picture import first_picture
    from tuimon.tui.view.workspace import Workspace

    snapshot = whole_list(feed, started)
    if snapshot is None or not asked.is_known:
        return None
    workspace = Workspace(preferences.starred)
    board = board_with_values(
        feed, snapshot, lambda newest: workspace.board(newest, preferences.view, time.time())
    )
    if board is None:
        return None
    feed.pause(LONGEST_PAUSE)
    picture = first_picture(board, workspace, preferences, asked.look(), place, terminal.size)
    terminal.show(picture.lines, colour_count(os.environ))
    return picture


def whole_list(feed: StoreFeed, started: float) -> StoreSnapshot | None:
    """The picture with all runs, where it comes soon after the store was started (monotonic, seconds)."""
    snapshot = feed.whole_list(LISTING_PATIENCE)
    if snapshot is not None:
        return snapshot
    so_far, passed = feed.snapshot(), time.monotonic() - started
    if passed * so_far.found > LONG_LISTING * len(so_far.runs):
        return None
    return feed.whole_list(started + LONG_LISTING - time.monotonic())


def board_with_values(
    feed: StoreFeed, snapshot: StoreSnapshot, board_of: Callable[[StoreSnapshot], Board]
) -> Board | None:
    """The board of this snapshot, or of a later one where nothing of the runs in its charts was read yet.

    None where there is still nothing to draw after ``READING_PATIENCE``.
    """
    until = time.monotonic() + READING_PATIENCE
    board = board_of(snapshot)
    if board.has_values:
        return board
    if not any(run.loading for run in board.plotted):
        return None
    feed.prioritise(run.key for run in board.plotted)
    latest = snapshot
    while _nothing_read(board.plotted):
        newer = feed.newer(latest, until - time.monotonic())
        if newer is None:
            break
        latest = newer
        wanted = {run.key for run in board.plotted}
        if not _nothing_read(run for run in latest.runs if run.key in wanted):  # else not worth a board
            board = board_of(latest)
    if board.snapshot is not latest:
        board = board_of(latest)
    return board if board.has_values else None


def _nothing_read(runs: Iterable[RunSnapshot]) -> bool:
    """Whether nothing has been read of one of them that has more than its ends."""
    return any(run.loading and not run.metrics for run in runs)


def _store(paths: Sequence[str | Path], settings: Settings, poll: bool | None) -> RunStore:
    from tuimon.sources.watch import FileWatcher
    from tuimon.store.liveness import Silence
    from tuimon.store.store import RunStore

    poll = True if settings.poll else poll
    return RunStore(
        paths,
        watcher=FileWatcher(poll=poll, interval=settings.poll_interval, head_start=EVENTS_WAIT),
        silence=Silence(settings.health.stall_seconds, settings.health.stall_intervals),
    )


def place_text(paths: Sequence[str | Path]) -> str:
    """Where the runs are, as a person would say it: the home directory as ``~``, more places counted."""
    first, *others = [str(path) for path in paths] or ["."]
    home = str(Path.home())
    whole = str(Path(first).absolute())
    text = f"~{whole[len(home) :]}" if whole == home or whole.startswith(home + os.sep) else whole
    return f"{text} +{len(others)}" if others else text
