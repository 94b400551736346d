"""Curves ready to be drawn: a run's metric over an axis, smoothed, with what is not finite apart."""

from __future__ import annotations

from dataclasses import dataclass

from tuimon.analysis.axes import XAxis
from tuimon.store.columns import Floats
from tuimon.store.snapshot import RunSnapshot


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """The samples that are not finite: ``values`` are NaN, inf or -inf, at ``x``.

    ``near`` is the finite value before each (else the first one after it; NaN where the curve has none): the
    height at which to draw the mark.
    """

    x: Floats
    values: Floats
    near: Floats

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """A run's metric over an axis. Equality is identity.

    ``x``, ``y`` (smoothed) and ``raw_y`` have one length and keep the order of the log; ``x`` is finite, ``y``
    and ``raw_y`` are finite or NaN: NaN breaks the line, and ``marks`` says what stands there. Without smoothing
    ``y is raw_y``. ``rising``: x never goes back. The ranges are those of the finite points (None: there is
    none); ``least_positive`` is of ``raw_y``, for a log axis. ``last_value`` is the metric's newest value as
    logged, NaN and infinity included (None: no values).
    """

    run_key: str
    metric: str
    axis: XAxis
    smoothing: float
    x: Floats
    y: Floats
    raw_y: Floats
    marks: Marks
    rising: bool
    x_range: tuple[float, float] | None
    y_range: tuple[float, float] | None
    raw_range: tuple[float, float] | None
    least_positive: float | None
    last_value: float | None

    def __len__(self) -> int:
        return len(self.x)


def build_series(
    run: RunSnapshot, metric: str, axis: XAxis, smoothing: float = 0.0, span: float | None = None
) -> Series | None:
    """The curve, from a bounded cache where nothing changed; None where the run lacks the metric or the axis.

    ``span`` is the x distance that the strength relates to: pass ``smoothing_span(runs, axis)`` so that all
    curves of a chart are smoothed alike; None takes the run's own.
    """
    raise NotImplementedError
