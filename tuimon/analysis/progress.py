"""How far a run is, and when it will be done."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from tuimon.analysis.axes import ELAPSED, GRADIENT_STEP, ITERATION, XAxis, placeable, step_axis, x_at_rows
from tuimon.analysis.flat_config import flatten_config, plain_number
from tuimon.analysis.robust import median_of
from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import Floats, RowNumbers
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

# What configs call the planned length, the most telling name first; compared without case, "_" and "-".
_TOTALS_IN_ITERATIONS = (
    "maxiters",
    "maxiterations",
    "numiterations",
    "numiters",
    "totaliterations",
    "niters",
)
_TOTALS_IN_STEPS = (
    *("maxsteps", "totalsteps", "numsteps", "nsteps", "trainsteps", "trainingsteps"),
    *("maxtrainsteps", "numtrainsteps", "numtrainingsteps", "totaltrainingsteps"),
)
_TOTALS_IN_LOOSE_WORDS = ("iterations", "iters", "steps")
_TOTALS_IN_EPOCHS = ("maxepochs", "numepochs", "numtrainepochs", "nepochs", "totalepochs", "epochs")
PRINTED_TOTAL = "total_iterations"
# Enough records for a steady median, few enough to follow a change of speed within minutes.
_RATE_RECORDS = 200


@dataclass(frozen=True, slots=True)
class _Counter:
    """A step counter: its first and latest value, and how far it goes from record to record."""

    first: float
    latest: float
    stride: float

    @property
    def done(self) -> float:
        """How many steps are done: a counter that begins at 0 has done one more than it shows."""
        return self.latest + (1.0 if self.first == 0 else 0.0)


def planned_total(run: RunSnapshot) -> tuple[float, XAxis] | None:
    """What is said of the run's length, and the counter it is counted in; None where nothing is.

    By the config: ``max_iters`` and the like count iterations; ``max_steps`` and the like gradient steps,
    where those are counted. Keys may be nested. Else by the metric that ``tuimon run`` logs where a script
    prints ``x/y``.
    """
    totals = _numbers_by_short_name(run)
    named = (
        (_TOTALS_IN_ITERATIONS, ITERATION),
        (_TOTALS_IN_STEPS, step_axis(run)),
        (_TOTALS_IN_LOOSE_WORDS, ITERATION),
    )
    for names, axis in named:
        for name in names:
            if name in totals:
                return totals[name], axis
    printed = _newest(run, PRINTED_TOTAL)
    return (printed, ITERATION) if printed is not None and 0 < printed < math.inf else None


def progress_of(run: RunSnapshot) -> float | None:
    """The share of the planned steps done, 0 to 1; None where the config names no total.

    A finished run is done where no further record was due before the total, however sparsely it was logged.
    """
    planned = planned_total(run)
    if planned is None:
        return _share_of_epochs(run)
    total, axis = planned
    counter = _counter(run, axis)
    if counter is None:
        return None
    if run.state is RunState.FINISHED and counter.done + counter.stride >= total:
        return 1.0
    return min(max(counter.done / total, 0.0), 1.0)


def eta_of(run: RunSnapshot, now: float | None = None) -> float | None:
    """Seconds until the planned steps are done at the recent rate; None unless running up to a known total.

    The rate is the median over the recent records, so pauses for evaluations and checkpoints don't move it
    and a restart doesn't count. ``now`` (unix time) takes off the time since the newest record.
    """
    seconds = seconds_left(run)
    if seconds is None or now is None or run.last_change is None:
        return seconds
    return max(seconds - max(now - run.last_change, 0.0), 0.0)


def seconds_left(run: RunSnapshot) -> float | None:
    """As ``eta_of``, counted from the newest record."""
    planned = planned_total(run) if run.state is RunState.RUNNING else None
    if planned is None:
        return None
    total, axis = planned
    counter, pace = _counter(run, axis), seconds_per_step(run, axis)
    if counter is None or pace is None or counter.latest > total:
        return None
    seconds = max(total - counter.done, 0.0) * pace
    return seconds if math.isfinite(seconds) else None


def seconds_per_step(run: RunSnapshot, axis: XAxis) -> float | None:
    """The median of the recent seconds per count of ``axis``; None where too little is known."""
    rows = _recent_rows(run)
    counter, elapsed = x_at_rows(run, rows, axis), x_at_rows(run, rows, ELAPSED)
    if counter is None or elapsed is None or len(rows) < 2:
        return None
    known = placeable(counter) & placeable(elapsed)
    rows, counter, elapsed = rows[known], counter[known], elapsed[known]
    # Under gradient accumulation many records share a step: time runs from one change to the next.
    changed = np.diff(counter, prepend=np.nan) != 0
    rows, counter, elapsed = rows[changed], counter[changed], elapsed[changed]
    steps, seconds = np.diff(counter), np.diff(elapsed)
    usable = (steps > 0) & (seconds > 0) & ~_spans_a_restart(rows, run.segment_rows)
    with np.errstate(over="ignore"):  # an hour for the least float of a step: no pace either
        paces = seconds[usable] / steps[usable]
    pace = median_of(paces) if len(paces) else math.inf
    return pace if math.isfinite(pace) else None


def duration_of(run: RunSnapshot) -> float | None:
    """How long the run has trained, in seconds, downtime left out; None where nothing tells."""
    if run.end is not None and run.end.duration_seconds is not None:
        return run.end.duration_seconds
    view = run.metrics.get("wallclock_time")
    if run.loading or view is None:
        return run.last_values.get("wallclock_time")
    return view.finite_max


def _recent_rows(run: RunSnapshot) -> RowNumbers:
    count = len(run.iterations)
    return np.arange(max(count - _RATE_RECORDS, 0), count, dtype=np.int32)


def _spans_a_restart(
    rows: RowNumbers, segment_rows: tuple[int, ...]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """For each pair of neighbouring rows, whether another process went on between them."""
    segment = np.searchsorted(np.asarray(sorted(segment_rows), dtype=np.int64), rows, side="right")
    return np.asarray(np.diff(segment) > 0)


def _counter(run: RunSnapshot, axis: XAxis) -> _Counter | None:
    if run.loading:
        return _counter_before_reading(run, axis)
    first = x_at_rows(run, np.zeros(1, dtype=np.int32), axis)
    recent = x_at_rows(run, _recent_rows(run), axis)
    if first is None or recent is None:
        return None
    known = recent[placeable(recent)]
    return _Counter(float(first[0]), float(known[-1]), _stride(known)) if len(known) else None


def _stride(counter: Floats) -> float:
    steps = np.diff(counter)
    ahead = steps[steps > 0]
    return median_of(ahead) if len(ahead) else 0.0


def _counter_before_reading(run: RunSnapshot, axis: XAxis) -> _Counter | None:
    """The counter of a run whose log is not read yet, from the two ends of the log.

    Elapsed time only grows: the iteration of its least value is the first one, and its count that of the
    records.
    """
    latest = run.last_values.get(axis.id)
    elapsed, steps = run.summaries.get("wallclock_time"), run.summaries.get("gradient_step")
    if latest is None:
        return None
    first, count = latest, 0
    if axis == GRADIENT_STEP and steps is not None and steps.min is not None:
        first, count = steps.min, steps.count
    elif axis == ITERATION and elapsed is not None and elapsed.min_iteration is not None:
        first, count = elapsed.min_iteration, elapsed.count
    return _Counter(first, latest, (latest - first) / (count - 1) if count > 1 else 1.0)


def _numbers_by_short_name(run: RunSnapshot) -> dict[str, float]:
    """The config's positive numbers by the last part of their key; the first of two that share it counts."""
    numbers: dict[str, float] = {}
    for key, value in flatten_config(run.header.config).items():
        number = plain_number(value)
        # Some configs say with -1 or 0 that a total is not set.
        if number is not None and 0 < number < math.inf:
            numbers.setdefault(_short_name(key), number)
    return numbers


@lru_cache(maxsize=4096)
def _short_name(key: str) -> str:
    return key.rsplit(".", 1)[-1].lower().replace("_", "").replace("-", "")


def _share_of_epochs(run: RunSnapshot) -> float | None:
    totals = _numbers_by_short_name(run)
    total = next((totals[name] for name in _TOTALS_IN_EPOCHS if name in totals), None)
    epoch = _newest(run, "epoch")
    if total is None or epoch is None or not math.isfinite(epoch):
        return None
    return min(max(epoch / total, 0.0), 1.0)


def _newest(run: RunSnapshot, name: str) -> float | None:
    if run.loading:
        return run.last_values.get(name)
    view = run.metrics.get(name)
    return view.last_value if view is not None and len(view) else None
