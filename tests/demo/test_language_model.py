"""The demo's model: gradients by hand against gradients by differences."""

from __future__ import annotations

import math

import numpy as np
import pytest

from language_model import Parameters, Tokens, cross_entropy, forward, initialise, loss_and_gradients
from standard_library import CHARACTERS, StandardLibrary

VOCABULARY, CONTEXT, WIDTH, HEADS, BATCH = 11, 6, 8, 2, 3


@pytest.fixture
def parameters() -> Parameters:
    rng = np.random.default_rng(0)
    drawn = initialise(VOCABULARY, CONTEXT, WIDTH, rng, "float64")
    return {name: rng.normal(0.0, 0.5, weight.shape) for name, weight in drawn.items()}


@pytest.fixture
def excerpt() -> tuple[Tokens, Tokens]:
    rng = np.random.default_rng(1)
    return rng.integers(VOCABULARY, size=(BATCH, CONTEXT)), rng.integers(VOCABULARY, size=(BATCH, CONTEXT))


def test_gradients_are_those_of_the_loss(parameters: Parameters, excerpt: tuple[Tokens, Tokens]) -> None:
    """Central differences of the loss agree with the backward pass, weight by weight."""
    tokens, targets = excerpt
    _, gradients = loss_and_gradients(parameters, tokens, targets, HEADS)
    assert gradients.keys() == parameters.keys()
    step = 1e-5
    for name, weight in parameters.items():
        measured = np.empty_like(weight)
        for place in np.ndindex(weight.shape):
            kept = weight[place]
            losses = []
            for moved in (kept + step, kept - step):
                weight[place] = moved
                losses.append(cross_entropy(forward(parameters, tokens, HEADS).logits, targets)[0])
            weight[place] = kept
            measured[place] = (losses[0] - losses[1]) / (2 * step)
        np.testing.assert_allclose(gradients[name], measured, rtol=1e-5, atol=1e-8, err_msg=name)


def test_a_prediction_does_not_see_what_follows(
    parameters: Parameters, excerpt: tuple[Tokens, Tokens]
) -> None:
    """Changing the last character leaves the predictions at all earlier places alone."""
    tokens, _ = excerpt
    changed = tokens.copy()
    changed[:, -1] = (changed[:, -1] + 1) % VOCABULARY
    before = forward(parameters, tokens, HEADS).logits
    after = forward(parameters, changed, HEADS).logits
    np.testing.assert_array_equal(before[:, :-1], after[:, :-1])
    assert not np.allclose(before[:, -1], after[:, -1])


def test_the_first_prediction_is_nearly_uniform() -> None:
    """Training starts at the loss of guessing: the logarithm of the number of characters."""
    library = StandardLibrary()
    rng = np.random.default_rng(0)
    parameters = initialise(len(CHARACTERS), 64, 64, rng)
    tokens, targets = library.excerpts(library.train, 8, 64, rng)
    loss, _ = cross_entropy(forward(parameters, tokens, 4).logits, targets)
    assert loss == pytest.approx(math.log(len(CHARACTERS)), abs=0.1)


def test_the_text_is_real_and_its_end_held_out() -> None:
    """The standard library's sources, readable again, in a training and a held-out part."""
    library = StandardLibrary()
    text = "".join(CHARACTERS[token] for token in library.train[:200_000])
    assert "def " in text
    assert "import " in text
    assert len(library.held_out) * 8 < len(library.train) < len(library.held_out) * 10


def test_targets_are_the_tokens_moved_on_by_one() -> None:
    """Each target is the character after its token."""
    library = StandardLibrary()
    tokens, targets = library.excerpts(library.train, 4, 16, np.random.default_rng(0))
    assert tokens.shape == targets.shape == (4, 16)
    np.testing.assert_array_equal(tokens[:, 1:], targets[:, :-1])
