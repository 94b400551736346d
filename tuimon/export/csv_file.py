"""Curves as CSV: one line a row of the log, the eight columns of the original tracker first."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence

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
_COUNTED = ("iteration", "gradient_step")
# What a spreadsheet takes for the beginning of a formula, full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def curves_csv(runs: Sequence[RunSnapshot]) -> Iterator[str]:
    """The rows of ``runs`` as the text of a CSV file, a heading and then a part for each run.

    The columns are ORIGINAL_COLUMNS, RUN_COLUMNS where there are several runs, then every other metric by
    name. What is absent is empty, 0.0 is ``0.0``; NaN and the infinities are ``NaN``, ``Infinity`` and
    ``-Infinity``. Text that a spreadsheet would run as a formula gets an apostrophe in front. Lines end in
    ``\\n``.
    """
    several = len(runs) > 1
    others = other_metrics(runs)
    taken = {*ORIGINAL_COLUMNS, *(RUN_COLUMNS if several else ())}
    titles = [f"{metric} (metric)" if metric in taken else metric for metric in others]
    yield _lines([[*ORIGINAL_COLUMNS, *(RUN_COLUMNS if several else ()), *map(harmless_cell, titles)]])
    for run in runs:
        count = len(run.iterations)
        columns = [[_count(value) for value in run.iterations.tolist()]]
        columns += [_cells(run.metrics.get(metric), metric, count) for metric in ORIGINAL_COLUMNS[1:]]
        if several:
            columns += [[harmless_cell(run.name)] * count, [harmless_cell(run.run_id)] * count]
        columns += [_cells(run.metrics.get(metric), metric, count) for metric in others]
        yield _lines(list(zip(*columns, strict=True)))


def other_metrics(runs: Sequence[RunSnapshot]) -> tuple[str, ...]:
    """The metrics beyond the original columns, in the order of their first appearance."""
    names = dict.fromkeys(metric for run in runs for metric in run.metrics)
    return tuple(name for name in names if name not in ORIGINAL_COLUMNS)


def harmless_cell(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe before what would begin a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _lines(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _cells(column: ColumnView | None, metric: str, count: int) -> list[str]:
    cells = [""] * count
    if column is not None:
        text = _count if metric in _COUNTED else _number
        for row, value in zip(column.rows.tolist(), column.values.tolist(), strict=True):
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
