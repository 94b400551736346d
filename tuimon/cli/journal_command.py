"""``tuimon journal``: the experiment log, written or refreshed."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuimon.cli.failure import CommandFailed
from tuimon.cli.file_output import require_nobodys
from tuimon.cli.log_directories import chosen_paths, log_dir_option, paths_argument, require_existing
from tuimon.cli.own_settings import stored_runs

if TYPE_CHECKING:
    from tuimon.export.journal import Journal
    from tuimon.store.snapshot import RunSnapshot

DEFAULT_FILE = "EXPERIMENT_LOG.md"
_MOST_TRIES = 5  # of writing, while somebody else writes the file


@click.command()
@paths_argument
@click.option(
    "--output",
    "-o",
    "output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    default=DEFAULT_FILE,
    show_default=True,
    help="The file to write or refresh.",
)
@click.option("--stdout", is_flag=True, help="Print what the file would hold, and leave it as it is.")
@click.option("--restore", is_flag=True, help="Write parts again that you deleted.")
@log_dir_option
def journal(
    paths: tuple[Path, ...], output: Path, stdout: bool, restore: bool, log_dirs: tuple[Path, ...]
) -> None:
    """Write or refresh the experiment log, EXPERIMENT_LOG.md.

    What you wrote in it stays, wherever it stands: only what is between tuimon's marks is written anew.
    """
    chosen = chosen_paths(paths, log_dirs)
    if paths or log_dirs:
        require_existing(chosen)  # the default directory comes with the first run: until then, the template
    runs = stored_runs(chosen).runs
    target = Path(os.path.realpath(output))  # through a link: it stays one
    if target.exists() and not target.is_file():
        raise CommandFailed(f"{output}: not a file")
    require_nobodys(output)
    try:
        done = _print(target, runs, restore) if stdout else _refresh(target, runs, restore)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise CommandFailed(f"{output}: {error.strerror or error}") from None
    archived = sum(run.meta.archived for run in runs)
    left_out = f"; {_count(archived, 'archived run')} without a section of its own" if archived else ""
    print(f"tuimon: {output}: {done}{left_out}", file=sys.stderr)


def _print(target: Path, runs: tuple[RunSnapshot, ...], restore: bool) -> str:
    before = _read(target)
    written, after = _written(before, runs, restore)
    sys.stdout.flush()
    sys.stdout.buffer.write(after)
    sys.stdout.buffer.flush()
    return f"not written; {_done(written, is_same=after == before)}"


def _refresh(target: Path, runs: tuple[RunSnapshot, ...], restore: bool) -> str:
    from tuimon.whole_file import write_whole

    for _ in range(_MOST_TRIES):
        before = _read(target)
        written, after = _written(before, runs, restore)
        if after == before:
            return _done(written, is_same=True)
        if _read(target) == before:  # else it was saved by an editor meanwhile: begin again with that
            write_whole(target, after)
            return _done(written, is_same=False)
    raise CommandFailed(f"{target}: something else keeps writing it")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _written(before: bytes, runs: tuple[RunSnapshot, ...], restore: bool) -> tuple[Journal, bytes]:
    from tuimon.analysis.health_events import HealthRules
    from tuimon.export.journal import write_journal
    from tuimon.settings.loading import load_settings

    rules = HealthRules(**asdict(load_settings().settings.health))
    text = before.decode("utf-8", "surrogateescape")
    written = write_journal(text, runs, rules=rules, now=time.time(), restore=restore)
    return written, written.text.encode("utf-8", "surrogateescape")


def _done(written: Journal, *, is_same: bool) -> str:
    """What was done, in one line."""
    done = [_count(written.new_runs, "new run")] if written.new_runs else []
    done += [f"{_count(written.refreshed, 'part')} refreshed"] if written.refreshed else []
    if written.created:
        done = [f"written, {_count(written.new_runs, 'run')}"]
    elif not done:
        done = ["up to date" if is_same else "parts added"]
    if written.moved:
        done.append(f"{_count(written.moved, 'line')} of yours moved below the generated part")
    if written.stray:
        lines = ", ".join(map(str, written.stray[:5]))
        done.append(f"left alone for a mark without its partner: line {lines}")
    return "; ".join(done)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
