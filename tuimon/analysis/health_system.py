"""Health of the machine under a run: its memory and its GPUs, by the figures in the log."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from tuimon.analysis.flat_config import flatten_config
from tuimon.analysis.health_events import HealthEvent, HealthKind, HealthRules, Severity
from tuimon.analysis.system_figures import measured
from tuimon.store.columns import ColumnView
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

_GPU_USE = re.compile(r"(gpu\d+)_percent")
# What a screen or a monitor of the GPU needs stays below; a training's GPU exceeds it at once.
_USED_PERCENT = 20.0
_FEWEST_READINGS = 3
_GB = 1e9


def system_events(run: RunSnapshot, rules: HealthRules) -> Iterator[HealthEvent]:
    """What the newest figures say: memory nearly full, GPUs idle while a training should use them.

    Of several ranks each machine and each GPU once, though more than one of them has logged it.
    """
    machines: set[str | None] = set()
    known: set[tuple[str | None, str]] = set()
    for log in measured(run):
        host = log.header.host
        gpus = {match[1]: view for name, view in log.system.items() if (match := _GPU_USE.fullmatch(name))}
        gpus = {gpu: view for gpu, view in gpus.items() if (host, gpu) not in known}
        events = [*_memory(log, rules.memory_full)] if host not in machines else []
        events += _idle_gpus(log, gpus, rules)
        machines.add(host)
        known.update((host, gpu) for gpu in gpus)
        yield from events if log is run else (_of_rank(run, log, event) for event in events)


def _of_rank(run: RunSnapshot, log: RunSnapshot, event: HealthEvent) -> HealthEvent:
    """What was found in the log of another rank, at the row that rank 0 had then."""
    rank, host = log.header.rank or 0, log.header.host
    whose = f"rank {rank}" if host is None or host == run.header.host else host.partition(".")[0]
    row = -1
    if event.iteration is not None and len(run.iterations):
        row = max(int(np.searchsorted(run.iterations, event.iteration, side="right")) - 1, 0)
    iteration = float(run.iterations[row]) if row >= 0 else None
    return replace(
        event, row=row, iteration=iteration, message=f"{whose}: {event.message}", about=f"rank {rank}"
    )


def _memory(run: RunSnapshot, share: float) -> Iterator[HealthEvent]:
    """Of a run that ended well it does not matter any more; of one that was killed it may be the reason."""
    used, total = run.system.get("machine_memory_bytes"), run.system.get("machine_memory_total_bytes")
    if not share or used is None or total is None or run.state is RunState.FINISHED:
        return
    whole = total.last_value
    full = used.values >= share * whole
    if not whole > 0 or not full[-1]:
        return
    since = 0 if full.all() else len(full) - int(np.argmin(full[::-1]))
    row = _row_at(run, float(run.system_seconds[used.rows[since]]))
    message = f"memory is nearly full: more than {share:.0%} of {whole / _GB:.0f} GB"
    yield _event(run, HealthKind.MEMORY, row, share * whole, message)


def _idle_gpus(run: RunSnapshot, gpus: Mapping[str, ColumnView], rules: HealthRules) -> Iterator[HealthEvent]:
    """GPUs that were used and are no more; all of them, where none was ever used."""
    if not rules.gpu_idle_percent or not run.state.is_live or not len(run.iterations):
        return
    begin = float(run.system_seconds[-1]) - rules.gpu_idle_seconds
    idle = [gpu for gpu, view in gpus.items() if _is_idle(run, view, begin, rules.gpu_idle_percent)]
    used = [gpu for gpu, view in gpus.items() if (view.finite_max or 0.0) >= _USED_PERCENT]
    if used:
        idle = [gpu for gpu in idle if gpu in used]
    elif len(idle) < len(gpus) or not _is_meant_for_gpus(run, begin):
        return
    if idle:
        message = f"{', '.join(idle)} idle for more than {rules.gpu_idle_seconds:.0f} s"
        yield _event(run, HealthKind.GPU_IDLE, _row_at(run, begin), rules.gpu_idle_seconds, message)


def _is_idle(run: RunSnapshot, use: ColumnView, begin: float, percent: float) -> bool:
    """Whether all readings after ``begin`` (elapsed seconds) are below, and one before it shows that they
    reach so far back."""
    seconds = run.system_seconds[use.rows]
    newest = int(np.searchsorted(seconds, begin, side="right"))
    return 0 < newest <= len(use) - _FEWEST_READINGS and bool((use.values[newest:] < percent).all())


def _is_meant_for_gpus(run: RunSnapshot, begin: float) -> bool:
    """Whether a training that has used no GPU since ``begin`` has trained since then, and not on purpose."""
    seconds = run.metrics.get("wallclock_time")
    if seconds is None or not seconds.values[0] <= begin:
        return False
    devices = [
        value for key, value in flatten_config(run.header.config).items() if key.split(".")[-1] == "device"
    ]
    return not any(str(device).startswith("cpu") for device in devices)


def _row_at(run: RunSnapshot, elapsed: float) -> int:
    """The newest row that was logged by then; the first where none was, -1 where there is none at all."""
    seconds = run.metrics.get("wallclock_time")
    if seconds is None:
        return len(run.iterations) - 1
    place = int(np.searchsorted(seconds.values, elapsed, side="right")) - 1
    return int(seconds.rows[max(place, 0)])


def _event(run: RunSnapshot, kind: HealthKind, row: int, value: float, message: str) -> HealthEvent:
    iteration = float(run.iterations[row]) if row >= 0 else None
    return HealthEvent(kind, "", row, iteration, value, message, Severity.WARNING)
