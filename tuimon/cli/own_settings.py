"""What the person's settings say of every command: directions, when a run has stalled, colours."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tuimon.cli.log_directories import require_runs_or_reason
from tuimon.cli.words import COMPLETION_VARIABLE
from tuimon.settings.terminal import wants_colour

if TYPE_CHECKING:
    from tuimon.settings.loading import LoadedSettings
    from tuimon.settings.sections import Health, Look
    from tuimon.store.liveness import Silence
    from tuimon.store.snapshot import StoreSnapshot
    from tuimon.store.store import RunStore


_told: set[str] = set()  # a command may ask for the settings more than once


def run_store(paths: Sequence[Path]) -> RunStore:
    """A store of the runs there, judged as the person's settings say."""
    from tuimon.analysis.metric_roles import tell_directions
    from tuimon.settings.loading import load_settings
    from tuimon.store.store import RunStore  # numpy takes 110 ms to load

    loaded = load_settings()
    tell_wrong_settings(loaded)
    settings = loaded.settings
    tell_directions(settings.metrics.told)
    return RunStore(paths, silence=own_silence(settings.health))


def stored_runs(paths: Sequence[Path], *, whole: bool = True) -> StoreSnapshot:
    """All runs there. Of those that ended what their last line says suffices where they need not be read
    ``whole``. Raises CommandFailed where there are none because something could not be read.
    """
    store = run_store(paths)
    snapshot = store.load_all() if whole else store.load_previews()
    require_runs_or_reason(len(snapshot.runs), snapshot.problems)
    return snapshot


def own_silence(health: Health | None = None) -> Silence:
    """How long a log may be silent, by the settings."""
    from tuimon.settings.loading import load_settings
    from tuimon.store.liveness import Silence

    if health is None:
        loaded = load_settings()
        tell_wrong_settings(loaded)
        health = loaded.settings.health
    return Silence(health.stall_seconds, health.stall_intervals)


def tell_wrong_settings(loaded: LoadedSettings, environ: Mapping[str, str] = os.environ) -> None:
    """One line on stderr for what is wrong with the settings file; none while a shell completes a word."""
    if not loaded.problems or environ.get(COMPLETION_VARIABLE):
        return
    more = f" (and {len(loaded.problems) - 1} more: tuimon doctor)" if len(loaded.problems) > 1 else ""
    line = f"tuimon: {loaded.problems[0]}{more}"
    if line not in _told:
        _told.add(line)
        print(line, file=sys.stderr)


def own_look(environ: Mapping[str, str] = os.environ) -> Look:
    """The colours that the person has chosen."""
    from tuimon.settings.loading import load_settings

    return load_settings(environ=environ).settings.look


def is_coloured(environ: Mapping[str, str] = os.environ, *, is_terminal: bool) -> bool:
    """Whether output is coloured: on a terminal that can, where neither environment nor person refuse."""
    return wants_colour(environ, is_terminal=is_terminal) and own_look(environ).colours
