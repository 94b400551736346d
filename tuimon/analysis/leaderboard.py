"""The live run table's numbers: one row per run, sorted by any column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot


@dataclass(frozen=True, slots=True)
class RunRow:
    """What the run table says of one run. ``None`` is absent; a loss may be NaN.

    ``step`` is the latest gradient step where it is counted, else the latest iteration. ``best`` is the best
    finite value of ``main_metric`` by its direction, ``last`` its newest value; ``delta`` is ``last`` (the
    latest finite one, at ``delta_step``) less the baseline's value interpolated there. ``seen_seconds`` is
    the time since the newest bytes, ``age_seconds`` since the start. ``spark`` is the main metric (the
    training loss where the main metric has too few points) thinned to SPARK_POINTS values, NaN kept.
    """

    run: RunSnapshot
    key: str
    run_id: str
    name: str
    state: RunState
    is_baseline: bool
    main_metric: str | None
    step: float | None
    progress: float | None
    train_loss_smoothed: float | None
    best: float | None
    best_step: float | None
    last: float | None
    last_step: float | None
    delta: float | None
    delta_step: float | None
    throughput: float | None
    eta_seconds: float | None
    seen_seconds: float | None
    age_seconds: float | None
    duration_seconds: float | None
    sparkline: tuple[float, ...]
    nan_count: int
    bad_lines: int


class Leaderboard:
    """Builds rows, and keeps what depends on a run's data alone until that run changes."""

    def rows(
        self,
        runs: Sequence[RunSnapshot],
        now: float,
        *,
        baseline: RunSnapshot | None = None,
        metric: str | None = None,
        smoothing: float = 0.9,
    ) -> tuple[RunRow, ...]:
        """One row per run, in the order given. ``now`` is unix time; ``metric`` None: the main metric."""
        raise NotImplementedError


def run_row(
    run: RunSnapshot, now: float, *, baseline: RunSnapshot | None = None, metric: str | None = None
) -> RunRow:
    """The row of a single run, nothing kept."""
    raise NotImplementedError


def sort_rows(rows: Iterable[RunRow], column: str, descending: bool = False) -> tuple[RunRow, ...]:
    """Sorted by a RunRow field, ``cfg.KEY`` or ``metric.NAME``; absent and NaN last both ways.

    Equal rows keep the order they came in.
    """
    raise NotImplementedError


def progress_of(run: RunSnapshot) -> float | None:
    """The share of the planned steps done, 0 to 1; None where the config names no total."""
    raise NotImplementedError


def eta_of(run: RunSnapshot) -> float | None:
    """Seconds until the planned steps are done at the recent rate; None where it cannot be told."""
    raise NotImplementedError
