"""Perplexity of a loss that was logged: asked for by name, derived where it was not logged itself."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from tuimon.store.columns import ColumnView, Floats
from tuimon.store.snapshot import RunSnapshot

_WORD = re.compile(r"(?<![A-Za-z])(perplexity|ppl)(?![A-Za-z])", re.IGNORECASE)


def with_perplexity(run: RunSnapshot, metric: str) -> RunSnapshot:
    """The run with ``metric`` among its metrics, where that names the perplexity of a loss which it has.

    ``val_perplexity`` is e to the power of ``val_loss`` (a loss in nats), ``eval/ppl`` that of ``eval/loss``;
    ``perplexity`` alone is that of ``loss``, else of ``val_loss``, else of ``train_loss``. A metric that was
    logged is left as it is; the run is returned unchanged where there is nothing to derive.
    """
    if metric in run.metrics or not _WORD.search(metric):
        return run
    loss = next((name for name in _losses(metric) if name in run.metrics), None)
    if loss is None:
        return run
    return replace(run, metrics={**run.metrics, metric: _exponential(run.metrics[loss])})


def _losses(metric: str) -> tuple[str, ...]:
    """The losses that may be meant, the likeliest first."""
    loss = _WORD.sub("loss", metric, count=1)
    return (loss, "val_loss", "train_loss") if loss == "loss" else (loss,)


def _exponential(view: ColumnView) -> ColumnView:
    """The column of the exponentials; beyond the greatest float they are infinite."""
    with np.errstate(over="ignore"):
        values: Floats = np.exp(view.values)
    values.flags.writeable = False
    finite = values[np.isfinite(values)]
    positive = finite[finite > 0]
    return replace(
        view,
        values=values,
        finite_min=float(finite.min()) if len(finite) else None,
        finite_max=float(finite.max()) if len(finite) else None,
        least_positive=float(positive.min()) if len(positive) else None,
        inf_count=int(np.isinf(values).sum()),
    )
