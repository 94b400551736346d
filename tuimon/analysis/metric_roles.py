"""What a metric is by its name: its direction, its role, which ones judge a run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Literal, TypeAlias

from tuimon.store.snapshot import RunSnapshot

Direction: TypeAlias = Literal["min", "max"]


class Role(StrEnum):
    """What a metric tells about a run. The order is that of the charts."""

    LOSS = "loss"
    LEARNING_RATE = "learning_rate"
    THROUGHPUT = "throughput"
    QUALITY = "quality"
    OTHER = "other"
    DURATION = "duration"
    SYSTEM = "system"
    PROGRESS = "progress"


CHART_ORDER = {role: place for place, role in enumerate(Role)}

# Words of a metric's name, where words are what stands between "_", "/", ".", "-", spaces and capitals.
_LOSS = frozenset(
    [
        "loss",
        "losses",
        "nll",
        "error",
        "err",
        "perplexity",
        "ppl",
        "bpc",
        "bpb",
        "mse",
        "rmse",
        "mae",
        "wer",
        "cer",
        "xent",
        "ce",
    ]
)
_QUALITY = frozenset(["accuracy", "acc", "f1", "bleu", "return", "returns", "reward", "rewards"])
_DURATION = frozenset(["time", "ms", "seconds", "secs", "duration", "latency"])
_SYSTEM = frozenset(["gpu", "cpu", "mem", "memory", "ram", "vram", "disk", "power", "temperature", "rss"])
# A weight, a scale or a count of a loss is none: nobody would call the smaller one better.
_NOT_THE_THING = frozenset(
    ["weight", "scale", "scaler", "coef", "coefficient", "lambda", "lr", "norm", "var", "std"]
)
_THROUGHPUT = re.compile(r"per_?s(ec(ond)?)?$|throughput|(^|[_/])(tps|tok_s|it_s)$|/s$", re.IGNORECASE)
_LEARNING_RATE = re.compile(r"learning_?rate|(^|[_/.\-])lr($|[_/.\-])", re.IGNORECASE)
_PROGRESS = frozenset(
    [
        "gradient_step",
        "wallclock_time",
        "iteration",
        "total_iterations",
        "step",
        "steps",
        "global_step",
        "epoch",
        "epochs",
        "tokens",
        "tokens_seen",
        "samples",
    ]
)
_EVALUATION = ("val", "valid", "validation", "eval", "test", "dev")
_TRAINING = ("train", "training")
_PREFIX = re.compile(rf"^({'|'.join((*_EVALUATION, *_TRAINING))})[_/.\-]+(?=.)", re.IGNORECASE)
_SUFFIX = re.compile(rf"(?<=.)[_/.\-]+({'|'.join((*_EVALUATION, *_TRAINING))})$", re.IGNORECASE)


_told: tuple[tuple[str, Direction | None], ...] = ()


def tell_directions(directions: Mapping[str, Direction | None]) -> None:
    """From now on these directions hold in this process, by names or patterns, the first that matches.

    ``*`` is any text, ``?`` any character; None: neither way is better. They replace those told before.
    To be called before runs are judged: what was worked out by other directions is not worked out anew.
    """
    global _told
    _told = tuple(directions.items())
    direction_of.cache_clear()


@lru_cache(maxsize=4096)
def direction_of(metric: str) -> Direction | None:
    """Whether less ("min") or more ("max") is better: as was told, else by the name; None for neither."""
    for pattern, direction in _told:
        if metric == pattern or fnmatchcase(metric, pattern):
            return direction
    role = role_of(metric)
    if role in (Role.LOSS, Role.DURATION):
        return "min"
    return "max" if role is Role.QUALITY else None


@lru_cache(maxsize=4096)
def role_of(metric: str) -> Role:
    """The role told by the metric's name."""
    if stem_of(metric).lower() in _PROGRESS or metric.lower() in _PROGRESS:
        return Role.PROGRESS
    if _LEARNING_RATE.search(metric):
        return Role.LEARNING_RATE
    if _THROUGHPUT.search(metric):
        return Role.THROUGHPUT
    words = set(_words(metric))
    if words & _NOT_THE_THING:
        return Role.OTHER
    if words & _SYSTEM or any(word.startswith(("gpu", "cpu")) for word in words):
        return Role.SYSTEM
    if words & _LOSS:
        return Role.LOSS
    if words & _QUALITY or any(word.rstrip("0123456789") in _QUALITY for word in words):
        return Role.QUALITY
    return Role.DURATION if words & _DURATION else Role.OTHER


@lru_cache(maxsize=4096)
def stem_of(metric: str) -> str:
    """The name without what says train or evaluation: ``val_loss``, ``train/loss`` and ``loss`` share one."""
    without_prefix = _PREFIX.sub("", metric, count=1)
    return without_prefix if without_prefix != metric else _SUFFIX.sub("", metric, count=1)


@lru_cache(maxsize=4096)
def is_evaluation(metric: str) -> bool:
    """Whether the name says that the metric is measured on data held out from training."""
    found = _PREFIX.search(metric) or _SUFFIX.search(metric)
    return found is not None and found.group(1).lower() in _EVALUATION


def main_metric(runs: Iterable[RunSnapshot]) -> str | None:
    """The metric that runs are judged by; None where no run has one.

    val_loss, else train_loss, else by role and number of runs: an evaluation's loss, any loss, an
    evaluation's accuracy or the like, any such, anything else that is no learning rate, throughput, duration
    or counter.
    """
    runs = tuple(runs)
    for name in ("val_loss", "train_loss"):
        if any(has_metric(run, name) for run in runs):
            return name
    counts = metric_counts(runs)
    candidates = [name for name in counts if role_of(name) in (Role.LOSS, Role.QUALITY, Role.OTHER)]
    return min(candidates, key=lambda name: _rank(name, counts[name]), default=None)


def train_metric(runs: Iterable[RunSnapshot]) -> str | None:
    """The training loss: train_loss, else the commonest loss that is not an evaluation's."""
    runs = tuple(runs)
    if any(has_metric(run, "train_loss") for run in runs):
        return "train_loss"
    counts = metric_counts(runs)
    candidates = [name for name in counts if role_of(name) is Role.LOSS and not is_evaluation(name)]
    return min(candidates, key=lambda name: (-counts[name], name), default=None)


def throughput_metric(runs: Iterable[RunSnapshot]) -> str | None:
    """How fast the training goes: tokens_per_sec, else the commonest rate that is not an evaluation's."""
    runs = tuple(runs)
    if any(has_metric(run, "tokens_per_sec") for run in runs):
        return "tokens_per_sec"
    counts = metric_counts(runs)
    candidates = [name for name in counts if role_of(name) is Role.THROUGHPUT and not is_evaluation(name)]
    return min(candidates, key=lambda name: (-counts[name], name), default=None)


def has_metric(run: RunSnapshot, name: str) -> bool:
    """Whether the metric is one of the run's ``metric_names``."""
    if name in run.metrics:
        return True
    return run.loading and name != "iteration" and (name in run.summaries or name in run.last_values)


def metric_names(run: RunSnapshot) -> Iterable[str]:
    """The metrics that the run has, as far as is known before its log is read wholly."""
    if not run.loading:
        return run.metrics.keys()
    known = dict.fromkeys((*run.metrics, *run.summaries, *run.last_values))
    return [name for name in known if name != "iteration"]


def metric_counts(runs: Iterable[RunSnapshot]) -> Counter[str]:
    """How many of the runs have each metric."""
    counts: Counter[str] = Counter()
    for run in runs:
        counts.update(metric_names(run))
    return counts


def _rank(name: str, count: int) -> tuple[int, bool, int, str]:
    order = {Role.LOSS: 0, Role.QUALITY: 1, Role.OTHER: 2}
    return order[role_of(name)], not is_evaluation(name), -count, name


def _words(metric: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", metric)
    return [word.lower() for word in re.split(r"[^0-9A-Za-z]+", spaced) if word]
