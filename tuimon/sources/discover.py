"""Finding runs under directories, within bounds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ScanLimits:
    """How far a search goes before it stops and says so.

    ``depth``: directories below the given one. ``entries``: directory entries looked at. ``seconds``: time.
    """

    depth: int = 8
    entries: int = 200_000
    seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class RunFiles:
    """The files of one run: its log, its document in the original shape, or both.

    ``key`` names the run for as long as its files stay where they are: the resolved path of the log, else of
    the document, as text.
    """

    key: str
    log: Path | None
    document: Path | None


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a search found; ``stopped`` says why it ended early, ``problems`` what could not be looked at."""

    runs: tuple[RunFiles, ...]
    stopped: str | None
    problems: tuple[str, ...]
