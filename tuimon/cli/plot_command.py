"""``tuimon plot RUN...``: a chart on stdout, or in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuimon.cli.chosen_runs import load_runs, runs_argument
from tuimon.cli.failure import CommandFailed
from tuimon.cli.file_output import output_options, require_free, write_output
from tuimon.cli.log_directories import log_dir_option
from tuimon.cli.metric_choice import judging_metric, known_axis
from tuimon.cli.numbers import smoothing_number
from tuimon.cli.offered import offered
from tuimon.cli.printing import Paper, line_output, print_lines, stdout_paper
from tuimon.cli.sweep_plot import sweep_lines, sweep_of, swept_runs

if TYPE_CHECKING:
    from tuimon.charts.picture import Line
    from tuimon.charts.spec import ChartSpec
    from tuimon.store.snapshot import RunSnapshot

_ENDINGS = (".svg", ".txt")
_LEAST_HEIGHT, _MOST_HEIGHT = 8, 40


@click.command(short_help="Draw a metric of runs, as text or SVG.")
@runs_argument
@click.option(
    "--metric",
    metavar="METRIC",
    shell_complete=offered("metric"),
    help="What to draw. Default: what the runs are judged by, with the training loss behind it.",
)
@click.option(
    "--x",
    "axis",
    metavar="AXIS",
    shell_complete=offered("axis"),
    help="gradient_step, iteration, elapsed, clock, tokens, or a metric.",
)
@click.option(
    "--smooth",
    "smoothing",
    callback=smoothing_number,
    metavar="0..1",
    help="How strongly to smooth, as in the app; 0 is not at all.",
)
@click.option("--log-y", is_flag=True, help="A logarithmic y axis.")
@click.option(
    "--sweep",
    metavar="KEY",
    shell_complete=offered("config_key"),
    help="A config key on x, the best value of the metric on y; of all runs where none is named.",
)
@click.option("--width", type=click.IntRange(20, 1000), help="In cells. Default: the terminal's.")
@click.option("--height", type=click.IntRange(5, 500), help="In rows. Default: the terminal's.")
@output_options
@log_dir_option
def plot(
    runs: tuple[str, ...],
    metric: str | None,
    axis: str | None,
    smoothing: float | None,
    log_y: bool,
    sweep: str | None,
    width: int | None,
    height: int | None,
    output: Path | None,
    force: bool,
    log_dirs: tuple[Path, ...],
) -> None:
    """Draw a metric of one or more runs as text, or into an SVG file."""
    if not runs and sweep is None:
        raise click.UsageError("plot needs a run: its name, id or path, or @ for the newest")
    if output is not None and output.suffix.lower() not in _ENDINGS:
        raise click.UsageError(f"--output: {output.name!r} ends in neither {' nor '.join(_ENDINGS)}")
    if sweep is not None and (axis is not None or smoothing is not None):
        raise click.UsageError("--sweep has the config key on x and best values on y: no --x, no --smooth")
    require_free(output, force)
    paper = stdout_paper()
    if output is not None:
        paper = replace(paper, coloured=False)
    is_svg = output is not None and output.suffix.lower() == ".svg"
    view = _View(metric, axis, smoothing, log_y, _size(paper, width, height), height is not None, paper)
    if sweep is not None:
        _plot_sweep(swept_runs(runs, log_dirs), sweep, view, is_svg, output, force)
    else:
        _plot_curves(load_runs(runs, log_dirs), view, is_svg, output, force)


@dataclass(frozen=True, slots=True)
class _View:
    """What is asked for."""

    metric: str | None
    axis: str | None
    smoothing: float | None
    log_y: bool
    size: tuple[int, int]
    height_is_given: bool
    paper: Paper


def _size(paper: Paper, width: int | None, height: int | None) -> tuple[int, int]:
    """As wide as the terminal and as high, but for the line of the prompt; no chart is a mile high."""
    rows = paper.height - 2 if paper.on_terminal else paper.height - 12
    return width or paper.width, height or max(_LEAST_HEIGHT, min(rows, _MOST_HEIGHT))


def _plot_curves(
    runs: Sequence[RunSnapshot], view: _View, is_svg: bool, output: Path | None, force: bool
) -> None:
    spec = _spec(runs, view)
    if is_svg:
        from tuimon.export.svg_chart import svg_chart

        write_output([svg_chart(spec)], output, force)
        return
    from tuimon.charts.chart import draw_chart

    _print_or_write(draw_chart(spec).lines, view.paper, output, force)


def _plot_sweep(
    runs: Sequence[RunSnapshot], key: str, view: _View, is_svg: bool, output: Path | None, force: bool
) -> None:
    found = sweep_of(runs, key, view.metric)
    if is_svg:
        from tuimon.export.svg_sweep import svg_sweep

        write_output([svg_sweep(found, log_y=view.log_y)], output, force)
        return
    width, height = view.size
    if not view.height_is_given:  # the table below it is on the same screen
        height = max(_LEAST_HEIGHT, height - len(found.points) - 2)
    lines = sweep_lines(found, runs, (width, height), view.paper, log_y=view.log_y)
    _print_or_write(lines, view.paper, output, force)


def _spec(runs: Sequence[RunSnapshot], view: _View) -> ChartSpec:
    from tuimon.analysis.smoothing import DEFAULT_SMOOTHING
    from tuimon.charts.distinct_names import distinct_names
    from tuimon.charts.palette import assign_colours
    from tuimon.charts.run_chart import metrics_beside, run_chart

    chosen = judging_metric(view.metric, runs)
    spec = run_chart(
        runs,
        chosen,
        known_axis(view.axis, runs),
        *view.size,
        distinct_names(runs),
        assign_colours([(run.key, run.run_id) for run in runs], {}),
        beside=metrics_beside(runs, chosen) if view.metric is None else (),
        smoothing=DEFAULT_SMOOTHING if view.smoothing is None else view.smoothing,
        log_y=view.log_y,
        ascii=view.paper.ascii,
        theme=view.paper.theme,
    )
    if not spec.curves:
        raise CommandFailed(f"no run has {chosen} over {spec.x_axis.label}")
    return spec


def _print_or_write(lines: Sequence[Line], paper: Paper, output: Path | None, force: bool) -> None:
    if output is None:
        print_lines(lines, paper)
    else:
        write_output((f"{line_output(line, None)}\n" for line in lines), output, force)
