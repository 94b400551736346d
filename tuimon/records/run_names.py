"""Names of runs, of their files, and where those lie."""

from __future__ import annotations

import os
from pathlib import Path

TYPE_CHECKING = False  # typing and dataclasses are left out here: each training would wait for their import
if TYPE_CHECKING:
    from datetime import datetime

MAX_NAME_BYTES = 100
LOG_DIRECTORY_VARIABLE = "TUIMON_DIR"
DEFAULT_LOG_DIRECTORY = "experiment_logs"

_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)))
)
"""Windows takes these for devices, whatever ending follows."""


def log_directory(given: str | os.PathLike[str] | None = None) -> Path:
    """Where logs go and are looked for: ``given``, else ``$TUIMON_DIR``, else ``experiment_logs``."""
    return Path(given or os.environ.get(LOG_DIRECTORY_VARIABLE) or DEFAULT_LOG_DIRECTORY)


def safe_file_name(name: str) -> str:
    """``name`` as a part of a file name: ASCII letters, digits, ``.``, ``_`` and ``-``, 1 to 100 bytes."""
    safe = "".join(sign if sign in _SAFE else "_" for sign in name[:MAX_NAME_BYTES]).rstrip(".") or "run"
    return f"_{safe}"[:MAX_NAME_BYTES] if safe.partition(".")[0].lower() in _DEVICES else safe


def new_run_id() -> str:
    """Eight lowercase base32 characters from the system's randomness, which no training seeds."""
    return "".join(_BASE32[byte & 31] for byte in os.urandom(8))


def log_file_name(name: str, when: datetime) -> str:
    """``experiment_<name>_<YYYYmmdd_HHMMSS>.jsonl`` with the name made safe."""
    return f"experiment_{safe_file_name(name)}_{when:%Y%m%d_%H%M%S}.jsonl"


def rank_path(log: Path, rank: int) -> Path:
    """Where ``rank`` writes, beside rank 0's ``log``."""
    return log.with_name(f"{log.stem}.rank{rank}.jsonl")
