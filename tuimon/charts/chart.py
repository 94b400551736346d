"""The large chart: many curves on one frame, with a title row, end labels and marks."""

from __future__ import annotations

from dataclasses import dataclass

from tuimon.analysis.axes import XAxis
from tuimon.analysis.curves import Series
from tuimon.charts.palette import DARK, Theme
from tuimon.charts.picture import Picture


@dataclass(frozen=True, slots=True)
class Curve:
    """One run's line in a chart: its points, the name at its end and its colour.

    A ``companion`` (the training loss behind the validation loss) is drawn quietly and has no end label.
    """

    series: Series
    name: str
    colour: str
    companion: bool = False


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """Everything that decides how a chart looks; equal specs give equal pictures.

    ``metric`` names the main metric in the title; ``highlighted`` is the key of the run under the cursor (its
    curves are bright, the others dim; None: all bright). ``x_range`` and ``y_range`` zoom; None shows all.
    ``smoothing`` is the strength to name in the title: the series are smoothed already. ``direction`` ("min",
    "max") decides which point is marked as the best; None marks none.
    """

    curves: tuple[Curve, ...]
    metric: str
    width: int
    height: int
    x_axis: XAxis
    title: str | None = None
    log_y: bool = False
    smoothing: float = 0.0
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    highlighted: str | None = None
    cursor_x: float | None = None
    end_labels: bool = True
    clip_outliers: bool = False
    direction: str | None = None
    ascii: bool = False
    theme: Theme = DARK


def draw_chart(spec: ChartSpec) -> Picture:
    """Draw the chart in exactly ``spec.width`` x ``spec.height`` cells. Never raises for data or sizes."""
    raise NotImplementedError
