"""For Keras 3, on any backend: ``model.fit(..., callbacks=[TuimonCallback()])``."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

from keras.callbacks import Callback
from keras.config import backend
from keras.ops import convert_to_numpy

from tuimon.hooks.metric_names import COMMON
from tuimon.hooks.training_run import RunOptions, TrainingRun, quietly
from tuimon.tracker.run_plan import rank_of

if TYPE_CHECKING:
    from tuimon.tracker.experiment_tracker import ExperimentTracker

_NAMES = {**COMMON, "loss": "train_loss"}


class TuimonCallback(Callback):
    """Logs a Keras training to a run: each epoch as ``History`` has it, and how it gets there.

    Takes what :class:`ExperimentTracker` takes (``name``, ``log_dir``, ``config``, ``resume``, ``tags``,
    ``notes``, ``group``, ``fsync``, ``system_interval``), or a ``tracker``. Every ``every_batches`` batches
    the means since the epoch began, which is what Keras computes, are logged as ``running_loss`` and so on; 0
    leaves them out. Iterations are batches, the gradient step is the optimizer's count. Fitting the same
    model again, or evaluating it with this callback (``test_loss``), goes on with its run.
    """

    async_safe = True  # so that Keras need not wait for the device at each batch

    def __init__(
        self,
        name: str | None = None,
        *,
        every_batches: int = 10,
        tracker: ExperimentTracker | None = None,
        **options: Unpack[RunOptions],
    ) -> None:
        super().__init__()
        self._run = TrainingRun(name, tracker, options)
        self._every = every_batches
        self._writes = not rank_of(None)[0]  # RANK, where there are several
        self._model_of_the_run: weakref.ref[Any] | None = None
        self._fits = False
        self._lock = Lock()  # Keras may call for batches from several threads
        self._first: _Place | None = None  # where the fit began, once its first epoch has
        self._before = _Place(0, 0)  # where the epoch began
        self._in_epoch = 0  # batches of the epoch so far
        self._logged = 0  # how many of them when one was logged last
        self._accumulated = 1

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_lock": None, "_model_of_the_run": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _lock=Lock())

    def set_model(self, model: Any) -> None:
        """Hear whose training this is: at the beginning of a fit, an evaluation or a prediction."""
        super().set_model(model)
        self._fits = False

    @quietly
    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002 (Keras' signature)
        """Start a run, or go on with that of the same model."""
        if not self._writes:
            return
        model = self.model
        if self._model_of_the_run is None or self._model_of_the_run() is not model:
            self._run.interrupt("the next training began, and nothing had said that this one ended")
            self._run.forget()
            self._model_of_the_run = weakref.ref(model)
        self._fits, self._first = True, None
        self._accumulated = getattr(model.optimizer, "gradient_accumulation_steps", None) or 1
        self._run.start(_config(model, self.params or {}))

    @quietly
    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002
        """Note where the epoch begins."""
        if not self._writes:
            return
        self._in_epoch = self._logged = 0
        if self._first is None:  # only now: a callback may have restored the model meanwhile
            steps = _steps(self.model)
            batches = steps * self._accumulated
            if epoch and not batches:  # the weights were restored, the optimizer wasn't
                batches = epoch * int((self.params or {}).get("steps") or 0)
            self._first = self._before = _Place(batches, steps)

    @quietly
    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Log the means since the epoch began, every so many batches."""
        if self._first is None:
            return
        with self._lock:
            if batch < self._in_epoch:
                return  # a thread that was overtaken
            self._in_epoch = batch + 1
            if not logs or not self._every or self._in_epoch - self._logged < self._every:
                return
            self._logged = self._in_epoch
            batches = self._before.batches + self._in_epoch
            steps = self._first.steps + (batches - self._first.batches) // self._accumulated
            values = {f"running_{name}": value for name, value in logs.items()}
            self._run.log(values, {}, iteration=batches, gradient_step=steps)

    @quietly
    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Log what ``History`` keeps of the epoch."""
        if self._first is None:
            return
        model, logs = self.model, logs or {}
        place = self._before = _Place(self._before.batches + self._in_epoch, _steps(model))
        trained = {name: value for name, value in logs.items() if not name.startswith("val_")}
        evaluated = {name: value for name, value in logs.items() if name.startswith("val_")}
        trained.setdefault("learning_rate", _learning_rate(model))
        trained["epoch"] = epoch + 1
        for values, evaluates in ((trained, False), (evaluated, True)):
            if values:
                self._run.log(
                    values, _NAMES, iteration=place.batches, gradient_step=place.steps, evaluation=evaluates
                )

    @quietly
    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002
        """End the run."""
        self._fits = False
        if self._writes:
            self._run.end()

    @quietly
    def on_test_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Log an evaluation outside of a fit, whose own come with the epoch."""
        if not self._writes or self._fits or not logs:
            return
        if not self._run.has_run:
            self._run.start(_config(self.model, {}))
        values = {f"test_{name}": value for name, value in logs.items()}
        at = self._before
        self._run.log(values, {}, iteration=at.batches, gradient_step=at.steps, evaluation=True)
        self._run.end()


class _Place(NamedTuple):
    batches: int
    steps: int


def _config(model: Any, params: Mapping[str, Any]) -> dict[str, Any]:
    """What was given to ``compile`` and ``fit``."""
    config: dict[str, Any] = {"epochs": params.get("epochs"), "steps_per_epoch": params.get("steps")}
    if config["epochs"] and config["steps_per_epoch"]:
        config["max_iters"] = config["epochs"] * config["steps_per_epoch"]
    if model.optimizer is not None:
        config["optimizer"] = model.optimizer.get_config()
    loss = getattr(model, "loss", None)
    config["loss"] = loss if isinstance(loss, str) else getattr(loss, "name", None)
    config["model"] = model.name
    config["parameters"] = model.count_params() if model.built else None
    config["backend"] = backend()
    return {name: value for name, value in config.items() if value is not None}


def _steps(model: Any) -> int:
    """The optimizer's steps so far."""
    return 0 if model.optimizer is None else int(convert_to_numpy(model.optimizer.iterations))


def _learning_rate(model: Any) -> float | None:
    """The rate of the next step."""
    return None if model.optimizer is None else float(convert_to_numpy(model.optimizer.learning_rate))
