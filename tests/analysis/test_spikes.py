"""Spikes among values that come bit by bit."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.training_curves import noisy, power_law
from tuimon.analysis.health_events import HealthRules
from tuimon.analysis.spikes import LEAD_WINDOWS, SpikeFinder
from tuimon.store.columns import Floats


def spikes_of(values: Floats, *, threshold: float = 8.0, window: int = 100) -> list[int]:
    return [int(place) for place in SpikeFinder(threshold, window).take(values).places]


def test_a_single_high_value_is_found_with_the_level_before_it() -> None:
    values = noisy(np.full(400, 2.0), 0.05)
    values[250] = 4.0
    found = SpikeFinder(8.0, 100).take(values)
    assert found.places.tolist() == [250]
    assert found.medians[0] == pytest.approx(2.0, abs=0.03)


def test_a_spike_in_a_falling_loss_counts_though_the_loss_was_higher_before() -> None:
    """It is measured against the values just before it."""
    values = noisy(power_law(1000), 0.05)
    values[400] = values[400] + 2.0
    assert values[400] < values[:50].max()
    assert spikes_of(values) == [400]


def test_the_threshold_decides() -> None:
    """The same value is a spike at a low threshold and none at a high one."""
    values = noisy(np.full(300, 2.0), 0.05)
    values[200] = 2.7
    assert spikes_of(values, threshold=8) == [200]
    assert spikes_of(values, threshold=40) == []


@pytest.mark.parametrize("noise", ["normal", "laplace", "exponential"])
def test_noise_alone_hardly_ever_spikes(noise: str) -> None:
    """Tails that are longer than the normal distribution's too: at most one in ten thousand values."""
    draw = getattr(np.random.default_rng(5), noise)
    assert len(spikes_of(3.0 + 0.2 * draw(size=20_000))) <= 3


def test_of_spikes_in_a_row_the_first_counts() -> None:
    """A bad patch is one event; long after it a spike counts again."""
    values = noisy(np.full(230 + LEAD_WINDOWS * 100 + 200, 2.0), 0.05)
    values[[200, 201, 203, 230]] = [4.0, 4.2, 3.9, 4.1]
    later = 230 + LEAD_WINDOWS * 100 + 1
    values[later] = 4.0
    assert spikes_of(values) == [200, later]


def test_a_far_higher_spike_counts_soon_after_another() -> None:
    values = noisy(np.full(400, 2.0), 0.05)
    values[[200, 220]] = [3.0, 12.0]
    assert spikes_of(values) == [200, 220]


def test_too_few_values_before_tell_nothing() -> None:
    """Half a window has to be there."""
    values = noisy(np.full(60, 2.0), 0.05)
    values[40] = 100.0
    assert spikes_of(values) == []
    assert spikes_of(values, window=60) == [40]


def test_a_curve_that_never_moves_spikes_only_from_a_level() -> None:
    """From 2.0 to 3.0 is a spike; the first value of a metric that was 0 so far is not, nor is 2 %."""
    level = np.full(200, 2.0)
    assert spikes_of(np.append(level, 3.0)) == [200]
    assert spikes_of(np.append(level, 2.04)) == []
    assert spikes_of(np.append(np.zeros(200), 1.0)) == []


def test_values_near_the_greatest_float_do_no_harm() -> None:
    """A distance that no float holds is far, and gives no warning."""
    assert spikes_of(np.append(np.full(200, -1.7e308), 1.7e308)) == [200]


@given(st.lists(st.integers(1, 400), max_size=8), st.integers(0, 2**32 - 1), st.sampled_from([5, 20, 100]))
def test_how_the_values_are_dealt_out_makes_no_difference(cuts: list[int], seed: int, window: int) -> None:
    random = np.random.default_rng(seed)
    values = 3.0 + random.standard_t(2, 400)
    finder, found = SpikeFinder(8.0, window), []
    for start, end in pairwise([0, *sorted(cuts), len(values)]):
        found += [start + int(place) for place in finder.take(values[start:end]).places]
    assert found == spikes_of(values, window=window)


@pytest.mark.parametrize("height", [1.0, 2.5])
def test_a_spike_in_a_short_run_whose_loss_still_falls_is_found(height: float) -> None:
    """200 values, the loss falling all the time: what a person sees is found, where it begins."""
    steps = np.arange(200)
    values = noisy(1.45 + 2.9 * np.exp(-steps / 37), 0.03)
    values[118:120] += height
    assert SpikeFinder(8.0, HealthRules().spike_window).take(values).places.tolist() == [118]
