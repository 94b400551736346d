"""Frameworks' names of metrics: the standard ones where the meaning is sure, their own otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_ALIASES = {
    "train_loss": ("train/loss", "training_loss", "training/loss"),
    "val_loss": ("val/loss", "valid_loss", "valid/loss", "validation_loss", "validation/loss"),
    "learning_rate": ("lr", "train/lr", "train/learning_rate"),
    "tokens_per_sec": ("tokens_per_second", "train/tokens_per_second", "train/tokens_per_sec", "tokens/sec"),
}
COMMON = {alias: name for name, aliases in _ALIASES.items() for alias in aliases}
"""What any framework's user may call a standard metric."""

OF_THE_LOG = frozenset(("type", "iteration", "gradient_step", "wallclock_time"))
_EVALUATION = re.compile(r"^(?:val|valid|validation|eval|evaluation|test)(?:[_/.-]|$)")


def renamed(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """``values`` called by ``names`` where they are in it, else as they were.

    A name that another value has is not given to a second, and one that is a field of the log gets a ``_``.
    """
    result: dict[str, Any] = {}
    for name, value in values.items():
        new = names.get(name, name)
        if new != name and (new in values or new in result):
            new = name
        while new in OF_THE_LOG or (new != name and new in values):
            new += "_"
        result[new] = value
    return result


def is_evaluation(values: Mapping[str, Any]) -> bool:
    """Whether a record of these names was measured on data held out."""
    return any(_EVALUATION.match(name) for name in values)
