"""Saying that something is wrong without ever stopping the training."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_PACKAGE = str(Path(__file__).parents[1])


class TrackerWarning(UserWarning):
    """What is tracked is not complete, or not as asked; the training itself is not affected."""


_sayers: list[Callable[[str], None]] = []


def say_by(sayer: Callable[[str], None]) -> None:
    """Let ``sayer`` tell what is warned of in this process: nobody's own code is running in it."""
    _sayers[:] = [sayer]


def warn(message: str) -> None:
    """Warn; where warnings are made errors, print to stderr instead of raising into the training."""
    text = f"tuimon: {message}"
    if _sayers:
        _sayers[0](text)
        return
    try:
        warnings.warn(text, TrackerWarning, stacklevel=_callers_level())
    except Warning:
        if sys.stderr is not None:
            print(text, file=sys.stderr)


def _callers_level() -> int:
    """The stack level, as ``warnings.warn`` counts it, of the training's own line."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame, level = frame.f_back, level + 1
    return level
