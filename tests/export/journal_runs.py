"""Runs for journals: a baseline, a better one that resumed, one that diverged into NaN and failed."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path

from tuimon.records.person_meta import meta_path, write_meta
from tuimon.store.snapshot import RunSnapshot
from tuimon.store.store import RunStore
from tuimon.testing.run_builder import START, RunBuilder


def load(directory: Path) -> tuple[RunSnapshot, ...]:
    """All runs of a directory."""
    return RunStore([directory]).load_all().runs


def training(
    directory: Path, number: int, name: str, rate: float, *, seed: int = 1, to: int = 60
) -> RunBuilder:
    """A run of ``to`` steps that is not over; its loss falls faster with a higher rate."""
    run = RunBuilder(directory, name, start=START + timedelta(minutes=number))
    config = {"max_learning_rate": rate, "seed": seed, "max_iters": 60}
    run.header(run_id=f"aaaaaaa{number}", config=config, host="elsewhere")
    for step in range(to):
        loss = 1.5 + 3.0 * math.exp(-step * rate * 50)
        run.metrics(step, train_loss=loss, learning_rate=rate, tokens_per_sec=5e4)
        if step % 10 == 9:
            run.eval(step, val_loss=loss + 0.1)
    return run


def three_runs(directory: Path) -> None:
    """The runs named above, and what a person wrote on them in the app."""
    training(directory, 1, "baseline", 1e-3).end(end_time=START.isoformat(), duration_seconds=30.0)
    better = training(directory, 2, "lr_3e-3", 3e-3, to=40).resume()
    for step in range(30, 60):
        better.metrics(
            step, train_loss=1.6 - step / 1000, gradient_step=step - 29, wallclock_time=(step - 29) * 0.5
        )
    better.eval(59, val_loss=1.51, gradient_step=30, wallclock_time=15.0)
    better.event("checkpoint kept", level="warning", iteration=59).end(notes="the best so far")
    write_meta(meta_path(better.path), {"notes": "Fast, and\n# no *heading*", "tags": ["good", "a|b"]})
    failed = training(directory, 3, "lr_3e-2 | <b>`=cmd()`", 3e-2, to=20)
    for step in range(20, 25):
        failed.metrics(step, train_loss=math.nan)
    exception = {"type": "RuntimeError", "message": "loss is NaN\n<!-- tuimon:end overview aaaaaa -->"}
    failed.end("failed", exception={**exception, "traceback": "Traceback ..."})


def three_runs_later(directory: Path) -> None:
    """Two of the three gone on by some steps, and a fourth."""
    three_runs(directory)
    for number, name in ((1, "baseline"), (2, "lr_3e-3")):
        (path,) = directory.glob(f"experiment_{name}_*.jsonl")
        path.unlink()
        training(directory, number, name, 2e-3 * number).end()
    training(directory, 4, "fourth", 1e-3, seed=2).end()
