"""What is to be started, and how it is to be tracked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tuimon.capture.command_line import Value

DEFAULT_OUTPUT_LIMIT = 100 * 10**6  # bytes


@dataclass(frozen=True, slots=True)
class Launch:
    """A command with the run that it is to be; ``in_background`` where the app has the terminal."""

    command: tuple[str, ...]
    name: str
    log_dir: Path
    config: Mapping[str, Value] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    notes: str = ""
    group: str | None = None
    system_interval: float | None = None
    patterns: tuple[str, ...] = ()
    output_limit: int = DEFAULT_OUTPUT_LIMIT
    in_background: bool = False
