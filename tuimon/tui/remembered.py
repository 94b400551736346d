"""The part of a view that is kept between sessions, as JSON holds it. Pure.

Cursor, marks, sort, filter, axes: what a person set up. Not what was a passing look: pause, page, full chart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tuimon.tui.view_state import ViewState

_LONGEST_FILTER = 10_000  # characters
_STRONGEST_SMOOTHING = 0.999


def _is_name(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_names_or_none(value: object) -> bool:
    return value is None or _is_names(value)


def _is_filter(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_FILTER and value.isprintable()


def _is_smoothing(value: object) -> bool:
    # NaN is in no range; a bool is a number to Python.
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value <= _STRONGEST_SMOOTHING  # type: ignore[operator]


# The fields of the view that are kept, and what their values must be to be used again.
KEPT: Mapping[str, Callable[[object], bool]] = {
    "cursor": _is_name,
    "marked": _is_names,
    "baseline": _is_name,
    "x_axis": _is_name,
    "log_y": _is_flag,
    "clip_outliers": _is_flag,
    "smoothing": _is_smoothing,
    "sort": _is_name,
    "descending": _is_flag,
    "filter_text": _is_filter,
    "columns": _is_names_or_none,
    "show_archived": _is_flag,
    "grouped": _is_flag,
    "main_metric": _is_name,
    "hidden_metrics": _is_names,
}


def view_to_keep(view: ViewState) -> dict[str, Any]:
    """What of a view is kept, as JSON can hold it."""
    values = {name: getattr(view, name) for name in KEPT}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def view_from(kept: Mapping[str, object], start: ViewState) -> ViewState:
    """``start`` with what was kept; a value that no view of ours had is left out."""
    usable = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in kept.items()
        if name in KEPT and KEPT[name](value)
    }
    return replace(start, **usable)  # type: ignore[arg-type]
