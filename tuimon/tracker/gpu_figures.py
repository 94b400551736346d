"""What the NVIDIA GPUs do, read through NVML where the package ``nvidia-ml-py`` is installed."""

from __future__ import annotations

import os
from collections.abc import Mapping

TYPE_CHECKING = False  # importing typing costs a training 4 ms
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

VISIBLE = "CUDA_VISIBLE_DEVICES"


class GpuFigures:
    """Reads every GPU that the training may use: all, or those in ``CUDA_VISIBLE_DEVICES``.

    They are numbered as NVML and ``nvidia-smi`` number them. Where there is no package, no driver or no GPU,
    there are no figures; nor is there one that a GPU does not tell.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._nvml: Any = None
        self._gpus: list[tuple[int, Any]] = []
        try:
            import pynvml  # type: ignore[import-not-found,unused-ignore]  # the module's name in nvidia-ml-py

            pynvml.nvmlInit()
        except Exception:  # foreign code: a missing package, library or driver, of versions unknown
            return
        self._nvml = pynvml
        count = _tried(pynvml.nvmlDeviceGetCount) or 0
        gpus = [(number, _tried(pynvml.nvmlDeviceGetHandleByIndex, number)) for number in range(count)]
        chosen = environment.get(VISIBLE)
        self._gpus = [
            (number, gpu)
            for number, gpu in gpus
            if gpu is not None and (chosen is None or self._is_in(chosen, number, gpu))
        ]

    def read(self) -> dict[str, float]:
        """``gpu0_percent``, ``gpu0_memory_bytes``, ... of each GPU: only what was really read."""
        figures: dict[str, float] = {}
        for number, gpu in self._gpus:
            figures.update({f"gpu{number}_{name}": value for name, value in self._of(gpu).items()})
        return figures

    def close(self) -> None:
        """Let go of the driver."""
        if self._nvml is not None:
            _tried(self._nvml.nvmlShutdown)
            self._nvml, self._gpus = None, []

    def _of(self, gpu: Any) -> dict[str, float]:
        nvml, figures = self._nvml, {}
        if (use := _tried(nvml.nvmlDeviceGetUtilizationRates, gpu)) is not None:
            figures["percent"] = use.gpu
        if (memory := _tried(nvml.nvmlDeviceGetMemoryInfo, gpu)) is not None:
            figures["memory_bytes"], figures["memory_total_bytes"] = memory.used, memory.total
        if (milliwatts := _tried(nvml.nvmlDeviceGetPowerUsage, gpu)) is not None:
            figures["power_watts"] = round(milliwatts / 1000, 1)
        sensor = getattr(nvml, "NVML_TEMPERATURE_GPU", 0)
        if (celsius := _tried(nvml.nvmlDeviceGetTemperature, gpu, sensor)) is not None:
            figures["temperature_celsius"] = celsius
        return figures

    def _is_in(self, chosen: str, number: int, gpu: Any) -> bool:
        """Whether ``CUDA_VISIBLE_DEVICES`` lists this GPU, by its number or the beginning of its UUID."""
        uuid = _tried(self._nvml.nvmlDeviceGetUUID, gpu) or ""
        uuid = uuid.decode() if isinstance(uuid, bytes) else uuid
        for entry in chosen.split(","):
            name = entry.strip()
            if name.startswith("MIG-"):
                return True  # a part of some GPU: which one is not worth a walk through all parts
            if name.startswith("GPU-"):
                if uuid.startswith(name):
                    return True
            elif not name.isdecimal():
                return False  # CUDA takes none from here on
            elif int(name) == number:
                return True
        return False


def _tried(ask: Callable[..., Any], *arguments: Any) -> Any:
    """The answer; ``None`` where the GPU does not tell."""
    try:
        return ask(*arguments)
    except Exception:  # foreign code: NVML's errors are classes made at run time
        return None
