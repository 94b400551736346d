"""``tuimon demo``: real trainings in the background, and the app on them."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuimon.cli.demo_sweep import OUTPUT_NAME, RUN_NAMES, DemoSweep
from tuimon.cli.failure import CommandFailed
from tuimon.cli.log_directories import short_path
from tuimon.cli.open_command import print_snapshot
from tuimon.cli.printing import tell
from tuimon.sources.discover import discover

if TYPE_CHECKING:
    from tuimon.store.snapshot import RunSnapshot

DEFAULT_DIRECTORY = Path("tuimon-demo")

# Without a terminal nobody watches: long enough for curves that fall, short enough for a build server.
BRIEF_ITERATIONS = 300
BRIEF_SECONDS = 10.0
# What Python and numpy need to start on a busy machine, beyond the training itself.
START_SECONDS = 5.0


@click.command()
@click.option(
    "--dir",
    "--log-dir",
    "directory",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False, readable=False),
    default=DEFAULT_DIRECTORY,
    show_default=True,
    help="Where the logs go.",
)
@click.option("--keep", is_flag=True, help="Let the trainings go on when the app is left.")
@click.option("--iterations", type=click.IntRange(min=1), help="How long each training is. Default: 2000.")
@click.option(
    "--seconds", type=click.FloatRange(min=0.1), help="How long each training may take. Default: no limit."
)
def demo(directory: Path, keep: bool, iterations: int | None, seconds: float | None) -> int:
    """Train three small language models and watch them.

    Real models, trained with numpy on the standard library's sources; at the highest learning rate the
    training really diverges. Without a terminal: a brief training, then a snapshot.
    """
    _tell_of_earlier(directory)
    if sys.stdout.isatty() and sys.stdin.isatty():
        return _watched(DemoSweep.start(directory, iterations=iterations, seconds=seconds), keep=keep)
    sweep = DemoSweep.start(
        directory, iterations=iterations or BRIEF_ITERATIONS, seconds=seconds or BRIEF_SECONDS
    )
    return _brief(sweep, deadline=(seconds or BRIEF_SECONDS) + START_SECONDS)


def _tell_of_earlier(directory: Path) -> None:
    """Say that runs of an earlier start are there, and will be shown beside those that begin now."""
    earlier = len(discover((directory,)).runs)
    if earlier:
        runs = "1 earlier run" if earlier == 1 else f"{earlier} earlier runs"
        tell(f"{directory}: new runs are shown beside {runs}; --dir takes another directory")


def _watched(sweep: DemoSweep, *, keep: bool) -> int:
    """Open the app on the trainings; whatever becomes of it, they are stopped unless they are to be kept."""
    try:
        from tuimon.tui.run import run_app

        code = run_app((sweep.directory,), mark_names=RUN_NAMES, before_hard_end=None if keep else sweep.stop)
    finally:
        stopped = not keep and sweep.stop()
        _tell(sweep, stopped=stopped)
    return code


def _brief(sweep: DemoSweep, *, deadline: float) -> int:
    """Let the trainings run, at most ``deadline`` seconds, and print what they logged."""
    try:
        sweep.wait(deadline)
    finally:
        stopped = sweep.stop()
    if not _runs(sweep):
        raise CommandFailed(f"{sweep.directory / OUTPUT_NAME}: no training logged: {sweep.last_words()}")
    print_snapshot((sweep.directory,))
    _tell(sweep, stopped=stopped)
    return 0


def _tell(sweep: DemoSweep, *, stopped: bool) -> None:
    """Say on stderr what became of the trainings, where the logs are and how to see them again."""
    where = sweep.directory.resolve()
    if sweep.is_running():
        first = f"The trainings go on; this ends them: kill {sweep.pid}"
    else:
        done = "Stopped the trainings" if stopped else "The trainings have ended"
        first = f"{done} after {time.time() - sweep.started:.0f}s: {_what_became_of(_runs(sweep))}"
    print(
        f"{first}\nLogs: {short_path(where)}\nSee them again: tuimon {shlex.quote(str(where))}",
        file=sys.stderr,
    )


def _runs(sweep: DemoSweep) -> tuple[RunSnapshot, ...]:
    """The runs that this sweep started, in the sweep's order."""
    from tuimon.cli.own_settings import run_store

    ours = [
        run
        for run in run_store((sweep.directory,)).load_previews().runs
        if run.name in RUN_NAMES
        and run.header.start_time
        and run.header.start_time.timestamp() >= sweep.started
    ]
    return tuple(sorted(ours, key=lambda run: RUN_NAMES.index(run.name)))


def _what_became_of(runs: Sequence[RunSnapshot]) -> str:
    """``lr_1e-3, lr_1e-2 interrupted; lr_3e-1 failed``."""
    by_state: dict[str, list[str]] = {}
    for run in runs:
        by_state.setdefault(str(run.state), []).append(run.name)
    return "; ".join(f"{', '.join(names)} {state}" for state, names in by_state.items()) or "nothing logged"
