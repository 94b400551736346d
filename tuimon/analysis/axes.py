"""The x axes a curve can be drawn over: steps, iterations, elapsed time, clock, tokens, any metric."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tuimon.store.columns import ColumnView, Floats
from tuimon.store.snapshot import RunSnapshot


class AxisKind(StrEnum):
    """How the values of an axis are to be read: counted things, seconds, unix time, or plain numbers."""

    COUNT = "count"
    SECONDS = "seconds"
    CLOCK = "clock"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class XAxis:
    """An x axis: ``id`` is one of the names below or a metric's name, ``label`` is for people."""

    id: str
    label: str
    kind: AxisKind


GRADIENT_STEP = XAxis("gradient_step", "gradient step", AxisKind.COUNT)
ITERATION = XAxis("iteration", "iteration", AxisKind.COUNT)
ELAPSED = XAxis("elapsed", "elapsed", AxisKind.SECONDS)
CLOCK = XAxis("clock", "clock", AxisKind.CLOCK)
TOKENS = XAxis("tokens", "tokens", AxisKind.COUNT)
TOKENS_DERIVED = XAxis("tokens", "tokens (derived)", AxisKind.COUNT)


def x_values(run: RunSnapshot, view: ColumnView, axis: XAxis) -> Floats | None:
    """The x of every value of ``view``, a column of ``run``; None where the run lacks the axis."""
    raise NotImplementedError


def available_axes(runs: Iterable[RunSnapshot]) -> tuple[XAxis, ...]:
    """The axes that at least one of the runs has: the standard ones first, then metrics by name."""
    raise NotImplementedError


def default_axis(runs: Iterable[RunSnapshot]) -> XAxis:
    """Gradient step where all runs that have records counted it, else iteration."""
    raise NotImplementedError
