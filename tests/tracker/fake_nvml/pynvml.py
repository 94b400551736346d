"""Stands in for the module of nvidia-ml-py on machines without a GPU: three GPUs, the last of which is lost.

The second one does not tell its power, as some laptops' do not.
"""

from __future__ import annotations

import os
from types import SimpleNamespace

NVML_TEMPERATURE_GPU = 0


class NVMLError(Exception):
    pass


def nvmlInit() -> None:  # noqa: N802 (NVML's names)
    if os.environ.get("NO_DRIVER"):
        raise NVMLError("Driver Not Loaded")


def nvmlShutdown() -> None:  # noqa: N802
    if path := os.environ.get("SHUTDOWN_FILE"):
        open(path, "w").close()


def nvmlDeviceGetCount() -> int:  # noqa: N802
    return 3


def nvmlDeviceGetHandleByIndex(number: int) -> int:  # noqa: N802
    return number


def nvmlDeviceGetUUID(gpu: int) -> str:  # noqa: N802
    return f"GPU-{gpu}abc-def"


def nvmlDeviceGetUtilizationRates(gpu: int) -> SimpleNamespace:  # noqa: N802
    _lost(gpu)
    return SimpleNamespace(gpu=97 - gpu, memory=40)


def nvmlDeviceGetMemoryInfo(gpu: int) -> SimpleNamespace:  # noqa: N802
    _lost(gpu)
    return SimpleNamespace(used=71 * 10**9, total=80 * 10**9, free=9 * 10**9)


def nvmlDeviceGetPowerUsage(gpu: int) -> int:  # noqa: N802
    _lost(gpu)
    if gpu == 1:
        raise NVMLError("Not Supported")
    return 682_400


def nvmlDeviceGetTemperature(gpu: int, sensor: int) -> int:  # noqa: N802
    _lost(gpu)
    return 64


def _lost(gpu: int) -> None:
    if gpu == 2:
        raise NVMLError("GPU is lost")
