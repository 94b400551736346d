"""The option that chooses runs by a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tuimon.cli.log_directories import Command

if TYPE_CHECKING:
    from tuimon.analysis.run_filter import Filter, FilterError

MOST_QUOTED = 30  # cells of a wrong filter


def filter_option(command: Command) -> Command:
    """Give a command the option ``--filter``."""
    return click.option(
        "--filter",
        "filter_text",
        metavar="FILTER",
        default="",
        help="Only runs that match: words of name, tags and notes, or conditions such as state:running, "
        "tag:x, cfg.lr>=1e-3, val_loss<2.1, step>1k, age<2h; joined by and, or, not, ( ).",
    )(command)


def read_filter(text: str) -> Filter:
    """The filter that ``text`` says. Raises click's UsageError with what is wrong and where."""
    from tuimon.analysis.run_filter import FilterError, parse_filter

    try:
        return parse_filter(text)
    except FilterError as error:
        raise click.UsageError(_wrong_filter(text, error)) from None


def needs_all_records(text: str) -> bool:
    """Whether the summary at a log's end does not suffice to tell: it holds no means."""
    return ".mean" in text


def _wrong_filter(text: str, error: FilterError) -> str:
    """What is wrong, and the place: the number of the first wrong character, and what stands there."""
    from tuimon.charts.notation import cut_middle, harmless

    rest = cut_middle(harmless(text[error.position :]), MOST_QUOTED)
    place = f"character {error.position + 1}, {rest}" if rest else "at its end"
    return f"--filter, {place}: {harmless(error.reason)}"
