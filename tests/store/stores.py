"""What the tests of the store share: loading at once, stepping by hand, documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tuimon.store.ingest import Ingest
from tuimon.store.liveness import this_machine
from tuimon.store.run_reader import Surroundings
from tuimon.store.snapshot import RunSnapshot, StoreSnapshot
from tuimon.store.store import RunStore
from tuimon.testing import FakeClock


def load(*paths: Path, **options: Any) -> StoreSnapshot:
    return RunStore(paths, **options).load_all()


def values(run: RunSnapshot, metric: str) -> list[float]:
    return [float(value) for value in run.metrics[metric].values]


def ingest_of(directory: Path) -> Ingest:
    return Ingest([directory], Surroundings(FakeClock(), lambda _: None, this_machine()))


def read_all(ingest: Ingest) -> RunSnapshot:
    """The first run after everything that is due now was done."""
    while ingest.step():
        pass
    return ingest.publish().runs[0]


def document(path: Path, **fields: Any) -> Path:
    rows = [
        {
            "iteration": i,
            "gradient_step": i,
            "wallclock_time": i * 1.0,
            "train_loss": 4.0 - i,
            "val_loss": None,
        }
        for i in range(3)
    ]
    config = {"experiment_name": "old", "max_iters": 3}
    times = {"start_time": "2025-11-02T10:00:00", "end_time": "2025-11-02T10:01:00"}
    path.write_text(json.dumps({"config": config, **times, "metrics_history": rows, "notes": "hm", **fields}))
    return path
