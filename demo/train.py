"""Train a small language model on Python's own standard library, tracked by tuimon.

    python demo/train.py --max-learning-rate 1e-2 --name baseline
    tuimon                                                          in the next pane

The five places that concern the tracker are framed by a comment line; the rest would be here without it.
"""

from __future__ import annotations

import argparse
import math
import sys
import time

import numpy as np

from language_model import (
    Parameters,
    Tokens,
    cross_entropy,
    forward,
    initialise,
    loss_and_gradients,
)
from optimizer import AdamW, clip_gradients, learning_rate_at
from standard_library import CHARACTERS, StandardLibrary
from tuimon import ExperimentTracker  # tuimon 1/5: the import


class DivergedError(ArithmeticError):
    """The loss became worse than twice that of blind guessing, or is no number any more."""


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--name", default="baseline", dest="experiment_name")
    parser.add_argument("--log-dir", help="default: $TUIMON_DIR, else experiment_logs/")
    parser.add_argument("--max-learning-rate", type=float, default=1e-2)
    parser.add_argument("--max-iters", type=int, default=2000)
    parser.add_argument("--max-seconds", type=float, help="end earlier after this time")
    parser.add_argument("--warmup-iters", type=int, help="default: 400, at most half of --max-iters")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--context-length", type=int, default=64)
    parser.add_argument("--d-model", type=int, default=64)
    parser.add_argument("--num-heads", type=int, default=4)
    parser.add_argument("--grad-clip", type=float, default=1.0)
    parser.add_argument("--weight-decay", type=float, default=0.1)
    parser.add_argument("--accumulate", type=int, default=2, help="iterations per optimizer step")
    parser.add_argument("--eval-interval", type=int, help="default: 40 evaluations in all")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--checkpoint", metavar="FILE.npz", help="save the trained weights here")
    options = parser.parse_args()
    options.warmup_iters = options.warmup_iters or min(400, max(1, options.max_iters // 2))
    options.eval_interval = options.eval_interval or max(1, options.max_iters // 40)
    return options


def add(accumulated: Parameters, gradients: Parameters, share: float) -> None:
    for name, gradient in gradients.items():
        accumulated[name] += share * gradient


def save(file: str, parameters: Parameters, tracker: ExperimentTracker) -> None:
    np.savez(file, allow_pickle=False, **parameters)
    tracker.log_event(f"saved {file}")


def train(options: argparse.Namespace, tracker: ExperimentTracker) -> None:
    rng = np.random.default_rng(options.seed)
    library = StandardLibrary()
    parameters = initialise(len(CHARACTERS), options.context_length, options.d_model, rng)
    optimizer = AdamW(parameters, weight_decay=options.weight_decay)
    held_out = library.excerpts(library.held_out, 128, options.context_length, np.random.default_rng(0))
    accumulated = {name: np.zeros_like(weight) for name, weight in parameters.items()}

    for iteration in range(options.max_iters):
        if options.max_seconds and tracker.get_elapsed_time() > options.max_seconds:
            break
        started = time.perf_counter()
        tokens, targets = library.excerpts(library.train, options.batch_size, options.context_length, rng)
        loss, gradients = loss_and_gradients(parameters, tokens, targets, options.num_heads)
        add(accumulated, gradients, 1 / options.accumulate)
        learning_rate = learning_rate_at(
            iteration, highest=options.max_learning_rate, warm_up=options.warmup_iters, last=options.max_iters
        )
        grad_norm = None
        if (iteration + 1) % options.accumulate == 0:
            grad_norm = clip_gradients(accumulated, options.grad_clip)
            optimizer.step(accumulated, learning_rate)
            for gradient in accumulated.values():
                gradient[:] = 0.0
            # --- tuimon 2/5: count optimizer steps (only needed when they differ from iterations) --------
            tracker.increment_gradient_step()
            # ---------------------------------------------------------------------------------------------
        seconds = time.perf_counter() - started

        # --- tuimon 3/5: log a step; a metric that is None is left out -----------------------------------
        tracker.log_metrics(
            iteration=iteration,
            train_loss=loss,
            learning_rate=learning_rate,
            tokens_per_sec=tokens.size / seconds,
            iter_time_ms=1e3 * seconds,
            grad_norm=grad_norm,
        )
        # -------------------------------------------------------------------------------------------------

        if not loss < 2 * math.log(len(CHARACTERS)):
            raise DivergedError(f"train_loss is {loss:.4g} at iteration {iteration}")
        if (iteration + 1) % options.eval_interval == 0:
            val_loss, val_accuracy = evaluate(parameters, *held_out, options.num_heads)
            # --- tuimon 4/5: log an evaluation, with metrics of your own ---------------------------------
            tracker.log_eval(iteration=iteration, val_loss=val_loss, val_accuracy=val_accuracy)
            # ---------------------------------------------------------------------------------------------

    if options.checkpoint:
        save(options.checkpoint, parameters, tracker)


def evaluate(parameters: Parameters, tokens: Tokens, targets: Tokens, heads: int) -> tuple[float, float]:
    logits = forward(parameters, tokens, heads).logits
    loss, _ = cross_entropy(logits, targets)
    return loss, float((logits.argmax(axis=-1) == targets).mean())


def main() -> int:
    options = parse_options()
    # --- tuimon 5/5: one run; a crash, Ctrl+C or kill ends it as failed or interrupted -------------------
    with ExperimentTracker(options, log_dir=options.log_dir) as tracker:
        train(options, tracker)
    # -----------------------------------------------------------------------------------------------------
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except DivergedError as error:
        sys.exit(f"diverged: {error}")
