"""What a metric is by its name: its direction, its role, which ones are shown first and together."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal, TypeAlias

from tuimon.store.snapshot import RunSnapshot

Direction: TypeAlias = Literal["min", "max"]


class Role(StrEnum):
    """What a metric tells about a run."""

    LOSS = "loss"
    QUALITY = "quality"
    LEARNING_RATE = "learning_rate"
    THROUGHPUT = "throughput"
    DURATION = "duration"
    PROGRESS = "progress"
    SYSTEM = "system"
    OTHER = "other"


def direction_of(metric: str) -> Direction | None:
    """Whether less ("min") or more ("max") is better; None where nobody can tell from the name."""
    raise NotImplementedError


def role_of(metric: str) -> Role:
    """The role told by the metric's name."""
    raise NotImplementedError


def main_metric(runs: Iterable[RunSnapshot]) -> str | None:
    """The metric that runs are judged by: val_loss, else train_loss, else another loss, quality, anything."""
    raise NotImplementedError


def train_metric(runs: Iterable[RunSnapshot]) -> str | None:
    """The training loss: train_loss, else a loss that is not an evaluation's."""
    raise NotImplementedError


def throughput_metric(runs: Iterable[RunSnapshot]) -> str | None:
    """The metric that tells how fast the training goes: tokens_per_sec, else another rate."""
    raise NotImplementedError


def metric_groups(runs: Iterable[RunSnapshot]) -> tuple[tuple[str, ...], ...]:
    """All metrics in the order of the charts; metrics in one group (``val_x``, ``train_x``) share a chart."""
    raise NotImplementedError
