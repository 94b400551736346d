"""What can be picked for a board: x axes, sort columns, metrics. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tuimon.analysis.metric_roles import direction_of
from tuimon.tui.workspace import Board

NEWEST_FIRST = "newest"


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
    choices += [SortChoice(f"cfg.{key}", f"config {key}") for key in board.differing]
    choices += [
        SortChoice(f"metric.{metric}", f"{metric} last", direction_of(metric) == "max")
        for group in board.metrics.groups
        for metric in group
        if metric != main
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
    return words.get(column, column.removeprefix("metric.").removeprefix("cfg."))


def chart_metrics(board: Board) -> tuple[str, ...]:
    """All metrics in the order of the charts, those that share a chart one after the other."""
    return tuple(metric for group in board.metrics.groups for metric in group)
