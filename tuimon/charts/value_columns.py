"""Columns of the run table that a person chooses: any config key, any measure of any metric."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len

from tuimon.analysis.leaderboard import RunRow
from tuimon.analysis.short_names import short_metric
from tuimon.analysis.sorting import CONFIG_PREFIX, METRIC_MEASURES, METRIC_PREFIX, column_value
from tuimon.charts.compare_words import config_text
from tuimon.charts.notation import ABSENT, count_text, harmless, value_text
from tuimon.charts.palette import style
from tuimon.charts.run_columns import Cell, Column, TableSpec, value_cell

_STEPS = frozenset({"step_of_min", "step_of_max"})
_MEASURE_TITLES = {"step_of_min": "@min", "step_of_max": "@max"}
_LONGEST_TITLE = 12
_LEAST_WIDTH = 5


def metric_parts(column_id: str) -> tuple[str, str]:
    """The metric and the measure of ``metric.NAME:MEASURE``; without one it is the last value."""
    name = column_id.removeprefix(METRIC_PREFIX)
    metric, _, measure = name.rpartition(":")
    return (metric, measure) if measure in METRIC_MEASURES else (name, "last")


@lru_cache(maxsize=1024)
def value_column(column_id: str) -> Column | None:
    """The column ``cfg.KEY`` or ``metric.NAME:MEASURE``, sorted by the same; None for any other id."""
    if column_id.startswith(CONFIG_PREFIX):
        return _config_column(column_id)
    return _metric_column(column_id) if column_id.startswith(METRIC_PREFIX) else None


def _config_column(column_id: str) -> Column:
    key = column_id.removeprefix(CONFIG_PREFIX)
    title = harmless(key.rpartition(".")[2] or key)

    def cell(spec: TableSpec, row: RunRow) -> Cell:
        value = column_value(row, column_id)
        ink = style(spec.theme, spec.theme.text if value is not None else spec.theme.muted)
        return ((config_text(key, value) if value is not None else ABSENT, ink),)

    return Column(column_id, title, column_id, _title_width(title), cell, decimal=True)


def _metric_column(column_id: str) -> Column:
    metric, measure = metric_parts(column_id)
    title = f"{harmless(short_metric(metric))} {_MEASURE_TITLES.get(measure, measure)}"

    def cell(spec: TableSpec, row: RunRow) -> Cell:
        grouped = spec.groups.get(row.key)
        value = column_value(row, column_id) if grouped is None else grouped.value(column_id)
        text = count_text(value) if measure in _STEPS else value_text(metric, value)
        return value_cell(spec, value, text)

    return Column(column_id, title, column_id, _title_width(title), cell, decimal=measure not in _STEPS)


def _title_width(title: str) -> int:
    return max(_LEAST_WIDTH, min(_LONGEST_TITLE, cell_len(title)))
