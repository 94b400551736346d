"""How a chart and the lines beside it share the rows of a screen."""

from __future__ import annotations

_LEAST_CHART = 6
_LEAST_FACTS, _LEAST_COMPARISON, _LEAST_VALUES = 6, 6, 3
_SPACIOUS = 30  # from so many rows on there is an empty one between chart and text
_RUN_CHART_SHARE = 0.45
# Of a comparison, differing config and the main metric's lines are seen at 24 rows; from ``_SPACIOUS`` on
# there is room for a second chart as well.
_COMPARISON_SHARE, _SPACIOUS_COMPARISON_SHARE = 0.6, 0.5
_VALUES_SHARE = 0.4


def gap_rows(height: int) -> int:
    """The empty rows between a chart and the text beside it, out of ``height`` rows."""
    return 1 if height >= _SPACIOUS else 0


def run_chart_rows(height: int) -> int:
    """The rows of a run's chart out of ``height``: its share, where that leaves room for the facts."""
    rows = max(_LEAST_CHART, round(height * _RUN_CHART_SHARE))
    return rows if height - rows >= _LEAST_FACTS else 0


def comparison_rows(height: int, wanted: int) -> int:
    """The rows of the table of a comparison: what it needs up to its share; all without room for a chart."""
    share = _SPACIOUS_COMPARISON_SHARE if height >= _SPACIOUS else _COMPARISON_SHARE
    return _table_rows(height, wanted, max(_LEAST_COMPARISON, round(height * share)))


def sweep_table_rows(height: int, wanted: int) -> int:
    """The rows of the table of a sweep, its heading included, likewise."""
    return _table_rows(height, wanted, max(_LEAST_VALUES, round(height * _VALUES_SHARE)))


def _table_rows(height: int, wanted: int, most: int) -> int:
    rows = min(wanted, most, height)
    return rows if height - rows >= _LEAST_CHART else height
