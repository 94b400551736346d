"""The run that others are compared with where nobody has chosen one."""

from __future__ import annotations

from collections.abc import Sequence

from tuimon.analysis.best_values import best_value
from tuimon.analysis.metric_roles import direction_of
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot


def default_baseline(runs: Sequence[RunSnapshot], metric: str | None) -> RunSnapshot:
    """The run with the best value of the metric; where none has one, one that finished, else the first.

    Of equals the first. Raises ValueError without runs.
    """
    if not runs:
        raise ValueError("no runs to choose from")
    if metric is not None:
        values = [(value, run) for run in runs if (value := best_value(run, metric)) is not None]
        if values:
            choose = min if direction_of(metric) == "min" else max
            return choose(values, key=lambda pair: pair[0])[1]
    return next((run for run in runs if run.state is RunState.FINISHED), runs[0])
