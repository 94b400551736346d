"""A comparison of runs as JSON, CSV and Markdown: the same lines as on the screen."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from tuimon.analysis.comparison import ABSENT, Comparison, ConfigLine, MetricCell, MetricLine
from tuimon.charts.compare_words import change_text, config_text, measure_text, metric_label
from tuimon.charts.view import x_text
from tuimon.export.cells import harmless_cell, number_text
from tuimon.export.markdown_text import table_of_text
from tuimon.records.lines import plain


def comparison_document(comparison: Comparison, *, all_config: bool = False) -> dict[str, Any]:
    """The comparison as JSON can hold it; every list of values has one for each of ``runs``.

    A config key that a run lacks is missing among ``values``, which are by run id; a measure that it lacks
    has the value null. Non-finite numbers are text, as in the log.
    """
    ids = _ids(comparison)
    document: dict[str, Any] = plain(
        {
            "baseline": ids[comparison.baseline],
            "x": comparison.axis.id,
            "at": comparison.at,
            "runs": [
                {"run_id": run.run_id, "name": run.name, "state": run.state.value, "path": str(run.path)}
                for run in comparison.runs
            ],
            "config": [_config_entry(line, ids) for line in config_lines(comparison, all_config=all_config)],
            "metrics": [_metric_entry(line, ids) for line in comparison.metrics],
        }
    )
    return document


def comparison_csv(comparison: Comparison, names: Mapping[str, str], *, all_config: bool = False) -> str:
    """A line for each config key and each measure, a column for each run, numbers in full.

    ``kind`` is ``config`` or ``metric``; a measure's difference to the baseline has a line of its own.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["kind", "name", "measure", *(harmless_cell(names[run.key]) for run in comparison.runs)])
    for line in config_lines(comparison, all_config=all_config):
        writer.writerow(
            ["config", harmless_cell(line.key), "", *(_config_cell(value) for value in line.values)]
        )
    for metric in comparison.metrics:
        measure = metric.measure.value
        if metric.target is not None:
            measure = f"{measure} {number_text(metric.target)}"
        head = ["metric", harmless_cell(metric.metric)]
        writer.writerow([*head, measure, *(number_text(cell.value) for cell in metric.cells)])
        for what, values in (
            ("x", [cell.x for cell in metric.cells]),
            ("delta", [cell.delta for cell in metric.cells]),
        ):
            if any(value is not None for value in values):
                writer.writerow([*head, f"{measure} {what}", *map(number_text, values)])
    return out.getvalue()


def comparison_markdown(comparison: Comparison, names: Mapping[str, str], *, all_config: bool = False) -> str:
    """Two tables, config and metrics, with the words of the screen."""
    heading = [names[run.key] for run in comparison.runs]
    heading[comparison.baseline] += " (baseline)"
    config = [
        [line.key, *(config_text(line.key, value) for value in line.values)]
        for line in config_lines(comparison, all_config=all_config)
    ]
    metrics = [
        [
            metric_label(line, comparison),
            *(
                _metric_words(line, cell, comparison, place != comparison.baseline)
                for place, cell in enumerate(line.cells)
            ),
        ]
        for line in comparison.metrics
    ]
    align = "<" + ">" * len(heading)
    tables = [
        table_of_text([title, *heading], rows, align)
        for title, rows in (("config", config), ("metric", metrics))
        if rows
    ]
    return "\n".join(tables)


def config_lines(comparison: Comparison, *, all_config: bool) -> tuple[ConfigLine, ...]:
    """The config lines to tell of: all of them, or those that differ."""
    return comparison.config if all_config else comparison.differing


def _ids(comparison: Comparison) -> list[str]:
    """The runs' ids; a log copied under another name keeps its id, so the path tells them apart."""
    ids = [run.run_id for run in comparison.runs]
    return [
        run_id if ids.count(run_id) == 1 else str(run.path)
        for run_id, run in zip(ids, comparison.runs, strict=True)
    ]


def _config_entry(line: ConfigLine, ids: Sequence[str]) -> dict[str, Any]:
    pairs = zip(ids, line.values, strict=True)
    values = {run_id: value for run_id, value in pairs if value is not ABSENT}
    return {"key": line.key, "differs": line.differs, "values": values}


def _metric_entry(line: MetricLine, ids: Sequence[str]) -> dict[str, Any]:
    entry: dict[str, Any] = {"metric": line.metric, "measure": line.measure.value, "better": line.direction}
    if line.target is not None:
        entry["target"] = line.target
    entry["values"] = {run_id: _cell_entry(cell) for run_id, cell in zip(ids, line.cells, strict=True)}
    return entry


def _cell_entry(cell: MetricCell) -> dict[str, Any]:
    known = {"x": cell.x, "delta": cell.delta, "delta_x": cell.delta_x, "relative": cell.relative}
    return {"value": cell.value, **{name: value for name, value in known.items() if value is not None}}


def _config_cell(value: object) -> str:
    if value is ABSENT:
        return ""
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, str):
        return harmless_cell(value)
    return harmless_cell(config_text("", value))


def _metric_words(line: MetricLine, cell: MetricCell, comparison: Comparison, compared: bool) -> str:
    """``1.5312 @12.0k −0.0412``, as on the screen."""
    words = [measure_text(line, cell)]
    if cell.x is not None:
        words.append(f"@{x_text(comparison.axis, cell.x)}")
    change = change_text(line, cell) if compared else ""
    if change:
        at = "" if cell.delta_x is None else f" @{x_text(comparison.axis, cell.delta_x)}"
        words.append(f"({change}{at})")
    return " ".join(words)
