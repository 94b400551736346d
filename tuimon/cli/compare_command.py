"""``tuimon compare RUN RUN...``: runs side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuimon.cli.chosen_runs import find_runs, read_runs, runs_argument
from tuimon.cli.form_options import form_options
from tuimon.cli.log_directories import log_dir_option
from tuimon.cli.metric_choice import known_axis
from tuimon.cli.numbers import step_number
from tuimon.cli.offered import offered
from tuimon.cli.printing import Paper, print_lines, stdout_paper, write_text

if TYPE_CHECKING:
    from tuimon.analysis.comparison import Comparison
    from tuimon.charts.picture import Line

_LEAST_RUNS = 2
_COLUMN_IN_PIPE = 40


@click.command(short_help="Compare runs: differing config, metrics, deltas.")
@runs_argument
@click.option("--all", "all_config", is_flag=True, help="All config keys, not only those that differ.")
@click.option(
    "--baseline",
    metavar="RUN",
    shell_complete=offered("runs"),
    help="Deltas are to this run. Default: the first one.",
)
@click.option(
    "--at",
    callback=step_number,
    metavar="STEP",
    help="Values of all metrics at this x as well, interpolated.",
)
@click.option("--x", "axis", metavar="AXIS", shell_complete=offered("axis"), help="What --at and @ count.")
@form_options(json="As JSON.", csv="As CSV, a column a run.", markdown="As Markdown tables.")
@log_dir_option
def compare(
    runs: tuple[str, ...],
    all_config: bool,
    baseline: str | None,
    at: float | None,
    axis: str | None,
    form: str | None,
    log_dirs: tuple[Path, ...],
) -> None:
    """Compare runs: differing config, then metrics side by side with deltas."""
    words = (*((baseline,) if baseline is not None else ()), *runs)
    if len(words) < _LEAST_RUNS:
        raise click.UsageError("compare needs two runs or more")
    found = find_runs(words, log_dirs)
    if len(found) < _LEAST_RUNS:
        raise click.UsageError(f"{words[0]!r} and {words[1]!r} are the same run")
    from tuimon.analysis.comparison import compare_runs
    from tuimon.charts.distinct_names import distinct_names

    read = read_runs([run.path for run in found])
    comparison = compare_runs(read, None, known_axis(axis, read), at)
    _print(comparison, distinct_names(read), all_config, form)


def _print(comparison: Comparison, names: Mapping[str, str], all_config: bool, form: str | None) -> None:
    if form is None:
        paper = stdout_paper()
        print_lines(_blocks(comparison, names, all_config, paper), paper)
        return
    from tuimon.export import comparison_text

    if form == "json":
        document = comparison_text.comparison_document(comparison, all_config=all_config)
        text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    elif form == "csv":
        text = comparison_text.comparison_csv(comparison, names, all_config=all_config)
    else:
        text = comparison_text.comparison_markdown(comparison, names, all_config=all_config)
    write_text(text)


def _blocks(
    comparison: Comparison, names: Mapping[str, str], all_config: bool, paper: Paper
) -> Iterator[Line]:
    """The table; where the terminal has no room for all runs, one block after the other, each with the
    baseline."""
    from tuimon.charts.compare_rows import CompareSpec
    from tuimon.charts.compare_text import CompareTable
    from tuimon.charts.palette import assign_colours
    from tuimon.charts.text_line import LineBuilder

    width = paper.width if paper.on_terminal else _COLUMN_IN_PIPE * (len(comparison.runs) + 1)
    spec = CompareSpec(
        comparison,
        width,
        colours=assign_colours([(run.key, run.run_id) for run in comparison.runs], {}),
        names=names,
        all_config=all_config,
        scroll_keys="",
        ascii=paper.ascii,
        theme=paper.theme,
    )
    first, last = 0, len(comparison.runs) - 1
    while True:
        table = CompareTable(replace(spec, first=first))
        yield from table.heading
        yield from (table.line(index) for index in range(len(table)))
        first = table.first + len(table.shown) - 1
        if first >= last:
            return
        yield LineBuilder(0).line()
