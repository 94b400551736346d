"""The live run table as text: a header and one line per run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tuimon.analysis.leaderboard import RunRow
from tuimon.charts.palette import DARK, Theme
from tuimon.charts.picture import Line


@dataclass(frozen=True, slots=True)
class TableSpec:
    """What the table shows besides the rows themselves.

    ``columns`` are ids of COLUMNS, or None for the set that fits ``width``. ``colours`` maps run keys to hex
    colours. ``rows`` is needed for alignment and the header alone: draw only the visible ones.
    """

    rows: tuple[RunRow, ...]
    width: int
    columns: tuple[str, ...] | None = None
    cursor_key: str | None = None
    marked: frozenset[str] = frozenset()
    baseline: str | None = None
    colours: Mapping[str, str] = field(default_factory=dict)
    sort: str | None = None
    descending: bool = False
    best_label: str = "val best"
    ascii: bool = False
    theme: Theme = DARK


def draw_header(spec: TableSpec) -> Line:
    """The line of column titles, the sorted one with an arrow."""
    raise NotImplementedError


def draw_row(spec: TableSpec, row: RunRow) -> Line:
    """One run's line, exactly ``spec.width`` cells wide."""
    raise NotImplementedError
