"""The demo's optimizer."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer import AdamW, clip_gradients, learning_rate_at


def test_adamw_finds_a_minimum() -> None:
    """A bowl's lowest point is reached from afar."""
    parameters = {"x": np.array([[5.0, -3.0]])}
    optimizer = AdamW(parameters, weight_decay=0.0)
    for _ in range(500):
        optimizer.step({"x": 2.0 * parameters["x"]}, learning_rate=0.05)
    np.testing.assert_allclose(parameters["x"], 0.0, atol=1e-2)


def test_the_first_step_has_the_size_of_the_learning_rate() -> None:
    """The bias correction makes up for moments that start at zero."""
    parameters = {"x": np.array([[1.0]])}
    AdamW(parameters, weight_decay=0.0).step({"x": np.array([[1e-3]])}, learning_rate=0.1)
    assert parameters["x"][0, 0] == pytest.approx(0.9, abs=1e-4)


def test_weights_decay_without_a_gradient() -> None:
    """Decay is apart from the gradient: rate times decay of the weight, each step."""
    parameters = {"x": np.array([[2.0]])}
    AdamW(parameters, weight_decay=0.5).step({"x": np.zeros((1, 1))}, learning_rate=0.1)
    assert parameters["x"][0, 0] == pytest.approx(2.0 * (1 - 0.1 * 0.5))


@pytest.mark.parametrize(("largest", "left"), [(1.0, 1.0), (100.0, 5.0)])
def test_only_gradients_that_are_too_large_are_clipped(largest: float, left: float) -> None:
    """The norm before is returned; afterwards it is at most the largest allowed."""
    gradients = {"x": np.array([[3.0]]), "y": np.array([[4.0]])}
    assert clip_gradients(gradients, largest) == pytest.approx(5.0)
    assert np.hypot(gradients["x"][0, 0], gradients["y"][0, 0]) == pytest.approx(left)


def test_the_learning_rate_warms_up_and_falls_to_a_tenth() -> None:
    """Linear to the highest, a cosine down to a tenth."""
    rates = [learning_rate_at(i, highest=1.0, warm_up=10, last=100) for i in range(101)]
    assert rates[:10] == pytest.approx([0.1 * (i + 1) for i in range(10)])
    assert max(rates) == rates[9] == rates[10]
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[55] == pytest.approx(0.55)
    assert rates[100] == pytest.approx(0.1)
