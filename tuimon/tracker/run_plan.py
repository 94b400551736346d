"""What a run is to be: its name, hyperparameters and rank, whatever object the training keeps them in."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path

TYPE_CHECKING = False  # importing typing costs a training 4 ms
if TYPE_CHECKING:
    from typing import Any

INTERVAL_VARIABLE = "TUIMON_SYSTEM_INTERVAL"
"""Seconds between two readings of the machine's figures, for scripts that do not say."""


@dataclass(frozen=True, eq=False, repr=False)  # what is not generated needn't be waited for at import
class RunPlan:
    """What a run is to be: its name, where its log goes, what stands in its header, what it goes on with."""

    name: str
    log_dir: Path
    config: Mapping[str, Any]
    resume: str | os.PathLike[str] | bool | None = None
    fsync: bool = False
    rank: int | None = None
    all_ranks: bool = False
    world_size: int | None = None
    tags: tuple[str, ...] = ()
    notes: str = ""
    group: str | None = None
    system_interval: float | None = None  # seconds


def config_values(config: object) -> dict[str, Any]:
    """The hyperparameters by name.

    Takes a mapping, an object with ``to_dict()`` or ``model_dump()``, a dataclass, an ``argparse.Namespace``
    or any other object with attributes; ``None`` is an empty one. Raises ``TypeError`` for anything else.
    """
    if config is None:
        return {}
    if isinstance(config, Mapping):
        return {str(name): value for name, value in config.items()}
    if isinstance(config, type):
        raise TypeError(f"config is the class {config.__name__}; give an instance of it")
    for method in ("to_dict", "model_dump"):
        if callable(convert := getattr(config, method, None)):
            return config_values(convert())
    names = getattr(config, "__dataclass_fields__", None)
    if names is not None:
        return {name: getattr(config, name) for name in names}
    if hasattr(config, "__dict__"):
        return {name: value for name, value in vars(config).items() if not name.startswith("_")}
    raise TypeError(f"config is {type(config).__name__}; give a mapping, a dataclass or a Namespace")


def run_name(values: Mapping[str, Any]) -> str:
    """``experiment_name`` or ``name`` of the configuration, else the script's name."""
    for key in ("experiment_name", "name"):
        if isinstance(values.get(key), str) and values[key]:
            return str(values[key])
    return script_name()


def script_name() -> str:
    """The name of the running script without its ending; ``run`` in a notebook or a shell."""
    script = Path(sys.argv[0]) if sys.argv and sys.argv[0] not in ("", "-c", "-m") else None
    if script is None:
        return "run"
    return script.parent.name if script.name == "__main__.py" else script.stem or "run"


def interval_of(given: float | None, environment: Mapping[str, str] = os.environ) -> float | None:
    """Seconds between two readings of the machine's figures: ``given``, else ``$TUIMON_SYSTEM_INTERVAL``.

    ``None`` and 0 are never. Raises ``ValueError`` for a ``given`` that is no time.
    """
    if given is None:
        try:
            given = float(environment.get(INTERVAL_VARIABLE) or 0)
        except ValueError:
            return None
        return given if 0 < given < inf else None
    if not 0 <= given < inf:
        raise ValueError(f"system_interval is {given}: give seconds, or 0 for never")
    return given or None


def rank_of(given: int | None, environment: Mapping[str, str] = os.environ) -> tuple[int | None, int | None]:
    """Rank and world size: ``given``, else ``RANK`` where ``WORLD_SIZE`` is above 1."""
    world = integer(environment.get("WORLD_SIZE"))
    if given is not None:
        return given, world
    if world is None or world <= 1:
        return None, world
    return integer(environment.get("RANK")), world


def integer(text: str | None) -> int | None:
    """The number that an environment variable holds, ``None`` where it holds none."""
    return int(text) if text is not None and text.strip().isdecimal() else None
