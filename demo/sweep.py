"""Train at three learning rates at once, a process each; the highest really diverges.

    python demo/sweep.py
    tuimon                  in the next pane

Interrupting the sweep (Ctrl+C, SIGTERM) interrupts its trainings and waits for them.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

# A moderate one, one that is about right, and one that trains well only until the warm-up has gone too far.
LEARNING_RATES = ("1e-3", "1e-2", "3e-1")

# Three processes share the cores; each with a pool of BLAS threads of its own would only wait for the others.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Interrupted(Exception):  # noqa: N818 - it is no error
    """SIGINT or SIGTERM asked the sweep to end."""


def start_training(learning_rate: str, further_options: list[str]) -> subprocess.Popen[bytes]:
    script = Path(__file__).with_name("train.py")
    command = [
        sys.executable,
        str(script),
        f"--name=lr_{learning_rate}",
        f"--max-learning-rate={learning_rate}",
    ]
    return subprocess.Popen([*command, *further_options], env={**os.environ, **ONE_THREAD})


def run_sweep(further_options: list[str]) -> int:
    """Start all trainings and wait for them; returns how many did not reach their last iteration."""
    trainings: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for learning_rate in LEARNING_RATES:
            trainings[learning_rate] = start_training(learning_rate, further_options)
        for training in trainings.values():
            training.wait()
    except Interrupted:
        for training in trainings.values():
            training.terminate()
    unfinished = 0
    for learning_rate, training in trainings.items():
        code = training.wait()
        unfinished += code != 0
        print(f"lr_{learning_rate}: {'finished' if code == 0 else f'ended with {code}'}", flush=True)
    return unfinished


def interrupt(_number: int, _frame: object) -> None:
    """Handle the first signal only: a second one must not cut the waiting short."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Interrupted


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__.partition("\n")[0], epilog="All other options are passed to train.py."
    )
    _, further_options = parser.parse_known_args()
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    return 0 if run_sweep(further_options) <= 1 else 1  # one is meant to diverge


if __name__ == "__main__":
    sys.exit(main())
