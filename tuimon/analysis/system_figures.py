"""What the machine did while a run trained: the newest figures, and curves of all over elapsed time."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from tuimon.analysis.axes import ELAPSED
from tuimon.analysis.curves import Series, plain_series
from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import ColumnView, Floats
from tuimon.store.snapshot import RunSnapshot

GIB = 2.0**30
MIB = 2.0**20
_GPU = re.compile(r"gpu(\d+)_")
_KEPT_CURVES = 256
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
    """The newest figures of a GPU; None for what was not read. ``percent`` is of its time in use."""

    number: int
    percent: float | None
    memory_bytes: float | None
    memory_total_bytes: float | None
    power_watts: float | None
    temperature_celsius: float | None


@dataclass(frozen=True, slots=True)
class SystemNow:
    """The newest figures of a run; None for what was not read.

    ``cpu_percent`` and ``memory_bytes`` are those of the training's processes, 100 % being one core.
    """

    cpu_percent: float | None
    machine_cpu_percent: float | None
    memory_bytes: float | None
    machine_memory_bytes: float | None
    machine_memory_total_bytes: float | None
    gpus: tuple[GpuNow, ...]


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


def gpu_numbers(run: RunSnapshot) -> tuple[int, ...]:
    """The GPUs of which there are figures."""
    found = (_GPU.match(name) for name in run.system)
    return tuple(sorted({int(match[1]) for match in found if match}))


def system_now(run: RunSnapshot) -> SystemNow | None:
    """The newest figures; None where there are none."""
    if not run.system:
        return None
    gpus = tuple(
        GpuNow(
            number,
            *(
                _latest(run, f"gpu{number}_{figure}")
                for figure in (
                    "percent",
                    "memory_bytes",
                    "memory_total_bytes",
                    "power_watts",
                    "temperature_celsius",
                )
            ),
        )
        for number in gpu_numbers(run)
    )
    return SystemNow(
        _latest(run, "cpu_percent"),
        _latest(run, "machine_cpu_percent"),
        _latest(run, "memory_bytes"),
        _latest(run, "machine_memory_bytes"),
        _latest(run, "machine_memory_total_bytes"),
        gpus,
    )


def _latest(run: RunSnapshot, name: str) -> float | None:
    view = run.system.get(name)
    return view.last_value if view is not None and math.isfinite(view.last_value) else None


def system_charts(run: RunSnapshot) -> tuple[SystemChart, ...]:
    """All charts of which there is anything to draw, the GPUs first."""
    gpus = gpu_numbers(run)

    def of_gpus(figure: str) -> list[tuple[str, str]]:
        return [(f"gpu{number}", f"gpu{number}_{figure}") for number in gpus]

    own_and_machine = [("training", "memory_bytes"), ("machine", "machine_memory_bytes")]
    gpu_memory = (_latest(run, f"gpu{number}_memory_total_bytes") for number in gpus)
    wanted = (
        _chart(run, "GPU use", Kind.PERCENT, of_gpus("percent"), high=100.0),
        _chart(run, "GPU memory, GiB", Kind.SIZE, of_gpus("memory_bytes"), GIB, high=_most(gpu_memory, GIB)),
        _chart(run, "GPU power", Kind.POWER, of_gpus("power_watts")),
        _chart(run, "GPU temperature", Kind.TEMPERATURE, of_gpus("temperature_celsius")),
        _chart(run, "CPU, 100% a core", Kind.PERCENT, [("training", "cpu_percent")]),
        _chart(run, "CPU of the machine", Kind.PERCENT, [("machine", "machine_cpu_percent")], high=100.0),
        _chart(run, "memory, GiB", Kind.SIZE, own_and_machine, GIB, loud=1),
        _chart(run, "disk, MiB/s", Kind.RATE, _both("disk", "read", "write"), MIB),
        _chart(run, "network, MiB/s", Kind.RATE, _both("network", "received", "sent"), MIB),
    )
    return tuple(chart for chart in wanted if chart is not None)


def _both(of: str, *ways: str) -> list[tuple[str, str]]:
    return [(way, f"{of}_{way}_bytes_per_sec") for way in ways]


def _most(values: Iterable[float | None], scale: float) -> float:
    return max((value / scale for value in values if value is not None), default=0.0)


def _chart(
    run: RunSnapshot,
    title: str,
    kind: Kind,
    wanted: Iterable[tuple[str, str]],
    scale: float = 1.0,
    *,
    high: float = 0.0,
    loud: int | None = None,
) -> SystemChart | None:
    """The chart of some figures, each with its label; None where none of them was read.

    It reaches to ``high``, and further where a value does.
    """
    lines = tuple(
        (label, _series(run.key, label, run.system_seconds, run.system[name], scale))
        for label, name in wanted
        if name in run.system
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
