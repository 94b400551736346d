"""Runs side by side: what differs in their configurations, and what came of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

import numpy as np

from tuimon.analysis.alignment import FiniteCurve, finite_curve
from tuimon.analysis.axes import ELAPSED, XAxis, default_axis, x_at_row
from tuimon.analysis.flat_config import flatten_config, plain_number
from tuimon.analysis.metric_order import metric_groups
from tuimon.analysis.metric_roles import Direction, Role, direction_of, main_metric, role_of
from tuimon.analysis.progress import duration_of
from tuimon.analysis.robust import mean_of
from tuimon.quick_dataclass import dataclass
from tuimon.store.snapshot import RunSnapshot


class Absent(StrEnum):
    """The one value that says that a run's config lacks a key: None is a value that a config can hold."""

    ABSENT = "–"


ABSENT = Absent.ABSENT


@dataclass(frozen=True, slots=True)
class ConfigLine:
    """One config key across the runs; ``ratios`` to the baseline where both are numbers (``2.0`` for x2).

    ``differs``: not the same in all runs that logged a config.
    """

    key: str
    values: tuple[Any, ...]
    ratios: tuple[float | None, ...]
    differs: bool


class Measure(StrEnum):
    """What a MetricLine tells of its metric."""

    AT = "at"
    LAST = "last"
    BEST = "best"
    MEAN = "mean"
    REACHED = "reached"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class MetricCell:
    """A run's value of a measure.

    ``x`` is where on the axis it stands (last, best, at). ``delta`` is the value less the baseline's: for
    LAST the baseline interpolated at ``x``, or where it does not reach, both interpolated at ``delta_x``, the
    last x that both have. ``relative`` is the delta as a share of the baseline's value.
    ``better`` says whether the delta is for the better; None where there is no delta or no direction.
    """

    value: float | None
    x: float | None = None
    delta: float | None = None
    relative: float | None = None
    better: bool | None = None
    delta_x: float | None = None


@dataclass(frozen=True, slots=True)
class MetricLine:
    """One measure of one metric across the runs. ``target`` is the value to be reached, for REACHED alone."""

    metric: str
    measure: Measure
    direction: Direction | None
    cells: tuple[MetricCell, ...]
    target: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Runs side by side; every line has one cell per run, in the order of ``runs``.

    ``config`` holds the differing keys first. ``baseline`` is an index into ``runs``. ``at`` is the x of the
    AT lines (None: there are none).
    """

    runs: tuple[RunSnapshot, ...]
    baseline: int
    axis: XAxis
    at: float | None
    config: tuple[ConfigLine, ...]
    metrics: tuple[MetricLine, ...]

    @property
    def differing(self) -> tuple[ConfigLine, ...]:
        """The config lines that are not the same in all runs."""
        return tuple(line for line in self.config if line.differs)


def compare_runs(
    runs: Sequence[RunSnapshot],
    baseline: RunSnapshot | None = None,
    axis: XAxis | None = None,
    at: float | None = None,
) -> Comparison:
    """Put the runs side by side.

    The baseline is the first run unless given; one that is not among the runs is put before them. ``axis``
    None is the default axis. With ``at`` every metric has a line with its value there, interpolated between
    samples and None beyond them. Raises ValueError without runs.

    The lines of the main metric come first, then the times to reach the baseline's best value of it and the
    best value that all reached, duration, mean throughput, and the other metrics in the order of the charts.
    """
    if baseline is not None and baseline.key not in (run.key for run in runs):
        runs = (baseline, *runs)
    if not runs:
        raise ValueError("no runs to compare")
    place = 0 if baseline is None else next(i for i, run in enumerate(runs) if run.key == baseline.key)
    axis = axis if axis is not None else default_axis(runs)
    sides = _Sides(tuple(runs), place, axis, at)
    return Comparison(tuple(runs), place, axis, at, _config_lines(runs, place), tuple(_metric_lines(sides)))


def config_difference(runs: Sequence[RunSnapshot]) -> tuple[ConfigLine, ...]:
    """The keys that are not the same in all runs, the first run being the baseline."""
    return tuple(line for line in _config_lines(runs, 0) if line.differs)


def _config_lines(runs: Sequence[RunSnapshot], baseline: int) -> tuple[ConfigLine, ...]:
    """One line per key: those that differ first, each half in the order of the configs.

    A run that logged no config at all does not make every key differ.
    """
    configs = [flatten_config(run.header.config) for run in runs]
    keys = dict.fromkeys(key for config in configs for key in config)
    logged = [place for place, config in enumerate(configs) if config]
    lines = [
        _config_line(key, tuple(config.get(key, ABSENT) for config in configs), baseline, logged)
        for key in keys
    ]
    return tuple(sorted(lines, key=lambda line: not line.differs))


def _config_line(key: str, values: tuple[Any, ...], baseline: int, logged: Sequence[int]) -> ConfigLine:
    base = values[baseline]
    differs = any(not same_setting(values[place], values[logged[0]]) for place in logged)
    return ConfigLine(key, values, tuple(_ratio(value, base) for value in values), differs)


def same_setting(value: Any, base: Any) -> bool:
    """Whether two config values, ABSENT included, would be called the same setting."""
    if isinstance(value, bool) is not isinstance(base, bool):
        return False  # True == 1, yet nobody would call them the same setting
    return bool(value == base or (value != value and base != base))  # NaN is the same setting as NaN


def _ratio(value: Any, base: Any) -> float | None:
    number, base_number = plain_number(value), plain_number(base)
    if number is None or not base_number:
        return None
    ratio = number / base_number
    return ratio if math.isfinite(ratio) else None


@dataclass(frozen=True, slots=True)
class _Sides:
    """What is compared, and over which axis."""

    runs: tuple[RunSnapshot, ...]
    baseline: int
    axis: XAxis
    at: float | None

    def curves(self, metric: str) -> list[FiniteCurve | None]:
        """The finite samples of the metric, one curve per run."""
        return [finite_curve(run, metric, self.axis) for run in self.runs]


def _metric_lines(sides: _Sides) -> Iterator[MetricLine]:
    main = main_metric(sides.runs)
    if main is not None:
        yield from _lines_of(sides, main)
        yield from _reached_lines(sides, main)
    yield _line(sides, "wallclock_time", Measure.DURATION, None, [duration_of(run) for run in sides.runs])
    others = [metric for group in metric_groups(sides.runs) for metric in group if metric != main]
    for metric in others:
        yield from _lines_of(sides, metric)


def _lines_of(sides: _Sides, metric: str) -> Iterator[MetricLine]:
    """The lines of one metric: at the x asked for, last, best; the mean where it is a throughput."""
    direction = direction_of(metric)
    curves = [finite_curve(run, metric, sides.axis) for run in sides.runs]
    if sides.at is not None:
        values = [None if curve is None else curve.at(sides.at) for curve in curves]
        yield _line(sides, metric, Measure.AT, direction, values, [sides.at] * len(values))
    yield _last_line(sides, metric, curves)
    if direction is not None:
        best = [(None, None) if curve is None else _best_sample(curve, direction) for curve in curves]
        yield _line(sides, metric, Measure.BEST, direction, [y for _, y in best], [x for x, _ in best])
    if role_of(metric) is Role.THROUGHPUT:
        means = [None if curve is None else mean_of(curve.y) for curve in curves]
        yield _line(sides, metric, Measure.MEAN, direction, means)


def _last_line(sides: _Sides, metric: str, curves: Sequence[FiniteCurve | None]) -> MetricLine:
    """The newest values as logged, each compared with the baseline interpolated at its x."""
    direction = direction_of(metric)
    base = curves[sides.baseline]
    cells = []
    for place, run in enumerate(sides.runs):
        view = run.metrics.get(metric)
        if view is None or not len(view):
            cells.append(MetricCell(None))
            continue
        x = x_at_row(run, int(view.rows[-1]), sides.axis)
        own = curves[place] if place != sides.baseline else None
        there = base.at(x) if base is not None and x is not None and own is not None else None
        cell = _cell(view.last_value, x, there, direction)
        if there is None and base is not None and own is not None and math.isfinite(view.last_value):
            cell = _compared_earlier(cell, own, base, direction)
        cells.append(cell)
    return MetricLine(metric, Measure.LAST, direction, tuple(cells))


def _compared_earlier(
    cell: MetricCell, own: FiniteCurve, base: FiniteCurve, direction: Direction | None
) -> MetricCell:
    """The cell compared at the last x that both curves have; as it is where they have none in common."""
    x = min(float(own.x[-1]), float(base.x[-1]))
    earlier = _cell(own.at(x), x, base.at(x), direction)
    if earlier.delta is None:
        return cell
    return replace(cell, delta=earlier.delta, relative=earlier.relative, better=earlier.better, delta_x=x)


def _reached_lines(sides: _Sides, metric: str) -> Iterator[MetricLine]:
    """The time each run took to the baseline's best value, and to the best value that every run reached."""
    direction = direction_of(metric)
    if direction is None:
        return
    curves = [finite_curve(run, metric, ELAPSED) for run in sides.runs]
    best = [None if curve is None else _best_sample(curve, direction)[1] for curve in curves]
    known = [value for value in best if value is not None]
    common = (max(known) if direction == "min" else min(known)) if len(known) == len(best) else None
    for target in dict.fromkeys((best[sides.baseline], common)):
        if target is not None:
            times = [None if curve is None else curve.first_reaching(target, direction) for curve in curves]
            yield _line(sides, metric, Measure.REACHED, "min", times, target=target)


def _best_sample(curve: FiniteCurve, direction: Direction) -> tuple[float, float]:
    place = int(np.argmin(curve.y) if direction == "min" else np.argmax(curve.y))
    return float(curve.x[place]), float(curve.y[place])


def _line(
    sides: _Sides,
    metric: str,
    measure: Measure,
    direction: Direction | None,
    values: Sequence[float | None],
    places: Sequence[float | None] | None = None,
    target: float | None = None,
) -> MetricLine:
    """A line whose cells are compared with the baseline's cell."""
    base = values[sides.baseline]
    places = places if places is not None else [None] * len(values)
    cells = [
        _cell(value, x, base if place != sides.baseline else None, direction)
        for place, (value, x) in enumerate(zip(values, places, strict=True))
    ]
    return MetricLine(metric, measure, direction, tuple(cells), target)


def _cell(
    value: float | None, x: float | None, base: float | None, direction: Direction | None
) -> MetricCell:
    """A cell compared with the baseline's value; the baseline's own cell is compared with None."""
    if value is None or base is None or not math.isfinite(value):
        return MetricCell(value, x)
    delta = value - base
    better = (delta < 0) is (direction == "min") if direction is not None and delta else None
    relative = delta / abs(base) if base else math.inf
    return MetricCell(value, x, delta, relative if math.isfinite(relative) else None, better)
