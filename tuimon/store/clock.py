"""The time, injected so that tests can turn it."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """What the store asks of a clock; the standard library's module ``time`` is one."""

    def time(self) -> float:
        """Seconds since 1970."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back, for distances."""
        ...
