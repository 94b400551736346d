"""The tracker that a training loop calls."""

from __future__ import annotations

import os
from _thread import RLock
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from math import hypot, inf
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Self

import orjson

from tuimon.records.events import EndRecord
from tuimon.records.experiment import ExperimentLog, as_config
from tuimon.records.folded_run import FoldedRun, fold_log
from tuimon.records.lines import encode_record, plain
from tuimon.records.load import experiment_from_fold, load_experiment_log
from tuimon.records.original_json import write_document
from tuimon.records.run_header import RunHeader
from tuimon.records.run_names import log_directory, log_file_name, new_run_id
from tuimon.records.statistics import summary_statistics, summary_text
from tuimon.tracker.environment import job_facts, process_facts, program_facts, rank_of
from tuimon.tracker.failure import failure_fields, status_of
from tuimon.tracker.lifetime import release, watch
from tuimon.tracker.log_file import LogFile
from tuimon.tracker.resumption import Resumption, resume_run
from tuimon.tracker.run_config import config_values, run_name
from tuimon.tracker.scalars import NotScalar, to_scalar
from tuimon.tracker.warn import warn

_OF_THE_LOG = frozenset(("type", "wallclock_time"))
_NEWLINE = orjson.OPT_APPEND_NEWLINE
_dumps = orjson.dumps


class _State(Enum):
    """What a tracker does with a call; the later ones' text says why nothing is written."""

    NEW = ""
    RUNNING = "running"
    ENDED = "the run has ended"
    FORKED = "this is a forked child, the log is its parent's"
    OTHER_RANK = "rank 0 alone writes the log, and this is another rank"


class ExperimentTracker:
    """Writes one run's log, a line a call, each with the kernel before the call returns.

    ``config`` is an :class:`ExperimentConfig`, any mapping, dataclass, ``argparse.Namespace`` or object with
    ``to_dict`` or ``model_dump``. The log goes to ``log_dir``, else ``$TUIMON_DIR``, else
    ``experiment_logs``.

    ``resume``: a run (path, id, name), ``True`` for the newest run of this name, ``"auto"`` for the newest of
    this name and SLURM job; where there is none to go on with, a new run starts. ``fsync`` waits for the disk
    at each line. ``rank``, else ``RANK`` where ``WORLD_SIZE`` is above 1: rank 0 alone writes. ``all_ranks``
    and ``system_interval`` are not available yet and only warn.

    Nothing that goes wrong with the log is raised into the training; it is warned of once. Threads may share
    a tracker. No history is kept in memory: :attr:`log`, :meth:`save` and the statistics read the log back.
    """

    def __init__(
        self,
        config: object = None,
        log_dir: str | os.PathLike[str] | None = None,
        *,
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
        self.path: Path | None = None
        """The log, once the run has started."""
        self.run_id = new_run_id()
        self._values = config_values(config)
        self.name = run_name(self._values)
        """The run's name as it stands in the header."""
        self._resume = resume or None
        self._fsync = fsync
        self._rank, self._world_size = rank_of(rank)
        self._tags = (tags,) if isinstance(tags, str) else tuple(map(str, tags))
        self._notes, self._group = str(notes), group
        if all_ranks:
            warn("all_ranks is not available yet: rank 0 alone writes")
        if system_interval is not None:
            warn("system_interval is not available yet: no system figures are logged")
        self._lock = RLock()  # reentrant: a user's warning filter or signal handler may log in turn
        self._state = _State.NEW
        self._ready = False  # running, and it is known where a resumed run goes on
        self._silence_said = False
        self._file: LogFile | None = None
        self._resumption: Resumption | None = None  # until the first record says where it goes on
        self._started = 0.0  # time.monotonic()
        self._iteration: float = -1
        self._steps: float = 0  # since this process began with the run, as the log has it
        self._steps_before: float = 0
        self._seconds_before = 0.0
        self._left_out: set[str] = set()

    # The run's life

    def start(self) -> None:
        """Start the run: create its log and write where it runs. A second call does nothing."""
        with self._lock:
            if self._state is not _State.NEW:
                return
            if self._rank:
                self._state = _State.OTHER_RANK
                return
            self._started = monotonic()
            facts = process_facts()
            if self._resume is None or not self._go_on(facts):
                self._begin(facts)
            self._state = _State.RUNNING
            watch(self)

    def finish(self, train_loss: float | None = None, val_loss: float | None = None, notes: str = "") -> None:
        """End the run as finished, with final losses and notes if given. A second call does nothing."""
        losses = {"final_train_loss": self._loss(train_loss), "final_val_loss": self._loss(val_loss)}
        self._end("finished", {**losses, "notes": str(notes)})

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_after(error)

    # Logging

    def log_metrics(
        self,
        iteration: float | None = None,
        train_loss: float | None = None,
        learning_rate: float | None = None,
        tokens_per_sec: float | None = None,
        iter_time_ms: float | None = None,
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
            if not _OF_THE_LOG.isdisjoint(metrics):
                raise _refusal(metrics)
            record.update(metrics)
        self._log(record)

    def log_eval(
        self,
        iteration: float | None,
        train_loss: float | None = None,
        val_loss: float | None = None,
        **metrics: Any,
    ) -> None:
        """Log an evaluation of step ``iteration``, maybe an earlier one; else as :meth:`log_metrics`."""
        values = {"train_loss": train_loss, "val_loss": val_loss, **metrics}
        with self._lock:
            latest = self._iteration
            self._log(_record("eval", iteration, values))
            self._iteration = max(latest, self._iteration)

    def log_values(self, values: Mapping[str, Any], *, iteration: float | None = None) -> None:
        """Log a mapping of scalars by name; ``iteration`` and ``gradient_step`` in it set those fields."""
        self._log(_record("metrics", iteration, values))

    def log_event(self, message: str, level: str = "info", iteration: float | None = None) -> None:
        """Log a note, a warning, a checkpoint: ``message`` with a ``level`` of your choice."""
        record: dict[str, Any] = {"type": "event", "level": str(level), "message": str(message)}
        with self._lock:
            if not self._writes():
                return
            if iteration is not None:
                record["iteration"] = self._number(iteration, "iteration")
            self._write(record)

    def increment_gradient_step(self) -> None:
        """Count one optimizer step; every record carries the count."""
        with self._lock:
            self._steps += 1

    @property
    def gradient_step_count(self) -> float:
        """Optimizer steps so far, those before a resume included."""
        return self._steps_before + self._steps

    @gradient_step_count.setter
    def gradient_step_count(self, count: float) -> None:
        with self._lock:
            self._steps = count - self._steps_before

    def get_elapsed_time(self) -> float:
        """Seconds since the run started, downtime before a resume left out; 0.0 before it started."""
        return self._seconds_before + (monotonic() - self._started if self._started else 0.0)

    # Reading back

    @property
    def log(self) -> ExperimentLog:
        """The experiment so far, read back from the log: keep it rather than asking in a loop."""
        folded = self._read_back()
        if folded is None:
            return ExperimentLog(config=as_config(plain(self._values)))
        return experiment_from_fold(folded)

    @property
    def metrics_history(self) -> list[Any]:
        """The rows logged so far, read back from the log."""
        return self.log.metrics_history

    def save(self) -> Path:
        """Write the run as one document in the original tracker's shape, beside its log; returns its path."""
        self.start()
        path = (self.path or self.log_dir / log_file_name(self.name, datetime.now())).with_suffix(".json")
        if self._state in (_State.RUNNING, _State.ENDED):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_document(path, self.log)
            except OSError as error:
                warn(f"cannot write {path} ({error.strerror or error})")
        return path

    def get_summary_stats(self) -> dict[str, Any]:
        """The original summary, and by each metric's name its count, min, max, mean, std and last value."""
        return {**summary_statistics(self.log), "experiment_name": self.name}

    def print_summary(self) -> None:
        """Print the run's summary."""
        print(summary_text(self.log, self.name))

    @staticmethod
    def load_from_file(path: str | os.PathLike[str]) -> ExperimentLog:
        """The experiment in a log or a saved document: ``load_experiment_log``."""
        return load_experiment_log(path)

    # How the process ends (called by tuimon.tracker.lifetime)

    def end_at_exit(self, error: BaseException | None) -> None:
        """The interpreter exits, after the uncaught ``error`` if there was one."""
        self._end_after(error)

    def end_by_signal(self) -> None:
        """The process dies by a signal now: one write, no lock, no summary."""
        file, state = self._file, self._state
        self._state, self._ready = _State.ENDED, False
        if file is not None and state is _State.RUNNING:
            end = EndRecord("interrupted", datetime.now().astimezone(), self.get_elapsed_time())
            file.write_last_words(encode_record(end.to_record()))

    def abandon(self) -> None:
        """This is a forked child: the log is the parent's."""
        self._lock = RLock()  # some thread of the parent may have held it
        self._state, self._ready, self._silence_said = _State.FORKED, False, False
        if self._file is not None:
            self._file.abandon()

    # Inside

    def _log(self, record: dict[str, Any]) -> None:
        """Fill in and write a record of scalars.

        The hot path, so what is usual is found out in few operations: orjson refuses foreign types, and
        ``hypot`` of all numbers raises for what is none and is not finite if one of them isn't.
        """
        with self._lock:
            if not self._ready and not self._make_ready(record):
                return
            iteration = record["iteration"]
            if iteration.__class__ is not int:
                iteration = record["iteration"] = self._iteration_number(iteration)
            self._iteration = iteration
            if record["gradient_step"] is None:
                record["gradient_step"] = self._steps
            else:
                self._set_gradient_step(record)
            now = monotonic()
            record["wallclock_time"] = now - self._started
            try:
                line = _dumps(record, None, _NEWLINE)
                _, *numbers = record.values()
                plain_numbers = hypot(*numbers) < inf
            except TypeError:
                plain_numbers = False
            if not plain_numbers:
                line = encode_record(self._scalars(record))
            self._file.write(line, now)  # type: ignore[union-attr]  # ready: there is one

    def _write(self, record: Mapping[str, Any]) -> None:
        if self._file is not None:
            self._file.write(encode_record(record), monotonic())

    def _writes(self) -> bool:
        """Whether this process writes the log; starts a run that wasn't started, and says once why not."""
        self.start()
        if self._state is _State.RUNNING:
            return True
        if not self._silence_said:
            self._silence_said = True
            warn(f"nothing is logged any more: {self._state.value}")
        return False

    def _make_ready(self, record: dict[str, Any]) -> bool:
        if not self._writes():
            return False
        if self._resumption is not None:
            iteration = record["iteration"] = self._iteration_number(record["iteration"])
            self._seconds_before, self._steps_before = self._resumption.before(iteration)
            self._resumption = None
        self._ready = True
        return True

    def _scalars(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """``record`` with its values as plain scalars, what is absent or none left out."""
        scalars: dict[str, Any] = {"type": record["type"]}
        for name, value in record.items():
            if (
                value is not None
                and name != "type"
                and (number := self._number(value, str(name))) is not None
            ):
                scalars[name] = number
        return scalars

    def _set_gradient_step(self, record: dict[str, Any]) -> None:
        """Take a step given by the training; a reader adds the steps before a resume again."""
        step = self._number(record["gradient_step"], "gradient_step")
        record["gradient_step"] = self._steps if step is None else step - self._steps_before
        self._steps = max(self._steps, record["gradient_step"])

    def _number(self, value: Any, name: str) -> float | int | None:
        try:
            return to_scalar(value)
        except NotScalar as error:
            if name not in self._left_out:
                self._left_out.add(name)
                message = f"{name} is left out: {error}, not a scalar"
                self._write({"type": "event", "level": "warning", "message": message})
                warn(message)
            return None

    def _iteration_number(self, iteration: Any) -> float:
        """``iteration`` as a finite number; the last plus one where it is none."""
        number = None if iteration is None else self._number(iteration, "iteration")
        if number is None or number - number != 0:  # NaN and infinity are no place on an axis
            return self._iteration + 1
        return int(number) if number == int(number) else number

    def _loss(self, value: Any) -> float | int | None:
        return None if value is None else self._number(value, "final loss")

    def _begin(self, facts: Mapping[str, Any]) -> None:
        """A new run: its header and its log."""
        now = datetime.now().astimezone()
        header = RunHeader(
            run_id=self.run_id,
            name=self.name,
            start_time=now,
            config=self._values,
            rank=self._rank,
            world_size=self._world_size,
            tags=self._tags,
            notes=self._notes,
            group=self._group,
            **facts,
            **job_facts(),
            **program_facts(),
        )
        path = self.log_dir / log_file_name(self.name, now)
        self._file = LogFile.create(path, encode_record(header.to_record()), fsync=self._fsync)
        self.path = self._file.path

    def _go_on(self, facts: Mapping[str, Any]) -> bool:
        """Resume the run that was asked for; whether there was one that could be resumed."""
        resumption = resume_run(self._resume, self.name, self.log_dir, facts, fsync=self._fsync)
        if resumption is None:
            return False
        self._resumption = resumption
        self._file, self.path = resumption.file, resumption.file.path
        self.run_id, self.name = resumption.run_id, resumption.name
        self._iteration = resumption.last_iteration
        self._seconds_before, self._steps_before = resumption.before(float("inf"))
        return True

    def _read_back(self) -> FoldedRun | None:
        if self.path is None:
            return None
        try:
            return fold_log(self.path)
        except OSError:
            return None  # it was never written or was removed; that was warned of when it was noticed

    def _end_after(self, error: BaseException | None) -> None:
        self._end(status_of(error), failure_fields(error))

    def _end(self, status: str, fields: Mapping[str, Any]) -> None:
        """Write the ``end`` line with its summary and close the log, once."""
        with self._lock:
            if self._file is None or self._state is not _State.RUNNING:
                return
            self._state, self._ready = _State.ENDED, False
            folded = self._read_back()
            end = EndRecord(
                status,
                end_time=datetime.now().astimezone(),
                duration_seconds=self.get_elapsed_time(),
                summary=folded.summaries() if folded is not None else {},
                **fields,
            )
            self._write(end.to_record())
            self._file.close()
            self._started = 0.0
            self._seconds_before = end.duration_seconds or 0.0
        release(self)


def _record(kind: str, iteration: float | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """A record whose own fields are yet to be filled in."""
    if not _OF_THE_LOG.isdisjoint(values):
        raise _refusal(values)
    record: dict[str, Any] = {"type": kind, "iteration": None, "gradient_step": None, "wallclock_time": 0.0}
    record.update(values)
    if record["iteration"] is None:
        record["iteration"] = iteration
    return record


def _refusal(values: Mapping[str, Any]) -> ValueError:
    names = " and ".join(repr(name) for name in sorted(_OF_THE_LOG & values.keys()))
    return ValueError(f"{names}: fields of the log itself, no names for a metric")
