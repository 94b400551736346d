"""One run being written: when it starts, goes on and ends, and how a record becomes a line."""

from __future__ import annotations

from _thread import RLock
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum
from math import hypot, inf
from pathlib import Path
from time import monotonic

import orjson

from tuimon.records.lines import encode_record
from tuimon.records.run_names import new_run_id
from tuimon.tracker.log_file import LogFile, RunIsAlive
from tuimon.tracker.run_plan import RunPlan
from tuimon.tracker.scalars import NotScalar, to_scalar
from tuimon.tracker.warn import warn

TYPE_CHECKING = False  # importing typing costs a training 4 ms
if TYPE_CHECKING:
    from typing import Any

    from tuimon.tracker.resumption import Resumption
    from tuimon.tracker.system_sampler import SystemSampler

_OF_THE_LOG = frozenset(("type", "wallclock_time"))
_NEWLINE = orjson.OPT_APPEND_NEWLINE
_dumps = orjson.dumps


class State(Enum):
    """What is done with a call; of the later ones the text says why nothing is written."""

    NEW = "not started"
    RUNNING = "running"
    ENDED = "the run has ended"
    FORKED = "this is a forked child, the log is its parent's"
    OTHER_RANK = "rank 0 alone writes the log, and this is another rank"


class RunWriter:
    """Writes one run. Threads may call it; a forked child's calls are dropped, as the log is its parent's.

    Nothing that goes wrong with the log is raised; see :class:`LogFile`.
    """

    def __init__(self, plan: RunPlan) -> None:
        self.plan = plan
        self.name = plan.name
        self.run_id = new_run_id()
        self.state = State.NEW
        self._lock = RLock()  # reentrant: a user's warning filter or signal handler may log in turn
        self._ready = False  # running, and it is known where a resumed run goes on
        self._silence_said = False
        self._file: LogFile | None = None
        self._sampler: SystemSampler | None = None
        self._resumption: Resumption | None = None  # until the first record says where it goes on
        self._started = 0.0  # time.monotonic()
        self._iteration: float = -1
        self._steps: float = 0  # since this process began with the run, as the log has it
        self._steps_before: float = 0
        self._seconds_before = 0.0
        self._ended: tuple[float, float, float] | None = None  # started, seconds before, when it ended
        self._left_out: set[str] = set()

    @property
    def path(self) -> Path | None:
        """The log, once the run has started."""
        return self._file.path if self._file is not None else None

    @property
    def gradient_step(self) -> float:
        """Optimizer steps so far, those before a resume included."""
        return self._steps_before + self._steps

    def set_gradient_step(self, count: float) -> None:
        """Set the number of optimizer steps, those before a resume included."""
        with self._lock:
            self._steps = count - self._steps_before

    def increment_gradient_step(self) -> None:
        """Count one optimizer step."""
        with self._lock:
            self._steps += 1

    def elapsed(self) -> float:
        """Seconds since the run started, downtime before a resume left out; 0.0 before it started."""
        return self._seconds_before + (monotonic() - self._started if self._started else 0.0)

    def add_config(self, values: Mapping[str, Any]) -> bool:
        """Add hyperparameters to those that are known, which win; False once the header is written."""
        with self._lock:
            if self.state is State.NEW:
                self.plan = replace(self.plan, config={**values, **self.plan.config})
            return self.state is State.NEW

    def start(self) -> None:
        """Create the log and write where the run runs; a second call does nothing."""
        with self._lock:
            if self.state is not State.NEW:
                return
            if self.plan.rank and not self.plan.all_ranks:
                self.state = State.OTHER_RANK
                return
            import tuimon.tracker.afterwards  # noqa: F401 (now, not at the end of a run that may take days)
            from tuimon.tracker.claim import claim
            from tuimon.tracker.environment import process_facts
            from tuimon.tracker.lifetime import watch
            from tuimon.tracker.opening import earlier_log, new_log, note_of

            started, facts = monotonic(), process_facts()
            note = note_of(self.plan, facts)
            resumption = earlier_log(self.plan, facts, note)
            if resumption is not None:
                self._go_on_with(resumption)
            else:
                self._file = new_log(self.plan, self.run_id, facts, note)
            self.state, self._started = State.RUNNING, started
            watch(self)
            if self._file is not None and not self.plan.rank:
                claim(self._file.path)
                if note is not None:
                    note.write(self._file.path)
            self._start_sampling()

    def end(self, status: str, fields: Mapping[str, Any]) -> None:
        """Write the ``end`` line, with the summary of the log so far, and close it; once."""
        from tuimon.tracker.afterwards import end_line
        from tuimon.tracker.lifetime import release

        with self._lock:
            if self._file is None or not self._is_running():
                return
            self._ready = False
            self._stop_sampling()
            self._file.flush()
            seconds = self.elapsed()
            line = end_line(self._file.path, status, seconds, fields)
            if not self._is_running():
                return  # a signal's handler in this very thread has ended it meanwhile
            self.state = State.ENDED
            self._file.write(line, monotonic())
            self._file.close()
            self._ended = self._started, self._seconds_before, monotonic()
            self._started, self._seconds_before = 0.0, seconds
        release(self)

    def go_on(self) -> None:
        """Go on after the end, as for an evaluation that follows the training: no row is superseded.

        The time in between is left out of the run's. Does nothing unless this process ended the run.
        """
        from tuimon.tracker.lifetime import watch

        with self._lock:
            if self.state is not State.ENDED or self._file is None or self._ended is None:
                return
            line = encode_record({"type": "event", "level": "info", "message": "goes on after its end"})
            try:
                self._file = self._file.again(line)
            except (OSError, RunIsAlive) as error:
                warn(f"cannot go on with {self._file.path} ({type(error).__name__}: {error})")
                return
            started, self._seconds_before, ended = self._ended
            self._started, self._ended = started + monotonic() - ended, None
            self.state, self._ready = State.RUNNING, self._resumption is None
            self._start_sampling()
        watch(self)

    def end_after(self, error: BaseException | None) -> None:
        """End the run as the exception that ended it says, ``None`` being none."""
        from tuimon.tracker.afterwards import failure_fields, status_of

        self.end(status_of(error), failure_fields(error))

    def discard(self) -> None:
        """Take the run back: its log is removed, and nothing more is written."""
        from tuimon.tracker.lifetime import release

        with self._lock:
            if self._file is None or not self._is_running():
                return
            self.state, self._ready = State.ENDED, False
            self._stop_sampling()
            self._file.discard()
        release(self)

    def end_by_signal(self, reason: str) -> None:
        """The process dies by a signal now: one write, no lock, no summary."""
        file, state = self._file, self.state
        self.state, self._ready = State.ENDED, False
        if file is not None and state is State.RUNNING:
            now = datetime.now().astimezone().isoformat()
            end = {
                "type": "end",
                "status": "interrupted",
                "reason": reason,
                "end_time": now,
                "duration_seconds": self.elapsed(),
            }
            file.write_last_words(encode_record(end))

    def abandon(self) -> None:
        """This is a forked child: the log is the parent's."""
        self._lock = RLock()  # some thread of the parent may have held it
        self.state, self._ready, self._silence_said = State.FORKED, False, False
        self._sampler = None  # its thread runs in the parent alone
        if self._file is not None:
            self._file.abandon()

    def log(self, record: dict[str, Any]) -> None:
        """Fill in and write a record of scalars: ``iteration`` and ``gradient_step`` where they are ``None``.

        The hot path, so what is usual is found out in few operations: orjson refuses foreign types, and
        ``hypot`` of all numbers raises for what is no number and is not finite if one of them isn't.
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
                self._take_gradient_step(record)
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

    def log_eval(self, record: dict[str, Any]) -> None:
        """As :meth:`log`; an evaluation of an earlier step leaves the latest iteration where it is."""
        with self._lock:
            latest = self._iteration
            self.log(record)
            self._iteration = max(latest, self._iteration)

    def log_event(self, message: str, level: str, iteration: Any = None) -> None:
        """Write an event."""
        record: dict[str, Any] = {"type": "event", "level": level, "message": message}
        with self._lock:
            if not self._writes():
                return
            if iteration is not None:
                record["iteration"] = self._iteration_number(iteration)
            self._write(record)

    def log_system(self, figures: Mapping[str, float]) -> bool:
        """Write what the machine uses; whether the run goes on."""
        with self._lock:
            if not self._is_running():
                return False
            if figures:
                self._write({"type": "system", "wallclock_time": monotonic() - self._started, **figures})
            return True

    def scalar(self, value: Any, name: str) -> float | int | None:
        """``value`` as a number; if it is none, ``None``, an event and a warning, once for each ``name``."""
        try:
            return to_scalar(value)
        except NotScalar as error:
            if name not in self._left_out:
                self._left_out.add(name)
                message = f"{name} is left out: {error}, not a scalar"
                if self.state is State.RUNNING:
                    self.log_event(message, "warning", self._iteration if self._iteration >= 0 else None)
                warn(message)
            return None

    def _start_sampling(self) -> None:
        if self.plan.system_interval:
            from tuimon.tracker.system_sampler import start_sampling

            self._sampler = start_sampling(self.log_system, self.plan.system_interval)

    def _stop_sampling(self) -> None:
        if self._sampler is not None:
            self._sampler.stop()
            self._sampler = None

    def _is_running(self) -> bool:
        return self.state is State.RUNNING

    def _go_on_with(self, resumption: Resumption) -> None:
        """An earlier run's log is open: go on where it ended, until the first record says where."""
        self._resumption, self._file = resumption, resumption.file
        self.run_id, self.name = resumption.run_id, resumption.name
        self._iteration = resumption.last_iteration
        self._seconds_before, self._steps_before = resumption.before(inf)

    def _write(self, record: Mapping[str, Any]) -> None:
        if self._file is not None:
            self._file.write(encode_record(record), monotonic())

    def _writes(self) -> bool:
        """Whether this process writes the log; starts a run that wasn't started, and says once why not."""
        self.start()
        if self.state is State.RUNNING:
            return True
        if not self._silence_said:
            self._silence_said = True
            warn(f"nothing is logged: {self.state.value}")
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

    def _iteration_number(self, iteration: Any) -> float:
        """``iteration`` as a finite number; the last plus one where it is none."""
        number = None if iteration is None else self.scalar(iteration, "iteration")
        if number is None or number - number != 0:  # NaN and infinity are no place on an axis
            return self._iteration + 1
        return int(number) if number == int(number) else number

    def _take_gradient_step(self, record: dict[str, Any]) -> None:
        """Take a step given by the training; a reader adds the steps before a resume again."""
        step = self.scalar(record["gradient_step"], "gradient_step")
        record["gradient_step"] = self._steps if step is None else step - self._steps_before
        self._steps = max(self._steps, record["gradient_step"])

    def _scalars(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """``record`` with its values as plain scalars, what is absent or none left out."""
        scalars: dict[str, Any] = {"type": record["type"]}
        for name, value in record.items():
            if value is not None and name != "type":
                number = self.scalar(value, str(name))
                if number is not None:
                    scalars[name] = number
        return scalars


def scalar_record(kind: str, iteration: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """A record of ``kind`` whose own fields are yet to be filled in; ``iteration`` in ``values`` goes first.

    Raises ``ValueError`` for the names that are fields of the log itself.
    """
    refuse_own_names(values)
    record: dict[str, Any] = {"type": kind, "iteration": None, "gradient_step": None, "wallclock_time": 0.0}
    record.update(values)
    if record["iteration"] is None:
        record["iteration"] = iteration
    return record


def refuse_own_names(values: Mapping[str, Any]) -> None:
    """Raise ``ValueError`` when a metric is called as a field that the log itself fills in."""
    if not _OF_THE_LOG.isdisjoint(values):
        names = " and ".join(repr(name) for name in sorted(_OF_THE_LOG & values.keys()))
        raise ValueError(f"{names}: a field of the log itself, no name for a metric")
