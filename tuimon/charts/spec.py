"""What a chart is asked to show."""

from __future__ import annotations

from tuimon.analysis.axes import XAxis
from tuimon.analysis.curves import Series
from tuimon.charts.bands import Band
from tuimon.charts.event_signs import EventSign
from tuimon.charts.notation import harmless
from tuimon.charts.palette import DARK, Theme, repeats
from tuimon.quick_dataclass import dataclass

# Raw values of every run behind its smoothed curve are a help up to here, and fog beyond.
_MOST_RAW = 4


@dataclass(frozen=True, slots=True)
class Curve:
    """One run's line in a chart: its points, the name at its end and its colour.

    ``band`` is the spread around the mean of a group. A ``companion`` (the training loss behind the
    validation loss) is drawn quietly and has no end label.
    """

    series: Series
    name: str
    colour: str
    companion: bool = False
    band: Band | None = None


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """Everything that decides how a chart looks; equal specs give equal pictures.

    ``metric`` names the main metric in the title; ``highlighted`` is the key of the run under the cursor (its
    curves are bright, the others dim; None: all bright). ``x_range`` and ``y_range`` zoom; None shows all.
    ``direction`` ("min", "max") decides which point is marked as the best; None marks none.
    ``around_zero``: the values are differences. ``least_label_width`` and ``gutter`` (None: as wide as the
    end labels need) let the canvases of two charts below each other begin and end in the same columns.
    ``signs`` are what happened to the runs, to be marked at the edge. ``lacking`` are the names of runs that
    have the metric and not the axis, so no curve. ``ended``: none of the runs goes on, no value is to come.
    """

    curves: tuple[Curve, ...]
    metric: str
    width: int
    height: int
    x_axis: XAxis
    title: str | None = None
    log_y: bool = False
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    highlighted: str | None = None
    cursor_x: float | None = None
    end_labels: bool = True
    clip_outliers: bool = False
    direction: str | None = None
    around_zero: bool = False
    least_label_width: int = 0
    gutter: int | None = None
    signs: tuple[EventSign, ...] = ()
    lacking: tuple[str, ...] = ()
    ended: bool = False
    ascii: bool = False
    theme: Theme = DARK

    def is_bright(self, curve: Curve) -> bool:
        """Whether a curve belongs to the run under the cursor, or no run is singled out."""
        return self.highlighted is None or self.highlighted == curve.series.run_key

    @property
    def run_names(self) -> tuple[str, ...]:
        """The names of the runs drawn, harmless."""
        return tuple(dict.fromkeys(harmless(curve.name) for curve in self.curves))

    @property
    def shapes(self) -> bool:
        """Whether each run is drawn with a character of its own: without braille, or without colours."""
        if self.ascii:
            return True
        return self.theme.monochrome and len({curve.series.run_key for curve in self.curves}) > 1

    @property
    def signed(self) -> bool:
        """Whether each run has a character of its own beside its colour, if only here and there."""
        return self.shapes or repeats(self.theme, (curve.colour for curve in self.curves))

    def shows_raw(self, curve: Curve) -> bool:
        """Whether the values as logged are drawn faintly behind the smoothed curve."""
        if curve.series.y is curve.series.raw_y:
            return False
        return self.highlighted == curve.series.run_key or len(self.curves) <= _MOST_RAW
