"""The thread that logs what the training's process, its machine and its GPUs use."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from tuimon.tracker.warn import warn

SHORTEST_INTERVAL = 0.1  # seconds; a reading takes some milliseconds
FIRST_AFTER = 1.0  # seconds: a person who has just started a training looks at its GPUs now


class SystemSampler:
    """A daemon thread that hands figures to ``log`` each ``interval`` seconds, until it returns ``False``.

    All that takes time, importing psutil and reaching the driver too, is done in the thread.
    """

    def __init__(self, log: Callable[[Mapping[str, float]], bool], interval: float) -> None:
        self._log = log
        self._interval = max(interval, SHORTEST_INTERVAL)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tuimon-system", daemon=True)

    def start(self) -> None:
        """Start the thread; where there can be no further one, say so."""
        try:
            self._thread.start()
        except RuntimeError as error:  # limits, or the interpreter ends
            warn(f"no system figures are logged: {error}")

    def stop(self) -> None:
        """Let the thread end; not waited for: what it logs after this is dropped by ``log``."""
        self._ended.set()

    def _run(self) -> None:
        try:
            self._sample()
        except Exception as error:  # the training must not hear of a fault here, a person must
            warn(f"no more system figures are logged: {type(error).__name__}: {error}")

    def _sample(self) -> None:
        from tuimon.tracker.gpu_figures import GpuFigures
        from tuimon.tracker.system_figures import SystemFigures

        machine, gpus = SystemFigures(), GpuFigures()
        try:
            machine.read()  # rates need a reading before
            wait = min(self._interval, FIRST_AFTER)
            while not self._ended.wait(wait):
                if not self._log({**machine.read(), **gpus.read()}):
                    return
                wait = self._interval
        finally:
            gpus.close()


def start_sampling(log: Callable[[Mapping[str, float]], bool], interval: float) -> SystemSampler:
    """A sampler that runs."""
    sampler = SystemSampler(log, interval)
    sampler.start()
    return sampler
