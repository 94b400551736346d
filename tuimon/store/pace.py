"""How often something is done that is better done often but costs time."""

from __future__ import annotations


class Pace:
    """When it is due again: after ``period`` seconds, and no sooner than ``share`` times what it took last.

    ``share`` 200 keeps it below 0.5 % of a core, whatever there is to look at. Times are monotonic seconds.
    """

    def __init__(self, period: float, share: float, now: float) -> None:
        self._period = period
        self._share = share
        self._ended = now
        self._took = 0.0
        self._asked: tuple[float, float] | None = None

    def ask(self, gap: float, share: float) -> None:
        """There is a reason to do it sooner: ``gap`` and ``share`` instead, until it is done."""
        if self._asked is not None:
            gap, share = min(gap, self._asked[0]), min(share, self._asked[1])
        self._asked = (gap, share)

    def begun(self) -> None:
        """It has begun: whatever is asked for from now on needs it again."""
        self._asked = None

    def done(self, now: float, took: float) -> None:
        """It has ended after ``took`` seconds of work."""
        self._ended = now
        self._took = took

    @property
    def due(self) -> float:
        """When it is due."""
        period, share = self._asked or (self._period, self._share)
        return self._ended + max(period, share * self._took)
