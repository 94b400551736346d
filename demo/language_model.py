"""A one-block transformer over characters, in numpy, with its backward pass written by hand.

    x = embed[tokens] + position
    x = x + attention(norm(x)) @ project        causal, several heads
    x = x + relu(norm(x) @ up)^2 @ down
    logits = x @ unembed

``norm`` is RMSNorm without a gain and there are no biases, so every parameter is one matrix.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # float32 in training, float64 where gradients are checked
Tokens = NDArray[np.integer[Any]]
Parameters = dict[str, Array]


@dataclass(frozen=True)
class Activations:
    """What the forward pass keeps for the backward pass; ``x0_n`` is ``x0 / rms_0``, and so on."""

    tokens: Tokens
    x0_n: Array
    rms_0: Array
    q: Array
    k: Array
    v: Array
    attention: Array
    mixed: Array
    x1_n: Array
    rms_1: Array
    active: Array
    x2: Array
    logits: Array


def initialise(
    vocabulary: int, context: int, width: int, rng: np.random.Generator, dtype: str = "float32"
) -> Parameters:
    """Random weights, scaled so that the first prediction is nearly uniform."""
    shapes = {
        "embed": (vocabulary, width, 0.1),
        "position": (context, width, 0.1),
        "qkv": (width, 3 * width, width**-0.5),
        "project": (width, width, 0.5 * width**-0.5),
        "up": (width, 4 * width, width**-0.5),
        "down": (4 * width, width, 0.25 * width**-0.5),
        "unembed": (width, vocabulary, 0.1 * width**-0.5),
    }
    return {
        name: rng.normal(0.0, scale, (rows, columns)).astype(dtype)
        for name, (rows, columns, scale) in shapes.items()
    }


def forward(p: Parameters, tokens: Tokens, heads: int) -> Activations:
    """Everything up to the logits of each next character, for ``tokens`` of batch x time."""
    x0 = p["embed"][tokens] + p["position"][: tokens.shape[1]]
    x0_n, rms_0 = _norm(x0)
    q, k, v = (_split(part, heads) for part in np.split(x0_n @ p["qkv"], 3, axis=-1))
    attention = _causal_softmax(q @ _transposed(k) * _scale(q))
    mixed = _merge(attention @ v)
    x1 = x0 + mixed @ p["project"]
    x1_n, rms_1 = _norm(x1)
    active = np.maximum(x1_n @ p["up"], 0.0)
    x2 = x1 + active**2 @ p["down"]
    logits = x2 @ p["unembed"]
    return Activations(tokens, x0_n, rms_0, q, k, v, attention, mixed, x1_n, rms_1, active, x2, logits)


def backward(p: Parameters, a: Activations, d_logits: Array) -> Parameters:
    """The gradients of all parameters; ``d_y`` stands for the loss's gradient in ``y``."""
    g: Parameters = {"unembed": _outer(a.x2, d_logits)}
    d_x2 = d_logits @ p["unembed"].T

    g["down"] = _outer(a.active**2, d_x2)
    d_up = (d_x2 @ p["down"].T) * (2.0 * a.active)
    g["up"] = _outer(a.x1_n, d_up)
    d_x1 = d_x2 + _norm_backward(d_up @ p["up"].T, a.x1_n, a.rms_1)

    g["project"] = _outer(a.mixed, d_x1)
    d_mixed = _split(d_x1 @ p["project"].T, a.q.shape[1])
    d_attention = d_mixed @ _transposed(a.v)
    d_scores = a.attention * (d_attention - (d_attention * a.attention).sum(axis=-1, keepdims=True))
    d_scores *= _scale(a.q)
    d_qkv = np.concatenate(
        [
            _merge(d_scores @ a.k),
            _merge(_transposed(d_scores) @ a.q),
            _merge(_transposed(a.attention) @ d_mixed),
        ],
        axis=-1,
    )
    g["qkv"] = _outer(a.x0_n, d_qkv)
    d_x0 = d_x1 + _norm_backward(d_qkv @ p["qkv"].T, a.x0_n, a.rms_0)

    g["position"] = np.zeros_like(p["position"])
    g["position"][: a.tokens.shape[1]] = d_x0.sum(axis=0)
    one_hot = np.eye(len(p["embed"]), dtype=d_x0.dtype)[a.tokens]
    g["embed"] = _outer(one_hot, d_x0)
    return g


def cross_entropy(logits: Array, targets: Tokens) -> tuple[float, Array]:
    """The mean loss in nats and its gradient in the logits."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    chosen = np.take_along_axis(log_probabilities, targets[..., None], axis=-1)
    d_logits = np.exp(log_probabilities)
    np.put_along_axis(d_logits, targets[..., None], np.exp(chosen) - 1.0, axis=-1)
    return -float(chosen.mean()), d_logits / targets.size


def loss_and_gradients(
    p: Parameters, tokens: Tokens, targets: Tokens, heads: int
) -> tuple[float, Parameters]:
    """One forward and one backward pass."""
    activations = forward(p, tokens, heads)
    loss, d_logits = cross_entropy(activations.logits, targets)
    return loss, backward(p, activations, d_logits)


def _norm(x: Array) -> tuple[Array, Array]:
    rms = np.sqrt(np.square(x).mean(axis=-1, keepdims=True) + 1e-5)
    return x / rms, rms


def _norm_backward(d_normed: Array, normed: Array, rms: Array) -> Array:
    d_x: Array = (d_normed - normed * (d_normed * normed).mean(axis=-1, keepdims=True)) / rms
    return d_x


def _causal_softmax(scores: Array) -> Array:
    future = np.triu(np.ones(scores.shape[-2:], dtype=bool), k=1)
    scores = np.where(future, np.array(-np.inf, scores.dtype), scores)
    weights: Array = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return weights


def _split(x: Array, heads: int) -> Array:
    """Batch x time x width to batch x heads x time x width of a head."""
    batch, time, width = x.shape
    return x.reshape(batch, time, heads, width // heads).swapaxes(1, 2)


def _merge(x: Array) -> Array:
    batch, heads, time, width = x.shape
    return x.swapaxes(1, 2).reshape(batch, time, heads * width)


def _transposed(x: Array) -> Array:
    return x.swapaxes(-1, -2)


def _scale(q: Array) -> float:
    return 1.0 / math.sqrt(q.shape[-1])


def _outer(inputs: Array, d_outputs: Array) -> Array:
    """The gradient of a weight matrix: summed over batch and time."""
    d_weight: Array = inputs.reshape(-1, inputs.shape[-1]).T @ d_outputs.reshape(-1, d_outputs.shape[-1])
    return d_weight
