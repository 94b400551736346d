"""Questions asked of the runs of a log directory, from Python: the original tracker's analyzer, and more."""

from __future__ import annotations

import csv
import errno
import io
import os
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self, TypeAlias

import numpy as np

from tuimon.analysis.alignment import finite_curve
from tuimon.analysis.analyzer_arguments import require_number, texts
from tuimon.analysis.analyzer_frames import LARGEST_EXACT, pandas_frame, polars_frame
from tuimon.analysis.analyzer_groups import (
    GroupTrajectory,
    SeedGroup,
    SweepValue,
    group_trajectory,
    require_matching,
    seed_groups,
    sweep_values,
)
from tuimon.analysis.analyzer_names import UnknownMetric, candidate_of, meant_by, names_of
from tuimon.analysis.analyzer_run import AnalyzedRun
from tuimon.analysis.analyzer_tables import NO_RUNS, RunComparison, overview
from tuimon.analysis.axes import ELAPSED, STANDARD_AXES, AxisKind, axis_of, placeable, x_values
from tuimon.analysis.best_values import best_value
from tuimon.analysis.comparison import compare_runs
from tuimon.analysis.curve_table import ORIGINAL_COLUMNS, Line, curve_table
from tuimon.analysis.metric_roles import Direction, direction_of
from tuimon.analysis.own_settings import judge_by_settings
from tuimon.records.candidates import candidate
from tuimon.records.own_files import is_no_log, refuse_own
from tuimon.records.run_names import log_directory
from tuimon.records.statistics import one_line, statistics_text
from tuimon.sources.discover import discover
from tuimon.store.columns import Floats
from tuimon.store.snapshot import RunSnapshot
from tuimon.store.store import RunStore
from tuimon.whole_file import write_parts

Name: TypeAlias = "str | os.PathLike[str] | AnalyzedRun"
"""What a method takes for a run: its name, ``name@run_id``, its id, a unique beginning of one of these, the
path of its log, ``@`` for the newest run, or the run itself."""


class LoadedRuns(dict[str, AnalyzedRun]):
    """The runs that were read, newest first, by name. Indexing finds a run as every method does."""

    def __missing__(self, text: str) -> AnalyzedRun:
        return self[meant_by(text, {name: candidate_of(run.snapshot) for name, run in self.items()})]


class ExperimentAnalyzer:
    """The runs of a log directory: ``log_dir``, else ``$TUIMON_DIR``, else ``experiment_logs``.

    ``logs`` holds what ``load_all`` or ``load_specific`` has read: runs that are live, finished, failed,
    resumed or in the original JSON shape, each as it was when it was read. Loading again reads anew. Every
    method that takes a name takes all that ``Name`` says, and raises ``UnknownExperiment`` (a ``KeyError``)
    or ``AmbiguousRun`` (a ``LookupError``) where no run or several are meant.

    A metric is any that was logged, by its name. ``val_perplexity`` and the like are derived from the loss of
    that name where they were not logged. Lists hold Python numbers; NaN is NaN, absent values are left out.

    Whether less or more of a metric is better is told by ``mode``, else by the person's settings
    (``[metrics.directions]``, read by each load), else by its name: as in the app and the commands.
    """

    def __init__(self, log_dir: str | os.PathLike[str] | None = None) -> None:
        self.log_dir = log_directory(log_dir)
        self.logs = LoadedRuns()
        self.problems: tuple[str, ...] = ()
        """Sentences about what could not be read by the newest load."""

    # Reading

    def load_all(self) -> Self:
        """Read every run under the log directory; returns the analyzer, which a notebook shows as a table.

        Raises ``FileNotFoundError`` where there is no such directory. What cannot be read is left out, warned
        of, and in ``problems``.
        """
        self._require_directory()
        runs = self._read([self.log_dir])
        named = names_of(map(candidate_of, runs))
        by_path = {run.path: run for run in runs}
        self.logs = LoadedRuns({name: AnalyzedRun(name, by_path[named[name].path]) for name in named})
        return self

    def load_specific(self, names: str | Iterable[str | os.PathLike[str]]) -> Self:
        """Read these runs, besides those that are loaded; the same as ``load_all`` otherwise."""
        self._require_directory()
        known = names_of(candidate(files.path) for files in discover([self.log_dir]).runs)
        wanted = [names] if isinstance(names, str) else list(names)
        chosen = [known[meant_by(text, known)].path for text in wanted]
        loaded = [*(run.snapshot for run in self.logs.values()), *(self._read(chosen) if chosen else ())]
        by_key = {run.key: run for run in loaded}  # read again: the newer one counts
        named = names_of(map(candidate_of, by_key.values()))
        names_of_all = {os.path.realpath(run.path): name for name, run in known.items()}
        runs = {run.path: run for run in by_key.values()}
        self.logs = LoadedRuns()
        for name, run in named.items():
            given = names_of_all.get(os.path.realpath(run.path), name)
            self.logs[given] = AnalyzedRun(given, runs[run.path])
        return self

    # The runs side by side

    def get_comparison_table(self, metrics: str | Sequence[str] = ()) -> str:
        """A line for each run, the best first, with what its config has of its own and its best losses.

        ``metrics``, one or several, have a column each as well.
        """
        metrics = texts("metrics", metrics)
        if not self.logs:
            return NO_RUNS
        for metric in metrics:
            self._require_metric(metric)
        return overview(list(self.logs.values()), metrics).text()

    def get_best_experiment(
        self, metric: str = "val_loss", mode: Direction | None = None
    ) -> tuple[str, float] | None:
        """The name and value of the run with the best finite value of ``metric``, the newest of equals.

        ``duration`` is the time trained. None where no run has a finite value, or none is loaded. Raises
        ``UnknownMetric`` where no run has the metric and the original had none either, ``ValueError`` where
        its name does not tell whether less or more is better, and ``mode`` does not.
        """
        if mode not in (None, "min", "max"):
            raise ValueError(f"mode is 'min' or 'max', not {mode!r}")
        runs = [(run, run.having(metric)) for run in self.logs.values()]
        if metric == "duration" and not any(metric in snapshot.metrics for _, snapshot in runs):
            values = {run.name: run.duration_seconds for run, _ in runs}
            mode = mode or "min"
        else:
            if runs:
                self._require_metric(metric)
            if not any(metric in snapshot.metrics for _, snapshot in runs):
                return None
            mode = self._direction(metric, mode)
            values = {run.name: best_value(snapshot, metric, mode) for run, snapshot in runs}
        known = [(name, value) for name, value in values.items() if value is not None]
        return (min if mode == "min" else max)(known, key=lambda pair: pair[1], default=None)

    def compare(
        self, *names: Name, baseline: Name | None = None, x: str | None = None, at: float | None = None
    ) -> RunComparison:
        """These runs (none: all) side by side: differing config, last and best values, differences.

        The baseline is the first run unless given. ``x`` is the axis (None: gradient steps where counted,
        else iterations); with ``at`` every metric has its interpolated value there as well.
        """
        runs = [self._run(name) for name in names] or list(self.logs.values())
        base = None if baseline is None else self._run(baseline)
        known = {run.snapshot.key: run.name for run in (*runs, *([base] if base else []))}
        comparison = compare_runs(
            [run.snapshot for run in {run.name: run for run in runs}.values()],
            None if base is None else base.snapshot,
            None if x is None else axis_of(x),
            at,
        )
        return RunComparison(comparison, known)

    def get_groups(
        self,
        metric: str = "val_loss",
        mode: Direction | None = None,
        left_out: str | Sequence[str] | None = None,
    ) -> list[SeedGroup]:
        """Runs whose config is the same but for seeds, names, paths and devices: mean and spread of the best.

        ``left_out`` are patterns of config keys to be ignored instead of those. Members that diverged are
        counted and not averaged. Raises ``ValueError`` for a pattern that is no key of any run.
        """
        runs = list(self.logs.values())
        if runs:
            self._require_metric(metric)
        if left_out is not None:
            left_out = texts("left_out", left_out)
            require_matching(left_out, [run.snapshot for run in runs])
        return seed_groups(runs, metric, self._direction(metric, mode), left_out)

    def get_group_trajectory(
        self, names: Iterable[Name], metric: str, x: str = "iteration"
    ) -> GroupTrajectory:
        """The mean curve of these runs, each interpolated between its values: x, mean, std and n in lists.

        Where fewer than two runs are there is no mean.
        """
        runs = self._having(names, metric)
        return group_trajectory(runs, metric, axis_of(x))

    def get_sweep(
        self, key: str, metric: str = "val_loss", mode: Direction | None = None
    ) -> list[SweepValue]:
        """What became of each value of a config key (``optimizer.lr`` for a nested one), by rising value.

        Raises ``ValueError`` where no run has the key.
        """
        return sweep_values(list(self.logs.values()), key, metric, self._direction(metric, mode))

    # One run's curves

    def get_loss_trajectories(self, name: Name) -> tuple[list[int], list[float], list[float]]:
        """``(iterations, train_losses, val_losses)``, as the original: each loss where it was logged.

        The iterations are those of the training losses, or of the evaluations where there are none of those.
        Evaluations are rarer: ``get_trajectory(name, "val_loss")`` has them with their own iterations.
        """
        run = self._run(name).snapshot
        train, val = self._curve(run, "train_loss"), self._curve(run, "val_loss")
        return (train if train[1] else val)[0], train[1], val[1]

    def get_learning_rate_trajectory(self, name: Name) -> tuple[list[int], list[float]]:
        """``(iterations, learning_rates)``, where one was logged."""
        return self._curve(self._run(name).snapshot, "learning_rate")

    def get_throughput_trajectory(self, name: Name) -> tuple[list[int], list[float]]:
        """``(iterations, tokens_per_sec)``, where it was logged."""
        return self._curve(self._run(name).snapshot, "tokens_per_sec")

    def get_trajectory(
        self, name: Name, metric: str, x: str = "iteration"
    ) -> tuple[list[float], list[float]]:
        """``(xs, values)`` of any metric over any axis, in the order of the log.

        ``x`` is iteration, gradient_step, elapsed (seconds), clock (unix time), tokens, or a metric's name.
        Both lists are empty where the run lacks the metric or the axis; ``UnknownMetric`` (a ``KeyError``)
        is raised where no loaded run has the metric or, as an axis, the ``x``.
        """
        run = self._run(name)
        self._require_metric(metric)
        self._require_axis(x)
        return self._curve(run.having(metric), metric, x)

    def value_at(self, run: Name, metric: str, x: float, axis: str = "iteration") -> float | None:
        """The metric at ``x``, interpolated between the finite values around it; None beyond the values."""
        found = self._run(run)
        self._require_metric(metric)
        self._require_axis(axis)
        require_number("x", x)
        curve = finite_curve(found.having(metric), metric, axis_of(axis))
        return None if curve is None else curve.at(x)

    def time_to(self, run: Name, metric: str, target: float, mode: Direction | None = None) -> float | None:
        """Seconds of training until the metric first was as good as ``target``; None where it never was."""
        found = self._run(run)
        self._require_metric(metric)
        require_number("target", target)
        direction = self._direction(metric, mode)
        curve = finite_curve(found.having(metric), metric, ELAPSED)
        return None if curve is None else curve.first_reaching(target, direction)

    # One run in numbers

    def get_summary_stats(self, name: Name) -> dict[str, Any]:
        """The same keys as the tracker's ``get_summary_stats``: the original's, and each metric's statistics.

        Those are ``count``, ``min``, ``max``, ``mean``, ``std`` and ``last``, with ``nan_count`` and
        ``inf_count``; what is not finite counts in no other but ``count`` and ``last``.
        """
        return self._run(name).statistics()

    def print_summary(self, name: Name) -> None:
        """Print a run's state, results, statistics and config."""
        run = self._run(name)
        print(statistics_text(run.statistics(), run.name, run.notes))
        print(f"  state: {run.state}, run id {run.run_id}")
        config = run.snapshot.header.config
        if config:
            pairs = (f"{one_line(str(key))}={one_line(str(value))}" for key, value in config.items())
            print(f"  config: {', '.join(pairs)}")

    def export_csv(self, name: Name, path: str | os.PathLike[str]) -> Path:
        """Write a run's rows to ``path``, over a file that is there; returns the path.

        The original's eight columns come first, then every other metric. What is absent is empty, 0.0 is
        ``0.0``, NaN is ``NaN``; no cell is a formula. The file is written whole or not at all. Raises
        ``OSError``: also where its directory is missing, or where it is a file of a run.
        """
        run = self._run(name)
        path = Path(path)
        refuse_own(path)
        if not path.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, "no such directory", str(path.parent))
        write_parts(path, map(_csv_text, curve_table((run.snapshot,))), replace=True)
        return path

    def to_pandas(self, *names: Name, nullable: bool = False) -> Any:
        """A ``pandas.DataFrame`` with all rows of these runs (none: all loaded ones).

        Its columns are ``run_name`` and ``run_id``, then those of ``export_csv``. Absent values are NaN,
        which pandas cannot tell from a NaN that was logged; with ``nullable`` the columns are of pandas' own
        ``Float64``, where absent is ``<NA>``. Raises ``ModuleNotFoundError`` where pandas is not installed.
        """
        return pandas_frame(self._chosen(names), nullable=nullable)

    def to_polars(self, *names: Name) -> Any:
        """A ``polars.DataFrame`` as ``to_pandas``; absent values are null, NaN is NaN."""
        return polars_frame(self._chosen(names))

    # Showing itself

    def _repr_html_(self) -> str:
        return overview(list(self.logs.values())).html() if self.logs else f"<p>{NO_RUNS}</p>"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {str(self.log_dir)!r}, {len(self.logs):,} runs loaded>"

    # Underneath

    def _require_directory(self) -> None:
        if not self.log_dir.exists():
            raise FileNotFoundError(errno.ENOENT, "there is no log directory", str(self.log_dir))

    def _read(self, paths: Sequence[Path]) -> tuple[RunSnapshot, ...]:
        snapshot = RunStore(paths, silence=judge_by_settings()).load_all()
        self.problems = (
            *snapshot.problems,
            *(f"{run.path}: {run.problem}" for run in snapshot.runs if run.problem),
        )
        no_logs = {run.key for run in snapshot.runs if run.problem and is_no_log(run.path)}
        if self.problems:
            more = f" (and {len(self.problems) - 1} more: see problems)" if len(self.problems) > 1 else ""
            warnings.warn(f"not all could be read: {self.problems[0]}{more}", stacklevel=3)
        return tuple(run for run in snapshot.runs if run.key not in no_logs)

    def _run(self, name: Name) -> AnalyzedRun:
        return name if isinstance(name, AnalyzedRun) else self.logs[os.fspath(name)]

    def _chosen(self, names: Iterable[Name]) -> list[AnalyzedRun]:
        return [self._run(name) for name in names] or list(self.logs.values())

    def _having(self, names: Iterable[Name], metric: str) -> list[RunSnapshot]:
        self._require_metric(metric)
        return [self._run(name).having(metric) for name in names]

    def _require_metric(self, metric: str) -> None:
        """Raise ``UnknownMetric`` where no loaded run has it and the original did not either."""
        runs = self.logs.values()
        if metric not in ORIGINAL_COLUMNS and not any(metric in run.having(metric).metrics for run in runs):
            raise UnknownMetric(metric, list(dict.fromkeys(name for run in runs for name in run.metrics)))

    def _require_axis(self, axis: str) -> None:
        if axis not in STANDARD_AXES:
            self._require_metric(axis)

    def _direction(self, metric: str, mode: Direction | None) -> Direction:
        direction = mode if mode is not None else direction_of(metric)
        if direction not in ("min", "max"):
            raise ValueError(f"whether less or more of {metric!r} is better, mode='min' or 'max' has to say")
        return direction

    def _curve(self, run: RunSnapshot, metric: str, x: str = "iteration") -> tuple[list[Any], list[float]]:
        """The x and the values of the metric, where it has an x."""
        view, axis = run.metrics.get(metric), axis_of(x)
        along = None if view is None else x_values(run, view, axis)
        if view is None or along is None:
            return [], []
        placed = placeable(along)
        if not placed.all():
            return _numbers(along[placed], axis.kind), view.values[placed].tolist()
        return _numbers(along, axis.kind), view.values.tolist()


def _csv_text(lines: Iterable[Line]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(lines)
    return out.getvalue().encode("utf-8", "backslashreplace")


def _numbers(values: Floats, kind: AxisKind) -> list[Any]:
    """Python numbers; counts as integers where all are whole."""
    counted = kind is AxisKind.COUNT and bool((np.abs(values) < LARGEST_EXACT).all())
    if counted and bool((values == np.floor(values)).all()):
        whole: list[Any] = values.astype(np.int64).tolist()
        return whole
    numbers: list[Any] = values.tolist()
    return numbers
