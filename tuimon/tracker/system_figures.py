"""What this process and its machine use, read by psutil. Imported when figures are asked for, not before."""

from __future__ import annotations

from time import monotonic

import psutil

from tuimon.tracker.cgroup_memory import CgroupMemory

TYPE_CHECKING = False  # importing typing costs a training 4 ms
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

_LOOPBACK = ("lo", "lo0")
_UNREADABLE = (OSError, psutil.Error, AttributeError, NotImplementedError, RuntimeError)
"""What psutil raises where a platform or a container does not tell."""


class SystemFigures:
    """Reads the figures; rates are those since the last reading, so the first one has none.

    ``cpu_percent`` and ``memory_bytes`` are those of this process and all its children: 100 % is one core,
    and memory that processes share is counted in each. The others are the machine's: its CPU in percent of
    all cores, its network without the loopback. In a container or a job with a limit the memory is that of
    the limit: what beyond it is free helps the training nothing.
    """

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._cgroup = CgroupMemory()
        self._rates = Rates()
        self._cpu_seconds: dict[tuple[int, float], float] = {}
        self._busy_before: tuple[float, float] | None = None
        self._read_at = 0.0  # time.monotonic()

    def read(self) -> dict[str, float]:
        """Only what was really read."""
        now = monotonic()
        figures: dict[str, float] = {}
        for read in (self._of_processes, self._of_cpu, self._of_memory):
            figures.update(_tried(read))
        totals = {**_tried(_of_disk), **_tried(_of_network)}
        figures.update(self._rates.of(totals, now))
        self._read_at = now
        return figures

    def _of_processes(self) -> dict[str, float]:
        """CPU and memory of this process and all below it; one that ended meanwhile is left out."""
        seconds, memory, known = 0.0, 0, {}
        for process in self._tree():
            try:
                with process.oneshot():
                    times, size = process.cpu_times(), process.memory_info().rss
                    started = process.create_time()
            except psutil.Error:
                continue
            memory += size
            key = process.pid, started
            known[key] = times.user + times.system
            seconds += known[key] - self._cpu_seconds.get(key, 0.0)  # of a new one all
        passed, first = monotonic() - self._read_at, not self._cpu_seconds
        self._cpu_seconds = known
        figures: dict[str, float] = {"memory_bytes": memory}
        return figures if first or passed <= 0 else {"cpu_percent": _percent(seconds / passed), **figures}

    def _tree(self) -> Iterator[psutil.Process]:
        yield self._process
        try:
            yield from self._process.children(recursive=True)
        except psutil.Error:  # it is going at this moment
            return

    def _of_cpu(self) -> dict[str, float]:
        times = psutil.cpu_times()
        idle = times.idle + getattr(times, "iowait", 0.0)
        # Linux counts a guest's time in user's as well.
        total = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
        before, self._busy_before = self._busy_before, (total - idle, total)
        if before is None or total <= before[1]:
            return {}
        share = (total - idle - before[0]) / (total - before[1])
        return {"machine_cpu_percent": _percent(min(max(share, 0.0), 1.0))}

    def _of_memory(self) -> dict[str, float]:
        memory = psutil.virtual_memory()
        return self._cgroup.read(memory.total) or {
            "machine_memory_bytes": memory.total - memory.available,
            "machine_memory_total_bytes": memory.total,
        }


class Rates:
    """Totals that rise, as changes a second since the last look."""

    def __init__(self) -> None:
        self._before: dict[str, float] = {}
        self._at = 0.0

    def of(self, totals: dict[str, float], now: float) -> dict[str, float]:
        """The rates by the names of the totals; none where a total is new or has begun anew."""
        passed, before = now - self._at, self._before
        self._before, self._at = totals, now
        if passed <= 0:
            return {}
        return {
            name: round((total - before[name]) / passed)
            for name, total in totals.items()
            if name in before and total >= before[name]
        }


def _tried(read: Callable[[], dict[str, float]]) -> dict[str, float]:
    try:
        return read()
    except _UNREADABLE:
        return {}


def _of_disk() -> dict[str, float]:
    disk: Any = psutil.disk_io_counters()
    if disk is None:  # there are none, as in many containers
        return {}
    return {"disk_read_bytes_per_sec": disk.read_bytes, "disk_write_bytes_per_sec": disk.write_bytes}


def _of_network() -> dict[str, float]:
    cards = [card for name, card in psutil.net_io_counters(pernic=True).items() if name not in _LOOPBACK]
    if not cards:
        return {}
    return {
        "network_sent_bytes_per_sec": sum(card.bytes_sent for card in cards),
        "network_received_bytes_per_sec": sum(card.bytes_recv for card in cards),
    }


def _percent(share: float) -> float:
    return round(100 * share, 1)
