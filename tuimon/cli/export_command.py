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
    require_free(output, force)
    found = load_runs(runs, log_dirs)
    from tuimon.export.run_files import FORMAT_OF_SUFFIX, WRITERS

    if form is None:
        form = FORMAT_OF_SUFFIX.get(output.suffix.lower(), "csv") if output is not None else "csv"
    write_output(WRITERS[form](found), output, force)
