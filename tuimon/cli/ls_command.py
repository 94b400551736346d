"""``tuimon ls``: a line a run."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuimon.cli.filter_option import filter_option, needs_all_records, read_filter
from tuimon.cli.form_options import form_options
from tuimon.cli.log_directories import (
    chosen_paths,
    described,
    log_dir_option,
    paths_argument,
    require_existing,
)
from tuimon.cli.offered import offered
from tuimon.cli.own_settings import is_coloured, stored_runs
from tuimon.cli.sort_columns import SORT_COLUMNS, sort_field
from tuimon.settings.terminal import speaks_utf8

if TYPE_CHECKING:
    from tuimon.analysis.leaderboard import RunRow
    from tuimon.analysis.run_filter import Filter
    from tuimon.store.snapshot import StoreSnapshot

MOST_PROBLEMS = 5


@click.command()
@paths_argument
@click.option(
    "--sort",
    "column",
    metavar="COLUMN",
    shell_complete=offered("sort"),
    help=f"Order by {', '.join(SORT_COLUMNS)}, a metric or cfg.KEY. Default: the newest first.",
)
@click.option("--reverse", is_flag=True, help="With --sort: the largest first.")
@filter_option
@click.option("--all", "with_archived", is_flag=True, help="Archived runs too.")
@form_options(
    json="As JSON, a list of objects.",
    csv="As CSV with a heading.",
    oneline="All in one line, for a status bar.",
)
@log_dir_option
def ls(
    paths: tuple[Path, ...],
    column: str | None,
    reverse: bool,
    filter_text: str,
    with_archived: bool,
    form: str | None,
    log_dirs: tuple[Path, ...],
) -> None:
    """List runs: state, name, step, best and last loss, age."""
    chosen = chosen_paths(paths, log_dirs)
    require_existing(chosen)
    wanted = read_filter(filter_text)
    sorts_by_mean = (column or "").endswith(":mean")
    snapshot = stored_runs(chosen, whole=sorts_by_mean or needs_all_records(filter_text))
    rows = _chosen_rows(snapshot, wanted, column, reverse)
    with_archived = with_archived or wanted.decides_on_archived
    shown = rows if with_archived else tuple(row for row in rows if not row.run.meta.archived)
    hidden, rows = len(rows) - len(shown), shown
    _tell_problems(snapshot.problems, rows)
    if hidden:
        runs = "1 archived run is" if hidden == 1 else f"{hidden} archived runs are"
        print(f"tuimon: {runs} left out (--all lists them too)", file=sys.stderr)
    elif not rows and form is None:
        why = f"no run matches {filter_text!r}" if snapshot.runs else _why_no_runs(snapshot)
        print(f"tuimon: {described(chosen)}: {why}", file=sys.stderr)
    _print_rows(rows, form)


def _why_no_runs(snapshot: StoreSnapshot) -> str:
    from tuimon.charts.first_lines import other_files_sentence

    others = other_files_sentence(snapshot.others, snapshot.other_names)
    return f"no runs yet. {others}" if others else "no runs yet"


def _chosen_rows(
    snapshot: StoreSnapshot, wanted: Filter, column: str | None, reverse: bool
) -> tuple[RunRow, ...]:
    from tuimon.analysis.leaderboard import Leaderboard, sort_rows

    rows = Leaderboard().rows(snapshot.runs, time.time())
    sorts_by = sort_field(column, rows)
    rows = tuple(row for row in rows if wanted.matches(row.run, row))
    return sort_rows(rows, sorts_by, reverse) if sorts_by else rows


def _tell_problems(problems: Sequence[str], rows: Sequence[RunRow]) -> None:
    """Say on stderr what could not be looked at, and which logs are none; a few, so that the list stays."""
    from tuimon.charts.notation import harmless

    lines = [*problems, *(f"{row.run.path}: {row.run.problem}" for row in rows if row.run.problem)]
    for line in lines[:MOST_PROBLEMS]:
        print(f"tuimon: {harmless(line)}", file=sys.stderr)
    if len(lines) > MOST_PROBLEMS:
        print(f"tuimon: {len(lines) - MOST_PROBLEMS} more such logs", file=sys.stderr)


def _print_rows(rows: Sequence[RunRow], form: str | None) -> None:
    from tuimon.cli import run_listing

    on_terminal = sys.stdout.isatty()
    utf8 = speaks_utf8(os.environ)
    if form == "json":
        text = run_listing.as_json(rows)
    elif form == "csv":
        text = run_listing.as_csv(rows, harmless_text=on_terminal)
    elif form == "oneline":
        text = run_listing.as_one_line(rows, utf8=utf8)
    else:
        # Cut to the terminal's width; a pipe gets names whole.
        width = shutil.get_terminal_size().columns if on_terminal else None
        coloured = is_coloured(is_terminal=on_terminal)
        text = run_listing.as_table(rows, width=width, utf8=utf8, coloured=coloured)
    sys.stdout.write(text)
