"""Running the real command in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def run_tuimon(
    *words: str | Path, cwd: Path, environment: Mapping[str, str] | None = None, timeout: float = 120.0
) -> subprocess.CompletedProcess[str]:
    """``tuimon WORDS`` with pipes for stdout and stderr, in a plain UTF-8 environment."""
    return subprocess.run(
        [sys.executable, "-m", "tuimon", *map(str, words)],
        cwd=cwd,
        env=plain_environment(environment),
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )


def plain_environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without what would change the output, and with ``changes``."""
    dropped = {
        "TUIMON_DIR",
        "TUIMON_POLL",
        "TUIMON_SETTINGS",
        "NO_COLOR",
        "COLUMNS",
        "LINES",
        "LC_ALL",
        "LC_CTYPE",
        "LANG",
    }
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "LC_ALL": "C.UTF-8", **(changes or {})}
