"""What the health rules are, and what they find."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from enum import IntEnum, StrEnum
from fnmatch import fnmatchcase

from tuimon.quick_dataclass import dataclass


class HealthKind(StrEnum):
    """What is wrong with a metric or a run."""

    NAN = "nan"
    SPIKE = "spike"
    DIVERGENCE = "divergence"
    PLATEAU = "plateau"
    THROUGHPUT_DROP = "throughput_drop"
    STALL = "stall"
    MEMORY = "memory"
    GPU_IDLE = "gpu_idle"
    RANK = "rank"
    STRAGGLER = "straggler"


class Severity(IntEnum):
    """How much it wants attention: a loss that stays level is news, a loss of NaN is a run to kill."""

    INFO = 1
    WARNING = 2
    CRITICAL = 3


@dataclass(frozen=True, slots=True)
class HealthRules:
    """The thresholds, named as in the settings. 0 turns spike, divergence, plateau, throughput_drop,
    memory_full, gpu_idle_percent and straggler off."""

    nan: bool = True
    """A value is NaN or infinite. For any metric: nothing good ever comes of one."""

    spike: float = 8.0
    """A loss stands above the median of the ``spike_window`` values before it by more than this many times
    their median absolute deviation. 8 of these are 5.4 standard deviations of ordinary noise, which a run of
    a million steps does not reach; a spike that a person sees in the curve is 10 and more."""

    spike_window: int = 25
    """Long enough for a steady median and deviation, short enough that a falling loss has hardly moved."""

    divergence: float = 0.5
    """The loss climbs back from its best by this share of the way that it had come down. Overfitting and the
    bump of a learning rate's warm-up stay below a third; a run that lost half of what it learned rarely
    comes back."""

    plateau: float = 0.25
    """No new best for this share of the steps done so far. A share, since a pause of 500 steps is long at
    step 1,000 and nothing at step 100,000; a loss that falls by a power law has a new best all the time."""

    plateau_gain: float = 0.001
    """A new best has to be better by this share of the way down: less cannot be seen on a chart."""

    throughput_drop: float = 0.3
    """The newest values are below the usual one by this share. Sharing the disk with an evaluation costs 10
    to 20 %; a neighbour on the GPU or a throttled clock costs more than 30 %."""

    stall_seconds: float = 60.0
    """A run silent for less than this is never stalled: evaluations and checkpoints take that long."""

    stall_intervals: float = 10.0
    """Nor is one that is silent for less than this many times the usual time between its records: a run that
    logs every five minutes has its own rhythm."""

    memory_full: float = 0.95
    """So much of the machine's memory is used, what the kernel can free at once not counted. Trainings leave
    far more; where 5 % are left, the next checkpoint or data loader may have the kernel kill a process."""

    gpu_idle_percent: float = 5.0
    """A GPU that is used less than this does nothing for the training; drawing a desktop takes a little."""

    gpu_idle_seconds: float = 120.0
    """For so long: an evaluation uses the GPU, and writing a checkpoint seldom takes two minutes."""

    straggler: float = 0.2
    """A rank takes longer for an iteration than the median of the others, by this share. All ranks wait for
    the slowest at each step; differences of some percent are usual between machines."""

    ignore: tuple[str, ...] = ()
    """Metrics that the rules leave alone; ``*`` is any text, ``?`` any character."""

    def watches(self, metric: str) -> bool:
        """Whether the rules look at this metric at all."""
        return not any(fnmatchcase(metric, pattern) for pattern in self.ignore)


@dataclass(frozen=True, slots=True)
class HealthEvent:
    """One thing found. ``row`` is an index into the run's iterations and ``iteration`` what stands there.

    A NaN, a spike: where it is. A divergence, a plateau: the best value before it. A throughput drop: where
    it began. A stall: the newest row (-1 and None where the run has none). Full memory, idle GPUs: the row
    when it began. ``metric`` is empty for these three. ``value`` is the value there; for a divergence and a
    throughput drop the level now, for these three the threshold (seconds of silence, bytes, seconds idle), so
    that an event does not change while nothing does. Ranks: the newest row; ``about`` tells one such finding
    from another of its kind.
    """

    kind: HealthKind
    metric: str
    row: int
    iteration: float | None
    value: float
    message: str
    severity: Severity
    about: str = ""

    @property
    def identity(self) -> Hashable:
        """The same as long as it is the same trouble: whom to tell of an event only once, ask by this."""
        if self.kind in (HealthKind.NAN, HealthKind.SPIKE):
            return self.kind, self.metric, self.row
        return self.kind, self.metric, self.about


@dataclass(frozen=True, slots=True)
class RunHealth:
    """What is wrong with one run: the events in the order of its rows, the newest of too many.

    ``counts`` has how many there are of each kind, those left out of ``events`` too.
    """

    run_key: str
    events: tuple[HealthEvent, ...]
    counts: tuple[tuple[HealthKind, int], ...]

    @property
    def worst(self) -> HealthEvent | None:
        """The event for the run's badge: the severest, the newest of these; None for a healthy run."""
        return max(reversed(self.events), key=lambda event: event.severity, default=None)


def new_events(before: RunHealth | None, now: RunHealth) -> tuple[HealthEvent, ...]:
    """What to alert of: events that were not there before. A run seen for the first time has only a past."""
    if before is None or before is now:
        return ()
    known = {event.identity for event in before.events}
    return tuple(event for event in now.events if event.identity not in known)


def in_order(events: Iterable[HealthEvent]) -> tuple[HealthEvent, ...]:
    """By row; of one row the severest first."""
    return tuple(sorted(events, key=lambda event: (event.row, -event.severity, event.metric)))
