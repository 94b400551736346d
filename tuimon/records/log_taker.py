"""What the readers of whole logs have in common: each record goes where it belongs, rows to the reader."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tuimon.records.events import EndRecord, EventRecord, ResumeRecord
from tuimon.records.fold import RowFold
from tuimon.records.lines import as_number
from tuimon.records.run_header import RunHeader

TYPE_CHECKING = False  # importing typing costs a training 4 ms
if TYPE_CHECKING:
    from collections.abc import MutableSequence
    from typing import Any, Protocol

    class Values(Protocol):
        """One metric's values, by row."""

        def put(self, row: int, value: float, *, replace: bool = True) -> None:
            """Set the value of ``row``; without ``replace`` only where there is none yet."""

        def has(self, row: int) -> bool:
            """Whether ``row`` has a value."""


KEPT_BAD_LINES = 100  # the newest, for ``bad_lines``; their number is counted without bound
OF_THE_LINE = frozenset(("type", "iteration"))  # keys of a record that are no metric
OF_THE_ROW = frozenset(("wallclock_time", "gradient_step"))  # metrics that say where in the run a row is


class LogTaker:
    """Takes in decoded records in file order. Heirs keep the values: ``values_of``, ``resume_at`` are theirs.

    ``header`` is the first one in the log at ``path``, if any. ``end`` says how the run ended; it is ``None``
    when nothing says so or a later process went on with it. ``events`` and ``bad_lines`` hold as many as
    those given do.
    """

    def __init__(
        self, path: Path, events: MutableSequence[EventRecord], bad_lines: MutableSequence[tuple[int, str]]
    ) -> None:
        self.header: RunHeader | None = None
        self.end: EndRecord | None = None
        self.resumes: list[ResumeRecord] = []
        self.events = events
        self.bad_lines = bad_lines
        self.bad_line_count = 0
        self._path = path
        self._fold = RowFold()

    @property
    def superseded_rows(self) -> int:
        """Rows that resumes took back."""
        return self._fold.superseded

    def take(self, record: Mapping[str, Any], line_number: int) -> None:
        """Take in one record; types that this version does not know change nothing."""
        kind = record.get("type")
        if kind == "metrics":
            self.take_row(record, is_eval=False)
        elif kind == "eval":
            self.take_row(record, is_eval=True)
        elif kind == "system":
            self.take_system(record)
        elif kind == "event":
            self.events.append(EventRecord.from_record(record, line_number))
        elif kind == "resume":
            self.resumes.append(ResumeRecord.from_record(record, line_number))
            self.end = None
            self._fold.resume()
            self.resumed()
        elif kind == "end":
            self.take_end(EndRecord.from_record(record))
        elif kind == "run" and self.header is None:
            self.header = RunHeader.from_record(record, path=self._path)

    def take_row(self, record: Mapping[str, Any], *, is_eval: bool) -> None:
        """Merge a ``metrics`` or ``eval`` record into the row that the fold says."""
        fold = self._fold
        iteration = as_number(record.get("iteration"))
        if fold.resuming:
            self.resume_at(iteration)
        row, is_new = fold.place(iteration, is_eval=is_eval)
        fills_earlier = is_eval and not is_new and row != len(fold.iterations) - 1
        for name, logged in record.items():
            value = as_number(logged)
            if value is None or name in OF_THE_LINE or (values := self.values_of(name)) is None:
                continue
            if name in OF_THE_ROW:
                values.put(row, value + self.offset_of(name), replace=not fills_earlier)
                continue
            if name == "train_loss":
                if not is_eval:
                    fold.eval_loss_rows.discard(row)
                elif not fold.takes_eval_loss(row, present=values.has(row)):
                    continue
            values.put(row, value)

    def values_of(self, name: str) -> Values | None:
        """Where the values of a metric go; ``None`` for one that is left out."""
        raise NotImplementedError

    def offset_of(self, name: str) -> float:
        """What the processes before this one count towards a metric that says where in the run a row is."""
        return self._fold.wallclock_offset if name == "wallclock_time" else self._fold.gradient_step_offset

    def resume_at(self, iteration: float | None) -> None:
        """A later process's first record: take back the rows that it repeats, and count on from the rest."""
        raise NotImplementedError

    def take_end(self, end: EndRecord) -> None:
        """The newest line that says how the run ended."""
        self.end = end

    def take_system(self, record: Mapping[str, Any]) -> None:
        """Take in a ``system`` record: the machine's figures, which belong to no row."""

    def resumed(self) -> None:
        """A ``resume`` was read."""

    def bad_line(self, line_number: int, reason: str) -> None:
        """Count a line that is no record."""
        self.bad_line_count += 1
        self.bad_lines.append((line_number, reason))
