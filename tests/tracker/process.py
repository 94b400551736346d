"""Training scripts as real processes, and what they leave behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tuimon.records.lines import decode_line

PREAMBLE = """
import os, signal, sys, threading, time
from tuimon import ExperimentTracker
import tuimon
directory = sys.argv[1]
"""


def start_script(
    code: str, directory: Path, *, options: tuple[str, ...] = (), environment: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """A process that runs ``code`` after :data:`PREAMBLE`, its logs going to ``directory``."""
    return subprocess.Popen(
        [sys.executable, *options, "-c", PREAMBLE + code, str(directory)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    )


def run_script(
    code: str, directory: Path, *, options: tuple[str, ...] = (), environment: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Run ``code`` to its end; the exit code (negative: the signal it died of) and stderr."""
    with start_script(code, directory, options=options, environment=environment) as process:
        _, errors = process.communicate(timeout=120)
    return process.returncode, errors


def logs(directory: Path) -> list[Path]:
    """The logs in ``directory``."""
    return sorted(directory.glob("*.jsonl"))


def records(path: Path) -> list[dict[str, Any]]:
    """Every line of a log; fails when one is no record or the last is torn."""
    content = path.read_bytes()
    assert content.endswith(b"\n")
    return [decode_line(line) for line in content.splitlines()]


def only_log(directory: Path) -> list[dict[str, Any]]:
    """The records of the one log in ``directory``."""
    (path,) = logs(directory)
    return records(path)


def kinds(lines: list[dict[str, Any]]) -> list[str]:
    """The types of records, in order."""
    return [line["type"] for line in lines]
