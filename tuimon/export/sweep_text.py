"""A sweep as CSV and Markdown: the table of the screen, numbers in full."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from tuimon.analysis.sweep import Sweep, SweepPoint
from tuimon.export.cells import harmless_cell, number_text
from tuimon.export.markdown_text import table_of_text


def sweep_csv(sweep: Sweep, names: Mapping[str, str]) -> str:
    """A line for each value of the key: its runs, those that diverged, their best values of the metric."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([harmless_cell(cell) for cell in row] for row in _rows(sweep, names))
    return out.getvalue()


def sweep_markdown(sweep: Sweep, names: Mapping[str, str]) -> str:
    """The same as a table."""
    heading, *rows = _rows(sweep, names)
    return table_of_text(heading, rows, "<" + ">" * (len(heading) - 2) + "<")


def _rows(sweep: Sweep, names: Mapping[str, str]) -> list[list[str]]:
    best = f"best {sweep.metric}"
    heading = [sweep.key, "runs", "diverged", f"mean {best}", "std", "min", "max", "best run"]
    return [heading, *(_row(sweep, point, names) for point in sweep.points)]


def _row(sweep: Sweep, point: SweepPoint, names: Mapping[str, str]) -> list[str]:
    spread = point.spread
    numbers = (spread.mean, spread.std, spread.low, spread.high)
    return [
        number_text(point.x) if sweep.numeric else point.label,
        str(spread.n),
        str(len(spread.diverged)),
        *map(number_text, numbers),
        names.get(point.best_run or "", ""),
    ]
