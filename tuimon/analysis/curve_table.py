"""Curves as a table of text: one line a row of the log, the eight columns of the original tracker first."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from tuimon.store.columns import ColumnView
from tuimon.store.snapshot import RunSnapshot

ORIGINAL_COLUMNS = (
    "iteration",
    "gradient_step",
    "wallclock_time",
    "train_loss",
    "val_loss",
    "learning_rate",
    "tokens_per_sec",
    "iter_time_ms",
)
RUN_COLUMNS = ("run_name", "run_id")  # only where there is more than one run
BLOCK_ROWS = 16_384  # so that a long run is never a whole table of text in memory
_COUNTED = ("iteration", "gradient_step")
# What a spreadsheet takes for the beginning of a formula, full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Line = tuple[str, ...]


def curve_table(runs: Sequence[RunSnapshot]) -> Iterator[list[Line]]:
    """The rows of ``runs`` as lines of cells, a block at a time: the heading, then each run's rows.

    The columns are ORIGINAL_COLUMNS, RUN_COLUMNS where there are several runs, then every other metric by
    name. What is absent is empty, 0.0 is ``0.0``; NaN and the infinities are ``NaN``, ``Infinity`` and
    ``-Infinity``. Text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    several = len(runs) > 1
    others = other_metrics(runs)
    taken = {*ORIGINAL_COLUMNS, *(RUN_COLUMNS if several else ())}
    titles = [f"{metric} (metric)" if metric in taken else metric for metric in others]
    yield [(*ORIGINAL_COLUMNS, *(RUN_COLUMNS if several else ()), *map(harmless_cell, titles))]
    for run in runs:
        head = (harmless_cell(run.name), harmless_cell(run.run_id)) if several else ()
        for first in range(0, len(run.iterations), BLOCK_ROWS):
            yield _block(run, first, min(first + BLOCK_ROWS, len(run.iterations)), head, others)


def other_metrics(runs: Sequence[RunSnapshot]) -> tuple[str, ...]:
    """The metrics beyond the original columns, in the order of their first appearance."""
    names = dict.fromkeys(metric for run in runs for metric in run.metrics)
    return tuple(name for name in names if name not in ORIGINAL_COLUMNS)


def harmless_cell(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe before what would begin a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _block(run: RunSnapshot, first: int, end: int, head: Line, others: Sequence[str]) -> list[Line]:
    """The rows from ``first`` to before ``end``."""
    columns = [[_count(value) for value in run.iterations[first:end].tolist()]]
    columns += [_cells(run.metrics.get(metric), metric, first, end) for metric in ORIGINAL_COLUMNS[1:]]
    columns += [[cell] * (end - first) for cell in head]
    columns += [_cells(run.metrics.get(metric), metric, first, end) for metric in others]
    return list(zip(*columns, strict=True))


def _cells(column: ColumnView | None, metric: str, first: int, end: int) -> list[str]:
    cells = [""] * (end - first)
    if column is not None:
        text = _count if metric in _COUNTED else _number
        low, high = np.searchsorted(column.rows, (first, end))
        values = column.values[low:high].tolist()
        for row, value in zip((column.rows[low:high] - first).tolist(), values, strict=True):
            cells[row] = text(value)
    return cells


def _number(value: float) -> str:
    if math.isfinite(value):
        return repr(value)
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _count(value: float) -> str:
    """A step: whole numbers without a decimal point, as the original wrote them."""
    return str(int(value)) if math.isfinite(value) and value == int(value) else _number(value)
