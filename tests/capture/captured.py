"""Running ``tuimon run`` as a real process, and what it leaves behind."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

import tuimon
from tests.cli.commands import plain_environment
from tests.tracker.process import records

HERE = Path(tuimon.__file__).parents[1]


def command_line(command: Sequence[str], *options: str) -> list[str]:
    """``tuimon run`` of ``command``; a script is given as ``script("...")``."""
    return [sys.executable, "-m", "tuimon", "run", "--system-interval", "0", *options, "--", *command]


def script(directory: Path, code: str, name: str = "train.py") -> list[str]:
    """A Python script in ``directory``, and the words that run it."""
    (directory / name).write_text(code, encoding="utf-8")
    return [sys.executable, name]


def environment(directory: Path, changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """An environment in which tuimon is found and nobody's settings are."""
    own = {
        "PYTHONPATH": str(HERE),
        "XDG_CONFIG_HOME": str(directory / "config"),
        "XDG_STATE_HOME": str(directory / "state"),
        "TERM": "xterm-256color",
        "TMPDIR": str(directory),
    }
    return plain_environment({**own, **(changes or {})})


def run(
    directory: Path,
    command: Sequence[str],
    *options: str,
    given: bytes = b"",
    changes: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run to the end with pipes; ``given`` is stdin."""
    return subprocess.run(
        command_line(command, *options),
        cwd=directory,
        env=environment(directory, changes),
        input=given,
        capture_output=True,
        timeout=120,
        check=False,
    )


def log_of(directory: Path) -> Path:
    """The one log that was written."""
    (path,) = (directory / "experiment_logs").glob("*.jsonl")
    return path


def logged(directory: Path) -> list[dict[str, Any]]:
    """The records of the one log."""
    return records(log_of(directory))


def has_ended(directory: Path) -> bool:
    """Whether the one log is there and has its end, the whole line of it."""
    contents = [path.read_bytes() for path in (directory / "experiment_logs").glob("*.jsonl")]
    return any(b'\n{"type":"end"' in content and content.endswith(b"\n") for content in contents)


def values(directory: Path, name: str) -> list[tuple[float, float]]:
    """Step and value of each record that has ``name``."""
    return [
        (line["iteration"], line[name]) for line in logged(directory) if name in line and "iteration" in line
    ]


def kept_output(directory: Path) -> bytes:
    """What is kept of the output."""
    return log_of(directory).with_suffix(".out").read_bytes()


def is_gone(process: psutil.Process) -> bool:
    """Whether it has ended, also where nobody has waited for it yet."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE or not process.is_running()
    except psutil.NoSuchProcess:
        return True


def left_over(directory: Path) -> list[str]:
    """Files that should have been tidied up."""
    return [path.name for path in directory.glob("tuimon-claim-*")]
