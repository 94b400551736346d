"""For Lightning and Fabric: ``Trainer(logger=TuimonLogger())``. A run is a fit and what follows it."""

from __future__ import annotations

import contextlib
import sys
import weakref
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from tuimon.hooks.metric_names import COMMON, is_evaluation
from tuimon.hooks.training_run import RunOptions, TrainingRun, quietly
from tuimon.records.run_names import safe_file_name
from tuimon.tracker.lifetime import let_go_of_signals
from tuimon.tracker.run_plan import config_values

if TYPE_CHECKING or "pytorch_lightning" not in sys.modules or "lightning.pytorch" in sys.modules:
    from lightning.pytorch.loggers.logger import DummyExperiment, Logger
    from lightning.pytorch.utilities.rank_zero import rank_zero_only
else:  # a training that uses the package of the older name
    from pytorch_lightning.loggers.logger import DummyExperiment, Logger
    from pytorch_lightning.utilities.rank_zero import rank_zero_only

if TYPE_CHECKING:
    from tuimon.tracker.experiment_tracker import ExperimentTracker

# What a metric is called that a step and an epoch both log: a training is seen by its steps, an evaluation by
# the mean over all of it.
_TRAINING = {**COMMON, "train_loss_step": "train_loss", "train/loss_step": "train_loss"}
_EVALUATION = {**COMMON, "val_loss_epoch": "val_loss", "val/loss_epoch": "val_loss"}
_WHILE_TRAINING = {**_TRAINING, "loss": "train_loss", "loss_step": "train_loss"}
_WHILE_VALIDATING = {**_EVALUATION, "loss": "val_loss", "loss_epoch": "val_loss"}
_OF_THE_TRAINER = ("max_epochs", "max_steps", "accumulate_grad_batches", "gradient_clip_val", "precision")


class TuimonLogger(Logger):
    """Logs a Lightning training to a run.

    Takes what :class:`ExperimentTracker` takes (``name``, ``log_dir``, ``config``, ``resume``, ``tags``,
    ``notes``, ``group``, ``fsync``, ``system_interval``), or a ``tracker``. Hyperparameters that the modules
    save go into the header. The gradient step is Lightning's step, the iteration its batch; they differ when
    gradients are accumulated. Rank zero alone writes. An exception ends the run as failed, Ctrl+C and SIGTERM
    as interrupted; what is logged after a fit goes on with its run.
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        tracker: ExperimentTracker | None = None,
        **options: Unpack[RunOptions],
    ) -> None:
        super().__init__()
        self._run = TrainingRun(name, tracker, options)
        self._trainer: weakref.ref[Any] | None = None
        self._last = (-1, -1)  # iteration and step of the last record of the training

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_trainer": None}

    @property
    def name(self) -> str:
        """The run's name, safe as the name of a directory."""
        return safe_file_name(self._run.tracker().name)

    @property
    def version(self) -> str:
        """The run's id: where checkpoints go."""
        return self._run.tracker().run_id

    @property
    def experiment(self) -> ExperimentTracker:
        """The tracker, for events and the like; on other ranks an object that takes any call."""
        dummy: Any = DummyExperiment()
        return self._run.tracker() if _is_rank_zero() else dummy

    @quietly
    def log_hyperparams(
        self, params: Mapping[str, Any] | Namespace, *_args: object, **_kwargs: object
    ) -> None:
        """Put hyperparameters into the header; after the start of the run, into an event."""
        if _is_rank_zero():
            self._run.add_config(config_values(params))

    @quietly
    def log_graph(self, model: Any, input_array: object = None) -> None:  # noqa: ARG002 (Lightning's signature)
        """Hear of the trainer, which says where the training is. A fit starts the run."""
        trainer = getattr(model, "_trainer", None)  # `trainer` raises where there is none
        if trainer is None or not _is_rank_zero():
            return
        self._trainer = weakref.ref(trainer)
        if str(getattr(trainer.state.fn, "value", "")) == "fit":
            self._run.start(_trainer_config(trainer))
            let_go_of_signals()  # else Lightning would chain to the tracker, which ends the process at once

    @quietly
    def log_metrics(self, metrics: Mapping[str, Any], step: int | None = None) -> None:
        """Log what Lightning, a callback or the module logs."""
        if not _is_rank_zero():
            return
        trainer = self._trainer() if self._trainer is not None else None
        evaluates = is_evaluation(metrics)
        names = _EVALUATION if evaluates else _TRAINING
        if trainer is not None and trainer.state.stage is not None:
            evaluates = bool(trainer.evaluating)
            if trainer.validating:
                names = _WHILE_VALIDATING
            elif trainer.training:
                names = _WHILE_TRAINING
        iteration, gradient_step = self._place(trainer, step, evaluates=evaluates)
        values = dict(metrics)
        names = {**names, **_learning_rates(values)}
        self._run.log(values, names, iteration=iteration, gradient_step=gradient_step, evaluation=evaluates)

    @quietly
    def after_save_checkpoint(self, checkpoint_callback: Any) -> None:
        """Note a checkpoint as an event."""
        saved = getattr(checkpoint_callback, "_last_checkpoint_saved", "")
        saved = saved or checkpoint_callback.last_model_path or checkpoint_callback.best_model_path
        if saved and _is_rank_zero():
            self._run.event(f"saved {Path(saved).name}", "checkpoint", max(self._last[0], 0))

    @quietly
    def finalize(self, status: str) -> None:
        """End the run, as the exception says that Lightning is handling."""
        if not _is_rank_zero():
            return
        error = sys.exc_info()[1] if status == "failed" else None
        if status == "failed" and error is None:
            self._run.end(RuntimeError("Lightning says that the training failed"))
        elif status == "finished":  # from a signal's handler: the job is about to be requeued
            self._run.interrupt("requeued by SLURM")
        else:
            self._run.end(error)

    def _place(self, trainer: Any, step: int | None, *, evaluates: bool) -> tuple[float | None, float | None]:
        """Iteration and gradient step of a record at Lightning's ``step``.

        The iteration counts batches, as the step does where no gradients are accumulated. Batches of an
        evaluation, which Lightning counts from zero, are placed where the training is.
        """
        own_step = None
        with contextlib.suppress(
            AttributeError
        ):  # both are Lightning's own, and may be called otherwise one day
            own_step = trainer.fit_loop.epoch_loop._batches_that_stepped
            iteration = max(int(trainer.fit_loop.total_batch_idx), 0)
        if own_step is None or (step is not None and step != own_step and not evaluates):
            return step, step
        last_iteration, last_step = self._last
        if iteration == last_iteration and own_step > last_step:
            iteration += 1  # between two batches, as a learning rate logged at the start of an epoch
        self._last = iteration, own_step
        return iteration, own_step


def _is_rank_zero() -> bool:
    return getattr(rank_zero_only, "rank", 0) in (0, None)


def _trainer_config(trainer: Any) -> dict[str, Any]:
    """The trainer's own hyperparameters, those that are set."""
    values = {name: getattr(trainer, name, None) for name in _OF_THE_TRAINER}
    return {name: value for name, value in values.items() if value is not None and value != -1}


def _learning_rates(values: dict[str, Any]) -> dict[str, str]:
    """The name of ``LearningRateMonitor``'s one rate; of several equal ones, a common one is added."""
    rates = [
        name
        for name in values
        if name.startswith("lr-") and not name.endswith(("-momentum", "-weight_decay"))
    ]
    if len(rates) == 1:
        return {rates[0]: "learning_rate"}
    if rates and len({float(values[name]) for name in rates}) == 1:
        values.setdefault("learning_rate", values[rates[0]])
    return {}
