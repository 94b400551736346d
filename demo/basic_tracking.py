"""Example 1: track one training.

    python demo/basic_tracking.py
    tuimon                          in the next pane

A small language model learns Python's own standard library for some seconds; the log goes to $TUIMON_DIR,
else to experiment_logs/. The other examples: several_experiments.py and analysis_and_comparison.py.
"""

from __future__ import annotations

import time

import numpy as np

from language_model import cross_entropy, forward, initialise, loss_and_gradients
from optimizer import AdamW, clip_gradients, learning_rate_at
from standard_library import CHARACTERS, StandardLibrary
from tuimon import ExperimentConfig, ExperimentTracker


def small_model(name: str, learning_rate: float, seed: int = 42) -> ExperimentConfig:
    """Everything that decides the training; all of it is saved with the log."""
    return ExperimentConfig(
        experiment_name=name,
        model_name="one-block transformer",
        vocab_size=len(CHARACTERS),
        context_length=32,
        d_model=48,
        d_ff=192,
        num_heads=4,
        num_layers=1,
        batch_size=16,
        max_iters=150,
        max_learning_rate=learning_rate,
        warmup_iters=15,
        seed=seed,
        device="cpu",
    )


def train(config: ExperimentConfig, tracker: ExperimentTracker, library: StandardLibrary) -> None:
    rng = np.random.default_rng(config.seed)
    parameters = initialise(config.vocab_size, config.context_length, config.d_model, rng)
    optimizer = AdamW(parameters, config.beta1, config.beta2, config.weight_decay)
    held_out = library.excerpts(library.held_out, 64, config.context_length, np.random.default_rng(0))

    for iteration in range(config.max_iters):
        started = time.perf_counter()
        tokens, targets = library.excerpts(library.train, config.batch_size, config.context_length, rng)
        loss, gradients = loss_and_gradients(parameters, tokens, targets, config.num_heads)
        learning_rate = learning_rate_at(
            iteration, highest=config.max_learning_rate, warm_up=config.warmup_iters, last=config.max_iters
        )
        grad_norm = clip_gradients(gradients, config.grad_clip)
        optimizer.step(gradients, learning_rate)
        tracker.increment_gradient_step()
        seconds = time.perf_counter() - started

        tracker.log_metrics(
            iteration=iteration,
            train_loss=loss,
            learning_rate=learning_rate,
            tokens_per_sec=tokens.size / seconds,
            iter_time_ms=1e3 * seconds,
            grad_norm=grad_norm,  # any further metric, by its own name
        )
        if (iteration + 1) % 25 == 0:
            logits = forward(parameters, held_out[0], config.num_heads).logits
            tracker.log_eval(iteration=iteration, val_loss=cross_entropy(logits, held_out[1])[0])


def main() -> None:
    config = small_model("baseline", learning_rate=1e-2)
    tracker = ExperimentTracker(config)
    tracker.start()
    train(config, tracker, StandardLibrary())
    tracker.finish(notes="the first example")
    print(f"saved {tracker.save()}")
    tracker.print_summary()


if __name__ == "__main__":
    main()
