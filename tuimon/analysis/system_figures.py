"""What the machine did while a run trained: the newest figures, and curves of all over elapsed time."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from tuimon.analysis.axes import ELAPSED
from tuimon.analysis.curves import Series, plain_series
from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import ColumnView, Floats
from tuimon.store.snapshot import RunSnapshot

GIB = 2.0**30
MIB = 2.0**20
_GPU = re.compile(r"gpu(\d+)_")
_KEPT_CURVES = 256
MOST_LINES = 16  # in a chart: of more GPUs or ranks the first
_Wanted: TypeAlias = tuple[str, RunSnapshot, str]
"""A line of a chart: its label, the log that has the figure, and the figure's name."""
_AIR = 1.05  # above the highest value where nothing says how high it can be


class Kind(StrEnum):
    """What values are; the words are none that a logged metric has."""

    PERCENT = "machine percent"
    SIZE = "machine GiB"
    RATE = "machine MiB/s"
    POWER = "machine watts"
    TEMPERATURE = "machine celsius"


@dataclass(frozen=True, slots=True)
class GpuNow:
    """The newest figures of a GPU; None for what was not read. ``percent`` is of its time in use.

    ``host`` is the machine that it is in, where that is not rank 0's.
    """

    number: int
    percent: float | None
    memory_bytes: float | None
    memory_total_bytes: float | None
    power_watts: float | None
    temperature_celsius: float | None
    host: str = ""


@dataclass(frozen=True, slots=True)
class RankNow:
    """The newest figures of one rank's processes; ``host`` as of a GPU."""

    rank: int
    host: str
    cpu_percent: float | None
    memory_bytes: float | None


@dataclass(frozen=True, slots=True)
class SystemNow:
    """The newest figures of a run; None for what was not read.

    ``cpu_percent`` and ``memory_bytes`` are those of the training's processes, 100 % being one core. Of a run
    of several ranks they are those of all, each in ``ranks`` too; of several machines the memory is the sum,
    the processor's use the mean.
    """

    cpu_percent: float | None
    machine_cpu_percent: float | None
    memory_bytes: float | None
    machine_memory_bytes: float | None
    machine_memory_total_bytes: float | None
    gpus: tuple[GpuNow, ...]
    ranks: tuple[RankNow, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class SystemChart:
    """One chart: its title, what its values are, a label and a curve for each line.

    The first ``loud`` lines are the training's own; the others, of the whole machine, stand behind them.
    ``high`` is how far the axis reaches from 0.
    """

    title: str
    kind: Kind
    lines: tuple[tuple[str, Series], ...]
    high: float
    loud: int


def measured(run: RunSnapshot) -> tuple[RunSnapshot, ...]:
    """The logs with figures: rank 0's, then those of the other ranks; of a live run those that are live."""
    return tuple(
        each
        for each in (run, *run.ranks)
        if each.system and (each is run or each.state.is_live or not run.state.is_live)
    )


def _gpus(logs: Sequence[RunSnapshot]) -> list[tuple[RunSnapshot, int]]:
    """Each GPU of which there are figures, once though several ranks may see it, and in whose log."""
    found: dict[tuple[str | None, int], RunSnapshot] = {}
    for log in logs:
        numbers = {int(match[1]) for name in log.system if (match := _GPU.match(name))}
        for number in sorted(numbers):
            found.setdefault((log.header.host, number), log)
    return [(log, number) for (_, number), log in found.items()]


def _machines(logs: Sequence[RunSnapshot]) -> list[RunSnapshot]:
    """The first log of each machine."""
    return list({log.header.host: log for log in reversed(logs)}.values())[::-1]


def _host(log: RunSnapshot, run: RunSnapshot) -> str:
    """The short name of a log's machine, where that is not the run's own."""
    host = log.header.host
    return "" if host is None or host == run.header.host else host.partition(".")[0]


def system_now(run: RunSnapshot) -> SystemNow | None:
    """The newest figures; None where there are none."""
    logs = measured(run)
    if not logs:
        return None
    machines = _machines(logs)
    busy = [use for log in machines if (use := _latest(log, "machine_cpu_percent")) is not None]
    ranks = tuple(
        RankNow(
            log.header.rank or 0, _host(log, run), _latest(log, "cpu_percent"), _latest(log, "memory_bytes")
        )
        for log in logs
    )
    return SystemNow(
        _sum(logs, "cpu_percent"),
        sum(busy) / len(busy) if busy else None,
        _sum(logs, "memory_bytes"),
        _sum(machines, "machine_memory_bytes"),
        _sum(machines, "machine_memory_total_bytes"),
        tuple(
            GpuNow(
                number,
                percent=_latest(log, f"gpu{number}_percent"),
                memory_bytes=_latest(log, f"gpu{number}_memory_bytes"),
                memory_total_bytes=_latest(log, f"gpu{number}_memory_total_bytes"),
                power_watts=_latest(log, f"gpu{number}_power_watts"),
                temperature_celsius=_latest(log, f"gpu{number}_temperature_celsius"),
                host=_host(log, run),
            )
            for log, number in _gpus(logs)
        ),
        ranks if len(ranks) > 1 else (),
    )


def _sum(logs: Iterable[RunSnapshot], name: str) -> float | None:
    values = [value for log in logs if (value := _latest(log, name)) is not None]
    return sum(values) if values else None


def _latest(run: RunSnapshot, name: str) -> float | None:
    view = run.system.get(name)
    return view.last_value if view is not None and math.isfinite(view.last_value) else None


def system_charts(run: RunSnapshot) -> tuple[SystemChart, ...]:
    """All charts of which there is anything to draw, the GPUs first; a line each for ranks and machines."""
    logs = measured(run)
    gpus, machines = _gpus(logs)[:MOST_LINES], _machines(logs)
    loud = min(len(logs), MOST_LINES)

    def of_gpus(figure: str) -> list[_Wanted]:
        return [
            (" ".join(filter(None, (_host(log, run), f"gpu{number}"))), log, f"gpu{number}_{figure}")
            for log, number in gpus
        ]

    def of_training(name: str) -> list[_Wanted]:
        several = len(logs) > 1
        return [(f"rank {log.header.rank or 0}" if several else "training", log, name) for log in logs[:loud]]

    def of_machines(*labels_and_names: tuple[str, str]) -> list[_Wanted]:
        return [
            (" ".join(filter(None, (_host(log, run), label))), log, name)
            for log in machines[:MOST_LINES]
            for label, name in labels_and_names
        ]

    gpu_memory = (_latest(log, f"gpu{number}_memory_total_bytes") for log, number in gpus)
    own_and_machine = of_training("memory_bytes") + of_machines(("machine", "machine_memory_bytes"))
    machine_cpu = of_machines(("machine", "machine_cpu_percent"))
    wanted = (
        _chart("GPU use", Kind.PERCENT, of_gpus("percent"), high=100.0),
        _chart("GPU memory, GiB", Kind.SIZE, of_gpus("memory_bytes"), GIB, high=_most(gpu_memory, GIB)),
        _chart("GPU power", Kind.POWER, of_gpus("power_watts")),
        _chart("GPU temperature", Kind.TEMPERATURE, of_gpus("temperature_celsius")),
        _chart("CPU, 100% a core", Kind.PERCENT, of_training("cpu_percent")),
        _chart("CPU of the machine", Kind.PERCENT, machine_cpu, high=100.0),
        _chart("memory, GiB", Kind.SIZE, own_and_machine, GIB, loud=loud),
        _chart("disk, MiB/s", Kind.RATE, of_machines(*_both("disk", "read", "write")), MIB),
        _chart("network, MiB/s", Kind.RATE, of_machines(*_both("network", "received", "sent")), MIB),
    )
    return tuple(chart for chart in wanted if chart is not None)


def _both(of: str, *ways: str) -> list[tuple[str, str]]:
    return [(way, f"{of}_{way}_bytes_per_sec") for way in ways]


def _most(values: Iterable[float | None], scale: float) -> float:
    return max((value / scale for value in values if value is not None), default=0.0)


def _chart(
    title: str,
    kind: Kind,
    wanted: Iterable[_Wanted],
    scale: float = 1.0,
    *,
    high: float = 0.0,
    loud: int | None = None,
) -> SystemChart | None:
    """The chart of some figures, each with its label; None where none of them was read.

    It reaches to ``high``, and further where a value does.
    """
    lines = tuple(
        (label, _series(log.key, label, log.system_seconds, log.system[name], scale))
        for label, log, name in wanted
        if name in log.system
    )
    highest = max((series.y_range[1] for _, series in lines if series.y_range is not None), default=None)
    if highest is None:
        return None
    reach = max(high, highest if high else highest * _AIR) or 1.0
    return SystemChart(title, kind, lines, reach, len(lines) if loud is None else loud)


@lru_cache(maxsize=_KEPT_CURVES)
def _curve(key: str, label: str, seconds: _Seconds, view: ColumnView, scale: float) -> Series:
    return plain_series(key, label, ELAPSED, seconds.of(view), view.values / scale)


class _Seconds:
    """The elapsed times behind a column, equal where they are as many: they only grow or begin anew."""

    __slots__ = ("_seconds",)

    def __init__(self, seconds: Floats) -> None:
        self._seconds = seconds

    def of(self, view: ColumnView) -> Floats:
        """The time of each value."""
        return self._seconds[view.rows]

    def _identity(self) -> tuple[int, float, float]:
        count = len(self._seconds)
        return (count, float(self._seconds[0]), float(self._seconds[-1])) if count else (0, 0.0, 0.0)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Seconds) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())


def _series(key: str, label: str, seconds: Floats, view: ColumnView, scale: float) -> Series:
    return _curve(key, label, _Seconds(seconds), view, scale)
