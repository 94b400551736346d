"""The tracker that a training loop calls."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from tuimon.records.run_names import log_directory, log_file_name
from tuimon.tracker.run_plan import RunPlan, config_values, interval_of, rank_of, run_name
from tuimon.tracker.run_writer import RunWriter, State, refuse_own_names, scalar_record
from tuimon.tracker.warn import warn

TYPE_CHECKING = False  # importing typing costs a training 4 ms
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Self, SupportsFloat

    from tuimon.records.experiment import ExperimentLog, MetricsSnapshot


class ExperimentTracker:
    """Writes one run's log, a line a call, each with the kernel before the call returns.

    ``config`` is an :class:`ExperimentConfig`, any mapping, dataclass, ``argparse.Namespace`` or object with
    ``to_dict`` or ``model_dump``. The run is called ``name``, else as its configuration or the script is
    called. The log goes to ``log_dir``, else ``$TUIMON_DIR``, else ``experiment_logs``.

    ``resume``: a run (path, id, name), ``True`` for the newest run of this name, ``"auto"`` for the newest of
    this name and SLURM job; where there is none to go on with, a new run starts. ``fsync`` waits for the disk
    at each line. ``rank``, else ``RANK`` where ``WORLD_SIZE`` is above 1: rank 0 alone writes, or with
    ``all_ranks`` each rank a log of its own beside it, and all of them are one run. Each ``system_interval``
    seconds, else ``$TUIMON_SYSTEM_INTERVAL``, a thread logs what the process, the machine and the NVIDIA GPUs
    use; without either nothing does.

    Nothing that goes wrong with the log is raised into the training; it is warned of once, records wait in
    memory, and at the end it is said how many were lost. (A write that hangs in the kernel, as on a dead
    network mount, cannot be helped.) Threads may share a tracker; in a forked child it does nothing. No
    history is kept in memory: :attr:`log`, :meth:`save` and the statistics read the log back.

    As a context manager it ends the run as failed, with the traceback, when an exception leaves the block.
    Without :meth:`finish` the run ends with the interpreter.
    """

    def __init__(
        self,
        config: object = None,
        log_dir: str | os.PathLike[str] | None = None,
        *,
        name: str | None = None,
        resume: str | os.PathLike[str] | bool | None = None,
        fsync: bool = False,
        rank: int | None = None,
        all_ranks: bool = False,
        tags: Iterable[str] = (),
        notes: str = "",
        group: str | None = None,
        system_interval: float | None = None,
    ) -> None:
        self.config = config
        self.log_dir = log_directory(log_dir)
        values = config_values(config)
        own_rank, world_size = rank_of(rank)
        self._run = RunWriter(
            RunPlan(
                name=name or run_name(values),
                log_dir=self.log_dir,
                config=values,
                resume=resume,
                fsync=fsync,
                rank=own_rank,
                all_ranks=all_ranks,
                world_size=world_size,
                tags=(tags,) if isinstance(tags, str) else tuple(map(str, tags)),
                notes=str(notes),
                group=group,
                system_interval=interval_of(system_interval),
            )
        )
        self._log = self._run.log  # kept at hand: looked up at each record

    @property
    def name(self) -> str:
        """The run's name as it stands in the header."""
        return self._run.name

    @property
    def run_id(self) -> str:
        """Eight characters that no other run has."""
        return self._run.run_id

    @property
    def path(self) -> Path | None:
        """The log, once the run has started; ``None`` before, and on ranks that write none."""
        return self._run.path

    @property
    def gradient_step_count(self) -> float:
        """Optimizer steps so far, those before a resume included; can be set."""
        return self._run.gradient_step

    @gradient_step_count.setter
    def gradient_step_count(self, count: float) -> None:
        self._run.set_gradient_step(count)

    def start(self) -> None:
        """Start the run: create its log and write where it runs. A second call does nothing.

        Raises ``UnknownRun`` or ``AmbiguousRun`` when ``resume`` names a run that isn't there.
        """
        self._run.start()

    def finish(
        self, train_loss: SupportsFloat | None = None, val_loss: SupportsFloat | None = None, notes: str = ""
    ) -> None:
        """End the run as finished, with final losses and notes if given. A second call does nothing."""
        scalar = self._run.scalar
        self._run.end(
            "finished",
            {
                "final_train_loss": None if train_loss is None else scalar(train_loss, "final train_loss"),
                "final_val_loss": None if val_loss is None else scalar(val_loss, "final val_loss"),
                "notes": str(notes),
            },
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run.end_after(error)

    def log_metrics(
        self,
        iteration: SupportsFloat | None = None,
        train_loss: SupportsFloat | None = None,
        learning_rate: SupportsFloat | None = None,
        tokens_per_sec: SupportsFloat | None = None,
        iter_time_ms: SupportsFloat | None = None,
        **metrics: Any,
    ) -> None:
        """Log what was measured at ``iteration`` (the last plus one if not given); ``None`` is absent.

        Further scalars go by their own names; ``gradient_step`` sets that field. Python, numpy and torch
        scalars alike: a tensor on a GPU is waited for. What is no scalar is left out and warned of once.
        Raises ``ValueError`` for the names ``type`` and ``wallclock_time``.
        """
        record: dict[str, Any] = {
            "type": "metrics",
            "iteration": iteration,
            "gradient_step": None,
            "wallclock_time": 0.0,
        }
        if train_loss is not None:
            record["train_loss"] = train_loss
        if learning_rate is not None:
            record["learning_rate"] = learning_rate
        if tokens_per_sec is not None:
            record["tokens_per_sec"] = tokens_per_sec
        if iter_time_ms is not None:
            record["iter_time_ms"] = iter_time_ms
        if metrics:
            refuse_own_names(metrics)
            record.update(metrics)
        self._log(record)

    def log_eval(
        self,
        iteration: SupportsFloat | None,
        train_loss: SupportsFloat | None = None,
        val_loss: SupportsFloat | None = None,
        **metrics: Any,
    ) -> None:
        """Log an evaluation of step ``iteration``, maybe an earlier one; else as :meth:`log_metrics`."""
        values = {"train_loss": train_loss, "val_loss": val_loss, **metrics}
        self._run.log_eval(scalar_record("eval", iteration, values))

    def log_values(self, values: Mapping[str, Any], *, iteration: SupportsFloat | None = None) -> None:
        """Log a mapping of scalars by name; ``iteration`` and ``gradient_step`` in it set those fields."""
        self._log(scalar_record("metrics", iteration, values))

    def log_event(self, message: str, level: str = "info", iteration: SupportsFloat | None = None) -> None:
        """Log a note, a warning, a checkpoint: ``message`` with a ``level`` of your choice."""
        self._run.log_event(str(message), str(level), iteration)

    def increment_gradient_step(self) -> None:
        """Count one optimizer step; every record carries the count."""
        self._run.increment_gradient_step()

    def get_elapsed_time(self) -> float:
        """Seconds since the run started, downtime before a resume left out; 0.0 before it started."""
        return self._run.elapsed()

    @property
    def log(self) -> ExperimentLog:
        """The experiment so far, read back from the log: keep it rather than asking in a loop."""
        from tuimon.tracker.afterwards import experiment_of

        return experiment_of(self.path, self._run.plan.config)

    @property
    def metrics_history(self) -> list[MetricsSnapshot]:
        """The rows logged so far, read back from the log."""
        return self.log.metrics_history

    def save(self) -> Path:
        """Write the run as one document in the original tracker's shape, beside its log; returns its path.

        Where this process does not write the run (another rank, a forked child) nothing is written.
        """
        from tuimon.tracker.afterwards import write_document

        self.start()
        log = self.path or self.log_dir / log_file_name(self.name, datetime.now())
        path = log.with_suffix(".json")
        if self._run.state in (State.RUNNING, State.ENDED):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_document(path, self.log)
            except OSError as error:
                warn(f"cannot write {path} ({error.strerror or error})")
        return path

    def get_summary_stats(self) -> dict[str, Any]:
        """The original summary, and by each metric's name its count, min, max, mean, std and last value.

        Gradient steps are those counted so far, also behind the last record.
        """
        return self._summary_of(self.log)

    def print_summary(self) -> None:
        """Print the run's summary."""
        from tuimon.tracker.afterwards import statistics_text

        log = self.log
        print(statistics_text(self._summary_of(log), log.experiment_name or self.name, log.notes))

    def _summary_of(self, log: ExperimentLog) -> dict[str, Any]:
        from tuimon.tracker.afterwards import summary_statistics, whole

        return {
            **summary_statistics(log),
            "experiment_name": self.name,
            "total_gradient_steps": whole(self.gradient_step_count),
        }

    @staticmethod
    def load_from_file(path: str | os.PathLike[str]) -> ExperimentLog:
        """The experiment in a log or a saved document: ``load_experiment_log``."""
        from tuimon.records.load import load_experiment_log

        return load_experiment_log(path)
