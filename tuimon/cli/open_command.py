"""``tuimon [PATH...]``: the app, or one picture of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from tuimon.cli.log_directories import (
    chosen_paths,
    described,
    log_dir_option,
    paths_argument,
    require_existing,
)
from tuimon.cli.printing import print_lines, stdout_paper


@click.command(hidden=True)
@paths_argument
@click.option("--once", is_flag=True, help="Print one snapshot of the app and exit.")
@click.option("--poll", is_flag=True, help="Look at files again and again instead of waiting for events.")
@log_dir_option
@click.pass_context
def open_app(
    ctx: click.Context, paths: tuple[Path, ...], once: bool, poll: bool, log_dirs: tuple[Path, ...]
) -> int:
    """Open the app on directories and logs."""
    chosen = chosen_paths(paths, log_dirs)
    if once or not sys.stdout.isatty():
        require_existing(chosen, _visible_commands(ctx))
        print_snapshot(chosen)
        return 0
    from tuimon.tui.run import run_app  # Textual takes 150 ms to load

    return run_app(chosen, poll=poll or None)


def _visible_commands(ctx: click.Context) -> tuple[str, ...]:
    """What a person can have meant to type: this command has no name of its own."""
    root = ctx.find_root().command
    names = root.list_commands(ctx) if isinstance(root, click.Group) else []
    return tuple(name for name in names if name != ctx.info_name)


def print_snapshot(paths: Sequence[Path]) -> None:
    """Print the dashboard once, as large as the terminal; plain text where stdout is none."""
    from tuimon.charts.snapshot_text import draw_snapshot
    from tuimon.cli.own_settings import stored_runs
    from tuimon.settings.loading import load_settings

    snapshot = stored_runs(paths)
    paper = stdout_paper()
    lines = draw_snapshot(
        snapshot,
        paper.width,
        paper.height - 1 if paper.on_terminal else paper.height,  # the shell's prompt comes below
        datetime.now().astimezone(),
        paper.ascii,
        place=described(paths),
        theme=paper.theme,
        starred=load_settings().settings.metrics.starred,
    )
    print_lines(lines, paper)
