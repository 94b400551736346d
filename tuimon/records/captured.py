"""What the log of a captured program says where nothing in its output was a metric."""

from __future__ import annotations

from collections.abc import Iterable

from tuimon.records.events import EventRecord

NOTHING_RECOGNISED = "no metrics recognised in the output"
NOTHING_READ = (
    f"{NOTHING_RECOGNISED} (they need a step and names, or a pattern of yours in the settings: "
    "[run] output_patterns)"
)
"""The event that ``tuimon run`` writes at the end of such a run."""


def nothing_was_recognised(events: Iterable[EventRecord]) -> bool:
    """Whether these are the events of a captured program of whose output nothing was a metric."""
    return any(event.message.startswith(NOTHING_RECOGNISED) for event in events)
