"""Whole runs as the text of a file: CSV, the original JSON shape, JSON lines, Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tuimon.analysis.flat_config import flatten_config
from tuimon.analysis.progress import duration_of
from tuimon.analysis.statistics import MetricStatistics, run_statistics
from tuimon.charts.compare_words import config_text
from tuimon.charts.notation import count_text, duration_text, value_text
from tuimon.export.csv_file import curves_csv
from tuimon.export.markdown_text import cell_text, table_of_text
from tuimon.records.lines import encode_record
from tuimon.records.load import load_experiment_log
from tuimon.records.original_json import document_from_log
from tuimon.store.snapshot import RunSnapshot

Writer = Callable[[Sequence[RunSnapshot]], Iterator[str]]


def original_json(runs: Sequence[RunSnapshot]) -> Iterator[str]:
    """One run as its document in the original tracker's shape; several as a list of these.

    Raises ``OSError`` where a log cannot be read any more.
    """
    several = len(runs) != 1
    if several:
        yield "["
    for number, run in enumerate(runs):
        document = document_from_log(load_experiment_log(run.path))
        yield ",\n" if number else ""
        yield json.dumps(document, ensure_ascii=False, indent=None if several else 2)
    yield "]\n" if several else "\n"


def json_lines(runs: Sequence[RunSnapshot]) -> Iterator[str]:
    """One JSON object for each row, with the run's name and id first, then what the row has.

    What a resume took back is not among the rows. What is not finite is text, as in the log.
    """
    for run in runs:
        head = {"run": run.name, "run_id": run.run_id}
        for row in _rows(run):
            yield encode_record({**head, **row}).decode()


def markdown(runs: Sequence[RunSnapshot]) -> Iterator[str]:
    """For each run a heading, what became of it, its config and the statistics of its metrics as tables."""
    for number, run in enumerate(runs):
        if number:
            yield "\n"
        yield f"## {cell_text(run.name)}\n\n"
        yield " · ".join(_facts(run)) + "\n"
        config = flatten_config(run.header.config)
        if config:
            rows = [[key, config_text(key, value)] for key, value in config.items()]
            yield "\n" + table_of_text(["config", "value"], rows, "<>")
        statistics = run_statistics(run)
        if statistics:
            rows = [_statistics_row(item) for item in statistics]
            yield "\n" + table_of_text(_STATISTICS, rows, "<" + ">" * (len(_STATISTICS) - 1))


WRITERS: Mapping[str, Writer] = {
    "csv": curves_csv,
    "json": original_json,
    "jsonl": json_lines,
    "markdown": markdown,
}
"""By the name of the format."""

FORMAT_OF_SUFFIX: Mapping[str, str] = {
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".md": "markdown",
    ".markdown": "markdown",
}

_STATISTICS = ("metric", "last", "min", "at", "max", "at", "mean", "std", "count", "not finite")


def _rows(run: RunSnapshot) -> Iterator[dict[str, Any]]:
    """Each row's iteration and what was measured at it."""
    rows: list[dict[str, Any]] = [{"iteration": _whole(value)} for value in run.iterations.tolist()]
    for name, view in run.metrics.items():
        counted = name == "gradient_step"
        for row, value in zip(view.rows.tolist(), view.values.tolist(), strict=True):
            rows[row][name] = _whole(value) if counted else value
    yield from rows


def _whole(value: float) -> float:
    return int(value) if value.is_integer() else value


def _facts(run: RunSnapshot) -> list[str]:
    facts = [run.state.value, cell_text(run.run_id)]
    if run.header.start_time is not None:
        facts.append(f"{run.header.start_time.astimezone():%Y-%m-%d %H:%M}")
    duration = duration_of(run)
    if duration is not None:
        facts.append(f"trained {duration_text(duration)}")
    facts += [cell_text(tag) for tag in run.tags]
    return facts


def _statistics_row(item: MetricStatistics) -> list[str]:
    def value(number: float | None) -> str:
        return value_text(item.metric, number)

    def at(step: float | None) -> str:
        return "" if step is None else count_text(step)

    return [
        item.metric,
        value(item.last),
        value(item.min),
        at(item.min_step),
        value(item.max),
        at(item.max_step),
        value(item.mean),
        value(item.std),
        count_text(item.count),
        count_text(item.nan_count + item.inf_count),
    ]
