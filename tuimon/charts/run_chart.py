"""The chart of a metric of some runs, as commands and the snapshot draw it: nothing was chosen in an app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tuimon.analysis.axes import XAxis
from tuimon.analysis.curves import build_series, smoothing_of
from tuimon.analysis.metric_order import metric_groups
from tuimon.analysis.metric_roles import direction_of
from tuimon.analysis.smoothing import DEFAULT_SMOOTHING
from tuimon.charts.palette import DARK, Theme
from tuimon.charts.rank_bands import rank_band
from tuimon.charts.spec import ChartSpec, Curve
from tuimon.store.snapshot import RunSnapshot


def run_curves(
    runs: Sequence[RunSnapshot],
    metric: str,
    axis: XAxis,
    names: Mapping[str, str],
    colours: Mapping[str, str],
    *,
    smoothing: float = DEFAULT_SMOOTHING,
    companion: bool = False,
) -> tuple[Curve, ...]:
    """A curve for each run that has the metric and the axis; ``names`` and ``colours`` by run key."""
    strength = smoothing_of(metric, smoothing)
    found = [(run, build_series(run, metric, axis, strength)) for run in runs]
    return tuple(
        Curve(
            series,
            names[run.key],
            colours[run.key],
            companion,
            None if companion else rank_band(run, metric, axis, strength),
        )
        for run, series in found
        if series is not None
    )


def metrics_beside(runs: Sequence[RunSnapshot], metric: str) -> tuple[str, ...]:
    """The metrics that share the metric's chart: the training loss behind the validation loss."""
    group = next((group for group in metric_groups(runs) if metric in group), ())
    return tuple(name for name in group if name != metric)


def run_chart(
    runs: Sequence[RunSnapshot],
    metric: str,
    axis: XAxis,
    width: int,
    height: int,
    names: Mapping[str, str],
    colours: Mapping[str, str],
    *,
    beside: Sequence[str] = (),
    smoothing: float = DEFAULT_SMOOTHING,
    log_y: bool = False,
    ascii: bool = False,  # noqa: A002
    theme: Theme = DARK,
) -> ChartSpec:
    """The chart of a metric, with those ``beside`` it drawn quietly behind."""
    quiet = [
        curve
        for name in reversed(beside)
        for curve in run_curves(runs, name, axis, names, colours, smoothing=smoothing, companion=True)
    ]
    return ChartSpec(
        curves=(*quiet, *run_curves(runs, metric, axis, names, colours, smoothing=smoothing)),
        metric=metric,
        width=width,
        height=height,
        x_axis=axis,
        log_y=log_y,
        direction=direction_of(metric),
        ended=bool(runs) and all(run.state.is_over for run in runs),
        ascii=ascii,
        theme=theme,
    )
