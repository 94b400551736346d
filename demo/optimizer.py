"""AdamW, gradient clipping, and a learning rate that warms up and then falls by a cosine."""

from __future__ import annotations

import math

import numpy as np

from language_model import Array, Parameters


class AdamW:
    """Adam with decoupled weight decay; changes the parameters in place."""

    def __init__(
        self, parameters: Parameters, beta1: float = 0.9, beta2: float = 0.95, weight_decay: float = 0.1
    ) -> None:
        self.parameters = parameters
        self.beta1, self.beta2, self.weight_decay = beta1, beta2, weight_decay
        self.steps = 0
        self._mean = {name: np.zeros_like(weight) for name, weight in parameters.items()}
        self._square: Parameters = {name: np.zeros_like(weight) for name, weight in parameters.items()}

    def step(self, gradients: Parameters, learning_rate: float) -> None:
        self.steps += 1
        correction = math.sqrt(1 - self.beta2**self.steps) / (1 - self.beta1**self.steps)
        for name, weight in self.parameters.items():
            gradient, mean, square = gradients[name], self._mean[name], self._square[name]
            mean += (1 - self.beta1) * (gradient - mean)
            square += (1 - self.beta2) * (np.square(gradient) - square)
            weight -= learning_rate * self.weight_decay * weight
            weight -= learning_rate * correction * mean / (np.sqrt(square) + 1e-8)


def clip_gradients(gradients: Parameters, largest_norm: float) -> float:
    """Scale the gradients down to ``largest_norm`` where they exceed it; returns their norm before."""
    norm = math.sqrt(sum(_square_sum(gradient) for gradient in gradients.values()))
    if norm > largest_norm:
        for gradient in gradients.values():
            gradient *= largest_norm / norm
    return norm


def learning_rate_at(iteration: int, *, highest: float, warm_up: int, last: int) -> float:
    """Linear from 0 to ``highest`` during ``warm_up``, then a cosine down to a tenth of it at ``last``."""
    if iteration < warm_up:
        return highest * (iteration + 1) / warm_up
    progress = min(1.0, (iteration - warm_up) / max(1, last - warm_up))
    return highest * (0.1 + 0.9 * 0.5 * (1.0 + math.cos(math.pi * progress)))


def _square_sum(gradient: Array) -> float:
    return float(np.square(gradient, dtype=np.float64).sum())
