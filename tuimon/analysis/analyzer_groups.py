"""Runs of one kind in numbers: seeds of one configuration, the values of one config key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tuimon.analysis.analyzer_names import known_names
from tuimon.analysis.analyzer_run import AnalyzedRun
from tuimon.analysis.axes import XAxis
from tuimon.analysis.best_values import best_value
from tuimon.analysis.flat_config import flatten_config
from tuimon.analysis.group_curves import group_curve
from tuimon.analysis.groups import LEFT_OUT, Spread, group_runs, matches_any, spread_of
from tuimon.analysis.metric_roles import Direction
from tuimon.analysis.sweep import sweep
from tuimon.store.snapshot import RunSnapshot


@dataclass(frozen=True, slots=True)
class Seeds:
    """Runs and the spread of their best value of a metric.

    ``members`` are the names of all of them. Mean, ``std`` (the sample's, over n − 1; None of fewer than
    two), ``low`` and ``high`` are of ``n`` runs: ``diverged`` names those that are left out for that,
    ``absent`` those without a value.
    """

    members: tuple[str, ...]
    n: int
    mean: float | None
    std: float | None
    low: float | None
    high: float | None
    diverged: tuple[str, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeedGroup(Seeds):
    """Runs whose configuration is the same but for seeds and the like; ``config`` (flat) is shared."""

    label: str
    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SweepValue(Seeds):
    """The runs of one value of a config key."""

    value: str


class GroupTrajectory(NamedTuple):
    """The mean curve of several runs over a common x, with the sample's standard deviation and n, as lists.

    Where fewer than two runs are, mean and std are NaN.
    """

    x: list[float]
    mean: list[float]
    std: list[float]
    n: list[int]


def require_matching(patterns: Sequence[str], runs: Sequence[RunSnapshot]) -> None:
    """Raise ``ValueError`` for a pattern that matches no config key of any run, and is none of the usual."""
    keys = list(dict.fromkeys(key for run in runs for key in flatten_config(run.header.config)))
    own = [pattern for pattern in patterns if pattern not in LEFT_OUT]
    lone = next((pattern for pattern in own if keys and not matches_any(pattern, keys)), None)
    if lone is not None:
        raise ValueError(f"no run has a config key {lone!r}{known_names(keys)}")


def seed_groups(
    runs: Sequence[AnalyzedRun], metric: str, direction: Direction, left_out: Sequence[str] | None
) -> list[SeedGroup]:
    """The groups, in the order of their first members."""
    names = {run.snapshot.key: run.name for run in runs}
    patterns = LEFT_OUT if left_out is None else left_out
    groups = []
    for group in group_runs([run.having(metric) for run in runs], patterns):
        values = [(run, best_value(run, metric, direction)) for run in group.members]
        facts = _facts([run.key for run in group.members], spread_of(values, metric), names)
        groups.append(SeedGroup(**facts, label=group.label, config=dict(group.config)))
    return groups


def sweep_values(
    runs: Sequence[AnalyzedRun], key: str, metric: str, direction: Direction
) -> list[SweepValue]:
    """The values of the key, by rising value."""
    names = {run.snapshot.key: run.name for run in runs}
    found = sweep([run.having(metric) for run in runs], key, metric, direction=direction)
    return [
        SweepValue(**_facts(point.members, point.spread, names), value=point.label) for point in found.points
    ]


def group_trajectory(runs: Sequence[RunSnapshot], metric: str, axis: XAxis) -> GroupTrajectory:
    """The mean curve; empty lists where no two of the runs are over a common x."""
    curve = group_curve(runs, metric, axis)
    if curve is None:
        return GroupTrajectory([], [], [], [])
    std = curve.mean - curve.low
    return GroupTrajectory(curve.x.tolist(), curve.mean.tolist(), std.tolist(), curve.counts.tolist())


def _facts(members: Sequence[str], spread: Spread, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "members": tuple(names[key] for key in members),
        "n": spread.n,
        "mean": spread.mean,
        "std": spread.std,
        "low": spread.low,
        "high": spread.high,
        "diverged": tuple(names[key] for key in spread.diverged),
        "absent": tuple(names[key] for key in spread.absent),
    }
