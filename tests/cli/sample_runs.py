"""A directory of runs with known contents, for golden output."""

from __future__ import annotations

import json
import math
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

STARTED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def write_run(
    directory: Path,
    name: str,
    *,
    number: int,
    losses: list[float],
    val_losses: list[float],
    status: str | None = "finished",
    **header: Any,
) -> Path:
    """A log of 100 iterations to a loss; started ``number`` minutes after the first, on a far host."""
    path = directory / f"experiment_{number}_20260105_0900{number:02d}.jsonl"
    run = {
        "type": "run",
        "format": 1,
        "run_id": f"aaaaaaa{number}",
        "name": name,
        "start_time": (STARTED + timedelta(minutes=number)).isoformat(),
        "config": {"max_iters": 400, "max_learning_rate": 10.0**-number},
        "host": "elsewhere",
        "pid": 1,
        **header,
    }
    lines: list[dict[str, Any]] = [run]
    for index, loss in enumerate(losses):
        at = {"iteration": 100 * (index + 1), "gradient_step": 0, "wallclock_time": 10.0 * (index + 1)}
        lines.append({"type": "metrics", **at, "train_loss": _strict(loss), "tokens_per_sec": 5e4})
        if index < len(val_losses):
            lines.append({"type": "eval", **at, "val_loss": _strict(val_losses[index])})
    if status:
        iterations = [100.0 * (index + 1) for index in range(len(losses))]
        summary = {
            "train_loss": _summary(iterations, losses),
            "val_loss": _summary(iterations, val_losses),
            "iteration": _summary(iterations, iterations),
        }
        lines.append({"type": "end", "status": status, "duration_seconds": 40.0, "summary": summary})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    os.utime(path, (STARTED.timestamp(), STARTED.timestamp()))  # nothing has been heard since
    return path


def write_sample_runs(directory: Path) -> None:
    """Finished, failed with NaN, hostile name, and one of which nothing has been heard for long."""
    directory.mkdir(exist_ok=True)
    write_run(directory, "baseline", number=1, losses=[4.0, 3.0, 2.0, 1.5], val_losses=[4.1, 3.1, 2.1, 1.6])
    write_run(directory, "lr_1e-02", number=2, losses=[4.0, 9.0, math.nan], val_losses=[4.2], status="failed")
    write_run(
        directory,
        "[bold]\x1b[31m日本",
        number=3,
        losses=[4.0],
        val_losses=[],
        status="interrupted",
        tags=["odd"],
    )
    write_run(directory, "silent", number=4, losses=[4.0, 3.5], val_losses=[4.0, 3.5], status=None)


def _strict(value: float) -> float | str:
    return value if math.isfinite(value) else "NaN"


def _summary(iterations: list[float], values: list[float]) -> dict[str, Any]:
    finite = [(value, at) for at, value in zip(iterations, values, strict=False) if math.isfinite(value)]
    (least, least_at), (greatest, greatest_at) = (
        (min(finite), max(finite)) if finite else ((None, None), (None, None))
    )
    return {
        "count": len(values),
        "last": _strict(values[-1]) if values else None,
        "min": least,
        "max": greatest,
        "min_iteration": least_at,
        "max_iteration": greatest_at,
        "nan_count": len(values) - len(finite),
    }
