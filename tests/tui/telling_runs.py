"""Runs on which every key of the app has something to do."""

from __future__ import annotations

import functools
import math
from dataclasses import replace
from pathlib import Path

from tests.charts.runs_by_hand import START, make_run
from tuimon.records.events import ResumeRecord
from tuimon.records.lines import encode_record
from tuimon.store.liveness import RunState
from tuimon.store.printed_output import output_path
from tuimon.store.snapshot import RunSnapshot
from tuimon.testing import RunBuilder

STEPS = 400
PRINTED = "".join(f"{line} {'word ' * 60}\n" for line in range(200))


def _losses(last: float, spike: float | None) -> list[float]:
    values = [last + 3 / (1 + step / 40) + 0.05 * (-1) ** step for step in range(STEPS)]
    if spike is not None:
        values[300] = spike
    return values


@functools.cache
def _told() -> list[tuple[str, RunSnapshot, bytes]]:
    """Name, picture and log of each run; they are the same wherever the files are."""
    told = []
    for place, name in enumerate(("alpha", "beta", "gamma", "delta", "hidden")):
        log = b"".join(
            encode_record({"type": "metrics", "iteration": step, "train_loss": 3 - step / 30})
            for step in range(60)
        )
        rate = (1e-3, 1e-3, 3e-4, 1e-4, 1e-4)[place]
        losses = _losses(1.5 + place / 10, 9.0 if place == 0 else None)
        if place == 1:
            losses[250] = math.nan
        run = make_run(
            name,
            state=RunState.FINISHED,
            config={"lr": rate, "seed": place, "max_iters": STEPS}
            | {f"key_{key:02}": rate * key for key in range(40)},
            metrics={
                "train_loss": losses,
                "val_loss": [value + 0.1 for value in losses],
                "learning_rate": [rate * (1 + step / STEPS) for step in range(STEPS)],
                "tokens_per_sec": [5e4 + 1e3 * math.sin(step) for step in range(STEPS)],
                **{f"layer_{layer}": [layer + 3 / (1 + step) for step in range(STEPS)] for layer in range(9)},
            },
            resumes=[ResumeRecord(START, "node18", 99)],
            segment_rows=[200],
        )
        meta = replace(run.meta, archived=name == "hidden")
        told.append((name, replace(run, meta=meta), log))
    return told


def telling_runs(directory: Path) -> list[RunSnapshot]:
    """Four finished runs with files, of which two differ in the seed alone; a spike, a NaN, a resume, one
    archived; more config keys and metrics than a screen has rows.
    """
    runs = []
    for name, run, lines in _told():
        log = RunBuilder(directory, name).header(name=name).raw(lines)
        output_path(log.path).write_text(PRINTED)
        runs.append(replace(run, path=log.path))
    return runs
