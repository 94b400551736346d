"""What a comparison says in its cells: values, differences, places on an axis, config values."""

from __future__ import annotations

import json
from typing import Any

from tuimon.analysis.axes import AxisKind, XAxis
from tuimon.analysis.comparison import ABSENT, Comparison, Measure, MetricCell, MetricLine
from tuimon.analysis.config_words import config_number
from tuimon.analysis.metric_roles import Role, role_of
from tuimon.analysis.short_names import short_metric
from tuimon.charts import notation
from tuimon.charts.notation import MINUS, harmless
from tuimon.charts.view import x_text

# Of these a difference says little, and a share much.
_BY_SHARE = frozenset({Role.LEARNING_RATE, Role.THROUGHPUT, Role.DURATION, Role.SYSTEM})


def metric_label(line: MetricLine, comparison: Comparison) -> str:
    """What a metric line is about: ``val_loss best``, ``time to 1.4620``."""
    metric = harmless(short_metric(line.metric))
    match line.measure:
        case Measure.LAST:
            return metric
        case Measure.AT:
            at = "" if comparison.at is None else x_text(comparison.axis, comparison.at)
            return f"{metric} @{at}"
        case Measure.REACHED:
            return f"time to {notation.value_text(line.metric, line.target)}"
        case Measure.DURATION:
            return "duration"
        case _:
            return f"{metric} {line.measure.value}"


def place_text(axis: XAxis, at: float) -> str:
    """A place on an axis with what it counts: ``11.5k gradient steps``, ``1m30s elapsed``."""
    several = axis.kind is AxisKind.COUNT and axis.label[-1:].isalpha() and not axis.label.endswith("s")
    return f"{x_text(axis, at)} {harmless(axis.label)}{'s' if several and at != 1 else ''}"


def same_place_words(axis: XAxis) -> str:
    """Where two runs are compared: ``at the same step``."""
    what = {"gradient_step": "step", "iteration": "step"}.get(axis.id, harmless(axis.label))
    return f"at the same {'time' if axis.kind in (AxisKind.SECONDS, AxisKind.CLOCK) else what}"


def place_label(axis: XAxis) -> str:
    """What stands before places on an axis: ``at step``, ``after`` 1m30s."""
    if axis.kind is AxisKind.SECONDS:
        return "after"
    return same_place_words(axis).replace("the same ", "")


def measure_text(line: MetricLine, cell: MetricCell) -> str:
    """A cell's value by the custom of its metric."""
    if line.measure in (Measure.REACHED, Measure.DURATION):
        return notation.duration_text(cell.value)
    return notation.value_text(line.metric, cell.value)


def change_text(line: MetricLine, cell: MetricCell) -> str:
    """How far a cell is from the baseline: a difference, in time a duration, of rates a share."""
    if cell.delta is None:
        return ""
    if line.measure in (Measure.REACHED, Measure.DURATION):
        size = notation.duration_text(abs(cell.delta))
        return size if size == "0s" else f"{MINUS if cell.delta < 0 else '+'}{size}"
    if role_of(line.metric) in _BY_SHARE:
        return "" if cell.relative is None else notation.ratio_text(1 + cell.relative)
    return notation.delta_text(cell.delta, cell.value)


def config_text(key: str, value: Any) -> str:
    """A config value on one line. What differs looks different: floats have up to twelve digits."""
    if value is ABSENT:
        return notation.ABSENT
    if isinstance(value, str):
        return harmless(value) if value else '""'
    if isinstance(value, float):
        return config_number(key, value)
    if value is None or isinstance(value, bool | int):
        return str(value)
    return harmless(json.dumps(value, ensure_ascii=False, default=str, separators=(",", ":")))
