"""The memory that a container or a job may use: its control group's limit, of which psutil knows nothing."""

from __future__ import annotations

from pathlib import Path

TYPE_CHECKING = False  # importing typing costs a training 4 ms
if TYPE_CHECKING:
    from collections.abc import Iterator

MOUNT = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")


class _Files:
    """The names of one version: the limit, what is used, and what of that can be dropped at any time."""

    def __init__(self, limit: str, used: str, droppable: str) -> None:
        self.limit = limit
        self.used = used
        self.droppable = droppable


_V2 = _Files("memory.max", "memory.current", "inactive_file")
_V1 = _Files("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")


class CgroupMemory:
    """The groups that this process is in, from its own up to the first: each may have a limit.

    In a container without a namespace of its own the path is the host's, which is not there: then the first
    group that is seen is the container's.
    """

    def __init__(self, mount: Path = MOUNT, own: Path = OWN) -> None:
        self._groups = list(_groups(mount, own))

    def read(self, machine_total: float) -> dict[str, float]:
        """Used and total bytes of the tightest limit below ``machine_total``; nothing where there is none.

        Pages of files that the kernel drops when memory is wanted are not counted as used.
        """
        limits = [
            (limit, folder, files)
            for folder, files in self._groups
            if (limit := _number(folder / files.limit)) is not None and limit < machine_total
        ]
        if not limits:
            return {}
        limit, folder, files = min(limits, key=lambda found: found[0])
        used = _number(folder / files.used)
        if used is None:
            return {}
        used -= _droppable(folder / "memory.stat", files.droppable)
        return {"machine_memory_bytes": max(used, 0), "machine_memory_total_bytes": limit}


def _groups(mount: Path, own: Path) -> Iterator[tuple[Path, _Files]]:
    """Folders with a memory limit, by version; none where the system has no control groups."""
    try:
        with own.open(encoding="utf-8", errors="surrogateescape") as lines:
            entries = [line.rstrip("\n").split(":", 2) for line in lines]
    except OSError:
        return
    for entry in entries:
        if len(entry) != 3:
            continue
        _, controllers, path = entry
        if not controllers:
            roots = [(mount, _V2), (mount / "unified", _V2)]
        elif "memory" in controllers.split(","):
            roots = [(mount / "memory", _V1)]
        else:
            continue
        for root, files in roots:
            parts = [part for part in path.split("/") if part not in ("", "..")]
            for depth in range(len(parts), -1, -1):
                folder = root.joinpath(*parts[:depth])
                if (folder / files.limit).exists():
                    yield folder, files


def _number(path: Path) -> int | None:
    """The number in a file; None where there is none: ``max`` is no limit."""
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            return int(file.read(64))
    except (OSError, ValueError):
        return None


def _droppable(path: Path, name: str) -> int:
    try:
        with path.open(encoding="ascii", errors="replace") as lines:
            for line in lines:
                words = line.split()
                if len(words) == 2 and words[0] == name:
                    return int(words[1])
    except (OSError, ValueError):
        return 0
    return 0
