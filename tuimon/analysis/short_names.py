"""What metrics are called where room is scarce; a person may name them so, too."""

from __future__ import annotations

from collections.abc import Container, Mapping

from tuimon.analysis.sorting import METRIC_MEASURES

SHORT_NAMES: Mapping[str, str] = {
    "learning_rate": "lr",
    "tokens_per_sec": "tok/s",
    "iter_time_ms": "ms/it",
    "samples_per_sec": "samples/s",
    "gradient_step": "grad step",
    "wallclock_time": "time",
}
_LONG_NAMES = {short: metric for metric, short in SHORT_NAMES.items()}


def short_metric(metric: str) -> str:
    """A metric's name where room is scarce: ``lr``, ``tok/s``, ``ms/it``; others as they are."""
    return SHORT_NAMES.get(metric, metric)


def long_metric(name: str) -> str | None:
    """The metric that is shown as ``name``, a measure behind it kept: ``learning_rate.max`` for ``lr.max``.

    None where none is.
    """
    metric, _, measure = name.rpartition(".")
    if measure in METRIC_MEASURES and metric in _LONG_NAMES:
        return f"{_LONG_NAMES[metric]}.{measure}"
    return _LONG_NAMES.get(name)


def meant_metric(name: str, known: Container[str]) -> str:
    """The metric that a person means: the known one of that name, else the known one that is shown so.

    ``name`` itself where neither is known.
    """
    metric = _LONG_NAMES.get(name)
    return metric if metric is not None and name not in known and metric in known else name
