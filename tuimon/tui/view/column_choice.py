"""Which columns the run table can have, and how a person's choice of them changes. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

from tuimon.analysis.sorting import CONFIG_PREFIX
from tuimon.quick_dataclass import dataclass
from tuimon.tui.view.board import Board
from tuimon.tui.view.choices import MEASURES, chart_metrics, config_keys, measure_column
from tuimon.tui.view.view_state import WIDEST

_BY_THEMSELVES = {
    "step": "step",
    "done": "done, in percent",
    "progress": "progress, as a bar",
    "train": "training loss, smoothed",
    "best": "main metric best",
    "best_step": "step of the best",
    "last": "main metric last",
    "delta": "difference from the baseline at the same step",
    "delta_at": "difference from the baseline, with its step",
    "throughput": "throughput",
    "eta": "time left",
    "seen": "last record",
    "duration": "duration",
    "nan": "values that are not finite",
    "spark": "loss as a small curve",
}


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """The columns ``ids`` in their order (None: those that fit), and by how many cells each is wider."""

    ids: tuple[str, ...] | None
    widths: tuple[tuple[str, int], ...] = ()

    def chosen_of(self, shown: tuple[str, ...]) -> Self:
        """The same as a choice of one's own: what is ``shown`` where there was none."""
        return self if self.ids is not None else replace(self, ids=shown)

    def toggled(self, column: str) -> Self:
        """The column taken out, or put in as the first one, where there is room for it."""
        ids = self.ids or ()
        kept = tuple(other for other in ids if other != column)
        return replace(self, ids=kept if column in ids else (column, *ids))

    def moved(self, column: str, by: int) -> Self:
        """The column ``by`` places further right, stopping at both ends."""
        ids = list(self.ids or ())
        if column not in ids:
            return self
        place = ids.index(column)
        ids.insert(min(max(place + by, 0), len(ids) - 1), ids.pop(place))
        return replace(self, ids=tuple(ids))

    def widened(self, column: str, by: int) -> Self:
        """The column ``by`` cells wider."""
        widths = dict(self.widths)
        widths[column] = min(max(widths.get(column, 0) + by, -WIDEST), WIDEST)
        return replace(self, widths=tuple(sorted((name, more) for name, more in widths.items() if more)))


def column_choices(board: Board) -> dict[str, str]:
    """What every column there can be is called, by its id: the table's own, config keys, metrics."""
    choices = dict(_BY_THEMSELVES)
    choices |= {f"{CONFIG_PREFIX}{key}": f"config {key}" for key in config_keys(board)}
    for measure, words in MEASURES.items():
        choices |= {measure_column(metric, measure): f"{metric} {words}" for metric in chart_metrics(board)}
    return choices
