"""Logs of a given size, written straight as lines, quickly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import orjson

FIRST_START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def metric_names(count: int) -> list[str]:
    """``count`` names: the standard ones first."""
    standard = ["train_loss", "learning_rate", "tokens_per_sec", "iter_time_ms", "grad_norm"]
    return [*standard, *(f"layer_{index:02d}/activation" for index in range(count))][:count]


def loss_curve(records: int, seed: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """A falling, noisy loss of ``records`` values."""
    rng = np.random.default_rng(seed)
    steps = np.arange(records)
    return 1.4 + 0.02 * (seed % 7) + 3.0 * (1 + steps / (records / 60)) ** -0.5 + rng.normal(0, 0.03, records)


def write_log(
    directory: Path, name: str, *, records: int, metrics: int, seed: int = 0, eval_every: int = 100
) -> Path:
    """A finished run of ``records`` metric records with ``metrics`` scalars each; returns its path."""
    start = FIRST_START + timedelta(minutes=seed)
    path = directory / f"experiment_{name}_{start:%Y%m%d_%H%M%S}.jsonl"
    names = metric_names(metrics)
    # No two runs share a curve: what the columns of different runs have in common need not be kept twice.
    columns = [loss_curve(records, seed + 7_001 * place) for place in range(metrics)]
    dump = orjson.dumps
    lines = [dump(_header_record(start, name, records, seed))]
    rows = np.stack(columns, axis=1).tolist()
    for step, row in enumerate(rows):
        record: dict[str, object] = {
            "type": "metrics",
            "iteration": step,
            "gradient_step": step,
            "wallclock_time": step * 0.25,
        }
        record.update(zip(names, row, strict=True))
        lines.append(dump(record))
        if step % eval_every == eval_every - 1:
            lines.append(
                dump(
                    {
                        "type": "eval",
                        "iteration": step,
                        "gradient_step": step,
                        "wallclock_time": step * 0.25 + 0.1,
                        "val_loss": row[0] + 0.05,
                    }
                )
            )
    lines.append(dump(_end_record(start, columns, names, records, eval_every)))
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def _header_record(start: datetime, name: str, records: int, seed: int) -> dict[str, object]:
    return {
        "type": "run",
        "format": 1,
        "run_id": f"{seed:08d}".translate(str.maketrans("0189", "abcd")),
        "name": name,
        "start_time": start.isoformat(),
        "config": {"max_iters": records, "seed": seed, "max_learning_rate": 1e-4 * (1 + seed % 5)},
        "host": "elsewhere",
        "pid": 4242,
        "tags": [],
        "notes": "",
    }


def _end_record(
    start: datetime,
    columns: list[np.ndarray[tuple[int], np.dtype[np.float64]]],
    names: list[str],
    records: int,
    eval_every: int,
) -> dict[str, object]:
    every = {name: (column, np.arange(records)) for name, column in zip(names, columns, strict=True)}
    evaluated = np.arange(eval_every - 1, records, eval_every)
    if len(evaluated):
        every["val_loss"] = (columns[0][evaluated] + 0.05, evaluated)
    summary = {
        name: {
            "count": len(values),
            "last": float(values[-1]),
            "min": float(values.min()),
            "max": float(values.max()),
            "min_iteration": int(steps[values.argmin()]),
            "max_iteration": int(steps[values.argmax()]),
            "nan_count": 0,
        }
        for name, (values, steps) in every.items()
    }
    return {
        "type": "end",
        "status": "finished",
        "end_time": (start + timedelta(seconds=records * 0.25)).isoformat(),
        "duration_seconds": records * 0.25,
        "summary": summary,
    }


def write_logs(directory: Path, *, runs: int, records: int, metrics: int) -> list[Path]:
    """``runs`` finished runs of the same size in ``directory`` (made if absent); returns their paths."""
    directory.mkdir(parents=True, exist_ok=True)
    return [
        write_log(directory, f"run_{index:04d}", records=records, metrics=metrics, seed=index)
        for index in range(runs)
    ]
