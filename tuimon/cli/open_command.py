"""``tuimon [PATH...]``: the app, or one picture of it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuimon.cli.log_directories import (
    PATH,
    chosen_paths,
    described,
    log_dir_option,
    require_existing,
    require_runs_or_reason,
)
from tuimon.settings.terminal import speaks_utf8, wants_colour

if TYPE_CHECKING:
    from rich.segment import Segment

# The size that the screens are designed for, where no terminal says another.
FALLBACK_SIZE = (120, 36)


@click.command(hidden=True)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=PATH)
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
        root = ctx.find_root().command
        require_existing(chosen, root.list_commands(ctx) if isinstance(root, click.Group) else ())
        print_snapshot(chosen)
        return 0
    from tuimon.tui.run import run_app  # Textual takes 150 ms to load

    return run_app(chosen, poll=poll or None)


def print_snapshot(paths: Sequence[Path]) -> None:
    """Print the dashboard once, as large as the terminal; plain text where stdout is none."""
    from tuimon.charts.palette import DARK, NO_COLOUR
    from tuimon.charts.snapshot_text import draw_snapshot
    from tuimon.store.store import RunStore

    snapshot = RunStore(paths).load_all()
    require_runs_or_reason(len(snapshot.runs), snapshot.problems)
    width, height = shutil.get_terminal_size(FALLBACK_SIZE)
    on_terminal = sys.stdout.isatty()
    if on_terminal:
        height -= 1  # the shell's prompt comes below
    coloured = wants_colour(os.environ, is_terminal=on_terminal)
    lines = draw_snapshot(
        snapshot,
        width,
        height,
        datetime.now().astimezone(),
        not speaks_utf8(os.environ),
        place=described(paths),
        theme=DARK if coloured else NO_COLOUR,
    )
    for line in lines:
        print(_coloured(line) if coloured else "".join(segment.text for segment in line).rstrip())


def _coloured(line: Sequence[Segment]) -> str:
    from rich.color import ColorSystem

    system = ColorSystem.TRUECOLOR if _has_true_colour() else ColorSystem.EIGHT_BIT
    return "".join(
        segment.style.render(segment.text, color_system=system) if segment.style else segment.text
        for segment in line
    )


def _has_true_colour() -> bool:
    return os.environ.get("COLORTERM", "") in ("truecolor", "24bit")
