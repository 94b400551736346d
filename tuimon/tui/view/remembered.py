"""The part of a view that is kept between sessions, as JSON holds it. Pure.

Cursor, marks, sort, filter, axes, zoom, shares: what a person set up. Not what was a passing look: pause,
page, full chart, the cursor of the charts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tuimon.tui.view.view_state import WIDEST, ViewState
from tuimon.tui.view.zoom import Range, Zoom

_LONGEST_FILTER = 10_000  # characters
_STRONGEST_SMOOTHING = 0.999
_MOST_STRIPS = 1000
LARGEST = 1e300  # of a range: no chart shows more


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
    return _is_number(value) and 0 <= value <= _STRONGEST_SMOOTHING  # type: ignore[operator]


def _is_number(value: object) -> bool:
    # A bool is a number to Python, and NaN is in no range.
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_share(value: object) -> bool:
    return value is None or (_is_number(value) and 0 <= value <= 1)  # type: ignore[operator]


def _is_page_size(value: object) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value is None or (whole and 0 <= value <= _MOST_STRIPS)  # type: ignore[operator]


def _is_widths(value: object) -> bool:
    return isinstance(value, list) and all(_is_width(item) for item in value)


def _is_width(value: object) -> bool:
    match value:
        case [str(), bool()]:
            return False
        case [str(), int(more)]:
            return abs(more) <= WIDEST
    return False


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
    "column_widths": _is_widths,
    "show_archived": _is_flag,
    "grouped": _is_flag,
    "turned_keys": _is_names,
    "main_metric": _is_name,
    "hidden_metrics": _is_names,
    "starred": _is_names_or_none,
    "page_size": _is_page_size,
    "charts_share": _is_share,
}


def view_to_keep(view: ViewState) -> dict[str, Any]:
    """What of a view is kept, as JSON can hold it."""
    kept = {name: _as_json(getattr(view, name)) for name in KEPT}
    zoom = zoom_to_keep(view.zoom)
    return kept | {"zoom": zoom} if zoom else kept


def view_from(kept: Mapping[str, object], start: ViewState) -> ViewState:
    """``start`` with what was kept; a value that no view of ours had is left out."""
    usable = {name: _from_json(value) for name, value in kept.items() if name in KEPT and KEPT[name](value)}
    view: ViewState = replace(start, **usable)  # type: ignore[arg-type]
    return view.zoomed(zoom_from(kept.get("zoom")))


def zoom_to_keep(zoom: Zoom) -> dict[str, Any]:
    """The ranges that a person chose; empty where everything is shown, as a view that follows has none."""
    chosen = {name: _as_json(getattr(zoom, name)) for name in ("x", "x_of", "y_of") if getattr(zoom, name)}
    if zoom.per_chart:
        chosen["per_chart"] = True
    return chosen | {"axis": zoom.axis} if chosen else {}


def zoom_from(kept: object) -> Zoom:
    """The zoom that was kept; one that shows everything where it is none of ours."""
    match kept:
        case {"axis": str(axis), **chosen}:
            x = chosen.get("x")
            return Zoom(
                axis=axis,
                x=(x[0], x[1]) if _is_range(x) else None,  # type: ignore[index]
                x_of=_ranges(chosen.get("x_of")),
                y_of=_ranges(chosen.get("y_of")),
                per_chart=chosen.get("per_chart") is True,
            )
    return Zoom()


def _ranges(value: object) -> tuple[tuple[str, Range], ...]:
    """Ranges by metric, those that are none left out."""
    if not isinstance(value, list):
        return ()
    return tuple(
        (pair[0], (pair[1][0], pair[1][1]))
        for pair in value
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) and _is_range(pair[1])
    )


def _is_range(value: object) -> bool:
    if not (isinstance(value, list) and len(value) == 2 and all(_is_number(end) for end in value)):
        return False
    low, high = value
    return bool(-LARGEST < low < high < LARGEST)  # NaN is in no order


def _as_json(value: object) -> object:
    return [_as_json(item) for item in value] if isinstance(value, tuple) else value


def _from_json(value: object) -> object:
    return tuple(_from_json(item) for item in value) if isinstance(value, list) else value
