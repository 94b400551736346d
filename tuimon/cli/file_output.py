"""Where a command's data goes: stdout, or a file written whole that replaces none unasked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from tuimon.cli.failure import CommandFailed
from tuimon.cli.log_directories import Command
from tuimon.cli.printing import tell, write_text
from tuimon.records.own_files import OwnedByRun, refuse_own
from tuimon.whole_file import write_parts


def output_options(command: Command) -> Command:
    """Give a command ``--output`` and ``--force``."""
    command = click.option("--force", is_flag=True, help="With --output: replace a file that exists.")(
        command
    )
    return click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path, dir_okay=False, writable=False),
        metavar="FILE",
        help="Write to this file instead of stdout.",
    )(command)


def require_free(output: Path | None, force: bool) -> None:
    """CommandFailed where the file exists, or cannot be one: said before any work is done."""
    if output is None:
        return
    require_nobodys(output)
    if output.exists() and not output.is_file():  # renaming over a device would take it away from everybody
        raise CommandFailed(f"{output}: not a regular file")
    if output.exists() and not force:
        raise CommandFailed(f"{output}: exists already; --force replaces it")
    if not output.parent.is_dir():
        raise CommandFailed(f"{output.parent}: no such directory")


def require_nobodys(output: Path) -> None:
    """CommandFailed where the file is a run's own, ``--force`` or not."""
    try:
        refuse_own(output)
    except OwnedByRun as error:
        raise CommandFailed(str(error)) from None


def write_output(parts: Iterable[str], output: Path | None, force: bool) -> None:
    """Write the parts one after the other; to a file as a whole or not at all."""
    if output is None:
        for part in parts:
            write_text(part)
        return
    target = output.resolve() if output.is_symlink() else output
    try:
        write_parts(target, (part.encode("utf-8", "backslashreplace") for part in parts), replace=force)
    except FileExistsError:
        raise CommandFailed(f"{output}: exists already; --force replaces it") from None
    except OSError as error:
        raise CommandFailed(f"{output}: {error.strerror or error}") from None
    tell(f"written to {output}")
