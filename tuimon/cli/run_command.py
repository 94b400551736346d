"""``tuimon run -- CMD``: a training script unchanged, and what it prints tracked."""

from __future__ import annotations

import errno
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuimon.cli.failure import CommandFailed
from tuimon.cli.log_directories import short_path

if TYPE_CHECKING:
    from tuimon.capture.child import Pseudoterminal, Terminal
    from tuimon.capture.front import HolderLine, News
    from tuimon.capture.launch import Launch

SYSTEM_SECONDS = 10.0


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option("--watch", is_flag=True, help="Open the app on the run; the training goes on when it is left.")
@click.option("--name", help="The run's name. Default: the script's.")
@click.option(
    "--log-dir",
    "--dir",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False, readable=False),
    help="Where the log goes. Default: $TUIMON_DIR, else experiment_logs.",
)
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="A tag for the run (repeatable).")
@click.option("--notes", default="", metavar="TEXT", help="A note on the run.")
@click.option("--group", metavar="NAME", help="The group that the run belongs to.")
@click.option(
    "--system-interval",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    default=SYSTEM_SECONDS,
    show_default=True,
    help="How often the machine's figures are logged; 0: never.",
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- CMD...")
def run(
    watch: bool,
    name: str | None,
    log_dir: Path | None,
    tags: tuple[str, ...],
    notes: str,
    group: str | None,
    system_interval: float,
    command: tuple[str, ...],
) -> int:
    """Run a training script unchanged and track what it prints.

    The output, the keys, the exit code and the signals are the script's. Lines with a step and values become
    records; all of the output is kept beside the log. A script that calls the tracker itself is not tracked
    twice. If this command is killed, the training goes on.
    """
    try:
        import fcntl  # noqa: F401
    except ImportError:
        raise CommandFailed("run: needs POSIX; call the tracker from the script instead") from None
    from tuimon.capture.command_line import config_of, run_name_of
    from tuimon.capture.launch import Launch
    from tuimon.records.run_names import log_directory
    from tuimon.settings.loading import load_settings

    if watch and not (sys.stdout.isatty() and sys.stdin.isatty()):
        raise CommandFailed("run --watch: the app needs a terminal")
    loaded = load_settings()
    for problem in loaded.problems:
        if not problem.key or problem.key.startswith("run."):  # or nothing of the file could be used
            print(f"tuimon: {problem}", file=sys.stderr)
    plan = Launch(
        command=command,
        name=name or run_name_of(command),
        log_dir=log_directory(log_dir),
        config=config_of(command),
        tags=tags,
        notes=notes,
        group=group,
        system_interval=system_interval,
        patterns=loaded.settings.run.output_patterns,
        output_limit=loaded.settings.run.output_limit_mb * 10**6,
        in_background=watch,
    )
    return _watched(plan) if watch else _beside(plan)


def _beside(plan: Launch) -> int:
    """The training in this terminal."""
    from tuimon.capture.front import Front, die_by, launch

    line, terminal, pseudo = launch(plan)
    code = Front(line, terminal, pseudo).serve()
    _tell_trouble(plan, line.news)
    if code < 0:
        die_by(-code)
    return code


def _watched(plan: Launch) -> int:
    """The training in the background, the app in this terminal."""
    from tuimon.capture.front import exit_code, launch

    line, terminal, pseudo = launch(plan)
    while not line.news.log and not line.news.is_over:  # the app is to find the run
        line.hear()
    if line.news.failure is None:
        from tuimon.tui.run import run_app

        training = _Beside(line, terminal, pseudo)
        code = run_app(
            (plan.log_dir,), mark_names=(plan.name,), open_log=Path(line.news.log), training=training
        )
        line.hear_what_there_is()
        if not line.news.is_over:
            _tell_how_to_come_back(plan, line)
            return code
    _tell_trouble(plan, line.news)
    code = exit_code(line.news)
    if line.news.failure is None:
        how = "has finished" if code == 0 else f"ended by signal {-code}" if code < 0 else f"exit code {code}"
        print(f"The training {how}. See it again: tuimon {_where(plan, line)}", file=sys.stderr)
    return 128 - code if code < 0 else code


class _Beside:
    """The training in the background, for the app beside it."""

    def __init__(self, line: HolderLine, terminal: Terminal | None, pseudo: Pseudoterminal | None) -> None:
        self._line = line
        self._terminal = terminal
        self._pseudo = pseudo

    def log(self) -> Path | None:
        """Its log, as far as is known by now."""
        self._line.hear_what_there_is()
        return Path(self._line.news.log) if self._line.news.log else None

    def terminal_resized(self) -> None:
        """Give its terminal the size of the person's."""
        from tuimon.capture.child import copy_size

        if self._terminal is not None and self._pseudo is not None:
            copy_size(self._terminal.descriptor, self._pseudo.master)


def _tell_how_to_come_back(plan: Launch, line: HolderLine) -> None:
    print(
        f"The training goes on: {plan.name}\n"
        f"Come back:  tuimon {_where(plan, line)}\nStop it:    kill -INT {line.pid}",
        file=sys.stderr,
    )
    if line.news.log:
        output = Path(line.news.log).with_suffix(".out")
        print(f"Its output: {short_path(output)}", file=sys.stderr)


def _where(plan: Launch, line: HolderLine) -> str:
    """The directory of the run's log, found from anywhere: a script's own tracker may log elsewhere."""
    log = Path(line.news.log) if line.news.log else None
    elsewhere = log is not None and log.parent.resolve() != plan.log_dir.resolve()
    place = short_path((log.parent if log is not None and elsewhere else plan.log_dir).absolute())
    home = "~/" if place.startswith("~/") else ""  # in quotes it would be no home
    return home + shlex.quote(place.removeprefix(home))


def _tell_trouble(plan: Launch, news: News) -> None:
    if news.failure is not None:
        is_unknown = news.failure[0] == errno.ENOENT and "/" not in plan.command[0]
        reason = "command not found" if is_unknown else news.failure[1]
        print(f"tuimon: {plan.command[0]}: {reason}", file=sys.stderr)
    elif news.wait_status is None:
        print("tuimon: the process that holds the training's output was killed", file=sys.stderr)
    if news.trouble:
        print(f"tuimon: {news.trouble}", file=sys.stderr)
