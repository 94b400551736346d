"""Runs whose losses fall, for the screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.charts.runs_by_hand import make_run
from tuimon.store.snapshot import RunSnapshot

STEPS = 60


def falling(last: float) -> list[float]:
    """A noisy loss that ends at ``last``."""
    return [last + 3 / (1 + step / 4) + 0.2 * (-1) ** step for step in range(STEPS - 1)] + [last]


def some_run(
    name: str, last: float = 1.5, *, metrics: Mapping[str, Sequence[float]] | None = None, seed: int = 0
) -> RunSnapshot:
    values = {
        "train_loss": falling(last),
        "val_loss": falling(last + 0.1),
        "learning_rate": [1e-3] * STEPS,
        "tokens_per_sec": [5e4] * STEPS,
        **{f"layer_{number}": falling(number) for number in range(8)},
        **(metrics or {}),
    }
    return make_run(name, metrics=values, config={"seed": seed, "max_iters": STEPS})


def three_runs() -> list[RunSnapshot]:
    return [some_run(name, 1.5 + place, seed=place) for place, name in enumerate(("alpha", "beta", "gamma"))]


def numbered_runs(count: int, *, prefix: str = "run") -> list[RunSnapshot]:
    """Runs whose val_loss falls with their number."""
    return [with_loss(f"{prefix}_{number:03d}", 2.0 - number / 1000) for number in range(count)]


def with_loss(name: str, loss: float) -> RunSnapshot:
    return make_run(name, metrics={"train_loss": [3.0, loss], "val_loss": [3.0, loss]})
