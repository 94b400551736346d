"""``tuimon export RUN...``: whole runs for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from tuimon.cli.chosen_runs import load_runs, runs_argument
from tuimon.cli.file_output import output_options, require_free, write_output
from tuimon.cli.log_directories import log_dir_option

FORMATS = ("csv", "json", "jsonl", "markdown")


@click.command()
@runs_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="csv: a line a row, the original eight columns first; json: the original one-document shape (of "
    "several runs a list); jsonl: an object a row; markdown: config and statistics as tables. Default: by "
    "the ending of --output, else csv.",
)
@output_options
@log_dir_option
def export(
    runs: tuple[str, ...], form: str | None, output: Path | None, force: bool, log_dirs: tuple[Path, ...]
) -> None:
    """Write runs as CSV, JSON, JSON lines or Markdown."""
    if not runs:
        raise click.UsageError("export needs a run: its name, id or path, or @ for the newest")
    from tuimon.export.run_files import WRITERS

    form = _format_of(output, form)
    require_free(output, force)
    found = load_runs(runs, log_dirs)
    write_output(WRITERS[form](found), output, force)


def _format_of(output: Path | None, form: str | None) -> str:
    """The format asked for, else by the ending of the file. UsageError where the ending says another one,
    or none that is written and none is asked for."""
    from tuimon.export.run_files import FORMAT_OF_SUFFIX

    ending = output.suffix.lower() if output is not None else ""
    by_ending = FORMAT_OF_SUFFIX.get(ending)
    if output is not None and form is None and ending and by_ending is None:
        endings = ", ".join(FORMAT_OF_SUFFIX)
        raise click.UsageError(f"--output: {output.name!r} ends in none of {endings}; --format says it else")
    if output is not None and form is not None and by_ending not in (None, form):
        raise click.UsageError(f"--output: {output.name!r} is the name of a {by_ending} file, not of {form}")
    return form or by_ending or "csv"
