"""Whether a run is alive, told from its log, the clock and the process that writes it."""

from __future__ import annotations

from enum import StrEnum


class RunState(StrEnum):
    """What has become of a run. The values are the words shown to people."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    CRASHED = "crashed"
    STALLED = "stalled"

    @property
    def is_live(self) -> bool:
        """Whether more records are to be expected: running or stalled."""
        return self in (RunState.RUNNING, RunState.STALLED)

    @property
    def is_over(self) -> bool:
        """Whether the run has ended, well or badly."""
        return not self.is_live
