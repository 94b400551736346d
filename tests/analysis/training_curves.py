"""Losses as trainings log them, with noise: none of them has anything wrong with it."""

from __future__ import annotations

import numpy as np

from tuimon.store.columns import Floats


def power_law(count: int) -> Floats:
    """A loss that falls quickly, then ever more slowly, as without a schedule."""
    step = np.linspace(0.0, 1.0, count)
    return 3.0 + 7.8 / np.sqrt(1.0 + step * max(count / 20, 300))


def cosine(count: int) -> Floats:
    """A loss under a cosine schedule: falls to the end."""
    step = np.linspace(0.0, 1.0, count)
    return 3.0 + 7.8 * np.exp(-step * 30) + 0.9 * (1 - step) + 0.5 * np.cos(np.pi * step)


def warm_up_bump(count: int) -> Floats:
    """A loss that comes up again where the learning rate reaches its peak, at 3 % of the steps."""
    peak = 0.03 * count
    distance = (np.arange(count) - peak) / (peak / 3)
    bump: Floats = 1.6 * np.exp(-np.square(distance))
    return power_law(count) + bump


def learning_rate(count: int) -> Floats:
    """The rate for ``warm_up_bump``: up to its peak at 3 %, then a cosine down."""
    step = np.linspace(0.0, 1.0, count)
    return np.where(step < 0.03, step / 0.03, 0.5 + 0.5 * np.cos(np.pi * (step - 0.03) / 0.97)) * 6e-4


def noisy(curve: Floats, deviation: float, seed: int = 0) -> Floats:
    """With the noise of batches."""
    return curve + np.random.default_rng(seed).normal(0.0, deviation, len(curve))
