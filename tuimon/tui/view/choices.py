"""What can be picked for a board: x axes, sort columns, metrics. Pure."""

from __future__ import annotations

from tuimon.analysis.flat_config import flatten_config
from tuimon.analysis.metric_roles import direction_of
from tuimon.analysis.sorting import CONFIG_PREFIX, METRIC_PREFIX
from tuimon.quick_dataclass import dataclass
from tuimon.tui.view.board import Board

NEWEST_FIRST = "newest"
# Measures of a metric by what they are called.
MEASURES = {
    "last": "last",
    "min": "min",
    "max": "max",
    "mean": "mean",
    "step_of_min": "step of min",
    "step_of_max": "step of max",
}


@dataclass(frozen=True, slots=True)
class SortChoice:
    """A way to sort the table: a column, its words, and the direction that puts the best on top."""

    column: str
    label: str
    descending: bool = False


def sort_choices(board: Board) -> tuple[SortChoice, ...]:
    """All ways to sort, the most useful first; the newest start first is ``NEWEST_FIRST``."""
    main = board.metrics.main
    more_is_better = main is not None and direction_of(main) == "max"
    choices = [SortChoice(NEWEST_FIRST, "newest first")]
    if main is not None:
        choices += [
            SortChoice("best", f"{main} best", more_is_better),
            SortChoice("last", f"{main} last", more_is_better),
            SortChoice("delta", f"{main} against the baseline", more_is_better),
        ]
    choices += [
        SortChoice("train_loss_smoothed", "training loss, smoothed"),
        SortChoice("name", "name"),
        SortChoice("state", "state"),
        SortChoice("step", "step", True),
        SortChoice("progress", "progress", True),
        SortChoice("throughput", "throughput", True),
        SortChoice("eta_seconds", "time left"),
        SortChoice("seen_seconds", "last record"),
        SortChoice("duration_seconds", "duration", True),
    ]
    choices += [SortChoice(f"{CONFIG_PREFIX}{key}", f"config {key}") for key in config_keys(board)]
    for measure, words in MEASURES.items():
        # The last value of the main metric is a column of the table.
        choices += [
            SortChoice(
                measure_column(metric, measure),
                f"{metric} {words}",
                direction_of(metric) == "max" and not measure.startswith("step"),
            )
            for metric in chart_metrics(board)
            if metric != main or measure != "last"
        ]
    return tuple(choices)


def sort_label(column: str, metric: str | None) -> str:
    """A sort column in a word or two, for the status line."""
    if column in ("best", "last", "delta") and metric is not None:
        return f"{metric} {'Δ' if column == 'delta' else column}"
    words = {
        "train_loss_smoothed": "train loss",
        "eta_seconds": "time left",
        "seen_seconds": "last record",
        "duration_seconds": "duration",
    }
    if column in words or not column.startswith(METRIC_PREFIX):
        return words.get(column, column.removeprefix(CONFIG_PREFIX))
    name, _, measure = column.removeprefix(METRIC_PREFIX).rpartition(":")
    return f"{name} {MEASURES[measure]}" if measure in MEASURES else column.removeprefix(METRIC_PREFIX)


def measure_column(metric: str, measure: str) -> str:
    """The id of the column: ``metric.NAME``, the last value, or ``metric.NAME:MEASURE``."""
    return f"{METRIC_PREFIX}{metric}" if measure == "last" else f"{METRIC_PREFIX}{metric}:{measure}"


def config_keys(board: Board) -> tuple[str, ...]:
    """The config keys of all runs, those first that differ between the ones in the charts."""
    keys = dict.fromkeys(board.differing)
    for run in board.snapshot.runs:
        keys.update(dict.fromkeys(flatten_config(run.header.config)))
    return tuple(keys)


def chart_metrics(board: Board) -> tuple[str, ...]:
    """All metrics in the order of the charts, those that share a chart one after the other."""
    return tuple(metric for group in board.metrics.groups for metric in group)
