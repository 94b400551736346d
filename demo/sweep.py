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


def start_training(learning_rate: str, further_options: list[str]) -> subprocess.Popen[bytes]:
    script = Path(__file__).with_name("train.py")
    command = [
        sys.executable,
        str(script),
        f"--name=lr_{learning_rate}",
        f"--max-learning-rate={learning_rate}",
    ]
    return subprocess.Popen([*command, *further_options], env={**os.environ, **ONE_THREAD})


class Sweep:
    """Trainings side by side, which a signal to the sweep ends.

    The signal may come while one is being started: an exception raised there would lose a process that is
    there already, so the handler takes a note, and whoever starts a training looks at it afterwards.
    """

    def __init__(self) -> None:
        self._trainings: dict[str, subprocess.Popen[bytes]] = {}
        self._told: list[subprocess.Popen[bytes]] | None = None  # to end; None while nobody asked for that

    def run(self, further_options: list[str]) -> int:
        """Start all trainings and wait for them; returns how many did not reach their last iteration."""
        for learning_rate in LEARNING_RATES:
            if self._told is None:
                training = start_training(learning_rate, further_options)
                self._trainings[learning_rate] = training
                if self._missed_the_signal(training):
                    training.terminate()
        finished = 0
        for learning_rate, training in self._trainings.items():
            code = training.wait()
            finished += code == 0
            print(f"lr_{learning_rate}: {'finished' if code == 0 else f'ended with {code}'}", flush=True)
        return len(LEARNING_RATES) - finished

    def _missed_the_signal(self, training: subprocess.Popen[bytes]) -> bool:
        return self._told is not None and training not in self._told

    def interrupt(self, _number: int, _frame: object) -> None:
        """Handle the first signal only: a second one must not cut short what the trainings have to write."""
        if self._told is None:
            self._told = list(self._trainings.values())
            for training in self._told:
                training.terminate()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__.partition("\n")[0], epilog="All other options are passed to train.py."
    )
    _, further_options = parser.parse_known_args()
    sweep = Sweep()
    signal.signal(signal.SIGINT, sweep.interrupt)
    signal.signal(signal.SIGTERM, sweep.interrupt)
    return 0 if sweep.run(further_options) <= 1 else 1  # one is meant to diverge


if __name__ == "__main__":
    sys.exit(main())
