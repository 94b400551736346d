"""A run's configuration as flat keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# A config can come from a file written by anybody: deeper nesting stays a value.
_MAX_DEPTH = 20
_PLAIN = frozenset((int, float, str, bool))  # told from mappings sooner than by asking an abstract class


def flatten_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """Nested mappings as ``a.b`` keys; lists stay values, an empty mapping is a value.

    Where two paths give one key (``{"a.b": 1, "a": {"b": 2}}``) the later one wins.
    """
    flat: dict[str, Any] = {}
    _collect(config, "", flat, 0)
    return flat


def _collect(config: Mapping[str, Any], prefix: str, flat: dict[str, Any], depth: int) -> None:
    for key, value in config.items():
        if type(value) not in _PLAIN and isinstance(value, Mapping) and value and depth < _MAX_DEPTH:
            _collect(value, f"{prefix}{key}.", flat, depth + 1)
        else:
            flat[f"{prefix}{key}"] = value


def config_value(config: Mapping[str, Any], key: str) -> Any:
    """What ``flatten_config(config)`` has under ``key``, found without flattening; None where it has none."""
    return _find(config, key, 0)


def _find(config: Mapping[str, Any], key: str, depth: int) -> Any:
    value = config.get(key)
    if value is not None and not (isinstance(value, Mapping) and value):
        return value
    for place, character in enumerate(key if depth < _MAX_DEPTH else ""):
        inner = config.get(key[:place]) if character == "." else None
        if isinstance(inner, Mapping):
            value = _find(inner, key[place + 1 :], depth + 1)
            if value is not None:
                return value
    return None


def plain_number(value: Any) -> float | None:
    """A config's number as a float; None for all else: truth values, text, integers beyond all floats."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None
