"""One config key against what came of it: the best value of a metric over the key's values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from tuimon.analysis.best_values import best_value
from tuimon.analysis.comparison import config_difference
from tuimon.analysis.divergence import has_diverged
from tuimon.analysis.flat_config import flatten_config, plain_number
from tuimon.analysis.groups import LEFT_OUT, Diverged, Spread, left_out_keys, spread_of
from tuimon.analysis.metric_roles import Direction, Role, direction_of, main_metric, role_of
from tuimon.quick_dataclass import dataclass
from tuimon.store.snapshot import RunSnapshot

# From this ratio of the greatest to the least value on, the axis is logarithmic: they span a decade.
_DECADE = 10.0


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """The runs of one value of the key. ``x`` is that value, of a category its place 0, 1, 2 ...

    ``spread`` is of their best values; runs that diverged are in ``spread.diverged`` alone. ``members`` are
    all their keys, ``best_run`` is the key of the best one that did not diverge.
    """

    x: float
    label: str
    spread: Spread
    members: tuple[str, ...]
    best_run: str | None = None


@dataclass(frozen=True, slots=True)
class Sweep:
    """A config key on x, the best value of a metric on y, by rising x.

    ``numeric``: the key's values are numbers, else categories; ``log``: the x axis is to be logarithmic.
    ``best`` is the place among ``points`` of the best mean (None: there is none). ``without_key`` and
    ``without_metric`` are the keys of runs that are not shown.
    """

    key: str
    metric: str
    direction: Direction
    numeric: bool
    log: bool
    points: tuple[SweepPoint, ...]
    best: int | None
    without_key: tuple[str, ...]
    without_metric: tuple[str, ...]


def sweep(
    runs: Sequence[RunSnapshot],
    key: str,
    metric: str | None = None,
    *,
    direction: Direction | None = None,
    diverged: Diverged = has_diverged,
) -> Sweep:
    """The sweep of a key of the flattened config; ``metric`` None is the main metric.

    ``direction`` is for metrics whose names don't tell whether less or more is better.

    Raises ValueError where the runs have no metric, the metric has no direction, or no run has the key.
    """
    metric = metric if metric is not None else main_metric(runs)
    if metric is None:
        raise ValueError("the runs have no metric to judge them by")
    direction = direction if direction is not None else direction_of(metric)
    if direction is None:
        raise ValueError(f"of {metric} nobody can tell whether less or more is better")
    configs = [(run, flatten_config(run.header.config)) for run in runs]
    having = [(run, config[key]) for run, config in configs if key in config]
    if not having:
        raise ValueError(f"no run has {key} in its config")
    numbers = [_number(value) for _, value in having]
    numeric = all(number is not None for number in numbers)
    places = [number for number in numbers if number is not None] if numeric else _categories(having)
    members: dict[float, list[tuple[RunSnapshot, Any]]] = {}
    for place, member in sorted(zip(places, having, strict=True), key=lambda pair: pair[0]):
        members.setdefault(place, []).append(member)
    points = [_point(x, of_one, metric, direction, diverged) for x, of_one in members.items()]
    points = [point for point in points if point.spread.n or point.spread.diverged]
    return Sweep(
        key=key,
        metric=metric,
        direction=direction,
        numeric=numeric,
        log=numeric and _spans_decades([point.x for point in points]),
        points=tuple(points),
        best=_best(points, direction),
        without_key=tuple(run.key for run, config in configs if key not in config),
        without_metric=_without(having, points),
    )


def sweep_keys(runs: Sequence[RunSnapshot]) -> tuple[str, ...]:
    """The config keys that a sweep of these runs can be over: those that differ, without seeds and names."""
    out = set(left_out_keys(runs, LEFT_OUT))
    return tuple(line.key for line in config_difference(runs) if line.key not in out) if runs else ()


def likeliest_key(keys: Sequence[str], runs: Sequence[RunSnapshot], metric: str | None = None) -> str | None:
    """Which of these keys to sweep while a person names none; None without keys.

    One that has several values among the runs that have the metric (None: the main one); of these a learning
    rate, else the first.
    """
    metric = metric if metric is not None else main_metric(runs)
    measured = [
        flatten_config(run.header.config)
        for run in runs
        if metric is not None and (metric in run.metrics or metric in run.summaries)
    ]

    def worth(key: str) -> tuple[bool, bool]:
        values = {_text(config[key]) for config in measured if key in config}
        return len(values) > 1, role_of(key) is Role.LEARNING_RATE

    return max(keys, key=worth, default=None)


def _point(
    x: float,
    members: Sequence[tuple[RunSnapshot, Any]],
    metric: str,
    direction: Direction,
    diverged: Diverged,
) -> SweepPoint:
    values = [(run, best_value(run, metric, direction)) for run, _ in members]
    spread = spread_of(values, metric, diverged)
    out = {*spread.diverged, *spread.absent}
    sign = 1.0 if direction == "min" else -1.0
    used = [(sign * value, run.key) for run, value in values if value is not None and run.key not in out]
    best = min(used, key=lambda pair: pair[0])[1] if used else None
    return SweepPoint(x, _text(members[0][1]), spread, tuple(run.key for run, _ in values), best)


def _without(having: Iterable[tuple[RunSnapshot, Any]], points: Iterable[SweepPoint]) -> tuple[str, ...]:
    shown = {key for point in points for key in point.members if key not in point.spread.absent}
    return tuple(run.key for run, _ in having if run.key not in shown)


def _number(value: Any) -> float | None:
    """A finite number, also one in text: YAML reads ``1e-3`` as text, and so do many argument parsers."""
    number = plain_number(value)
    if isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            return None
    return number if number is not None and math.isfinite(number) else None


def _categories(having: Sequence[tuple[RunSnapshot, Any]]) -> list[float]:
    """The place of each run's value: numbers first by size, then text by the alphabet."""
    texts = {_text(value): _number(value) for _, value in having}
    ordered = sorted(texts, key=lambda text: (texts[text] is None, texts[text] or 0.0, text.casefold(), text))
    places = {text: float(place) for place, text in enumerate(ordered)}
    return [places[_text(value)] for _, value in having]


def _text(value: Any) -> str:
    """A config value as a label, in the words of JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)


def _spans_decades(x: Sequence[float]) -> bool:
    return bool(x) and min(x) > 0 and max(x) >= _DECADE * min(x)


def _best(points: Sequence[SweepPoint], direction: Direction) -> int | None:
    means = [(point.spread.mean, place) for place, point in enumerate(points)]
    known = [(mean, place) for mean, place in means if mean is not None]
    if not known:
        return None
    return (min(known) if direction == "min" else max(known, key=lambda pair: (pair[0], -pair[1])))[1]
