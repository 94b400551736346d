"""Whether a run is alive, told from its log, the clock and the process that writes it."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from enum import StrEnum

from tuimon.quick_dataclass import dataclass
from tuimon.records.events import EndRecord, ResumeRecord
from tuimon.records.run_header import RunHeader
from tuimon.records.this_machine import machine_facts

ProcessProbe = Callable[[int], float | None]
"""From a process id to the process's start (unix, seconds): ``None`` where there is no such process (any
more), NaN where it is there but does not say when it started."""

RECENT_SECONDS = 3.0  # a log written to so lately has a writer, whatever its header says of the process
SILENT_SECONDS = 60.0  # less is a pause: an evaluation, a checkpoint, a slow disk
SILENT_INTERVALS = 10  # for runs whose records are usually further apart than that
START_TOLERANCE = 2.0  # seconds; start times are told in clock ticks since a boot time of whole seconds


@dataclass(frozen=True, slots=True)
class Silence:
    """How long a log may be silent before its run counts as stalled: the longer one of both."""

    seconds: float = SILENT_SECONDS
    intervals: float = SILENT_INTERVALS

    def is_too_long(self, silence: float, interval: float | None) -> bool:
        """Whether ``silence`` seconds are too many for a log whose records are ``interval`` seconds apart."""
        return silence > max(self.seconds, self.intervals * (interval or 0.0))


USUAL_SILENCE = Silence()


class RunState(StrEnum):
    """What has become of a run. The values are the words shown to people."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    CRASHED = "crashed"
    STALLED = "stalled"

    @property
    def is_live(self) -> bool:
        """Whether more records are to be expected: running or stalled."""
        return self in (RunState.RUNNING, RunState.STALLED)

    @property
    def is_over(self) -> bool:
        """Whether the run has ended, well or badly."""
        return not self.is_live


@dataclass(frozen=True, slots=True)
class Machine:
    """Where processes can be looked up: one boot of one host, seen from one pid namespace."""

    host: str | None
    boot_id: str | None
    pid_namespace: str | None


@dataclass(frozen=True, slots=True)
class Writer:
    """The process that writes a log, as the log itself says."""

    machine: Machine
    pid: int | None
    process_start_time: float | None


def writer_of(facts: RunHeader | ResumeRecord) -> Writer:
    """The process that wrote this header or this resume."""
    machine = Machine(facts.host, facts.boot_id, facts.pid_namespace)
    return Writer(machine, facts.pid, facts.process_start_time)


def judge_state(
    *,
    end: EndRecord | None,
    saved: bool,
    writer: Writer | None,
    last_change: float | None,
    interval: float | None,
    now: float,
    probe: ProcessProbe,
    machine: Machine,
    recorded: bool = True,
    allowed: Silence = USUAL_SILENCE,
) -> RunState:
    """The state of a run, in the order in which the signs are worth believing.

    ``end`` is the newest end, ``None`` when a resume came after it. ``saved``: the document in the original
    shape was written after the last bytes of the log. ``last_change`` and ``now`` are unix times in seconds,
    ``interval`` the usual seconds between records. A run on another machine is never crashed, only stalled.
    ``recorded``: the log holds a record. Bytes that are none do not say that somebody trains, however new.
    ``allowed`` is the silence after which a run has stalled.
    """
    if end is not None:
        return RunState(end.status)
    if not recorded:
        return RunState.STALLED
    silence = math.inf if last_change is None else now - last_change
    if silence <= RECENT_SECONDS:
        return RunState.RUNNING
    if saved:
        return RunState.FINISHED
    if writer is not None and is_gone(writer, probe, machine):
        return RunState.CRASHED
    if allowed.is_too_long(silence, interval):
        return RunState.STALLED
    return RunState.RUNNING


def is_gone(writer: Writer, probe: ProcessProbe, machine: Machine) -> bool:
    """Whether the writing process certainly does not run any more; ``False`` where nobody can tell."""
    if writer.pid is None or writer.process_start_time is None or writer.machine != machine:
        return False
    started = probe(writer.pid)
    return started is None or abs(started - writer.process_start_time) > START_TOLERANCE


def process_start(pid: int) -> float | None:
    """The start of the running process ``pid``: the default :data:`ProcessProbe`."""
    import psutil  # takes 20 ms to import; a look at finished runs never needs it

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:  # dead, only its parent has not asked yet
            return None
        return process.create_time()
    except psutil.NoSuchProcess:
        return None
    except psutil.AccessDenied:
        return math.nan
    except ValueError:  # a pid that no process can have
        return None


@functools.cache
def this_machine() -> Machine:
    """The machine that this process runs on, in the words that the tracker writes into a header."""
    return Machine(**machine_facts())
