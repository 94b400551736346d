"""Runs side by side, as the analyzer prints them and a notebook shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tuimon.analysis.analyzer_run import AnalyzedRun
from tuimon.analysis.best_values import best_value, last_value
from tuimon.analysis.comparison import ABSENT, Comparison, Measure, MetricCell, MetricLine
from tuimon.analysis.flat_config import flatten_config
from tuimon.analysis.metric_roles import direction_of, main_metric, throughput_metric, train_metric
from tuimon.analysis.statistics import metric_statistics
from tuimon.analysis.sweep import sweep_keys
from tuimon.analysis.text_table import TextTable
from tuimon.records.statistics import duration_words, number_words

NO_RUNS = "No experiments loaded"
# More would not fit beside the results; ``compare`` shows them all.
MOST_CONFIG_KEYS = 4


def overview(runs: Sequence[AnalyzedRun], metrics: Sequence[str] = ()) -> TextTable:
    """A line for each run, the best of the main metric first: state, what its config has of its own, results.

    ``metrics`` have a column each, beside the training loss and the main metric. The throughput is the mean.
    """
    snapshots = [run.snapshot for run in runs]
    main = main_metric(snapshots)
    shown = tuple(dict.fromkeys((train_metric(snapshots) or "train_loss", main or "val_loss", *metrics)))
    keys = sweep_keys(snapshots)[:MOST_CONFIG_KEYS]
    rate = throughput_metric(snapshots)
    heading = ["name", "state", *keys, "iteration", *map(_title, shown), "duration"]
    rows = [_overview_cells(run, keys, shown) for run in in_order(runs, main)]
    if rate is not None:
        heading.append(f"mean {rate}")
        for run, cells in zip(in_order(runs, main), rows, strict=True):
            item = metric_statistics(run.snapshot, rate)
            cells.append(number_words(None if item is None else item.mean))
    return TextTable(tuple(heading), tuple(map(tuple, rows)), "<<" + ">" * (len(heading) - 2))


def _overview_cells(run: AnalyzedRun, keys: Sequence[str], metrics: Sequence[str]) -> list[str]:
    config = flatten_config(run.snapshot.header.config)
    iteration = run.snapshot.last_values.get("iteration")
    return [
        run.name,
        run.state,
        *(_config_words(config.get(key, ABSENT)) for key in keys),
        ABSENT if iteration is None else f"{iteration:.15g}",
        *(number_words(_best_or_last(run, metric)) for metric in metrics),
        ABSENT if run.duration_seconds is None else duration_words(run.duration_seconds),
    ]


def in_order(runs: Sequence[AnalyzedRun], metric: str | None) -> list[AnalyzedRun]:
    """The best first, then those without a value, each half as given."""
    direction = direction_of(metric) if metric is not None else None
    if metric is None or direction is None:
        return list(runs)
    sign = 1 if direction == "min" else -1

    def rank(run: AnalyzedRun) -> tuple[bool, float]:
        best = best_value(run.having(metric), metric)
        return best is None, sign * best if best is not None else 0.0

    return sorted(runs, key=rank)


class RunComparison:
    """Runs side by side: ``comparison`` holds the numbers, printing it or a notebook shows them as a table.

    A cell of a metric is its value, where on the x axis that stands, and the difference to the baseline.
    """

    def __init__(self, comparison: Comparison, names: Mapping[str, str]) -> None:
        self.comparison = comparison
        self.names = tuple(names[run.key] for run in comparison.runs)

    def table(self) -> TextTable:
        """The config keys that differ, then the measures, with a column for each run."""
        heading = list(self.names)
        heading[self.comparison.baseline] += " (baseline)"
        rows = [(line.key, *map(_config_words, line.values)) for line in self.comparison.differing]
        rows += [
            (_measure_title(line, self.comparison), *(_cell_words(line, cell) for cell in line.cells))
            for line in self.comparison.metrics
            if any(cell.value is not None for cell in line.cells)
        ]
        corner = f"@ {self.comparison.axis.label}"  # what the places in the cells count
        return TextTable((corner, *heading), tuple(rows), "<" + ">" * len(heading))

    def __str__(self) -> str:
        return self.table().text()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {', '.join(map(repr, self.names))}>"

    def _repr_html_(self) -> str:
        return self.table().html()


def _title(metric: str) -> str:
    return f"best {metric}" if direction_of(metric) is not None else f"last {metric}"


def _best_or_last(run: AnalyzedRun, metric: str) -> float | None:
    snapshot = run.having(metric)
    return best_value(snapshot, metric) if direction_of(metric) is not None else last_value(snapshot, metric)


def _config_words(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _measure_title(line: MetricLine, comparison: Comparison) -> str:
    if line.measure is Measure.REACHED:
        return f"time to {line.metric} {number_words(line.target)}"
    if line.measure is Measure.DURATION:
        return "duration"
    at = f" {comparison.axis.label} {comparison.at:.6g}" if line.measure is Measure.AT else ""
    return f"{line.metric} {line.measure.value}{at}"


def _cell_words(line: MetricLine, cell: MetricCell) -> str:
    """``1.5312 @12000 (-0.0412)``."""
    if cell.value is None:
        return ABSENT
    in_seconds = line.measure in (Measure.REACHED, Measure.DURATION)
    words = [duration_words(cell.value) if in_seconds else number_words(cell.value)]
    if cell.x is not None and line.measure is not Measure.AT:
        words.append(f"@{cell.x:.6g}")
    if cell.delta is not None:
        at = "" if cell.delta_x is None else f" @{cell.delta_x:.6g}"
        words.append(f"({cell.delta:+.3g}{' s' if in_seconds else ''}{at})")
    return " ".join(words)
