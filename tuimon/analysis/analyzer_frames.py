"""Runs as a data frame of pandas or polars, where these are installed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuimon.analysis.analyzer_run import AnalyzedRun
from tuimon.analysis.curve_table import ORIGINAL_COLUMNS, RUN_COLUMNS, other_metrics
from tuimon.store.columns import Floats
from tuimon.store.snapshot import RunSnapshot

LARGEST_EXACT = 2.0**53  # of the whole numbers, as a float


def pandas_frame(runs: Sequence[AnalyzedRun], *, nullable: bool = False) -> Any:
    """The rows of the runs, as ``ExperimentAnalyzer.to_pandas`` describes. Raises ``ModuleNotFoundError``."""
    pandas = _package("pandas", "to_pandas")
    columns: dict[str, Any] = dict(_run_columns(runs))
    for title, values, absent in _value_columns(runs):
        columns[title] = pandas.arrays.FloatingArray(values, absent) if nullable else values
    columns["iteration"] = _whole(columns["iteration"])
    return pandas.DataFrame(columns)


def polars_frame(runs: Sequence[AnalyzedRun]) -> Any:
    """The rows of the runs, as ``ExperimentAnalyzer.to_polars`` describes. Raises ``ModuleNotFoundError``."""
    polars = _package("polars", "to_polars")
    series = [polars.Series(title, texts, dtype=polars.String) for title, texts in _run_columns(runs)]
    for title, values, absent in _value_columns(runs):
        if title == "iteration":
            series.append(polars.Series(title, _whole(values)))
        else:
            cells = values.astype(object)
            cells[absent] = None
            series.append(polars.Series(title, cells.tolist(), dtype=polars.Float64))
    return polars.DataFrame(series)


def _package(name: str, method: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:  # it is there, and something that it needs is not
            raise
        raise ModuleNotFoundError(
            f"{method}() needs {name}, which is not installed: pip install {name}", name=name
        ) from None


def _run_columns(runs: Sequence[AnalyzedRun]) -> Iterator[tuple[str, list[str]]]:
    for title, texts in zip(
        RUN_COLUMNS, ([run.name for run in runs], [run.run_id for run in runs]), strict=True
    ):
        yield title, [text for text, run in zip(texts, runs, strict=True) for _ in run.snapshot.iterations]


def _value_columns(runs: Sequence[AnalyzedRun]) -> Iterator[tuple[str, Floats, NDArray[np.bool_]]]:
    """Title, values and which of them are absent (and NaN), of all columns in the order of the CSV."""
    snapshots = [run.snapshot for run in runs]
    yield "iteration", *_joined([(run.iterations, np.zeros(len(run.iterations), bool)) for run in snapshots])
    for metric in (*ORIGINAL_COLUMNS[1:], *other_metrics(snapshots)):
        title = f"{metric} (metric)" if metric in RUN_COLUMNS else metric
        yield title, *_joined([_spread_out(run, metric) for run in snapshots])


def _spread_out(run: RunSnapshot, metric: str) -> tuple[Floats, NDArray[np.bool_]]:
    """A value for each row, NaN where there is none, and where that is."""
    values, absent = np.full(len(run.iterations), np.nan), np.ones(len(run.iterations), bool)
    view = run.metrics.get(metric)
    if view is not None:
        values[view.rows], absent[view.rows] = view.values, False
    return values, absent


def _joined(parts: Sequence[tuple[Floats, NDArray[np.bool_]]]) -> tuple[Floats, NDArray[np.bool_]]:
    if not parts:
        return np.empty(0), np.empty(0, bool)
    return np.concatenate([values for values, _ in parts]), np.concatenate([absent for _, absent in parts])


def _whole(values: Any) -> NDArray[Any]:
    """Iterations as integers, where they are that."""
    numbers: Floats = np.asarray(values, dtype=np.float64)
    exact = np.abs(numbers) <= LARGEST_EXACT
    return numbers.astype(np.int64) if bool((exact & (numbers == np.floor(numbers))).all()) else numbers
