"""The view of a set of directories, kept from one session to the next."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from tuimon.settings.remembered_view import load_view, save_view
from tuimon.tui.view.remembered import view_to_keep
from tuimon.tui.view.view_state import ViewState


class ViewMemory:
    """What was kept when the app was last open on these directories, and the place to keep it again.

    ``last_open`` is unix time, None for the first time; ``problem`` says why what was kept cannot be used.
    """

    def __init__(self, paths: Iterable[str | Path], folder: Path | None = None) -> None:
        self._paths = tuple(Path(path) for path in paths)
        self._folder = folder
        remembered = load_view(self._paths, folder)
        self.view = remembered.view
        self.last_open = remembered.last_open
        self.problem = remembered.problem

    def keep(self, view: ViewState) -> str | None:
        """Keep a view; returns what went wrong, if anything did. From any thread."""
        return save_view(self._paths, view_to_keep(view), time.time(), self._folder)
