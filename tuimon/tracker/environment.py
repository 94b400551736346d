"""Where a run runs: read once, at its start, from files and variables; only what was really read.

Nothing here waits: the one process that is asked, git for the dirty flag, has a bound (see ``git_state``).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tuimon.records.this_machine import machine_facts, read_system_file
from tuimon.tracker.git_state import git_facts
from tuimon.tracker.run_plan import integer
from tuimon.tracker.secrets import masked

MAX_GPUS = 64


def process_facts() -> dict[str, Any]:
    """What tells later whether this process still lives: host, pid, its start, boot id, pid namespace."""
    pid = os.getpid()
    return {**machine_facts(), "pid": pid, "process_start_time": process_start_time(pid)}


def job_facts(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """SLURM's job id, array index and restart count, where it set them.

    The elements of an array have one job id, the one that ``squeue`` and ``scancel`` know them by.
    """
    return {
        "job_id": environment.get("SLURM_ARRAY_JOB_ID") or environment.get("SLURM_JOB_ID"),
        "array_index": integer(environment.get("SLURM_ARRAY_TASK_ID")),
        "restart_count": integer(environment.get("SLURM_RESTART_COUNT")),
    }


def program_facts() -> dict[str, Any]:
    """The command line without secrets, the directory, the commit, Python and the GPUs."""
    directory = _working_directory()
    commit, dirty = git_facts(directory) if directory is not None else (None, None)
    return {
        "argv": masked(sys.orig_argv),
        "cwd": str(directory) if directory is not None else None,
        "git_commit": commit,
        "git_dirty": dirty,
        "python": sys.version.split()[0],
        "gpu_names": gpu_names(),
    }


def process_start_time(pid: int) -> float | None:
    """When process ``pid`` started, in Unix seconds; ``None`` if it is gone."""
    if not sys.platform.startswith("linux"):
        return _start_time_elsewhere(pid)
    # The command may hold spaces and brackets.
    fields = read_system_file(f"/proc/{pid}/stat").rpartition(")")[2].split()
    if len(fields) < 20 or (boot := _boot_time()) is None:
        return None
    return boot + int(fields[19]) / os.sysconf("SC_CLK_TCK")


def gpu_names(directory: Path = Path("/proc/driver/nvidia/gpus")) -> tuple[str, ...]:
    """The NVIDIA GPUs that the driver's files name; elsewhere nothing rather than a slow look."""
    try:
        gpus = sorted(path.name for path in directory.iterdir())[:MAX_GPUS]
    except OSError:
        return ()
    texts = (read_system_file(str(directory / gpu / "information")) for gpu in gpus)
    lines = (line for text in texts for line in text.splitlines())
    return tuple(line.partition(":")[2].strip() for line in lines if line.startswith("Model:"))


def _boot_time() -> float | None:
    for line in read_system_file("/proc/stat").splitlines():
        if line.startswith("btime "):
            return float(line.split()[1])
    return None


def _start_time_elsewhere(pid: int) -> float | None:
    import psutil  # macOS and Windows have no /proc; 20 ms there, nothing on Linux

    try:
        started: float = psutil.Process(pid).create_time()
    except psutil.Error:
        return None
    return started


def _working_directory() -> Path | None:
    try:
        return Path.cwd()
    except OSError:
        return None  # it was removed
