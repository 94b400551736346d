"""Saying that something is wrong without ever stopping the training."""

from __future__ import annotations

import sys
import warnings


class TrackerWarning(UserWarning):
    """What is tracked is not complete, or not as asked; the training itself is not affected."""


def warn(message: str) -> None:
    """Warn; where warnings are made errors, print to stderr instead of raising into the training."""
    text = f"tuimon: {message}"
    try:
        warnings.warn(text, TrackerWarning, stacklevel=3)
    except Warning:
        if sys.stderr is not None:
            print(text, file=sys.stderr)
