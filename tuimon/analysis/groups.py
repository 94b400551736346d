"""Runs of one configuration, apart from seeds and the like: who belongs together, mean and spread."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

import numpy as np

from tuimon.analysis.best_values import best_value
from tuimon.analysis.divergence import has_diverged
from tuimon.analysis.flat_config import flatten_config
from tuimon.analysis.group_labels import told_apart
from tuimon.analysis.robust import deviation_of, mean_of
from tuimon.quick_dataclass import dataclass
from tuimon.store.snapshot import RunSnapshot

# Keys that don't make another experiment: patterns for the last part of a flattened key, whatever its case.
# Not "*_name": model_name and optimizer_name are what an experiment is about. Nor world_size, which changes
# the batch.
LEFT_OUT = (
    *("seed", "*_seed", "seed_*", "*seeds", "random_state"),
    *("name", "run_name", "experiment_name", "exp_name", "run_id", "job_id", "notes", "description", "tags"),
    *("path", "*_path", "dir", "*_dir", "directory", "*_directory", "*_file", "folder", "*_folder"),
    *("device", "devices", "*_device", "gpu", "gpus", "gpu_id", "gpu_ids", "cuda_visible_devices"),
    *("rank", "*_rank", "host", "hostname", "*_port", "port", "pid", "timestamp", "date", "start_time"),
)
# What is left at the end of "lr_3e-04_seed1" and "lr_3e-04_seed2" once what differs is cut off.
_DANGLING = re.compile(r"(^|[\s_.\-/=]+)(seed|run|s|r)?[\s_.\-/=]*$", re.IGNORECASE)
_LAST_WORD = re.compile(r"[^\s_.\-/=]*$")

Diverged = Callable[[RunSnapshot, str], bool]


@dataclass(frozen=True, slots=True, eq=False)
class RunGroup:
    """Runs whose config is the same but for the keys left out, in the order they were given in.

    ``id`` is the same for the same config, whoever its members are. ``config`` is what they share, flat.
    ``left_out`` are the keys of theirs that were not looked at, those that differ first.
    """

    id: Hashable
    label: str
    members: tuple[RunSnapshot, ...]
    config: Mapping[str, Any]
    left_out: tuple[str, ...]

    @property
    def n(self) -> int:
        """How many members there are."""
        return len(self.members)


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean and spread of one value over runs. ``std`` is the sample's (over n − 1); None of fewer than two.

    ``n`` runs are in it; ``diverged`` and ``absent`` are the keys of runs that are not: those that diverged,
    those without a value.
    """

    n: int
    mean: float | None
    std: float | None
    low: float | None
    high: float | None
    diverged: tuple[str, ...]
    absent: tuple[str, ...]


def group_runs(
    runs: Iterable[RunSnapshot], left_out: Sequence[str] = LEFT_OUT, turned: Iterable[str] = ()
) -> tuple[RunGroup, ...]:
    """The groups in the order of their first members; every run is in one, alone or not.

    ``left_out`` are patterns for keys of the flattened config, whole or their last part; for the whole keys
    in ``turned`` it is the other way round. Values are the same as in a comparison: 1 and 1.0 are, 1 and true
    are not, NaN is. Runs without any config are alone, as nothing says that they are of one kind.
    Labels tell groups apart, by config keys where the names of their runs do not.
    """
    groups = [
        group_of_members(group_id, members, left_out, turned)
        for group_id, members in members_by_group(runs, left_out, turned).items()
    ]
    labels = told_apart([(group.label, group.config) for group in groups])
    return tuple(replace(group, label=label) for group, label in zip(groups, labels, strict=True))


def members_by_group(
    runs: Iterable[RunSnapshot], left_out: Sequence[str] = LEFT_OUT, turned: Iterable[str] = ()
) -> dict[Hashable, tuple[RunSnapshot, ...]]:
    """As ``group_runs``, the ids of the groups with the runs alone: of 1,000 runs in a few milliseconds."""
    rule = _rule(tuple(left_out), frozenset(turned))
    members: dict[Hashable, list[RunSnapshot]] = {}
    for run in runs:
        kept = rule.kept(run.header.config)
        members.setdefault(run.key if kept is None else kept, []).append(run)
    return {group_id: tuple(of_one) for group_id, of_one in members.items()}


def group_of_members(
    group_id: Hashable,
    members: tuple[RunSnapshot, ...],
    left_out: Sequence[str] = LEFT_OUT,
    turned: Iterable[str] = (),
) -> RunGroup:
    """The group of these runs, which ``members_by_group`` found to belong together."""
    rule = _rule(tuple(left_out), frozenset(turned))
    configs = [_flat(run.header.config) for run in members]
    shared = {key: value for key, value in configs[0].items() if not rule.leaves_out(key)}
    out = sorted({key for run in members for key in rule.out_keys(run.header.config)})
    differing = [key for key in out if len({_frozen(config.get(key)) for config in configs}) > 1]
    keys = (*differing, *(key for key in out if key not in differing))
    return RunGroup(group_id, _label([run.name for run in members]), members, shared, keys)


def left_out_keys(
    runs: Iterable[RunSnapshot], left_out: Sequence[str] = LEFT_OUT, turned: Iterable[str] = ()
) -> tuple[str, ...]:
    """The config keys of these runs that grouping does not look at, sorted."""
    rule = _rule(tuple(left_out), frozenset(turned))
    return tuple(sorted({key for run in runs for key in rule.out_keys(run.header.config)}))


@dataclass(frozen=True, slots=True)
class ConfigKey:
    """A config key as grouping sees it: how many values runs have in it (none counts as one)."""

    name: str
    values: int
    left_out: bool


def config_keys_of(
    runs: Iterable[RunSnapshot], left_out: Sequence[str] = LEFT_OUT, turned: Iterable[str] = ()
) -> tuple[ConfigKey, ...]:
    """All config keys of these runs to choose from: those left out, those that differ, the others."""
    rule = _rule(tuple(left_out), frozenset(turned))
    values: dict[str, set[Hashable]] = {}
    count = 0
    having: dict[str, int] = {}
    for run in runs:
        count += 1
        for key, value in _flat(run.header.config).items():
            values.setdefault(key, set()).add(_frozen(value))
            having[key] = having.get(key, 0) + 1
    keys = [
        ConfigKey(key, len(seen) + (having[key] < count), rule.leaves_out(key))
        for key, seen in values.items()
    ]
    return tuple(
        sorted(keys, key=lambda key: (not key.left_out, key.values < 2, rule.rank(key.name), key.name))
    )


def best_spread(runs: Sequence[RunSnapshot], metric: str, diverged: Diverged = has_diverged) -> Spread:
    """Mean and spread of the best value of each run; of none where the metric has no direction."""
    return spread_of([(run, best_value(run, metric)) for run in runs], metric, diverged)


def spread_of(
    values: Sequence[tuple[RunSnapshot, float | None]], metric: str, diverged: Diverged = has_diverged
) -> Spread:
    """Mean and spread of one value of each run; of runs that diverged, or whose value is not finite, none."""
    used, lost, absent = [], [], []
    for run, value in values:
        if diverged(run, metric) or (value is not None and not math.isfinite(value)):
            lost.append(run.key)
        elif value is None:
            absent.append(run.key)
        else:
            used.append(value)
    if not used:
        return Spread(0, None, None, None, None, tuple(lost), tuple(absent))
    numbers = np.array(used)
    count = len(used)
    std = deviation_of(numbers) * math.sqrt(count / (count - 1)) if count > 1 else None
    return Spread(count, mean_of(numbers), std, min(used), max(used), tuple(lost), tuple(absent))


_MOST_KNOWN = 16_384

# By the identity of a config, which is held so that its id stays its own: a run's config never changes, and
# 1,000 of them are asked for again with every sort, filter and second.
_FLAT: dict[int, tuple[Mapping[str, Any], Mapping[str, Any]]] = {}


def _flat(config: Mapping[str, Any]) -> Mapping[str, Any]:
    known = _FLAT.get(id(config))
    if known is None or known[0] is not config:
        if len(_FLAT) >= _MOST_KNOWN:
            _FLAT.clear()
        known = _FLAT[id(config)] = config, flatten_config(config)
    return known[1]


class _Rule:
    """Which keys are left out, and what that makes of the configs seen so far."""

    def __init__(self, patterns: tuple[str, ...], turned: frozenset[str]) -> None:
        self._patterns = tuple(pattern.lower() for pattern in patterns)
        self._turned = turned
        self._verdicts: dict[str, bool] = {}
        self._of_config: dict[
            int, tuple[Mapping[str, Any], frozenset[tuple[str, Hashable]], tuple[str, ...]]
        ] = {}
        # One object for equal ones: comparing a thousand sets to find groups takes longer than all else.
        self._same: dict[frozenset[tuple[str, Hashable]], frozenset[tuple[str, Hashable]]] = {}

    def leaves_out(self, key: str) -> bool:
        """Whether grouping does not look at this key."""
        known = self._verdicts.get(key)
        if known is None:
            if len(self._verdicts) >= _MOST_KNOWN:
                self._verdicts.clear()
            known = self._verdicts[key] = (self.rank(key) < len(self._patterns)) != (key in self._turned)
        return known

    def rank(self, key: str) -> int:
        """The place of the first pattern that the key matches: seeds tell more than devices."""
        place = _first_match(key, self._patterns)
        return len(self._patterns) if place is None else place

    def kept(self, config: Mapping[str, Any]) -> Hashable:
        """What makes runs of this config one kind; None of an empty one."""
        return self._look_at(config)[1] if _flat(config) else None

    def out_keys(self, config: Mapping[str, Any]) -> tuple[str, ...]:
        """The keys of this config that are left out."""
        return self._look_at(config)[2]

    def _look_at(
        self, config: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], frozenset[tuple[str, Hashable]], tuple[str, ...]]:
        known = self._of_config.get(id(config))
        if known is None or known[0] is not config:
            if len(self._of_config) >= _MOST_KNOWN:
                self._of_config.clear()
                self._same.clear()
            flat = _flat(config)
            out = tuple(key for key in flat if self.leaves_out(key))
            kept = frozenset((key, _frozen(value)) for key, value in flat.items() if not self.leaves_out(key))
            known = self._of_config[id(config)] = config, self._same.setdefault(kept, kept), out
        return known


@lru_cache(maxsize=8)
def _rule(patterns: tuple[str, ...], turned: frozenset[str]) -> _Rule:
    return _Rule(patterns, turned)


def matches_any(pattern: str, keys: Iterable[str]) -> bool:
    """Whether the pattern leaves one of these keys of a flattened config out."""
    return any(_first_match(key, (pattern,)) is not None for key in keys)


def _first_match(key: str, patterns: tuple[str, ...]) -> int | None:
    whole = key.lower()
    # A run's name tells nothing; "optimizer.name" and "model.name" are what an experiment is about.
    last = whole if whole.endswith(".name") else whole.rsplit(".", 1)[-1]
    matches = (fnmatchcase(last, pattern) or fnmatchcase(whole, pattern) for pattern in patterns)
    return next((place for place, found in enumerate(matches) if found), None)


def _frozen(value: Any) -> Hashable:
    """The value for comparing: what a person would call the same setting is equal."""
    if isinstance(value, bool):
        return bool, value
    if isinstance(value, float) and math.isnan(value):
        return float, "NaN"
    if isinstance(value, Mapping):
        return dict, frozenset((key, _frozen(inner)) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return list, tuple(_frozen(inner) for inner in value)
    return value if isinstance(value, int | float | str | None) else repr(value)


def _label(names: Sequence[str]) -> str:
    """What the names have in common at their start, in whole words, without a dangling "_seed".

    The first name where that is nothing.
    """
    if len(set(names)) == 1:
        return names[0]
    first, last = min(names), max(names)
    length = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    common = first[:length]
    following = [name[length : length + 1] for name in names]
    if any(character.isdigit() for character in following):
        common = common.rstrip("0123456789")  # 10 and 12 don't have a 1 in common
    elif any(character.isalpha() for character in following):
        common = _LAST_WORD.sub("", common)
    return _DANGLING.sub("", common) or names[0]
