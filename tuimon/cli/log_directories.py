"""Where commands look for runs."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from tuimon.cli.failure import CommandFailed

DEFAULT_DIRECTORY = "experiment_logs"

# What cannot be read is no wrong call: it is looked at, and fails with the system's reason.
PATH = click.Path(path_type=Path, readable=False)

Command = Callable[..., Any]


def paths_argument(command: Command) -> Command:
    """Give a command the directories and logs that it is about."""
    return click.argument("paths", nargs=-1, metavar="[PATH]...", type=PATH)(command)


def log_dir_option(command: Command) -> Command:
    """Give a command the option that all have."""
    return click.option(
        "--log-dir",
        "log_dirs",
        multiple=True,
        metavar="DIR",
        type=PATH,
        help="Look for runs here (repeatable). Default: $TUIMON_DIR, the settings' log_dir, experiment_logs.",
    )(command)


def chosen_paths(
    words: Sequence[Path], log_dirs: Sequence[Path], environ: Mapping[str, str] = os.environ
) -> tuple[Path, ...]:
    """The paths given, else the log directories given, else ``$TUIMON_DIR``, the settings', the default."""
    if words or log_dirs:
        return (*words, *log_dirs)
    named = environ.get("TUIMON_DIR")
    if named:
        return (Path(named),)
    from tuimon.settings.loading import load_settings  # of no use where the paths are given

    own = load_settings(environ=environ).settings.log_dir
    return (Path(own).expanduser() if own else Path(DEFAULT_DIRECTORY),)


def require_existing(paths: Sequence[Path], commands: Sequence[str] = ()) -> None:
    """CommandFailed for the first path that is not there, or is a file that is no log.

    A mistyped command is told from a path.
    """
    for path in paths:
        if path.exists():
            require_log(path)
            continue
        from difflib import get_close_matches

        is_word = len(path.parts) == 1 and not path.is_absolute()
        hint = get_close_matches(str(path), commands, n=1) if is_word else []
        if hint:
            raise CommandFailed(f"{path}: no such file or directory; did you mean the command {hint[0]!r}?")
        if path.suffix in (".json", ".jsonl"):
            raise CommandFailed(f"{path}: no such file")
        raise CommandFailed(f"{path}: no such directory; {_where_runs_are(path)}")


def _where_runs_are(path: Path) -> str:
    """What to do about a directory that is not there: the default one is a matter of where one is."""
    if str(path) == DEFAULT_DIRECTORY:
        return "--log-dir DIR says where the runs are"
    return "a training creates it when it starts to log"


def require_log(path: Path) -> None:
    """CommandFailed for a file that holds no record; what cannot be read is left to whoever reads it."""
    from tuimon.records.own_files import is_no_log

    with contextlib.suppress(OSError):
        if path.is_file() and path.suffix != ".json" and is_no_log(path):
            raise CommandFailed(f"{path}: not a log of a run: none of its lines is a record")


def require_runs_or_reason(found: int, problems: Sequence[str]) -> None:
    """CommandFailed where nothing was found because something could not be read."""
    if not found and problems:
        raise CommandFailed(problems[0])


def described(paths: Sequence[Path]) -> str:
    """The paths as a person would write them, the home directory as ``~``."""
    return ", ".join(short_path(path) for path in paths)


def short_path(path: Path) -> str:
    """``path`` with the home directory as ``~``."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):  # elsewhere, or no home directory is known
        return str(path)
