"""The live run table's numbers: one row per run, sorted by any column."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from tuimon.analysis.alignment import FiniteCurve, finite_curve, newest_finite
from tuimon.analysis.axes import XAxis, counts_gradient_steps, default_axis, step_axis, x_at_row, x_at_rows
from tuimon.analysis.curve_end import CurveEnd
from tuimon.analysis.curves import smoothing_span
from tuimon.analysis.metric_roles import direction_of, main_metric, throughput_metric, train_metric
from tuimon.analysis.progress import duration_of, eta_of, progress_of, seconds_left
from tuimon.analysis.robust import median_of
from tuimon.analysis.run_rows import SPARK_POINTS, RunRow, with_smoothed
from tuimon.analysis.smoothing import DEFAULT_SMOOTHING
from tuimon.analysis.sorting import sort_rows
from tuimon.quick_dataclass import dataclass
from tuimon.records.metric_summary import LoggedSummaries, MetricSummary
from tuimon.store.snapshot import RunSnapshot

__all__ = ["SPARK_POINTS", "Leaderboard", "RunRow", "aged", "eta_of", "progress_of", "run_row", "sort_rows"]

# The throughput shown is the median of this many newest values: one slow step is no news.
_THROUGHPUT_VALUES = 11
# A row that may be kept is, for this share of the time since the run's newest bytes: what was an hour ago is
# so for a minute.
_KEPT_SHARE = 1 / 60


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a row says that depends on the run's data alone, not on time, baseline or smoothing."""

    step: float | None
    progress: float | None
    best: float | None
    best_step: float | None
    last: float | None
    last_step: float | None
    throughput: float | None
    seconds_left: float | None
    duration_seconds: float | None
    sparkline: tuple[float, ...]
    nan_count: int
    train: str | None
    """The metric that is the training loss."""


class _Known:
    """What is known of a run while it is the same snapshot."""

    __slots__ = ("_end", "delta", "facts", "made", "row", "run", "smoothed")

    def __init__(self, run: RunSnapshot, facts: _Facts) -> None:
        self.run = run
        self.facts = facts
        self._end = _train_end(run, facts.train)
        # By strength: who tries one after the other comes back to those that were there.
        self.smoothed: dict[float, float | None] = {}
        self.delta: _Delta | None = None
        self.row: RunRow | None = None  # the newest one, and when it was made (unix time)
        self.made = 0.0

    def smoothed_by(self, strength: float) -> float | None:
        """The end of the training loss."""
        if strength not in self.smoothed:
            end = self._end
            self.smoothed[strength] = end.smoothed(strength) if isinstance(end, CurveEnd) else end
        return self.smoothed[strength]


class Leaderboard:
    """Builds rows, and keeps what depends on a run's data alone until that run changes.

    Not for several threads at once.
    """

    def __init__(self) -> None:
        self._metric: str | None = None
        self._deltas = _Deltas(None, None)
        self._known: dict[str, _Known] = {}

    def rows(
        self,
        runs: Sequence[RunSnapshot],
        now: float,
        *,
        baseline: RunSnapshot | None = None,
        metric: str | None = None,
        smoothing: float = DEFAULT_SMOOTHING,
        keep: bool = False,
    ) -> tuple[RunRow, ...]:
        """One row per run, in the order given. ``now`` is unix time; ``metric`` None: the main metric.

        ``keep``: a row may be the one of an earlier call where nothing but the time has changed, and that by
        little beside what it says; ``aged`` makes up for it.
        """
        metric = metric if metric is not None else main_metric(runs)
        self._prepare(runs, baseline, metric)
        return tuple([self._row_of(run, now, baseline, smoothing, keep) for run in runs])

    def _row_of(
        self, run: RunSnapshot, now: float, baseline: RunSnapshot | None, smoothing: float, keep: bool
    ) -> RunRow:
        known = self._known.get(run.key)
        if known is None or known.run is not run:
            known = self._known[run.key] = _Known(run, _facts(run, self._metric))
        row, smoothed = known.row, known.smoothed_by(smoothing)
        if keep and row is not None and 0 <= now - known.made <= _KEPT_SHARE * (row.seen_seconds or 0.0):
            before = row.train_loss_smoothed
            if before is not smoothed and before != smoothed:
                row = known.row = with_smoothed(row, smoothed)
            return row
        if known.delta is None:
            known.delta = self._deltas.of(run)
        row = known.row = _row(run, now, self._metric, known.facts, smoothed, known.delta, run is baseline)
        known.made = now
        return row

    def _prepare(self, runs: Sequence[RunSnapshot], baseline: RunSnapshot | None, metric: str | None) -> None:
        """Forget what no longer holds and runs that are gone."""
        if self._metric != metric:
            self._metric = metric
            self._known.clear()
        if self._deltas.baseline is not baseline or self._deltas.metric != metric:
            self._deltas = _Deltas(baseline, metric)
            for known in self._known.values():
                known.delta = known.row = None
        for key in self._known.keys() - {run.key for run in runs}:
            del self._known[key]


def aged(row: RunRow, now: float) -> RunRow:
    """The row of a run (not of a group) as it reads at unix time ``now`` while the run has not changed.

    It ages in whole seconds, in whole minutes once the run has been silent for one: as it is read.
    """
    run, seen, left = row.run, row.seen_seconds, row.eta_seconds
    if run.last_change is None or seen is None:
        return row
    unit = 1.0 if now - run.last_change < 60.0 else 60.0
    now_seen = (now - run.last_change) // unit * unit
    if now_seen <= seen:
        return row
    start = run.header.start_time
    return replace(
        row,
        seen_seconds=now_seen,
        age_seconds=None if start is None else max(now - start.timestamp(), 0.0),
        eta_seconds=None if left is None else max(left - (now_seen - seen), 0.0),
    )


def run_row(
    run: RunSnapshot,
    now: float,
    *,
    baseline: RunSnapshot | None = None,
    metric: str | None = None,
    smoothing: float = DEFAULT_SMOOTHING,
) -> RunRow:
    """The row of a single run, nothing kept."""
    return Leaderboard().rows((run,), now, baseline=baseline, metric=metric, smoothing=smoothing)[0]


@dataclass(frozen=True, slots=True)
class _Delta:
    value: float | None = None
    step: float | None = None


class _Deltas:
    """The differences of runs to one baseline in one metric."""

    def __init__(self, baseline: RunSnapshot | None, metric: str | None) -> None:
        self.baseline = baseline
        self.metric = metric
        self._curves: dict[XAxis, FiniteCurve | None] = {}

    def of(self, run: RunSnapshot) -> _Delta:
        """The run's newest finite value less the baseline's there, over the step that both count."""
        if self.baseline is None or self.metric is None or run is self.baseline:
            return _Delta()
        axis = default_axis((run, self.baseline))
        if axis not in self._curves:
            self._curves[axis] = finite_curve(self.baseline, self.metric, axis)
        curve, newest = self._curves[axis], newest_finite(run, self.metric, axis)
        if curve is None or newest is None:
            return _Delta()
        step, value = newest
        there = curve.at(step)
        return _Delta() if there is None else _Delta(value - there, step)


def _row(
    run: RunSnapshot,
    now: float,
    metric: str | None,
    facts: _Facts,
    smoothed: float | None,
    delta: _Delta,
    is_baseline: bool,
) -> RunRow:
    seen = None if run.last_change is None else max(now - run.last_change, 0.0)
    start = run.header.start_time
    left = facts.seconds_left
    return RunRow(
        run=run,
        key=run.key,
        run_id=run.run_id,
        name=run.name,
        state=run.state,
        is_baseline=is_baseline,
        main_metric=metric,
        step=facts.step,
        progress=facts.progress,
        train_loss_smoothed=smoothed,
        best=facts.best,
        best_step=facts.best_step,
        last=facts.last,
        last_step=facts.last_step,
        delta=delta.value,
        delta_step=delta.step,
        throughput=facts.throughput,
        eta_seconds=None if left is None else max(left - (seen or 0.0), 0.0),
        seen_seconds=seen,
        age_seconds=None if start is None else max(now - start.timestamp(), 0.0),
        duration_seconds=facts.duration_seconds,
        sparkline=facts.sparkline,
        nan_count=facts.nan_count,
        bad_lines=run.bad_line_count,
    )


def _facts(run: RunSnapshot, metric: str | None) -> _Facts:
    if run.loading:
        return _facts_before_reading(run, metric)
    axis = step_axis(run)
    best, best_step = _best(run, metric, axis)
    last, last_step = _last(run, metric, axis)
    train = train_metric((run,))
    return _Facts(
        step=_latest_step(run, axis),
        progress=progress_of(run),
        best=best,
        best_step=best_step,
        last=last,
        last_step=last_step,
        throughput=_throughput(run),
        seconds_left=seconds_left(run),
        duration_seconds=duration_of(run),
        sparkline=_sparkline(run, train or metric),
        nan_count=sum(view.nan_count + view.inf_count for view in run.metrics.values()),
        train=train,
    )


def _facts_before_reading(run: RunSnapshot, metric: str | None) -> _Facts:
    """What is known of a run whose log is not read wholly: its last record, its ``end`` line if there is one.

    What was read so far stands in where the two ends of the log don't tell.
    """
    axis = step_axis(run)
    best, best_step = _best_of_summary(run, metric)
    if best is None:
        best, best_step = _best(run, metric, axis)
    train = train_metric((run,))
    return _Facts(
        step=run.last_values.get(axis.id),
        progress=progress_of(run),
        best=best,
        best_step=best_step,
        last=_last_known(run, metric),
        last_step=None,
        throughput=_last_known(run, throughput_metric((run,))),
        seconds_left=None,
        duration_seconds=duration_of(run),
        sparkline=_sparkline(run, train or metric),
        nan_count=_nan_count(run.summaries),
        train=train,
    )


def _best_of_summary(run: RunSnapshot, metric: str | None) -> tuple[float | None, float | None]:
    summary = run.summaries.get(metric or "")
    direction = direction_of(metric) if metric is not None else None
    if summary is None or direction is None:
        return None, None
    best, iteration = summary.max, summary.max_iteration
    if direction == "min":
        best, iteration = summary.min, summary.min_iteration
    # The summary knows iterations: no step to show where the steps shown are gradient steps.
    return best, None if counts_gradient_steps(run) else iteration


def _nan_count(summaries: Mapping[str, MetricSummary]) -> int:
    if isinstance(summaries, LoggedSummaries):
        return summaries.nan_count
    return sum(each.nan_count for each in summaries.values())


def _last_known(run: RunSnapshot, metric: str | None) -> float | None:
    summary = run.summaries.get(metric or "")
    return summary.last if summary is not None else run.last_values.get(metric or "")


def _latest_step(run: RunSnapshot, axis: XAxis) -> float | None:
    return x_at_row(run, len(run.iterations) - 1, axis) if len(run.iterations) else None


def _best(run: RunSnapshot, metric: str | None, axis: XAxis) -> tuple[float | None, float | None]:
    view = run.metrics.get(metric) if metric is not None else None
    direction = direction_of(metric) if metric is not None else None
    if view is None or direction is None:
        return None, None
    best = view.finite_min if direction == "min" else view.finite_max
    if best is None:
        return None, None
    return best, x_at_row(run, int(view.rows[np.argmax(view.values == best)]), axis)


def _last(run: RunSnapshot, metric: str | None, axis: XAxis) -> tuple[float | None, float | None]:
    view = run.metrics.get(metric) if metric is not None else None
    if view is None or not len(view):
        return None, None
    return view.last_value, x_at_row(run, int(view.rows[-1]), axis)


def _train_end(run: RunSnapshot, metric: str | None) -> CurveEnd | float | None:
    """The end of the training loss; a number where no smoothing would change it."""
    if run.loading:
        return _last_known(run, metric)
    view = run.metrics.get(metric) if metric is not None else None
    if view is None or not len(view):
        return None
    axis = step_axis(run)
    x = x_at_rows(run, view.rows, axis)
    if x is None or not math.isfinite(view.last_value):
        return view.last_value
    return CurveEnd(x, view.values, smoothing_span(run))  # as the run's curve is smoothed in every chart


def _throughput(run: RunSnapshot) -> float | None:
    view = run.metrics.get(throughput_metric((run,)) or "")
    if view is None:
        return None
    newest = view.values[-_THROUGHPUT_VALUES:]
    newest = newest[np.isfinite(newest)]
    return median_of(newest) if len(newest) else None


def _sparkline(run: RunSnapshot, metric: str | None) -> tuple[float, ...]:
    """The mean of each of SPARK_POINTS equal parts; a value that is not finite takes its whole part."""
    view = run.metrics.get(metric) if metric is not None else None
    if view is None or not len(view):
        return ()
    values = view.values
    if len(values) <= SPARK_POINTS:
        return tuple(values.tolist())
    starts = np.linspace(0, len(values), SPARK_POINTS, endpoint=False).astype(np.intp)
    counts = np.diff(starts, append=len(values))
    with np.errstate(invalid="ignore"):  # inf and -inf in one part add up to NaN, which is what to show
        means = np.add.reduceat(values / np.repeat(counts, counts), starts)
    return tuple(means.tolist())
