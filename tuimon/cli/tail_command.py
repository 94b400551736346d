"""``tuimon tail RUN``: records as they come."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tuimon.cli.chosen_runs import find_runs, run_argument
from tuimon.cli.failure import CommandFailed
from tuimon.cli.log_directories import log_dir_option
from tuimon.cli.printing import Paper, print_lines, stdout_paper, tell, write_text
from tuimon.records.lines import encode_record

if TYPE_CHECKING:
    from tuimon.records.run_lookup import RunCandidate
    from tuimon.store.follow import FollowedLine, LogFollower

# Seconds between two looks at whether the writer still lives; a file event comes before.
_PATIENCE = 1.0
_UNBOUNDED = 10_000  # cells of a line in a pipe
INTERRUPTED = 130


@click.command(short_help="Follow a run: its records as they come.")
@run_argument
@click.option(
    "-n",
    "--lines",
    "count",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="Begin with so many of the newest records.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, as in the log.")
@log_dir_option
def tail(run: str, count: int, as_json: bool, log_dirs: tuple[Path, ...]) -> int:
    """Follow a run: its records as they come, until it ends or you press Ctrl+C."""
    (found,) = find_runs([run], log_dirs)
    printer = _Printer(stdout_paper(), as_json)
    if found.path.suffix == ".json":
        return _print_document(found, count, printer)
    from tuimon.cli.own_settings import own_silence
    from tuimon.store.follow import LogFollower

    follower = LogFollower(found.path, silence=own_silence())
    try:
        return _follow(found, follower, count, printer)
    except KeyboardInterrupt:
        tell(f"stopped following; {found.name} is {follower.state().value}")
        return INTERRUPTED


def _follow(run: RunCandidate, follower: LogFollower, count: int, printer: _Printer) -> int:
    from tuimon.sources.watch import FileWatcher

    watcher = FileWatcher()
    watcher.watch(run.path)
    try:
        newest: int | None = count
        silent = False
        while True:
            news = follower.look(newest)
            newest = None
            if news.missing:
                raise CommandFailed(f"{run.path}: the log is gone")
            if news.restarted:
                tell(f"{run.path}: the log was written anew; from its first line")
            printer.print(news.lines)
            state = follower.state()
            if state.is_over:
                tell(f"{run.name} is over: {_ending(state.value)}")
                return 0
            if state.value == "stalled" and not silent:
                tell(f"{run.name}: nothing has come for a while; still following")
            silent = state.value == "stalled"
            watcher.wait(_PATIENCE)
    finally:
        watcher.stop()


def _ending(state: str) -> str:
    return "crashed, its process is gone" if state == "crashed" else state


def _print_document(run: RunCandidate, count: int, printer: _Printer) -> int:
    """A run that exists only in the original one-document shape: its newest rows."""
    from tuimon.records.original_json import BadDocument, read_document
    from tuimon.store.follow import FollowedLine

    try:
        rows = read_document(run.path)[0].metrics_history
    except BadDocument as error:
        reason = str(error).removeprefix(f"{run.path}: ")
        raise CommandFailed(f"{run.path}: {reason}") from None
    newest = rows[len(rows) - count :] if count < len(rows) else rows
    known = ({name: value for name, value in row.to_dict().items() if value is not None} for row in newest)
    printer.print(FollowedLine(0, {"type": "metrics", **row}) for row in known)
    tell(f"{run.name}: a saved document, nothing follows")
    return 0


@dataclass(frozen=True, slots=True)
class _Printer:
    paper: Paper
    as_json: bool

    def print(self, lines: Iterable[FollowedLine]) -> None:
        """Print the records at once; what is none is told on stderr."""
        for line in lines:
            if line.record is None:
                tell(f"line {line.number}: {line.reason}")
            elif self.as_json:
                write_text(encode_record(line.record).decode())
            else:
                self._print_record(line.record)
        sys.stdout.flush()

    def _print_record(self, record: Mapping[str, Any]) -> None:
        from tuimon.charts.record_line import record_line

        paper = self.paper
        width = paper.width if paper.on_terminal else _UNBOUNDED
        print_lines([record_line(record, width, ascii=paper.ascii, theme=paper.theme)], paper)
