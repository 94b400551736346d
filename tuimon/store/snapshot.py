"""What the store publishes: frozen pictures of all runs at one moment, safe to hold in any thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

import numpy as np

from tuimon.quick_dataclass import dataclass
from tuimon.records.events import EndRecord, EventRecord, ResumeRecord
from tuimon.records.metric_summary import MetricSummary
from tuimon.records.person_meta import PersonMeta
from tuimon.records.run_header import RunHeader
from tuimon.store.columns import ColumnView, Floats
from tuimon.store.liveness import RunState
from tuimon.store.rank_merge import Spread

SHORT_ID_LENGTH = 4


@dataclass(frozen=True, slots=True, eq=False)
class RunSnapshot:
    """One run as it was at one moment. Equality is identity: an unchanged run keeps its object.

    ``iterations`` holds the iteration of every row, ``metrics`` every scalar by name (with ``gradient_step``
    and ``wallclock_time``, seconds since the start with downtime left out; without ``iteration``).
    ``segment_rows`` are the rows at which a later process went on with the run. ``bad_lines`` are the newest
    of the lines that could not be read, each with its number and the reason, out of ``bad_line_count``.
    ``superseded_rows`` counts rows that a resume took back. ``last_change`` is the time (unix, seconds) of
    the newest bytes other than the machine's figures (a thread logs those also while the training hangs),
    ``record_interval`` the median of the seconds between records. While ``loading`` the
    columns are incomplete (or empty, where only the two ends of the log were looked at), ``progress`` is the
    share of the bytes read. ``summaries`` tells of each metric what is known, and ``last_values`` its newest
    value with that of ``iteration``; both are there while loading too. ``problem`` is one sentence about a
    log that cannot be read. ``size`` is in bytes.

    ``system`` holds the figures of the machine by name (``cpu_percent``, ``gpu0_memory_bytes``, ...). Their
    ``rows`` are no rows of the run but places in ``system_seconds``: the elapsed time of each record, in
    seconds since the start, downtime left out, rising.

    ``ranks`` are the logs of the other ranks, where each rank writes one. Then ``metrics`` holds the mean of
    what all ranks log, and ``spreads`` how far they are apart; the rest is rank 0's.
    """

    key: str
    version: int
    path: Path
    header: RunHeader
    state: RunState
    iterations: Floats
    metrics: Mapping[str, ColumnView]
    events: tuple[EventRecord, ...]
    end: EndRecord | None
    resumes: tuple[ResumeRecord, ...]
    segment_rows: tuple[int, ...]
    bad_lines: tuple[tuple[int, str], ...]
    bad_line_count: int
    superseded_rows: int
    meta: PersonMeta
    last_change: float | None
    record_interval: float | None
    loading: bool
    progress: float
    summaries: Mapping[str, MetricSummary]
    last_values: Mapping[str, float]
    problem: str | None
    size: int
    system: Mapping[str, ColumnView] = field(default_factory=dict)
    system_seconds: Floats = field(default_factory=lambda: np.empty(0))
    ranks: tuple[RunSnapshot, ...] = ()
    spreads: Mapping[str, Spread] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The run's name as its author wrote it."""
        return self.header.name

    @property
    def run_id(self) -> str:
        """The run's id: 8 characters, random, unlike the name never twice the same."""
        return self.header.run_id

    @property
    def short_id(self) -> str:
        """The beginning of the id, enough to tell two runs of one name apart on a screen."""
        return self.header.run_id[:SHORT_ID_LENGTH]

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags given by the program, then those given by a person, each once."""
        return tuple(dict.fromkeys((*self.header.tags, *self.meta.tags)))

    @property
    def notes(self) -> str:
        """The note that a person wrote, else the one that the program gave."""
        return self.header.notes if self.meta.notes is None else self.meta.notes


@dataclass(frozen=True, slots=True, eq=False)
class StoreSnapshot:
    """All runs at one moment, the newest start first; ``version`` rises with every change.

    ``scanning``: runs are still being found and looked at for the first time. ``watch_mode`` says in words
    how changes are noticed. ``problems`` are sentences for the person; ``missing_paths`` are given paths that
    do not exist (yet). ``found`` counts the runs that are there, those not looked at yet included; where
    there are none, ``others`` counts the files that end as logs do under other names, and ``other_names`` are
    the first few of those.
    """

    version: int
    runs: tuple[RunSnapshot, ...]
    scanning: bool
    watch_mode: str
    problems: tuple[str, ...]
    missing_paths: tuple[Path, ...]
    found: int = 0
    others: int = 0
    other_names: tuple[str, ...] = ()
