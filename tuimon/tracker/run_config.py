"""A run's hyperparameters and name, whatever object the training keeps them in."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


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
