"""Time that moves only when it is told to."""

from __future__ import annotations

import time as real_time


class FakeClock:
    """Stands in for the module ``time``: :meth:`time` and :meth:`monotonic`, both moved by :meth:`advance`.

    It begins at ``now`` (unix, seconds), by default the real time, so that files written meanwhile are new.
    """

    def __init__(self, now: float | None = None) -> None:
        self._start = real_time.time() if now is None else now
        self._passed = 0.0

    def time(self) -> float:
        """Seconds since 1970."""
        return self._start + self._passed

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return self._passed

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self._passed += seconds
