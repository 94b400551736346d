"""The demo's trainings as processes of their own, which outlive or follow the app as told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from tuimon.cli.failure import CommandFailed

PACKAGE = Path(__file__).resolve().parent.parent

# What the sweep names its runs; they are marked when the app opens.
RUN_NAMES = ("lr_1e-3", "lr_1e-2", "lr_3e-1")

# The trainings write their last line within milliseconds of the signal; a machine that swaps needs longer.
PATIENCE_SECONDS = 10.0

OUTPUT_NAME = "sweep.out"


def scripts_directory() -> Path:
    """Where ``train.py`` and ``sweep.py`` are: inside an installed package, or beside one in a checkout."""
    for directory in (PACKAGE / "demo_scripts", PACKAGE.parent / "demo"):
        if (directory / "sweep.py").is_file():
            return directory
    raise CommandFailed(f"{PACKAGE}: this installation lacks the demo's scripts")


class DemoSweep:
    """A running sweep: a leading process and one for each training, in a session of their own.

    The session keeps the terminal's Ctrl+C and hang-up from them, so that only :meth:`stop` ends them early.
    """

    def __init__(self, directory: Path, process: subprocess.Popen[bytes], started: float) -> None:
        self.directory = directory
        self.started = started
        self._process = process

    @classmethod
    def start(cls, directory: Path, *, iterations: int | None, seconds: float | None) -> Self:
        """Start the sweep with its logs and output in ``directory``; CommandFailed where that cannot be."""
        command = [sys.executable, str(scripts_directory() / "sweep.py"), f"--log-dir={directory}"]
        if iterations is not None:
            command.append(f"--max-iters={iterations}")
        if seconds is not None:
            command.append(f"--max-seconds={seconds}")
        started = time.time()
        try:
            directory.mkdir(parents=True, exist_ok=True)
            with open(directory / OUTPUT_NAME, "wb") as output:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as error:
            raise CommandFailed(f"{error.filename or directory}: {error.strerror or error}") from None
        return cls(directory, process, started)

    @property
    def pid(self) -> int:
        """The leading process; SIGTERM to it ends the trainings cleanly."""
        return self._process.pid

    def is_running(self) -> bool:
        """Whether any training goes on."""
        return self._process.poll() is None

    def wait(self, seconds: float) -> bool:
        """Wait for the trainings' end; False where they still run after ``seconds``."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self, patience: float = PATIENCE_SECONDS) -> bool:
        """End the trainings as interrupted and wait for them; after ``patience`` seconds kill them.

        Returns False where they had ended by themselves.
        """
        if not self.is_running():
            return False
        self._process.terminate()
        if not self.wait(patience):
            if hasattr(os, "killpg"):  # not on Windows
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()
            self._process.wait()
        return True

    def last_words(self) -> str:
        """The last line that the trainings printed, for when they failed to start."""
        lines = (self.directory / OUTPUT_NAME).read_text("utf-8", "replace").splitlines()
        return next((line.strip() for line in reversed(lines) if line.strip()), "no output")
