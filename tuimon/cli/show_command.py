"""``tuimon show RUN``: everything about one run."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuimon.cli.chosen_runs import load_runs, run_argument
from tuimon.cli.log_directories import log_dir_option
from tuimon.cli.metric_choice import known_metric
from tuimon.cli.offered import offered
from tuimon.cli.printing import Paper, print_lines, stdout_paper
from tuimon.settings.loading import load_settings

if TYPE_CHECKING:
    from tuimon.charts.picture import Line
    from tuimon.charts.spec import ChartSpec
    from tuimon.store.snapshot import RunSnapshot

_CHART_SHARE = 0.4  # of the terminal's height
_LEAST_CHART, _MOST_CHART = 8, 16
_STRIP_HEIGHT = 5
_LEAST_STRIP_WIDTH = 36  # two strips beside each other from 74 cells on
_MOST_STRIPS = 4


@click.command(short_help="Show all about a run: charts, statistics, config.")
@run_argument
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="METRIC",
    shell_complete=offered("metric"),
    help="Draw this metric (repeatable). Default: the one that runs are judged by, and a few beside it.",
)
@log_dir_option
def show(run: str, metrics: tuple[str, ...], log_dirs: tuple[Path, ...]) -> None:
    """Show a run: charts, state, statistics of every metric, config, what reproduces it."""
    (found,) = load_runs([run], log_dirs)
    chosen = [known_metric(metric, (found,)) for metric in metrics]
    paper = stdout_paper()
    print_lines(_page(found, chosen, paper), paper)


def _page(run: RunSnapshot, metrics: Sequence[str], paper: Paper) -> Iterator[Line]:
    from tuimon.analysis.health import HealthRules, health_of
    from tuimon.analysis.leaderboard import run_row
    from tuimon.analysis.metric_roles import main_metric
    from tuimon.analysis.statistics import run_statistics
    from tuimon.charts.chart import draw_chart
    from tuimon.charts.palette import assign_colours
    from tuimon.charts.run_text import RunTextSpec, run_text, run_title
    from tuimon.charts.system_text import SystemLook, system_lines
    from tuimon.charts.text_line import LineBuilder

    now = time.time()
    metric = metrics[0] if metrics else main_metric((run,))
    colours = assign_colours([(run.key, run.run_id)], {})
    spec = RunTextSpec(
        run,
        run_row(run, now),
        run_statistics(run),
        paper.width,
        colour=colours[run.key],
        metric=metric,
        ascii=paper.ascii,
        theme=paper.theme,
        health=health_of(run, now, HealthRules(**asdict(load_settings().settings.health))),
        system=system_lines(run, SystemLook(paper.width, paper.ascii, paper.theme)),
    )
    empty = LineBuilder(0).line()
    yield run_title(spec)
    yield empty
    if metric is not None:
        height = min(_MOST_CHART, max(_LEAST_CHART, round(paper.height * _CHART_SHARE)))
        for large in metrics or [metric]:
            yield from draw_chart(_chart(run, large, colours, paper, paper.width, height)).lines
            yield empty
        if not metrics:
            yield from _strips(run, metric, colours, paper)
    yield from run_text(spec)


def _chart(
    run: RunSnapshot, metric: str, colours: dict[str, str], paper: Paper, width: int, height: int
) -> ChartSpec:
    from tuimon.analysis.axes import default_axis
    from tuimon.charts.run_chart import metrics_beside, run_chart

    return run_chart(
        (run,),
        metric,
        default_axis((run,)),
        width,
        height,
        {run.key: run.name},
        colours,
        beside=metrics_beside((run,), metric),
        ascii=paper.ascii,
        theme=paper.theme,
    )


def _strips(run: RunSnapshot, metric: str, colours: dict[str, str], paper: Paper) -> Iterator[Line]:
    """Small charts of the first other metrics, beside each other."""
    from tuimon.analysis.metric_order import metric_groups
    from tuimon.charts.strip import draw_strip
    from tuimon.charts.text_line import LineBuilder

    others = [group[0] for group in metric_groups((run,)) if metric not in group]
    count = min(len(others), _MOST_STRIPS, max(1, paper.width // _LEAST_STRIP_WIDTH))
    if not count:
        return
    width = (paper.width + 1) // count - 1
    strips = [
        draw_strip(_chart(run, name, colours, paper, width, _STRIP_HEIGHT)).lines for name in others[:count]
    ]
    gap = LineBuilder(1).line()
    for row in range(_STRIP_HEIGHT):
        line: list[object] = []
        for place, lines in enumerate(strips):
            line += [*(gap if place else ()), *lines[row]]
        yield tuple(line)  # type: ignore[arg-type]  # segments
    yield LineBuilder(0).line()
