"""Logged values as plain numbers: Python's, numpy's and torch's scalars alike, without importing either."""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing costs a training 4 ms
if TYPE_CHECKING:
    from typing import Any


class NotScalar(ValueError):  # noqa: N818 (it names the value, not the failure)
    """A value that is no scalar; the message says what it is."""


def to_scalar(value: Any) -> float | int:
    """``value`` as a plain number: booleans are 0 and 1, 0-d arrays and tensors what ``.item()`` says.

    ``.item()`` of a tensor on a GPU waits for the GPU. Raises :class:`NotScalar`.
    """
    if isinstance(value, (str, bytes, bytearray)):
        raise NotScalar(f"text ({type(value).__name__})")
    try:
        if isinstance(value, int):
            return int(value)
        if isinstance(value, float):
            return float(value)
        shape = getattr(value, "shape", ())
        if tuple(shape) == () and hasattr(value, "item"):
            value = value.item()
        if tuple(shape) == () and hasattr(type(value), "__float__"):
            return int(value) if isinstance(value, int) else float(value)
    except (
        Exception
    ) as error:  # foreign code: whatever it raises, the training must not hear it from a tracker
        raise NotScalar(f"{type(value).__name__}, {type(error).__name__}: {error}") from error
    raise NotScalar(describe(value))


def describe(value: Any) -> str:
    """The type of ``value``, and its shape or length where it has one."""
    kind = type(value)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    shape = getattr(value, "shape", None)
    if shape is not None:
        return f"{name} of shape {tuple(shape)}"
    return f"{name} of length {len(value)}" if isinstance(value, (list, tuple, dict, set)) else name
