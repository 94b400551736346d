"""Keeping the garbage collector from looking at what stays."""

from __future__ import annotations

import gc

LEAST = 100  # runs; of fewer the collector has done before anybody notices
GROWN = 1.125  # times as many as before: the collector looks at everything at one and a quarter


class SettledMemory:
    """Takes what is known of runs out of the sight of the garbage collector.

    A thousand runs are half a million objects. Each time that a quarter as many have come and gone the
    collector looks through them all, and for 60 ms no key is answered. What is dropped is freed all the same:
    the collector looks for circles of references alone, and runs are not made of such.
    """

    def __init__(self) -> None:
        self._settled = 0

    def note(self, known: int) -> bool:
        """So many runs have been read by now, or looked at; whether that is enough more to do it again."""
        if known < max(LEAST, GROWN * self._settled):
            return False
        self._settled = known
        gc.collect(1)  # the circles that have just come about are worth a short look
        gc.freeze()
        return True
