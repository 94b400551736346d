"""The one rule by which lines become rows.

Lines merge into one row when their iteration equals the latest row's, and the later value wins. A metrics
line that goes back appends rows in file order; an evaluation for an earlier step fills that row. After a
resume, rows at or after the first iteration logged then are superseded. Whoever keeps the values (arrays
here, numpy columns in the store) asks :class:`RowFold` where they go.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from math import isfinite


class RowFold:
    """Row numbers of records, in the order in which they are read.

    For each ``metrics`` and ``eval`` record: while :attr:`resuming`, call :meth:`cut`, drop the same rows
    from the values and call :meth:`continue_from`; then :meth:`place` says the row. Values are merged by the
    caller: the later one wins, except that

    - an evaluation's ``train_loss`` does not replace a training one (:meth:`takes_eval_loss`),
    - an evaluation that fills an earlier row leaves that row's ``gradient_step`` and ``wallclock_time``
      alone.
    """

    def __init__(self) -> None:
        self.iterations: array[float] = array("d")
        """One per row."""
        self.rising = True
        """Whether the iterations rise strictly."""
        self.resuming = False
        """Whether a resume was read and no record placed since."""
        self.superseded = 0
        """How many rows resumes have dropped."""
        self.wallclock_offset = 0.0
        """Seconds to add to ``wallclock_time`` of the records that follow."""
        self.gradient_step_offset = 0.0
        """Steps to add to ``gradient_step`` of the records that follow."""
        self.eval_loss_rows: set[int] = set()
        """Rows whose ``train_loss`` came from an evaluation."""
        self._row_of: dict[float, int] | None = None  # latest row of an iteration; built when order is lost

    def resume(self) -> None:
        """A ``resume`` line was read; it takes effect at the next placed record."""
        self.resuming = True

    def cut(self, iteration: float | None) -> list[int] | None:
        """Let a pending resume take effect: drop the rows at or after ``iteration``.

        Returns the numbers of the rows kept, in order (they are renumbered from 0), or ``None`` when nothing
        is dropped. ``None`` as iteration is the last plus one.
        """
        if not self.resuming:
            return None
        self.resuming = False
        rows = self.iterations
        if iteration is None or not isfinite(iteration):
            iteration = rows[-1] + 1 if rows else 0.0
        if self.rising:
            kept = list(range(bisect_left(rows, iteration)))
        else:
            kept = [row for row, at in enumerate(rows) if at < iteration]
        if len(kept) == len(rows):
            return None
        self.superseded += len(rows) - len(kept)
        self.iterations = array("d", [rows[row] for row in kept])
        self.rising = self.rising or _rises(self.iterations)
        self._row_of = None
        if self.eval_loss_rows:
            self.eval_loss_rows = {new for new, old in enumerate(kept) if old in self.eval_loss_rows}
        return kept

    def continue_from(self, wallclock: float, gradient_step: float) -> None:
        """Elapsed seconds and gradient steps of the last row kept: later records count on from them."""
        self.wallclock_offset = wallclock
        self.gradient_step_offset = gradient_step

    def place(self, iteration: float | None, *, is_eval: bool) -> tuple[int, bool]:
        """The row of a record, and whether it is new. Without a finite iteration it is the last plus one."""
        rows = self.iterations
        if not rows:
            rows.append(0.0 if iteration is None or not isfinite(iteration) else iteration)
            return 0, True
        last = rows[-1]
        if iteration is None or not isfinite(iteration):
            iteration = last + 1
        if iteration == last:
            return len(rows) - 1, False
        if is_eval:
            earlier = self._find(iteration)
            if earlier is not None:
                return earlier, False
        if iteration < last:
            self.rising = False
        row = len(rows)
        rows.append(iteration)
        if self._row_of is not None:
            self._row_of[iteration] = row
        return row, True

    def extend(self, iterations: Sequence[float]) -> int:
        """Append rows whose iterations rise strictly above the last; returns the first one's number."""
        first = len(self.iterations)
        self.iterations.extend(iterations)
        if self._row_of is not None:
            self._row_of.update(zip(iterations, range(first, len(self.iterations)), strict=True))
        return first

    def takes_eval_loss(self, row: int, *, present: bool) -> bool:
        """Whether an evaluation's ``train_loss`` goes into ``row``; ``present``: the row already has one.

        A ``metrics`` line's ``train_loss`` always does; the caller then discards the row from
        ``eval_loss_rows``.
        """
        if present and row not in self.eval_loss_rows:
            return False
        self.eval_loss_rows.add(row)
        return True

    def _find(self, iteration: float) -> int | None:
        """The latest row of ``iteration``, if any."""
        rows = self.iterations
        if self.rising:
            row = bisect_left(rows, iteration)
            return row if row < len(rows) and rows[row] == iteration else None
        if self._row_of is None:
            self._row_of = {at: row for row, at in enumerate(rows)}
        return self._row_of.get(iteration)


def _rises(values: Sequence[float]) -> bool:
    return all(before < after for before, after in pairwise(values))
