"""``tuimon plot --sweep KEY``: a config key against the best value of a metric."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tuimon.cli.chosen_runs import load_runs
from tuimon.cli.failure import CommandFailed
from tuimon.cli.log_directories import (
    chosen_paths,
    described,
    require_existing,
)
from tuimon.cli.metric_choice import judging_metric, nearest
from tuimon.cli.own_settings import stored_runs
from tuimon.cli.printing import Paper

if TYPE_CHECKING:
    from tuimon.analysis.sweep import Sweep
    from tuimon.charts.picture import Line
    from tuimon.store.snapshot import RunSnapshot


def swept_runs(words: Sequence[str], log_dirs: Sequence[Path]) -> tuple[RunSnapshot, ...]:
    """The runs that are named; all of the log directories where none is."""
    if words:
        return load_runs(words, log_dirs)
    paths = chosen_paths((), log_dirs)
    require_existing(paths)
    runs = stored_runs(paths).runs
    if not runs:
        raise CommandFailed(f"{described(paths)}: no runs yet")
    return runs


def sweep_of(runs: Sequence[RunSnapshot], key: str, metric: str | None) -> Sweep:
    """The sweep. Raises CommandFailed where there is none, with the nearest key."""
    from tuimon.analysis.flat_config import flatten_config
    from tuimon.analysis.sweep import sweep, sweep_keys

    keys = list(dict.fromkeys(name for run in runs for name in flatten_config(run.header.config)))
    if key not in keys:
        differing = list(sweep_keys(runs))
        hint = nearest(key, keys if not differing else [*differing, *keys])
        raise CommandFailed(f"no run has {key!r} in its config{hint}")
    try:
        judged_by = judging_metric(metric, runs)
        return sweep(runs, key, judged_by)
    except ValueError as error:
        raise CommandFailed(str(error)) from None


def sweep_lines(
    found: Sweep, runs: Sequence[RunSnapshot], size: tuple[int, int], paper: Paper, *, log_y: bool
) -> list[Line]:
    """The chart, and below it a line for each value of the key."""
    from tuimon.charts.distinct_names import distinct_names
    from tuimon.charts.sweep_chart import SweepSpec, draw_sweep
    from tuimon.charts.sweep_table import SweepTable, SweepTableSpec
    from tuimon.charts.text_line import LineBuilder

    names, theme = distinct_names(runs), paper.theme
    width, height = size
    table = SweepTable(SweepTableSpec(found, width, names, ascii=paper.ascii, theme=theme))
    picture = draw_sweep(SweepSpec(found, width, height, names, log_y, ascii=paper.ascii, theme=theme))
    rows = (table.line(index) for index in range(len(table)))
    return [*picture.lines, LineBuilder(0).line(), *table.heading, *rows]
