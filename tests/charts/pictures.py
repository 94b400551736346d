"""Series and curves made by hand for the chart tests, and pictures as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from tuimon.analysis.axes import GRADIENT_STEP, XAxis
from tuimon.analysis.curves import Marks, Series
from tuimon.charts.chart import ChartSpec, Curve
from tuimon.charts.palette import RUN_COLOURS
from tuimon.charts.picture import Line, Picture


def make_series(
    y: ArrayLike,
    x: ArrayLike | None = None,
    *,
    key: str = "run",
    metric: str = "val_loss",
    smooth: ArrayLike | None = None,
    axis: XAxis = GRADIENT_STEP,
) -> Series:
    """A series as the analysis builds it: what is not finite becomes NaN and a mark."""
    values = np.asarray(y, dtype=np.float64)
    xs = np.arange(len(values), dtype=np.float64) if x is None else np.asarray(x, dtype=np.float64)
    finite = np.isfinite(values)
    raw = np.where(finite, values, np.nan)
    shown = raw if smooth is None else np.where(finite, np.asarray(smooth, dtype=np.float64), np.nan)
    return Series(
        run_key=key,
        metric=metric,
        axis=axis,
        smoothing=0.0 if smooth is None else 0.9,
        x=xs,
        y=shown,
        raw_y=raw,
        marks=Marks(xs[~finite], values[~finite], _near(raw)[~finite]),
        rising=bool(np.all(xs[1:] >= xs[:-1])),
        x_range=(float(xs.min()), float(xs.max())) if len(xs) else None,
        y_range=_range(shown),
        raw_range=_range(raw),
        least_positive=float(raw[raw > 0].min()) if (raw > 0).any() else None,
        last_value=float(values[-1]) if len(values) else None,
    )


def _range(values: Any) -> tuple[float, float] | None:
    finite = values[~np.isnan(values)]
    return (float(finite.min()), float(finite.max())) if len(finite) else None


def _near(raw: Any) -> Any:
    present = ~np.isnan(raw)
    if not present.any():
        return raw
    index = np.maximum.accumulate(np.where(present, np.arange(len(raw)), -1))
    index[index < 0] = int(np.argmax(present))
    return raw[index]


def make_spec(
    curves: Sequence[Curve] | Series, width: int = 80, height: int = 16, **changes: Any
) -> ChartSpec:
    """A chart of these curves (or of one series named ``run``) with everything else at its default."""
    if isinstance(curves, Series):
        curves = [Curve(curves, "run", RUN_COLOURS[0])]
    options: dict[str, Any] = {"metric": "val_loss", "x_axis": GRADIENT_STEP} | changes
    return ChartSpec(curves=tuple(curves), width=width, height=height, **options)


def line_text(line: Iterable[Any]) -> str:
    """The characters of a line."""
    return "".join(segment.text for segment in line)


def picture_text(picture: Picture) -> str:
    """The characters of a picture, spaces at the ends of its rows left out."""
    return "\n".join(line_text(line).rstrip() for line in picture.lines)


def styles_of(line: Line, text: str) -> list[str]:
    """The styles of the segments that contain ``text``."""
    return [str(segment.style) for segment in line if text in segment.text]
