"""Numbers and text as the cells of a CSV file."""

from __future__ import annotations

from tuimon.export.csv_file import harmless_cell
from tuimon.records.lines import plain

__all__ = ["harmless_cell", "number_text"]


def number_text(value: float | None) -> str:
    """A number in full; absent is empty, and what is not finite ``NaN``, ``Infinity`` or ``-Infinity``."""
    if value is None:
        return ""
    written = plain(value)
    return written if isinstance(written, str) else repr(written)
