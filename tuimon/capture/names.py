"""What printed names mean: which ones count steps, and which are one of the standard metrics."""

from __future__ import annotations

import re
from functools import lru_cache

ITERATION_NAMES = frozenset(
    (
        *("iteration", "iter", "itr", "it", "global_step", "globalstep", "step", "train_step"),
        *("training_step", "train_iter", "train_iteration", "num_updates", "num_update", "update"),
        *("trainer/global_step", "optimizer_step", "optim_step"),
    )
)
BATCH_NAMES = frozenset(("batch", "minibatch", "mini_batch", "batch_idx", "train_batch"))
EPOCH_NAMES = frozenset(("epoch", "train_epoch", "ep"))
STEP_NAMES = ITERATION_NAMES | BATCH_NAMES | EPOCH_NAMES

_ALIASES = {
    "train_loss": ("loss", "training_loss", "trl", "loss_train", "lm_loss", "trn_loss", "tr_loss"),
    "val_loss": ("validation_loss", "valid_loss", "eval_loss", "tel", "loss_val", "dev_loss", "vl_loss"),
    "learning_rate": ("lr", "learningrate", "learn_rate"),
    "tokens_per_sec": (
        *("tok/sec", "tok/s", "tokens/sec", "tokens/s", "toks/s", "toks/sec", "tps", "tok_per_sec"),
        *("tokens_per_second", "tokens/second", "tokens_per_s", "tok_s", "tokens_sec"),
    ),
    "grad_norm": ("norm", "gnorm", "gradnorm", "gradient_norm"),
}
_STANDARD = {alias: name for name, aliases in _ALIASES.items() for alias in aliases}

# Mean time of one step where a unit of time stands behind the number; a bare "time" in seconds is rather the
# time since the start.
_STEP_TIMES = frozenset(
    (
        *("dt", "iter_time", "step_time", "time_per_iter", "time/iter", "time_per_step", "batch_time"),
        *("iteration_time", "elapsed_time_per_iteration", "time_per_iteration", "ms_per_iter"),
    )
)

_EVALUATION = re.compile(r"^(?:val|valid|validation|eval|evaluation|dev|test)[_/.]|[_/.](?:val|valid|eval)$")
_TO_VAL = re.compile(r"^(?:validation|valid|val)[_/. -]+")
_WITHIN_EVALUATION = frozenset(
    ("loss", "train_loss", "acc", "accuracy", "ppl", "perplexity", "bpb", "bpc", "f1", "error")
)
_UNIT_IN_NAME = re.compile(r"\s*\(([^()]*)\)\s*$")
_NOT_A_METRIC = frozenset(("v_num", "eta", "pid", "rank", "local_rank", "seed", "line", "port", "world_size"))


def plain_name(printed: str) -> tuple[str, str]:
    """The name as metrics are called (lower case, ``_`` for spaces), and a unit given in parentheses."""
    unit = ""
    if found := _UNIT_IN_NAME.search(printed):
        printed, unit = printed[: found.start()], found[1]
    return re.sub(r"[\s-]+", "_", printed.strip(" .-:_")).lower(), unit


@lru_cache(maxsize=1024)
def metric_name(name: str, unit: str = "", *, in_evaluation: bool = False) -> str | None:
    """The standard name where the meaning of ``name`` is sure, else ``name``; None for what is no metric."""
    if not name or name in _NOT_A_METRIC:
        return None
    if in_evaluation and name in _WITHIN_EVALUATION:
        return "val_loss" if name in ("loss", "train_loss") else f"val_{name}"
    if is_step_time(name, unit):
        return "iter_time_ms"
    standard = _STANDARD.get(name)
    if standard is None and name.startswith(("train/", "val/", "eval/")):
        kind, _, rest = name.partition("/")
        if rest in ("loss", "lr", "learning_rate"):
            standard = _STANDARD.get(f"{kind}_loss", f"{kind}_loss") if rest == "loss" else "learning_rate"
    if standard is not None:
        return standard
    return _TO_VAL.sub("val_", name) if name.startswith(("validation_", "valid_")) else name


def is_step_time(name: str, unit: str) -> bool:
    """Whether ``name`` with this unit is the time that one step takes."""
    if name in _STEP_TIMES:
        return bool(unit)
    return name == "time" and unit in ("ms", "us", "µs", "msec")


@lru_cache(maxsize=1024)
def is_evaluation(name: str) -> bool:
    """Whether the name says that the metric is measured on data held out."""
    return _EVALUATION.search(name) is not None
