"""``tuimon best``: the best run and its config."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuimon.cli.failure import CommandFailed
from tuimon.cli.filter_option import filter_option, needs_all_records, read_filter
from tuimon.cli.log_directories import (
    chosen_paths,
    described,
    log_dir_option,
    paths_argument,
    require_existing,
)
from tuimon.cli.metric_choice import judging_metric
from tuimon.cli.offered import offered
from tuimon.cli.own_settings import stored_runs
from tuimon.cli.printing import Paper, print_lines, stdout_paper, write_text

if TYPE_CHECKING:
    from tuimon.analysis.leaderboard import RunRow
    from tuimon.analysis.metric_roles import Direction
    from tuimon.analysis.run_filter import Filter
    from tuimon.charts.picture import Line
    from tuimon.store.snapshot import RunSnapshot


@click.command()
@paths_argument
@click.option(
    "--metric",
    metavar="METRIC",
    shell_complete=offered("metric"),
    help="Judge by this metric. Default: val_loss, else the training loss, else what there is.",
)
@click.option("--mode", type=click.Choice(["min", "max"]), help="Whether less or more is better.")
@filter_option
@click.option("--json", "as_json", is_flag=True, help="As JSON, with the config.")
@log_dir_option
def best(
    paths: tuple[Path, ...],
    metric: str | None,
    mode: Direction | None,
    filter_text: str,
    as_json: bool,
    log_dirs: tuple[Path, ...],
) -> None:
    """Name the best run, its value and its config."""
    chosen = chosen_paths(paths, log_dirs)
    require_existing(chosen)
    wanted = read_filter(filter_text)
    runs = _matching(stored_runs(chosen, whole=needs_all_records(filter_text)).runs, wanted)
    if not runs:
        why = f"no run matches {filter_text!r}" if filter_text else "no runs yet"
        raise CommandFailed(f"{described(chosen)}: {why}")
    judged_by = judging_metric(metric, runs)
    winner = _winner(runs, judged_by, mode)
    if winner is None:
        raise CommandFailed(f"{described(chosen)}: no run has a finite value of {judged_by}")
    run, value, step = winner
    if as_json:
        write_text(_json(run, judged_by, value, step))
        return
    paper = stdout_paper()
    print_lines(_page(run, judged_by, value, step, paper), paper)


def _matching(runs: Sequence[RunSnapshot], wanted: Filter) -> tuple[RunSnapshot, ...]:
    from tuimon.analysis.leaderboard import Leaderboard

    rows: tuple[RunRow, ...] = Leaderboard().rows(runs, time.time())
    return tuple(row.run for row in rows if wanted.matches(row.run, row))


def _winner(
    runs: Sequence[RunSnapshot], metric: str, mode: Direction | None
) -> tuple[RunSnapshot, float, float | None] | None:
    """The best run with its value and the step of that; of equals the newest."""
    from tuimon.analysis.best_values import best_value
    from tuimon.analysis.metric_roles import direction_of
    from tuimon.analysis.statistics import metric_statistics

    direction = mode or direction_of(metric)
    if direction is None:
        raise click.UsageError(f"of {metric!r} nobody can tell whether less or more is better: say --mode")
    valued = [(run, value) for run in runs if (value := best_value(run, metric, direction)) is not None]
    if not valued:
        return None
    run, value = (min if direction == "min" else max)(valued, key=lambda pair: pair[1])
    statistics = metric_statistics(run, metric)
    if statistics is None:
        return run, value, None
    return run, value, statistics.min_step if direction == "min" else statistics.max_step


def _json(run: RunSnapshot, metric: str, value: float, step: float | None) -> str:
    from tuimon.records.lines import plain

    document = {
        "run_id": run.run_id,
        "name": run.name,
        "state": run.state.value,
        "metric": metric,
        "value": value,
        "step": int(step) if step is not None and step.is_integer() else step,
        "config": run.header.config,
        "path": str(run.path),
    }
    return json.dumps(plain(document), ensure_ascii=False, indent=2) + "\n"


def _page(run: RunSnapshot, metric: str, value: float, step: float | None, paper: Paper) -> list[Line]:
    from tuimon.analysis.leaderboard import run_row
    from tuimon.charts.notation import count_text, harmless, value_text
    from tuimon.charts.palette import assign_colours, style
    from tuimon.charts.run_text import RunTextSpec, config_lines
    from tuimon.charts.states import state_sign, state_style
    from tuimon.charts.text_line import LineBuilder

    theme = paper.theme
    muted = style(theme, theme.muted)
    colours = assign_colours([(run.key, run.run_id)], {})
    number = f" {value_text(metric, value)}"
    at = "" if step is None else f" @{count_text(step)}"
    state = f"{state_sign(run.state)} {run.state.value}"
    about = f"   {run.run_id}"
    first = LineBuilder(paper.width, ascii=paper.ascii).add(" ")
    room = paper.width - len(number) - len(at) - len(state) - len(about) - 6
    first.cell(harmless(metric), min(len(harmless(metric)), max(12, room // 3)), muted)
    first.add(number, style(theme, theme.text, bold=True)).add(at, muted).add("   ")
    name = harmless(run.name)
    first.cell(
        name,
        min(_cells(name), max(8, first.room - len(state) - len(about) - 3)),
        style(theme, colours[run.key], bold=True),
    )
    first.add("  ").add(state, state_style(theme, run.state)).add(about, muted)
    path = LineBuilder(paper.width, ascii=paper.ascii).add(" ")
    path.cell(harmless(str(run.path)), max(1, paper.width - 2), muted)
    spec = RunTextSpec(run, run_row(run, time.time()), (), paper.width, ascii=paper.ascii, theme=theme)
    return [first.line(), path.line(), LineBuilder(0).line(), *config_lines(spec)]


def _cells(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)
