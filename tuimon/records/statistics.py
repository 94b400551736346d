"""Statistics of one experiment, as numbers and as text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from tuimon.records.experiment import LOSS_FIELDS, ROW_FIELDS, ExperimentLog
from tuimon.records.lines import plain_text

_NO_METRICS = frozenset(("iteration", "gradient_step", "wallclock_time", "batch_size", "context_length"))
_STANDARD = tuple(name for name in ROW_FIELDS if name not in _NO_METRICS)


def summary_statistics(log: ExperimentLog) -> dict[str, Any]:
    """The original tracker's summary, and by each metric's name its statistics.

    Those are ``count``, ``min``, ``max``, ``mean``, ``std`` (of the population) and ``last``. All but
    ``count`` and ``last`` are those of the finite values, ``None`` where there are none.
    """
    history = log.metrics_history
    columns: dict[str, list[float]] = {name: [] for name in _STANDARD}
    for row in history:
        for name in (*_STANDARD, *row.metrics):
            value = row.get(name)
            if value is not None:
                columns.setdefault(name, []).append(value)
    return {
        **{name: _statistics(values) for name, values in columns.items() if values},
        "experiment_name": log.experiment_name,
        "total_iterations": len(history),
        "total_gradient_steps": max((row.gradient_step for row in history), default=0),
        "duration_seconds": log.duration_seconds,
        **{name: getattr(log, name) for name in LOSS_FIELDS},
    }


def statistics_text(statistics: Mapping[str, Any], name: str, notes: str = "") -> str:
    """What ``summary_statistics`` gives, as plain text for a person."""
    steps, rows = statistics["total_gradient_steps"], statistics["total_iterations"]
    duration = statistics["duration_seconds"]
    lines = [
        f"Experiment: {one_line(name or 'unnamed')}",
        f"  duration          {'not known' if duration is None else duration_words(duration)}",
        f"  iterations logged {rows:,}" + (f", gradient steps {steps:,}" if steps else ""),
    ]
    lines += [
        f"  {field.replace('_', ' '):<17} {statistics[field]:.6g}"
        for field in LOSS_FIELDS
        if statistics[field] is not None
    ]
    metrics = {key: value for key, value in statistics.items() if isinstance(value, dict)}
    if metrics:
        width = max(16, *(min(len(one_line(key)), 32) for key in metrics))
        heads = "".join(f"{head:>12}" for head in ("min", "max", "mean", "std", "last"))
        lines.append(f"  {'':<{width}}{heads}")
    for key, value in metrics.items():
        cells = "".join(f"{number_words(value[head]):>12}" for head in ("min", "max", "mean", "std", "last"))
        lines.append(f"  {one_line(key):<{width}}{cells}")
    if notes:
        lines.append(f"  notes: {one_line(notes)}")
    return "\n".join(lines)


def _statistics(values: Sequence[float]) -> dict[str, float | int | None]:
    finite = [value for value in values if math.isfinite(value)]
    last = values[-1]
    if not finite:
        return {"count": len(values), "min": None, "max": None, "mean": None, "std": None, "last": last}
    scale = max(map(abs, finite)) or 1.0  # sums of squares of the largest floats would overflow
    scaled = [value / scale for value in finite]
    mean = math.fsum(scaled) / len(scaled)
    variance = math.fsum((value - mean) ** 2 for value in scaled) / len(scaled)
    return {
        "count": len(values),
        "min": min(finite),
        "max": max(finite),
        "mean": mean * scale,
        "std": math.sqrt(variance) * scale if min(finite) < max(finite) else 0.0,
        "last": last,
    }


def number_words(value: float | None) -> str:
    """A number in five significant digits, a dash where there is none."""
    return "–" if value is None else f"{value:.5g}"


def duration_words(seconds: float) -> str:
    """``2 h 05 min``, ``3 min 04.2 s``, ``1.25 s``."""
    minutes, rest = divmod(max(seconds, 0.0), 60)
    hours, minutes = divmod(int(minutes), 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:04.1f} s" if minutes else f"{rest:.2f} s"


def one_line(text: str) -> str:
    """``text`` on one line, control characters as escapes."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in plain_text(text)
    )
