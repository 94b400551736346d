"""A tracker that runs under ``tuimon run`` tells it so: the run is not to be tracked twice."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

CLAIM_VARIABLE = "TUIMON_CAPTURE"
"""Names the file that a tracker writes the path of its log to, where somebody waits for it."""


def claim(log: Path) -> None:
    """Say that this process writes ``log``, where ``tuimon run`` has started it."""
    waiting = os.environ.get(CLAIM_VARIABLE)
    if not waiting:
        return
    with contextlib.suppress(OSError):  # whoever waited has ended; the log is written all the same
        descriptor = os.open(waiting, os.O_WRONLY | os.O_APPEND)  # not created: without it nobody waits
        try:
            os.write(descriptor, os.fsencode(log.absolute()) + b"\n")
        finally:
            os.close(descriptor)
