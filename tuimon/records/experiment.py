"""The original tracker's dataclasses: a configuration, one row of measurements, a whole experiment."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Self

from tuimon.records.lines import as_number
from tuimon.records.metric_summary import whole

if TYPE_CHECKING:
    from tuimon.records.run_header import RunHeader


@dataclass(frozen=True)
class ExperimentConfig:
    """The hyperparameters of one run; immutable, so that what is logged is what was trained.

    ``extra`` holds hyperparameters beyond these, by name; :meth:`to_dict` writes them beside the others.
    """

    experiment_name: str
    model_name: str = "TransformerLM"
    vocab_size: int = 10000
    context_length: int = 256
    d_model: int = 512
    num_heads: int = 8
    d_ff: int = 2048
    num_layers: int = 6
    rope_theta: float = 10000.0
    batch_size: int = 64
    max_iters: int = 100000
    max_learning_rate: float = 6e-4
    min_learning_rate: float = 6e-5
    warmup_iters: int = 2000
    weight_decay: float = 0.1
    grad_clip: float = 1.0
    beta1: float = 0.9
    beta2: float = 0.95
    eps: float = 1e-8
    seed: int = 42
    device: str = "cuda"
    optimizer_name: str = "AdamW"
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def to_dict(self) -> dict[str, Any]:
        """All hyperparameters by name."""
        known = {name: getattr(self, name) for name in CONFIG_FIELDS}
        return {**known, **{name: value for name, value in self.extra.items() if name not in known}}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The configuration of ``values``: missing fields get their defaults, unknown keys go to ``extra``.

        Without an ``experiment_name`` it is called ``experiment``.
        """
        known = {name: values[name] for name in CONFIG_FIELDS if name in values}
        known.setdefault("experiment_name", "experiment")
        return cls(**known, extra={name: item for name, item in values.items() if name not in known})

    @classmethod
    def from_run(cls, run: str | os.PathLike[str] | ExperimentLog | RunHeader, **changes: Any) -> Self:
        """The configuration of an earlier run, to reproduce it, with ``changes`` by name.

        ``run`` is a log's path, a run id or name in the log directory, ``@`` for the newest run, or a loaded
        log. Raises ``UnknownRun`` or ``AmbiguousRun`` when the text names no run or several.
        """
        if isinstance(run, (str, os.PathLike)):
            from tuimon.records.candidates import find_run
            from tuimon.records.load import load_experiment_log

            run = load_experiment_log(find_run(os.fspath(run)).path)
        config = run.config
        values = config.to_dict() if isinstance(config, ExperimentConfig) else dict(config)
        return cls.from_dict({**values, **changes})


CONFIG_FIELDS = tuple(item.name for item in fields(ExperimentConfig) if item.name != "extra")


@dataclass(frozen=True, slots=True, eq=False)
class MetricsSnapshot:
    """One row: what was measured at one iteration. What was not measured is ``None``.

    ``wallclock_time`` is in seconds since the run's start, ``iter_time_ms`` in milliseconds; ``metrics``
    holds every other metric by name. Two snapshots are equal when all values are, NaN counting as equal to
    NaN.
    """

    iteration: float
    gradient_step: float = 0
    wallclock_time: float = 0.0
    train_loss: float | None = None
    val_loss: float | None = None
    learning_rate: float | None = None
    tokens_per_sec: float | None = None
    iter_time_ms: float | None = None
    batch_size: float = 0
    context_length: float = 0
    metrics: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """All values by name, the other metrics beside the standard ones."""
        return {**{name: getattr(self, name) for name in ROW_FIELDS}, **self.metrics}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The row that ``values`` holds; what is no number is absent."""
        numbers = {name: as_number(value) for name, value in values.items()}
        known = {name: numbers.pop(name, None) for name in ROW_FIELDS}
        others = {name: value for name, value in numbers.items() if value is not None}
        counts = {name: whole(known.pop(name) or 0.0) for name in _COUNTS}
        return cls(
            **counts,  # type: ignore[arg-type]  # whole() of a number is a number
            wallclock_time=known.pop("wallclock_time") or 0.0,
            **known,  # type: ignore[arg-type]  # what is left are the fields that may be absent
            metrics=others,
        )

    def get(self, name: str) -> float | None:
        """The value of any metric by name, ``None`` where it is absent."""
        value: float | None = getattr(self, name) if name in ROW_FIELDS else self.metrics.get(name)
        return value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MetricsSnapshot):
            return NotImplemented
        return _nan_equal(self.to_dict(), other.to_dict())

    __hash__ = None  # type: ignore[assignment]  # it holds a mapping


ROW_FIELDS = tuple(item.name for item in fields(MetricsSnapshot) if item.name != "metrics")
_COUNTS = ("iteration", "gradient_step", "batch_size", "context_length")


@dataclass(slots=True, eq=False)
class ExperimentLog:
    """A whole experiment, as the original tracker's users know it.

    ``config`` is an :class:`ExperimentConfig` where the run had all its fields, else the mapping that was
    logged. Times are ISO texts. Best losses are the least finite ones; best and final are ``None`` where the
    loss was never measured. Equality takes NaN as equal to NaN.
    """

    config: ExperimentConfig | Mapping[str, Any]
    start_time: str | None = None
    end_time: str | None = None
    duration_seconds: float | None = None
    metrics_history: list[MetricsSnapshot] = field(default_factory=list)
    notes: str = ""
    best_train_loss: float | None = None
    best_val_loss: float | None = None
    final_train_loss: float | None = None
    final_val_loss: float | None = None

    @property
    def experiment_name(self) -> str:
        """The name in the configuration, empty where there is none."""
        if isinstance(self.config, ExperimentConfig):
            return self.config.experiment_name
        name = self.config.get("experiment_name") or self.config.get("name") or ""
        return str(name)

    def to_dict(self) -> dict[str, Any]:
        """The original one-document shape; absent values are ``None``."""
        config = self.config
        return {
            "config": config.to_dict() if isinstance(config, ExperimentConfig) else dict(config),
            "start_time": self.start_time,
            "end_time": self.end_time,
            "duration_seconds": self.duration_seconds,
            "metrics_history": [row.to_dict() for row in self.metrics_history],
            "notes": self.notes,
            **{name: getattr(self, name) for name in LOSS_FIELDS},
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        """The experiment that a document in the original shape holds; what is of the wrong type is absent.

        In documents of the original tracker (known by times without a zone) a 0.0 in ``tokens_per_sec``,
        ``iter_time_ms``, or in ``learning_rate`` on a row without ``train_loss``, means absent, and an
        infinite best loss means that there was none.
        """
        config, rows = document.get("config"), document.get("metrics_history")
        original = not _has_zone(document.get("start_time"))
        history = [
            _row_of(row, original=original)
            for row in (rows if isinstance(rows, list) else [])
            if isinstance(row, Mapping)
        ]
        losses = {name: as_number(document.get(name)) for name in LOSS_FIELDS}
        return cls(
            config=as_config(config if isinstance(config, Mapping) else {}),
            start_time=_text(document.get("start_time")),
            end_time=_text(document.get("end_time")),
            duration_seconds=as_number(document.get("duration_seconds")),
            metrics_history=history,
            notes=_text(document.get("notes")) or "",
            best_train_loss=best_loss(history, "train_loss", losses["best_train_loss"]),
            best_val_loss=best_loss(history, "val_loss", losses["best_val_loss"]),
            final_train_loss=losses["final_train_loss"],
            final_val_loss=losses["final_val_loss"],
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ExperimentLog):
            return NotImplemented
        return _nan_equal(self.to_dict(), other.to_dict())

    __hash__ = None  # type: ignore[assignment]  # it can change


LOSS_FIELDS = ("best_train_loss", "best_val_loss", "final_train_loss", "final_val_loss")


def as_config(values: Mapping[str, Any]) -> ExperimentConfig | dict[str, Any]:
    """An :class:`ExperimentConfig` where ``values`` has all its fields; else the values, nothing made up."""
    if all(name in values for name in CONFIG_FIELDS):
        return ExperimentConfig.from_dict(values)
    return dict(values)


def best_loss(history: list[MetricsSnapshot], name: str, given: float | None = None) -> float | None:
    """The least finite value of ``name``; where no row has one, ``given`` if finite, else ``None``."""
    values = (row.get(name) for row in history)
    best = min((value for value in values if value is not None and math.isfinite(value)), default=None)
    if best is None and given is not None and math.isfinite(given):
        return given
    return best


def last_loss(history: list[MetricsSnapshot], name: str) -> float | None:
    """The value of ``name`` in the last row that has one."""
    return next((value for row in reversed(history) if (value := row.get(name)) is not None), None)


def _row_of(values: Mapping[str, Any], *, original: bool) -> MetricsSnapshot:
    row = MetricsSnapshot.from_dict(values)
    if not original:
        return row
    no_rate = row.learning_rate == 0.0 and row.train_loss is None
    return replace(
        row,
        tokens_per_sec=row.tokens_per_sec or None,
        iter_time_ms=row.iter_time_ms or None,
        learning_rate=None if no_rate else row.learning_rate,
    )


def _has_zone(time: object) -> bool:
    """Whether an ISO time says its zone: ``2025-02-22T14:05:30+00:00`` or ``...Z``."""
    clock = time.partition("T")[2] if isinstance(time, str) else ""
    return any(sign in clock for sign in "+-Zz")


def _nan_equal(first: Any, second: Any) -> bool:
    """Equality of nested plain data in which NaN equals NaN."""
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(_nan_equal(first[key], second[key]) for key in first)
    if isinstance(first, (list, tuple)) and isinstance(second, (list, tuple)):
        return len(first) == len(second) and all(map(_nan_equal, first, second))
    return bool(first == second) or bool(first != first and second != second)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
