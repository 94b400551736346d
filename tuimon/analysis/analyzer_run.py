"""A run that the analyzer has read: the original tracker's ``ExperimentLog``, made from columns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tuimon.analysis.perplexity import with_perplexity
from tuimon.analysis.progress import duration_of
from tuimon.analysis.statistics import MetricStatistics, metric_statistics
from tuimon.analysis.text_table import TextTable
from tuimon.records.experiment import LOSS_FIELDS, ROW_FIELDS, ExperimentLog, MetricsSnapshot, as_config
from tuimon.records.load import history_of, notes_of
from tuimon.records.metric_summary import whole
from tuimon.records.statistics import duration_words, number_words
from tuimon.store.columns import ColumnView
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

_NO_STATISTICS = frozenset(("gradient_step", "wallclock_time", "batch_size", "context_length"))


class AnalyzedRun(ExperimentLog):
    """One run as an ``ExperimentLog``, with its ``name`` in the analyzer and all that was read: ``snapshot``.

    ``metrics_history`` is made when it is first asked for: a run of a million rows costs nothing before.
    A notebook shows the run as a table of its metrics.
    """

    __slots__ = ("_derived", "_history", "_is_saved", "name", "snapshot")

    def __init__(self, name: str, snapshot: RunSnapshot) -> None:
        self.name = name
        self.snapshot = snapshot
        self._history: list[MetricsSnapshot] | None = None
        self._derived: dict[str, RunSnapshot] = {}
        self._is_saved = snapshot.state is RunState.RUNNING and _was_saved(snapshot.path)
        header, end = snapshot.header, snapshot.end
        final_train = _final(snapshot, "train_loss", end.final_train_loss if end else None)
        final_val = _final(snapshot, "val_loss", end.final_val_loss if end else None)
        self.config = as_config(header.config)
        self.start_time = header.start_time.isoformat() if header.start_time else None
        self.end_time = end.end_time.isoformat() if end and end.end_time else None
        self.duration_seconds = duration_of(snapshot)
        self.notes = notes_of(header, end)
        self.best_train_loss = _best(snapshot, "train_loss", final_train)
        self.best_val_loss = _best(snapshot, "val_loss", final_val)
        self.final_train_loss = final_train
        self.final_val_loss = final_val

    @property
    def metrics_history(self) -> list[MetricsSnapshot]:
        """One measurement a row, as in every ``ExperimentLog``; made at the first use."""
        if self._history is None:
            self._history = history_of(self.config, _rows(self.snapshot))
        return self._history

    @metrics_history.setter
    def metrics_history(self, history: list[MetricsSnapshot]) -> None:
        self._history = history

    @property
    def run_id(self) -> str:
        """The run's id, unlike its name never twice the same."""
        return self.snapshot.run_id

    @property
    def state(self) -> str:
        """running, finished, failed, interrupted, crashed or stalled, when it was read.

        ``saved`` instead of running where ``save()`` was the last that was heard of it: it may log again.
        """
        return "saved" if self._is_saved else self.snapshot.state.value

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of what was logged, in the order of their first appearance."""
        return tuple(self.snapshot.metrics)

    def having(self, metric: str) -> RunSnapshot:
        """The snapshot, with ``metric`` also where that can be derived (see ``with_perplexity``)."""
        known = self._derived.get(metric)
        if known is None:
            known = self._derived[metric] = with_perplexity(self.snapshot, metric)
        return known

    def statistics(self) -> dict[str, Any]:
        """As the tracker's ``get_summary_stats``; of each metric also how many values are not finite."""
        run = self.snapshot
        steps = run.metrics.get("gradient_step")
        return {
            **{metric: _as_dict(item) for metric, item in self._statistics()},
            "experiment_name": run.name,
            "total_iterations": len(run.iterations),
            "total_gradient_steps": whole(steps.finite_max or 0.0) if steps is not None else 0,
            "duration_seconds": self.duration_seconds,
            **{name: getattr(self, name) for name in LOSS_FIELDS},
        }

    def table(self) -> TextTable:
        """A line for each metric."""
        return TextTable(
            heading=("metric", "last", "min", "max", "mean", "std", "count", "not finite"),
            rows=tuple(_statistics_row(metric, item) for metric, item in self._statistics()),
            align="<>>>>>>>",
            caption=f"{self.name} ({self._facts()})",
        )

    def _facts(self) -> str:
        facts = [self.run_id, self.state, f"{len(self.snapshot.iterations):,} rows"]
        if self.duration_seconds is not None:
            facts.append(duration_words(self.duration_seconds))
        return ", ".join(facts)

    def _statistics(self) -> Iterator[tuple[str, MetricStatistics]]:
        """The metrics in the order of the original, then as they appeared."""
        for metric in sorted(self.snapshot.metrics, key=_place):
            item = metric_statistics(self.snapshot, metric) if metric not in _NO_STATISTICS else None
            if item is not None:
                yield metric, item

    def _repr_html_(self) -> str:
        return self.table().html()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}: {self._facts()}>"


def _was_saved(log: Path) -> bool:
    """Whether the document beside the log was written after the log's last bytes."""
    try:
        return log.with_suffix(".json").stat().st_mtime_ns >= log.stat().st_mtime_ns
    except OSError:  # there is none
        return False


def _statistics_row(metric: str, item: MetricStatistics) -> tuple[str, ...]:
    values = (item.last, item.min, item.max, item.mean, item.std)
    return (
        metric,
        *map(number_words, values),
        f"{item.count:,}",
        f"{item.nan_count + item.inf_count:,}",
    )


def _place(metric: str) -> int:
    return ROW_FIELDS.index(metric) if metric in ROW_FIELDS else len(ROW_FIELDS)


def _as_dict(item: MetricStatistics) -> dict[str, float | int | None]:
    names = ("count", "min", "max", "mean", "std", "last", "nan_count", "inf_count")
    return {name: getattr(item, name) for name in names}


def _final(run: RunSnapshot, metric: str, given: float | None) -> float | None:
    """What was given to ``finish``, else the newest value."""
    view = run.metrics.get(metric)
    return given if given is not None else None if view is None else view.last_value


def _best(run: RunSnapshot, metric: str, final: float | None) -> float | None:
    """The least finite value; where no row has one, what was given at the end."""
    view = run.metrics.get(metric)
    if view is not None and view.finite_min is not None:
        return view.finite_min
    return final if final is not None and math.isfinite(final) else None


def _rows(run: RunSnapshot) -> Sequence[dict[str, float]]:
    rows = [{"iteration": iteration} for iteration in run.iterations.tolist()]
    for name, view in run.metrics.items():
        _fill(rows, name, view)
    return rows


def _fill(rows: list[dict[str, float]], name: str, view: ColumnView) -> None:
    for row, value in zip(view.rows.tolist(), view.values.tolist(), strict=True):
        # One object for every NaN: Python finds lists of it equal.
        rows[row][name] = value if value == value else math.nan
