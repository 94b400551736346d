"""The values of a sweep as lines: how many runs, mean and spread, the best run. Knows only a width."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len

from tuimon.analysis.sweep import Sweep, SweepPoint
from tuimon.charts.distinct_names import cut_name
from tuimon.charts.marks import NAN_SIGN
from tuimon.charts.notation import delta_text, harmless, value_text
from tuimon.charts.palette import DARK, Theme, style
from tuimon.charts.picture import Line
from tuimon.charts.run_table import CURSOR_SIGN
from tuimon.charts.sweep_chart import mean_text, point_label
from tuimon.charts.text_line import LineBuilder

_COLUMNS = ("n", "mean ± std", "Δ to best", "worst", "diverged")
# Where the names of the best runs would be cut; a column that is empty then is left out.
_SHORT_COLUMNS = ("n", "mean ± std", "Δ best", "worst", NAN_SIGN)
_LEAST_VALUE, _MOST_VALUE = 8, 28
_GAP = "  "


@dataclass(frozen=True, slots=True)
class SweepTableSpec:
    """What the lines are to look like. ``chosen`` is the place of the one under the cursor, if any.

    ``names`` are those of the runs by their keys.
    """

    sweep: Sweep
    width: int
    names: Mapping[str, str] = field(default_factory=dict)
    chosen: int | None = None
    ascii: bool = False
    theme: Theme = DARK


class SweepTable:
    """A heading, and one line for each value of the key; lines are drawn when asked for."""

    def __init__(self, spec: SweepTableSpec) -> None:
        self.spec = spec
        points = spec.sweep.points
        self._texts = [
            _texts(spec.sweep, point, place, ascii=spec.ascii) for place, point in enumerate(points)
        ]
        labels = [harmless(spec.sweep.key), *(point_label(spec.sweep, point) for point in points)]
        longest = max(_LEAST_VALUE, *(cell_len(label) for label in labels))
        self._label_width = min(longest, max(_LEAST_VALUE, min(_MOST_VALUE, spec.width // 4)))
        self._names = [harmless(spec.names.get(point.best_run or "", "")) for point in points]
        self._columns = self._columns_named(_COLUMNS)
        if self._room < max(map(cell_len, self._names), default=0):
            self._columns = self._columns_named(_SHORT_COLUMNS, empty=False)

    def __len__(self) -> int:
        return len(self._texts)

    def _columns_named(self, names: Sequence[str], *, empty: bool = True) -> list[tuple[int, str, int]]:
        """Of each column its place among the texts, its name and its width."""
        texts = [max((cell_len(row[place]) for row in self._texts), default=0) for place in range(len(names))]
        if self.spec.ascii:
            names = [name.replace("±", "+/-") for name in names]
        return [
            (place, name, max(cell_len(name), width))
            for place, (name, width) in enumerate(zip(names, texts, strict=True))
            if width or empty
        ]

    @property
    def _room(self) -> int:
        """What is left for the names of the best runs."""
        columns = sum(width + len(_GAP) for _, _, width in self._columns)
        return max(0, self.spec.width - 2 - self._label_width - len(_GAP) - columns)

    @property
    def heading(self) -> tuple[Line, ...]:
        """The names of the columns."""
        quiet = style(self.spec.theme, self.spec.theme.muted)
        line = self._builder().to(2)
        line.cell(harmless(self.spec.sweep.key), self._label_width, quiet).add(_GAP)
        for _, name, width in self._columns:
            line.cell(name, width, quiet, right=True).add(_GAP)
        return (line.add("best run", quiet).line(),)

    def line(self, index: int) -> Line:
        """One value."""
        sweep, theme = self.spec.sweep, self.spec.theme
        point = sweep.points[index]
        under, best = index == self.spec.chosen, index == sweep.best
        ink = style(theme, theme.text, bold=under)
        value = style(theme, theme.good, bold=True) if best else ink
        quiet, bad = style(theme, theme.muted), style(theme, theme.bad)
        line = self._builder().add(
            f"{CURSOR_SIGN} " if under else "  ", style(theme, theme.accent, bold=True)
        )
        line.cell(point_label(sweep, point), self._label_width, value).add(_GAP)
        inks = (quiet, value, quiet, quiet, bad)
        for place, _, width in self._columns:
            line.cell(self._texts[index][place], width, inks[place], right=True).add(_GAP)
        return line.cell(cut_name(self._names[index], line.room, self._names), line.room, ink).line()

    def _builder(self) -> LineBuilder:
        return LineBuilder(self.spec.width, ascii=self.spec.ascii)


def _texts(sweep: Sweep, point: SweepPoint, place: int, *, ascii: bool) -> tuple[str, ...]:  # noqa: A002
    """The cells of ``_COLUMNS``."""
    spread = point.spread
    best = sweep.points[sweep.best].spread.mean if sweep.best is not None else None
    known = best is not None and spread.mean is not None and place != sweep.best
    worst = spread.high if sweep.direction == "min" else spread.low
    return (
        str(spread.n),
        mean_text(sweep.metric, point, ascii=ascii),
        delta_text((spread.mean or 0.0) - (best or 0.0), spread.mean) if known else "",
        value_text(sweep.metric, worst) if spread.n > 1 else "",
        f"{NAN_SIGN}{len(spread.diverged)}" if spread.diverged else "",
    )
