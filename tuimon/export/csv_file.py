"""Curves as a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from tuimon.analysis.curve_table import ORIGINAL_COLUMNS, curve_table, harmless_cell
from tuimon.store.snapshot import RunSnapshot

__all__ = ["ORIGINAL_COLUMNS", "curves_csv", "harmless_cell"]


def curves_csv(runs: Sequence[RunSnapshot]) -> Iterator[str]:
    """The ``curve_table`` of ``runs`` as the text of a CSV file, part by part. Lines end in ``\\n``."""
    for lines in curve_table(runs):
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(lines)
        yield out.getvalue()
