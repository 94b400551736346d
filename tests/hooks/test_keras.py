"""A Keras training writes a run whose values are those of Keras' ``History``."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.tracker.process import kinds, logs, only_log, records, run_script
from tuimon import ExperimentTracker
from tuimon.records.load import load_experiment_log
from tuimon.tracker.hooked import is_running
from tuimon.tracker.warn import TrackerWarning

os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras", exc_type=ImportError)

from keras.callbacks import Callback  # noqa: E402

from tuimon.hooks.keras import TuimonCallback  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # what Keras and its backend warn of is not ours

BATCHES = 6
RNG = np.random.default_rng(0)
X = RNG.normal(size=(BATCHES * 4, 3)).astype("float32")
Y = X.sum(axis=1, keepdims=True)


def model(accumulate: int | None = None, rate: Any = 0.05) -> Any:
    keras.utils.set_random_seed(0)
    made = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(1)])
    optimizer = keras.optimizers.SGD(rate, gradient_accumulation_steps=accumulate)
    made.compile(optimizer, loss="mean_squared_error", metrics=["mae"])
    return made


def fit(made: Any, callbacks: list[Any], **options: Any) -> dict[str, list[float]]:
    """Three epochs; returns the history."""
    options = {"epochs": 3, "batch_size": 4, "validation_data": (X[:8], Y[:8]), "verbose": 0, **options}
    history: dict[str, list[float]] = made.fit(X, Y, callbacks=callbacks, **options).history
    return history


@pytest.mark.parametrize("accumulate", [None, 4])
def test_a_fit_is_logged_as_its_history_has_it(tmp_path: Path, accumulate: int | None) -> None:
    """Epoch by epoch, to the last bit; batches and steps of the optimizer apart."""
    made = model(accumulate)
    history = fit(made, [TuimonCallback("fit", log_dir=tmp_path, tags=["a"])])
    (path,) = logs(tmp_path)
    rows = load_experiment_log(path).metrics_history
    assert [row.train_loss for row in rows] == history["loss"]
    assert [row.val_loss for row in rows] == history["val_loss"]
    assert [row.metrics["mae"] for row in rows] == history["mae"]
    assert [row.metrics["val_mae"] for row in rows] == history["val_mae"]
    assert [row.metrics["epoch"] for row in rows] == [1, 2, 3]
    assert [row.learning_rate for row in rows] == [np.float32(0.05)] * 3
    assert [row.iteration for row in rows] == [6, 12, 18]
    assert [row.gradient_step for row in rows] == ([6, 12, 18] if accumulate is None else [1, 3, 4])
    header, *_, end = records(path)
    config = header["config"]
    assert (header["name"], header["tags"]) == ("fit", ["a"])
    assert (config["epochs"], config["steps_per_epoch"], config["max_iters"]) == (3, 6, 18)
    assert config["optimizer"]["learning_rate"] == pytest.approx(0.05)
    assert (config["loss"], config["parameters"], config["backend"]) == (
        "mean_squared_error",
        4,
        keras.config.backend(),
    )
    assert end["status"] == "finished"


def test_the_way_through_an_epoch_is_logged(tmp_path: Path) -> None:
    """Keras' means since the epoch began, under a name that says so."""
    seen = []
    watch = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(logs["loss"]))
    fit(model(4), [TuimonCallback(log_dir=tmp_path, every_batches=2), watch], validation_data=None, epochs=2)
    running = [line for line in only_log(tmp_path) if "running_loss" in line]
    assert [line["running_loss"] for line in running] == seen[1::2]
    assert [line["iteration"] for line in running] == [2, 4, 6, 8, 10, 12]
    assert [line["gradient_step"] for line in running] == [0, 1, 1, 2, 2, 3]
    none = tmp_path / "none"
    fit(model(), [TuimonCallback(log_dir=none, every_batches=0)])
    assert not any("running_loss" in line for line in only_log(none))


def test_a_schedule_is_followed(tmp_path: Path) -> None:
    """Of the optimizer's own or a callback's; as ``History`` has it where it does."""
    schedule = keras.optimizers.schedules.ExponentialDecay(0.05, 6, 0.5, staircase=True)
    fit(model(rate=schedule), [TuimonCallback(log_dir=tmp_path / "own")])
    rows = load_experiment_log(logs(tmp_path / "own")[0]).metrics_history
    assert [row.learning_rate for row in rows] == pytest.approx([0.025, 0.0125, 0.00625])
    by_callback = keras.callbacks.LearningRateScheduler(lambda epoch: 0.1 / (1 + epoch))
    history = fit(model(), [by_callback, TuimonCallback(log_dir=tmp_path / "called")])
    rows = load_experiment_log(logs(tmp_path / "called")[0]).metrics_history
    assert [row.learning_rate for row in rows] == history["learning_rate"]


def test_the_same_model_goes_on_with_its_run(tmp_path: Path) -> None:
    """Fitted again, evaluated; another model has a run of its own."""
    made, callback = model(), TuimonCallback(log_dir=tmp_path)
    fit(made, [callback])
    fit(made, [callback], epochs=1)
    tested = made.evaluate(X, Y, verbose=0, callbacks=[callback], return_dict=True)
    fit(model(), [callback])
    one, two = (records(path) for path in logs(tmp_path))
    assert one[-2]["test_loss"] == tested["loss"]
    assert one[-1]["status"] == two[-1]["status"] == "finished"
    assert one[-1]["summary"]["train_loss"]["count"] == 4
    assert [line["iteration"] for line in one if "val_loss" in line] == [6, 12, 18, 24]
    assert [line["iteration"] for line in two if "val_loss" in line] == [6, 12, 18]


def test_a_restored_model_resumes_the_run(tmp_path: Path) -> None:
    """Its optimizer knows where it was; epochs trained again replace those of the first attempt."""
    first = model()
    saved = keras.callbacks.ModelCheckpoint(tmp_path / "at_2.keras", save_freq=12)
    fit(first, [TuimonCallback("again", log_dir=tmp_path), saved])
    restored = keras.saving.load_model(tmp_path / "at_2.keras")
    fit(restored, [TuimonCallback("again", log_dir=tmp_path, resume=True)], epochs=5, initial_epoch=2)
    (path,) = logs(tmp_path)
    rows = load_experiment_log(path).metrics_history
    assert [(row.iteration, row.gradient_step) for row in rows] == [(6 * n, 6 * n) for n in range(1, 6)]
    assert [row.metrics["epoch"] for row in rows] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [("ZeroDivisionError", "failed", "ZeroDivisionError"), ("KeyboardInterrupt", "interrupted", None)],
)
def test_what_ends_a_script_ends_its_run(tmp_path: Path, error: str, status: str, kind: str | None) -> None:
    """An exception with its traceback, or Ctrl+C."""
    code = f"""
os.environ["KERAS_BACKEND"] = {keras.config.backend()!r}
import keras, numpy
from tuimon.hooks.keras import TuimonCallback

class Stop(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        raise {error}

model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(numpy.ones((8, 3)), numpy.ones((8, 1)), callbacks=[TuimonCallback(log_dir=directory), Stop()])
"""
    assert run_script(code, tmp_path)[0] != 0
    end = only_log(tmp_path)[-1]
    assert end["status"] == status
    assert (end.get("exception") or {}).get("type") == kind


def test_a_fit_that_was_left_is_not_taken_for_finished(tmp_path: Path) -> None:
    """In a notebook: the same model goes on with the run, another one says that it was interrupted."""

    class Stop(Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            raise ZeroDivisionError

    callback = TuimonCallback(log_dir=tmp_path)
    made = model()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            fit(made, [callback, Stop()])
    fit(model(), [callback])
    one, two = (records(path) for path in logs(tmp_path))
    assert [line["iteration"] for line in one if "val_loss" in line] == [6, 12]
    assert (one[-1]["status"], two[-1]["status"]) == ("interrupted", "finished")


def test_other_ranks_write_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the launcher says which one this is."""
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("RANK", "1")
    fit(model(), [TuimonCallback(log_dir=tmp_path / "logs")])
    assert not (tmp_path / "logs").exists()


def test_the_training_goes_on_without_a_log(tmp_path: Path) -> None:
    """Where nothing can be written, and where the hook itself goes wrong."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert len(fit(model(), [TuimonCallback(log_dir=tmp_path / "file" / "logs")])["loss"]) == 3
    callback = TuimonCallback(log_dir=tmp_path / "logs")
    callback._run.log = None  # type: ignore[method-assign,assignment]
    with pytest.warns(TrackerWarning, match=r"TuimonCallback\.on_epoch_end failed"):
        assert len(fit(model(), [callback])["loss"]) == 3


def test_a_tracker_that_is_given_is_its_callers(tmp_path: Path) -> None:
    """It is logged to and not ended."""
    with ExperimentTracker({"name": "mine"}, tmp_path) as tracker:
        fit(model(), [TuimonCallback(tracker=tracker)])
        assert is_running(tracker)
    lines = only_log(tmp_path)
    assert (lines[0]["name"], kinds(lines).count("end")) == ("mine", 1)
    assert lines[-1]["summary"]["train_loss"]["count"] == 3


def test_batches_of_an_overtaken_thread_do_not_turn_the_count_back(tmp_path: Path) -> None:
    """Some backends call for batches from several threads."""
    made, callback = model(), TuimonCallback(log_dir=tmp_path, every_batches=1)
    callback.set_model(made)
    callback.set_params({"epochs": 1, "steps": 4})
    callback.on_train_begin()
    callback.on_epoch_begin(0)
    for batch in (0, 2, 1, 3):
        callback.on_train_batch_end(batch, {"loss": float(batch)})
    callback.on_train_end()
    assert [line["running_loss"] for line in only_log(tmp_path)[1:-1]] == [0.0, 2.0, 3.0]


def test_a_callback_can_be_pickled() -> None:
    """For whoever sends it to another process."""
    copy = pickle.loads(pickle.dumps(TuimonCallback("x")))
    assert isinstance(copy, TuimonCallback)
