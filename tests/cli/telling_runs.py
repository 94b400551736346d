"""Runs for the golden output of commands: smooth curves, the same on every machine."""

from __future__ import annotations

import math
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tuimon.testing import RunBuilder

STARTED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
HOSTILE = '=cmd|"\n,`$(x)`\x1b[31m'
RECORDS = 200


def write_telling_runs(directory: Path) -> dict[str, Path]:
    """``baseline`` (finished), ``lr_6e-04`` (stalled), ``lr_1e-02`` (failed, NaN), ``twin`` twice, and one
    of a hostile name; returns their logs by name, the later twin under ``twin``."""
    runs = [
        _run(directory, 0, "baseline", 3e-4).end(duration_seconds=2500.0),
        _run(directory, 1, "lr_6e-04", 6e-4, last=120),
        _run(directory, 2, "lr_1e-02", 1e-2, last=60, nan_from=40).end(
            "failed",
            exception={
                "type": "RuntimeError",
                "message": "CUDA out of memory",
                "traceback": "Traceback (most recent call last):\n  ...",
            },
        ),
        _run(directory, 3, "twin", 3e-4, last=40).end(duration_seconds=500.0),
        _run(directory, 4, "twin", 3e-4, last=80).end(duration_seconds=1000.0),
        _run(directory, 5, HOSTILE, 1e-3, last=40).end("interrupted", duration_seconds=500.0),
    ]
    for run in runs:
        heard = (run.start + timedelta(minutes=45)).timestamp()
        os.utime(run.path, (heard, heard))
    return {run.name: run.path for run in runs}


def _run(
    directory: Path, number: int, name: str, rate: float, *, last: int = RECORDS, nan_from: int | None = None
) -> RunBuilder:
    start = STARTED + timedelta(hours=number)
    run = RunBuilder(
        directory, name, start=start, file_name=f"experiment_{number}_{start:%Y%m%d_%H%M%S}.jsonl"
    )
    run.header(
        run_id=f"tell{number}aaa".translate(str.maketrans("01", "yz")),
        config={
            "max_iters": RECORDS,
            "max_learning_rate": rate,
            "seed": number,
            "optimizer": {"name": "adamw", "betas": [0.9, 0.95]},
        },
        host="node17",
        pid=8123,
        argv=["python", "train.py", "--lr", str(rate)],
        cwd="/home/me/cs336",
        git_commit="3f2a91c",
        tags=["sweep"] if number else ["base"],
        notes="the first real run" if number == 0 else "",
    )
    for step in range(last):
        loss = 1.5 + 40 * rate * abs(math.log10(rate / 6e-4)) + 3.0 * math.exp(-step / 40)
        if nan_from is not None and step >= nan_from:
            loss = math.nan
        counted = {"gradient_step": step, "wallclock_time": step * 12.5}
        run.metrics(
            step, train_loss=loss, learning_rate=rate, tokens_per_sec=51200.0, iter_time_ms=20.0, **counted
        )
        if step % 20 == 19:
            run.eval(step, val_loss=loss + 0.05, **counted)
    run.event("checkpoint saved", iteration=last - 1)
    return run
