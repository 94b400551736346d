"""For Transformers: ``Trainer(callbacks=[TuimonCallback()])``. Each ``train()`` is a run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from transformers import TrainerCallback

from tuimon.hooks.metric_names import COMMON
from tuimon.hooks.training_run import RunOptions, TrainingRun, quietly

if TYPE_CHECKING:
    from tuimon.tracker.experiment_tracker import ExperimentTracker

_NAMES = {
    **COMMON,
    "loss": "train_loss",
    "eval_loss": "val_loss",
    "num_input_tokens_seen": "tokens",
    "train_tokens_per_second": "tokens_per_sec",
}
# At the end of a training its mean loss is called as elsewhere the loss of a step.
_NAMES_AT_THE_END = {**_NAMES, "train_loss": "mean_train_loss"}
_NO_NAMES = ("", ".", "trainer_output", "tmp_trainer")


class TuimonCallback(TrainerCallback):
    """Logs each training of a Transformers ``Trainer`` to a run.

    Takes what :class:`ExperimentTracker` takes (``name``, ``log_dir``, ``config``, ``resume``, ``tags``,
    ``notes``, ``group``, ``fsync``, ``system_interval``), or a ``tracker``. The run is called ``name``, else
    ``run_name`` of the arguments, else as ``output_dir``. Arguments and the model's config are in the header.
    The gradient step is the trainer's step, the iteration its batch; they differ when gradients are
    accumulated. Process zero alone writes. An evaluation that follows a training goes on with its run.
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
        self._trains = False
        self._has_trained = False
        self._batches = 0  # of the whole training, also before a checkpoint

    @quietly
    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """Start a run; an evaluation before it, if any, belongs to it."""
        if not state.is_world_process_zero:
            return
        self._run.interrupt("the next training began, and nothing had said that this one ended")
        if self._has_trained:
            self._run.forget()
        self._trains = self._has_trained = True
        self._batches = _batches_before(args, state, kwargs.get("train_dataloader"))
        self._start(args, state, kwargs.get("model"))

    def on_substep_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """Count a batch whose gradients are kept for the next."""
        self._batches += 1

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """Count the batch that ends a step."""
        self._batches += 1

    @quietly
    def on_log(
        self,
        args: Any,
        state: Any,
        control: Any,  # noqa: ARG002
        logs: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Log what the trainer, a callback or a loss function logs."""
        if not logs or not state.is_world_process_zero:
            return
        if not self._run.is_running:
            self._start(args, state, kwargs.get("model"))
        at_the_end = "train_runtime" in logs and "loss" not in logs
        evaluates = any(name.endswith("_runtime") and name != "train_runtime" for name in logs)
        self._log(logs, state, _NAMES_AT_THE_END if at_the_end else _NAMES, evaluates=evaluates)

    @quietly
    def on_evaluate(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """End the run again that an evaluation outside of a training went on with."""
        if state.is_world_process_zero and not self._trains:
            self._run.end()

    @quietly
    def on_predict(
        self,
        args: Any,
        state: Any,
        control: Any,  # noqa: ARG002
        metrics: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Log what was measured on the data that were predicted; the trainer doesn't log it."""
        if metrics and state.is_world_process_zero:
            if not self._run.is_running:
                self._start(args, state, kwargs.get("model"))
            self._log(metrics, state, _NAMES, evaluates=True)
            if not self._trains:
                self._run.end()

    @quietly
    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """Note a checkpoint as an event."""
        if state.is_world_process_zero:
            self._run.event(f"saved checkpoint-{state.global_step}", "checkpoint", self._batches)

    @quietly
    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """End the run."""
        self._trains = False
        if state.is_world_process_zero:
            self._run.end()

    def _start(self, args: Any, state: Any, model: Any) -> None:
        name = getattr(args, "run_name", None) or ""
        if name in ("", args.output_dir):  # which older versions take for a name
            name = Path(args.output_dir or "").name
        self._run.start(_config(args, state, model), None if name in _NO_NAMES else name)

    def _log(
        self, values: Mapping[str, Any], state: Any, names: Mapping[str, str], *, evaluates: bool
    ) -> None:
        self._run.log(
            values, names, iteration=self._batches, gradient_step=state.global_step, evaluation=evaluates
        )


def _config(args: Any, state: Any, model: Any) -> dict[str, Any]:
    """The arguments, with the number of steps as it was worked out, and the model's config."""
    config: dict[str, Any] = dict(args.to_dict())
    if state.max_steps > 0:
        config["max_steps"] = state.max_steps
    if state.trial_params:
        config |= state.trial_params
    model_config: Any = getattr(model, "config", None)
    if hasattr(model_config, "to_dict"):
        config["model"] = model_config.to_dict()
    return config


def _batches_before(args: Any, state: Any, loader: Any) -> int:
    """How many batches the steps before a checkpoint took: the last step of an epoch may take fewer."""
    accumulated = max(int(args.gradient_accumulation_steps), 1)
    try:
        in_epoch = len(loader)
    except TypeError:  # a stream
        return int(state.global_step) * accumulated
    steps_in_epoch = max(-(-in_epoch // accumulated), 1)
    epochs, steps = divmod(int(state.global_step), steps_in_epoch)
    return epochs * in_epoch + min(steps * accumulated, in_epoch)
