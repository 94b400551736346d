"""Smoothing against a plain loop, and what a person may rely on."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from tests.analysis.builder import INF, NAN
from tuimon.analysis.curve_end import CurveEnd
from tuimon.analysis.smoothing import SMOOTHING_STEPS, smooth
from tuimon.store.columns import Floats

strengths = st.floats(0.01, 0.999)
finite_values = st.floats(-1e9, 1e9)
any_values = st.one_of(finite_values, st.sampled_from([NAN, INF, -INF]))
gaps = st.one_of(st.floats(1e-9, 50.0), st.sampled_from([0.0, 0.0, 1.0, -20.0, 1e6]))


def naive(x: Floats, y: Floats, strength: float, span: float) -> list[float]:
    """The docstring's formula, a sample at a time."""
    samples = [i for i in range(len(y)) if math.isfinite(x[i]) and math.isfinite(y[i])]
    ahead = [x[b] - x[a] for a, b in pairwise(samples) if x[b] > x[a]]
    rate = -math.log(strength) * 1000 / span
    distance = first = ahead[0] if ahead else 1.0
    stretches: list[tuple[float, list[int]]] = []  # samples at one x share a stretch
    for place, i in enumerate(samples):
        step = x[i] - x[samples[place - 1]] if place else first
        if step == 0 and place:
            stretches[-1][1].append(i)
            continue
        distance = step if step > 0 else distance
        stretches.append((distance, [i]))
    result = [NAN] * len(y)
    total = weights = 0.0
    for place, (length, members) in enumerate(stretches):
        decay = math.exp(-rate * length) if place else 1.0
        total, weights = total * decay, weights * decay
        for i in members:
            weight = -math.expm1(-rate * length) / len(members)
            total, weights = total + weight * y[i], weights + weight
            result[i] = total / weights
    return result


@given(st.lists(st.tuples(gaps, any_values), min_size=2, max_size=60), strengths)
def test_equals_the_formula_one_sample_at_a_time(samples: list[tuple[float, float]], strength: float) -> None:
    """Uneven steps, ties, steps back, NaN and infinity: vectorised or not, the numbers are the same."""
    x = np.cumsum([gap for gap, _ in samples])
    y = np.array([value for _, value in samples])
    expected = naive(x, y, strength, 100.0)
    scale = float(np.abs(y[np.isfinite(y)]).max(initial=1.0))
    assert_allclose(smooth(x, y, strength, 100.0), expected, rtol=1e-7, atol=1e-9 * scale)


@given(st.lists(any_values, max_size=60), strengths)
def test_not_finite_stays_where_it_is_and_nowhere_else(values: list[float], strength: float) -> None:
    """A NaN neither spreads (the curve that vanishes after the first one) nor is filled in."""
    y = np.array(values)
    smoothed = smooth(np.arange(len(y), dtype=float), y, strength)
    assert_array_equal(np.isfinite(smoothed), np.isfinite(y))
    finite = y[np.isfinite(y)]
    if len(finite):
        assert smoothed[np.isfinite(y)].min() >= finite.min()
        assert smoothed[np.isfinite(y)].max() <= finite.max()


@given(st.lists(finite_values, min_size=2, max_size=50), strengths)
def test_a_nan_in_between_changes_no_other_value_much(values: list[float], strength: float) -> None:
    """A sample that is NaN takes no part: the others are as if it had not been logged."""
    x, y = np.arange(len(values), dtype=float), np.array(values)
    with_nan = smooth(np.insert(x, 1, 0.5), np.insert(y, 1, NAN), strength)
    assert_array_equal(np.delete(with_nan, 1), smooth(x, y, strength))


@pytest.mark.parametrize("strength", [0.6, 0.9, 0.99])
def test_even_steps_look_as_in_tensorboard(strength: float) -> None:
    """A thousand even steps: TensorBoard's debiased moving average, to the digit."""
    y = np.random.default_rng(1).normal(size=1001)
    last, expected = 0.0, []
    for i, value in enumerate(y):
        last = last * strength + (1 - strength) * value
        expected.append(last / (1 - strength ** (i + 1)))
    assert_allclose(smooth(np.arange(1001.0), y, strength), expected, rtol=1e-9)


@pytest.mark.parametrize("strength", SMOOTHING_STEPS[1:])
def test_does_not_depend_on_how_densely_a_run_was_logged(strength: float) -> None:
    """One curve logged at every step, at every tenth, and with one stretch ten times as densely."""

    def curve(x: Floats) -> Floats:
        return 3 * np.exp(-x / 4000) + np.sin(x / 900)

    dense, sparse = np.arange(0, 20_001.0), np.arange(0, 20_001.0, 10)
    mixed = np.unique(np.concatenate((sparse, np.arange(5_000, 8_000.0))))
    at = sparse[5:]
    reference = np.interp(at, dense, smooth(dense, curve(dense), strength))
    for x in (sparse, mixed):
        assert np.abs(np.interp(at, x, smooth(x, curve(x), strength)) - reference).max() < 0.02


def test_density_does_not_weigh_as_the_number_of_samples_would() -> None:
    """A level 0 logged sparsely, then a level 1 logged a hundred times as densely: the stretch decides."""
    x = np.concatenate((np.arange(0, 100.0, 10), np.arange(100, 110, 0.1)))
    smoothed = smooth(x, np.where(x < 100, 0.0, 1.0), 0.99, span=1000)
    assert 0.1 < smoothed[-1] < 0.3  # the share of the last 20 of 110 x, not of 100 of 110 samples


def test_samples_of_one_gradient_step_share_its_weight() -> None:
    """Eight micro-batches logged at one gradient step count together as much as one record would."""
    x = np.repeat(np.arange(100.0), 8)
    means = np.random.default_rng(2).normal(size=100)
    wobble = np.tile([-1.0, 1.0], 4)
    smoothed = smooth(x, np.repeat(means, 8) + np.tile(wobble, 100), 0.99)
    assert_allclose(smoothed[7::8], smooth(np.arange(100.0), means, 0.99), rtol=1e-9)


def test_without_strength_the_values_are_unchanged() -> None:
    """Strength 0 is off."""
    y = np.array([1.0, NAN, 3.0])
    assert_array_equal(smooth(np.arange(3.0), y, 0.0), y)


def test_a_constant_stays_exactly_constant() -> None:
    """No noise of the last digit, which would become the y range of a chart."""
    assert_array_equal(smooth(np.arange(500.0), np.full(500, 0.1), 0.95), np.full(500, 0.1))


def test_epochs_that_count_from_0_go_on_from_one_another() -> None:
    """A step back is one step: the second epoch is smoothed on from the end of the first."""
    y = np.linspace(5, 1, 200)
    twice = smooth(np.tile(np.arange(100.0), 2), y, 0.99, span=200)
    assert_allclose(twice, smooth(np.arange(200.0), y, 0.99, span=200), rtol=1e-9)


@pytest.mark.parametrize("spike", [1e4, 1e200, -1e200])
def test_a_spike_fades_and_never_becomes_infinite(spike: float) -> None:
    """The largest floats neither overflow nor end the curve."""
    y = np.ones(20_000)
    y[100] = spike
    smoothed = smooth(np.arange(20_000.0), y, 0.5)
    assert np.isfinite(smoothed).all()
    assert_allclose(smoothed[-1], 1.0)


@pytest.mark.parametrize("length", [0, 1, 2])
def test_few_samples(length: int) -> None:
    """No samples, one, two."""
    y = np.arange(float(length))
    assert len(smooth(y, y, 0.9)) == length
    assert np.isfinite(smooth(y, y, 0.9)).all()


def test_all_samples_at_one_x() -> None:
    """An x that never moves leaves the mean of what came."""
    assert_allclose(smooth(np.zeros(4), np.array([1.0, 2.0, 3.0, 4.0]), 0.9), [1.0, 1.5, 2.0, 2.5])


@pytest.mark.parametrize("strength", [-0.1, 1.0, NAN])
def test_a_strength_outside_is_refused(strength: float) -> None:
    """1 would never forget."""
    with pytest.raises(ValueError, match="strength"):
        smooth(np.arange(3.0), np.arange(3.0), strength)


def test_lengths_that_differ_are_refused() -> None:
    """One x for every y."""
    with pytest.raises(ValueError, match="2 x for 3 y"):
        smooth(np.arange(2.0), np.arange(3.0), 0.5)


@given(
    st.lists(st.tuples(gaps, any_values), min_size=1, max_size=60),
    finite_values,
    st.one_of(strengths, st.just(0.0)),
    st.booleans(),
)
def test_the_end_alone_is_the_end_of_the_whole(
    samples: list[tuple[float, float]], last: float, strength: float, rising: bool
) -> None:
    """Uneven, sparse or spoiled as the samples may be, the short way gives what the long one does."""
    steps = [abs(gap) + 0.001 if rising else gap for gap, _ in samples]
    x = np.cumsum([*steps, 1.0])
    y = np.array([*(value for _, value in samples), last])
    if rising:
        y = np.nan_to_num(y, nan=1.0, posinf=2.0, neginf=3.0)
    scale = float(np.abs(y[np.isfinite(y)]).max(initial=1.0))
    expected = smooth(x, y, strength)[-1]
    assert_allclose(CurveEnd(x, y).smoothed(strength), expected, rtol=1e-9, atol=1e-9 * scale)


@pytest.mark.parametrize("spike", [1e4, 1e200, -1e200, 1.7e308])
def test_the_end_alone_overflows_no_more_than_the_whole(spike: float) -> None:
    """Values near the greatest float are averaged as well."""
    x, y = np.arange(2000.0), np.full(2000, spike)
    y[::3] = 1.0
    assert CurveEnd(x, y).smoothed(0.9) == pytest.approx(float(smooth(x, y, 0.9)[-1]), rel=1e-9)


@given(
    st.integers(1, 80),
    st.sampled_from([1.0, 10.0, 0.25, 1e-3, 1e9]),
    st.lists(st.floats(-1e6, 1e6), min_size=80, max_size=80),
    strengths,
    st.sampled_from([None, 0.5, 1.0, 7.3]),
)
def test_the_end_of_even_samples_is_the_end_of_the_whole(
    count: int, step: float, values: list[float], strength: float, spans: float | None
) -> None:
    """Whatever lengths come one after the other, and whatever span they are smoothed over."""
    for length in (count, 80, max(1, count // 3)):
        x = np.array([(place + 5) * step for place in range(length)])
        y = np.array(values[:length])
        span = None if spans is None else spans * step * length
        expected = smooth(x, y, strength, span)[-1]
        scale = float(np.abs(y).max(initial=1.0))
        assert_allclose(CurveEnd(x, y, span).smoothed(strength), expected, rtol=1e-9, atol=1e-9 * scale)


def test_even_samples_share_their_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of a sweep were stopped at different steps: their weights are still worked out once."""
    made: list[int] = []
    exp: Any = np.exp

    def counting(exponents: Any) -> Any:
        made.append(1)
        return exp(exponents)

    monkeypatch.setattr(np, "exp", counting)
    curves = [np.arange(float(length)) for length in range(1500, 1000, -5)]
    ends = [CurveEnd(x, np.sin(x), 2000.0) for x in curves]
    assert len({end.smoothed(0.987) for end in ends}) == len(ends)
    assert len(made) == 1
