"""The statistics of a run's metrics as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len

from tuimon.analysis.metric_roles import direction_of
from tuimon.analysis.statistics import MetricStatistics
from tuimon.charts import notation
from tuimon.charts.notation import ABSENT, harmless
from tuimon.charts.palette import DARK, Theme, style
from tuimon.charts.picture import Line
from tuimon.charts.text_line import LineBuilder
from tuimon.quick_dataclass import dataclass

CHOSEN_SIGN = ">"

_LEAST_NAME, _MOST_NAME = 14, 32
_GAP = 2
_PREFIX = 2  # the sign of the chosen metric, after the margin


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its title, its text, and whether its values are quiet."""

    title: str
    text: Callable[[MetricStatistics], str]
    quiet: bool = False


def _at(step: float | None) -> str:
    return "" if step is None else f"@{notation.count_text(step)}"


_COLUMNS = (
    _Column("last", lambda s: notation.value_text(s.metric, s.last)),
    _Column("min", lambda s: notation.value_text(s.metric, s.min)),
    _Column("", lambda s: _at(s.min_step), quiet=True),
    _Column("max", lambda s: notation.value_text(s.metric, s.max)),
    _Column("", lambda s: _at(s.max_step), quiet=True),
    _Column("mean", lambda s: notation.value_text(s.metric, s.mean)),
    _Column("std", lambda s: notation.value_text(s.metric, s.std)),
    _Column("count", lambda s: notation.count_text(s.count), quiet=True),
    _Column(
        "NaN", lambda s: notation.count_text(s.nan_count + s.inf_count) if s.nan_count + s.inf_count else ""
    ),
)
# Where room is scarce the last of these go first.
_IMPORTANCE = (0, 1, 3, 8, 5, 2, 7, 4, 6)


def statistics_lines(
    statistics: Sequence[MetricStatistics],
    width: int,
    chosen: str | None = None,
    *,
    ascii: bool = False,  # noqa: A002
    theme: Theme = DARK,
) -> list[Line]:
    """A line of titles and one line per metric; of two extremes the better one stands out.

    ``chosen`` is the metric that gets a sign.
    """
    texts = [[column.text(item) for column in _COLUMNS] for item in statistics]
    widths = [
        max(cell_len(column.title), max((cell_len(row[place]) for row in texts), default=0))
        for place, column in enumerate(_COLUMNS)
    ]
    longest = max((cell_len(harmless(item.metric)) for item in statistics), default=0)
    name_width = max(_LEAST_NAME, min(_MOST_NAME, longest))
    places = _fitting(widths, width - 1 - _PREFIX - name_width - 1)
    muted = style(theme, theme.muted)
    header = LineBuilder(width, ascii=ascii).to(1 + _PREFIX + name_width)
    for place in places:
        header.add(" " * _gap(place)).cell(_COLUMNS[place].title, widths[place], muted, right=True)
    lines = [header.line()]
    for item, row in zip(statistics, texts, strict=True):
        is_chosen = item.metric == chosen
        line = LineBuilder(width, ascii=ascii).to(1)
        line.add(f"{CHOSEN_SIGN} " if is_chosen else "  ", style(theme, theme.accent, bold=True))
        line.cell(harmless(item.metric), name_width, style(theme, theme.text, bold=is_chosen))
        for place in places:
            ink = style(theme, _colour(place, row[place], theme), bold=_stands_out(place, item))
            line.add(" " * _gap(place)).cell(row[place], widths[place], ink, right=not _is_place(place))
        lines.append(line.line())
    return lines


def _fitting(widths: Sequence[int], room: int) -> list[int]:
    """The columns that fit, in their order on the screen; empty ones are left out."""
    kept = set()
    for place in _IMPORTANCE:
        size = widths[place] + _gap(place)
        if widths[place] == 0 or (not _COLUMNS[place].title and place - 1 not in kept):
            continue
        if size > room:
            break
        kept.add(place)
        room -= size
    return sorted(kept)


def _is_place(place: int) -> bool:
    """Whether a column says where the value to its left stands."""
    return not _COLUMNS[place].title


def _gap(place: int) -> int:
    return 1 if _is_place(place) else _GAP


def _colour(place: int, text: str, theme: Theme) -> str:
    if text in (notation.NAN, "inf", f"{notation.MINUS}inf") or _COLUMNS[place].title == "NaN":
        return theme.bad
    return theme.muted if _COLUMNS[place].quiet or text == ABSENT else theme.text


def _stands_out(place: int, item: MetricStatistics) -> bool:
    return _COLUMNS[place].title == direction_of(item.metric)
