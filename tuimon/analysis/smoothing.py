"""Smoothing of a curve: a debiased moving average over x distance, safe with NaN."""

from __future__ import annotations

from tuimon.store.columns import Floats

SMOOTHING_STEPS: tuple[float, ...] = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
DEFAULT_SMOOTHING = 0.9


def smooth(x: Floats, y: Floats, strength: float, span: float | None = None) -> Floats:
    """``y`` smoothed along ``x``; NaN where ``y`` is not finite."""
    raise NotImplementedError
