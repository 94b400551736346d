"""The values of a sweep as lines: how many runs, mean and spread, the best run. Knows only a width."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rich.cells import cell_len

from tuimon.analysis.sweep import Sweep, SweepPoint
from tuimon.charts.marks import NAN_SIGN
from tuimon.charts.notation import delta_text, harmless, value_text
from tuimon.charts.palette import DARK, Theme, style
from tuimon.charts.picture import Line
from tuimon.charts.run_table import CURSOR_SIGN
from tuimon.charts.sweep_chart import mean_text, point_label
from tuimon.charts.text_line import LineBuilder

_COLUMNS = ("n", "mean ± std", "Δ to best", "worst", "diverged")
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
        self._texts = [_texts(spec.sweep, point, place) for place, point in enumerate(points)]
        self._widths = [
            max([cell_len(name), *(cell_len(row[place]) for row in self._texts)])
            for place, name in enumerate(_COLUMNS)
        ]
        labels = [harmless(spec.sweep.key), *(point_label(spec.sweep, point) for point in points)]
        longest = max(_LEAST_VALUE, *(cell_len(label) for label in labels))
        self._label_width = min(longest, max(_LEAST_VALUE, min(_MOST_VALUE, spec.width // 4)))

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def heading(self) -> tuple[Line, ...]:
        """The names of the columns."""
        quiet = style(self.spec.theme, self.spec.theme.muted)
        line = self._builder().to(2)
        line.cell(harmless(self.spec.sweep.key), self._label_width, quiet).add(_GAP)
        for text, width in zip(_COLUMNS, self._widths, strict=True):
            line.cell(text, width, quiet, right=True).add(_GAP)
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
        for text, width, own in zip(self._texts[index], self._widths, inks, strict=True):
            line.cell(text, width, own, right=True).add(_GAP)
        return line.cell(harmless(self.spec.names.get(point.best_run or "", "")), line.room, ink).line()

    def _builder(self) -> LineBuilder:
        return LineBuilder(self.spec.width, ascii=self.spec.ascii)


def _texts(sweep: Sweep, point: SweepPoint, place: int) -> tuple[str, ...]:
    """The cells of ``_COLUMNS``."""
    spread = point.spread
    best = sweep.points[sweep.best].spread.mean if sweep.best is not None else None
    known = best is not None and spread.mean is not None and place != sweep.best
    worst = spread.high if sweep.direction == "min" else spread.low
    return (
        str(spread.n),
        mean_text(sweep.metric, point),
        delta_text((spread.mean or 0.0) - (best or 0.0), spread.mean) if known else "",
        value_text(sweep.metric, worst) if spread.n > 1 else "",
        f"{NAN_SIGN}{len(spread.diverged)}" if spread.diverged else "",
    )
