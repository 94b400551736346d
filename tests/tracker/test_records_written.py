"""What a call writes: iterations, gradient steps, scalars of every kind, names of every kind."""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.tracker.process import kinds, logs, only_log, records
from tuimon import ExperimentTracker, MetricsSnapshot
from tuimon.tracker.warn import TrackerWarning


@pytest.fixture
def tracker(tmp_path: Path) -> ExperimentTracker:
    """A started run in a directory of its own."""
    tracker = ExperimentTracker({"name": "x"}, tmp_path)
    tracker.start()
    return tracker


def rows(tracker: ExperimentTracker) -> list[MetricsSnapshot]:
    """What was logged, once the run is finished."""
    tracker.finish()
    return tracker.metrics_history


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (1, 1),
        (True, 1),
        (0.0, 0.0),
        (np.float32(0.5), 0.5),
        (np.float64(0.25), 0.25),
        (np.float16(2.0), 2.0),
        (np.int64(7), 7),
        (np.bool_(True), 1),
        (np.array(3.5), 3.5),
        (np.longdouble(1.5), 1.5),
        (Decimal("0.125"), 0.125),
        (Fraction(1, 4), 0.25),
        (2**70, float(2**70)),
        (-math.inf, -math.inf),
        (np.float32("inf"), math.inf),
    ],
)
def test_scalars_of_every_kind_are_logged(tracker: ExperimentTracker, value: Any, number: float) -> None:
    """Python's and numpy's numbers alike, 0-d arrays, huge integers and infinities."""
    tracker.log_metrics(train_loss=value, other=value)
    (row,) = rows(tracker)
    assert (row.train_loss, row.metrics) == (number, {"other": number})


def test_nan_is_a_value_and_none_is_absent(tracker: ExperimentTracker) -> None:
    """A NaN is in the row, a None is not."""
    tracker.log_metrics(train_loss=math.nan, learning_rate=None, a=np.float32("nan"), b=None)
    tracker.log_values({"train_loss": None, "a": 1.0})
    first, second = rows(tracker)
    assert first == MetricsSnapshot(0, 0, first.wallclock_time, train_loss=math.nan, metrics={"a": math.nan})
    assert second.train_loss is None
    assert second.metrics == {"a": 1.0}


def test_torch_scalars_are_logged(tracker: ExperimentTracker) -> None:
    """A 0-d tensor is its item, with or without a gradient."""
    torch = pytest.importorskip("torch")
    tracker.log_metrics(train_loss=torch.tensor(1.5, requires_grad=True), n=torch.tensor(3))
    (row,) = rows(tracker)
    assert (row.train_loss, row.metrics) == (1.5, {"n": 3})


class Tensorlike:
    """A 0-d tensor whose device has failed."""

    shape = ()

    def item(self) -> float:
        raise RuntimeError("device-side assert triggered")


@pytest.mark.parametrize(
    ("value", "described"),
    [
        (np.zeros((2, 3)), r"numpy\.ndarray of shape \(2, 3\)"),
        (np.zeros(1), r"numpy\.ndarray of shape \(1,\)"),
        ([1.0, 2.0], "list of length 2"),
        ({"a": 1}, "dict of length 1"),
        ("1.5", r"text \(str\)"),
        (1j, "complex"),
        (object(), "object"),
        (np.datetime64("2026-01-01"), "date"),
        (Tensorlike(), "Tensorlike, RuntimeError: device-side assert triggered"),
    ],
)
def test_what_is_no_scalar_is_left_out_and_said_once(
    tracker: ExperimentTracker, value: Any, described: str
) -> None:
    """The rest of the record is logged; one warning and one event per name, with type and shape."""
    with pytest.warns(TrackerWarning, match=f"histogram is left out: {described}") as caught:  # noqa: PT031 (once for all of them)
        for _ in range(3):
            tracker.log_metrics(train_loss=1.0, histogram=value)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    tracker.finish()
    lines = only_log(tracker.log_dir)
    assert kinds(lines) == ["run", "event", "metrics", "metrics", "metrics", "end"]
    assert lines[1]["level"] == "warning"
    assert all("histogram" not in line and line["train_loss"] == 1.0 for line in lines[2:5])


def test_warnings_made_errors_do_not_reach_the_training(
    tracker: ExperimentTracker, capsys: pytest.CaptureFixture[str]
) -> None:
    """Under ``-W error`` (as in these tests) the warning goes to stderr instead."""
    tracker.log_metrics(train_loss=1.0, histogram=[1, 2])
    assert "histogram is left out" in capsys.readouterr().err
    assert rows(tracker)[0].train_loss == 1.0


def test_no_iteration_is_the_last_plus_one(tracker: ExperimentTracker) -> None:
    """From 0, past gaps, after floats and numpy integers; NaN and text are none."""
    tracker.log_metrics(train_loss=1)
    tracker.log_metrics(10, train_loss=1)
    tracker.log_metrics(train_loss=1)
    tracker.log_metrics(np.int32(20), train_loss=1)
    tracker.log_values({"train_loss": 1, "iteration": 30.0})
    tracker.log_values({"train_loss": 1}, iteration=40.5)
    tracker.log_metrics(math.nan, train_loss=1)
    with pytest.warns(TrackerWarning, match="iteration is left out"):
        tracker.log_metrics("x", train_loss=1)  # type: ignore[arg-type]
    assert [row.iteration for row in rows(tracker)] == [0, 10, 11, 20, 30, 40.5, 41.5, 42.5]


def test_an_evaluation_of_an_earlier_step_does_not_move_the_count(tracker: ExperimentTracker) -> None:
    """After it, no iteration is still the last plus one."""
    for step in range(5):
        tracker.log_metrics(step, train_loss=step)
    tracker.log_eval(2, train_loss=9.0, val_loss=0.5)
    tracker.log_metrics(train_loss=5)
    history = rows(tracker)
    assert [row.iteration for row in history] == [0, 1, 2, 3, 4, 5]
    assert (history[2].train_loss, history[2].val_loss) == (2, 0.5)


def test_log_eval_keeps_a_training_loss_where_there_is_no_other(tracker: ExperimentTracker) -> None:
    """The original dropped log_eval's train_loss."""
    tracker.log_eval(7, train_loss=1.25, val_loss=2.5, accuracy=0.5)
    (row,) = rows(tracker)
    assert (row.train_loss, row.val_loss, row.metrics) == (1.25, 2.5, {"accuracy": 0.5})


def test_gradient_steps_are_counted_or_given(tracker: ExperimentTracker) -> None:
    """Every record carries the count; one that is given sets it."""
    tracker.log_metrics(train_loss=1)
    tracker.increment_gradient_step()
    tracker.log_metrics(train_loss=1)
    tracker.log_values({"train_loss": 1, "gradient_step": 50})
    tracker.increment_gradient_step()
    assert tracker.gradient_step_count == 51
    tracker.log_metrics(train_loss=1)
    tracker.gradient_step_count = 7
    tracker.log_metrics(train_loss=1, gradient_step=np.int64(9))
    assert [row.gradient_step for row in rows(tracker)] == [0, 1, 50, 51, 9]


@pytest.mark.parametrize("name", ["type", "wallclock_time"])
def test_the_logs_own_fields_are_no_metrics(tracker: ExperimentTracker, name: str) -> None:
    """A ValueError rather than a log that cannot be read."""
    with pytest.raises(ValueError, match=name):
        tracker.log_values({name: 1.0})
    with pytest.raises(ValueError, match=name):
        tracker.log_metrics(**{name: 1.0})
    with pytest.raises(ValueError, match=name):
        tracker.log_eval(0, **{name: 1.0})
    assert rows(tracker) == []


def test_metrics_have_any_name(tracker: ExperimentTracker) -> None:
    """Slashes, markup, wide characters, escapes, lone surrogates, 500 characters, numbers."""
    names: list[Any] = ["train/accuracy", "[bold]", "损失", "a\x1b[31m\n", "\ud800", "n" * 500, "null", 3]
    tracker.log_values(dict.fromkeys(names, 1.0))
    (row,) = rows(tracker)
    assert list(row.metrics) == [*names[:4], "\\ud800", *names[5:7], "3"]


def test_events_are_logged(tracker: ExperimentTracker) -> None:
    """With a level of one's own and an iteration, which does not count as one of the rows'."""
    tracker.log_event("started\nwarm-up")
    tracker.log_event("saved", level="checkpoint", iteration=np.int64(99))
    tracker.log_metrics(train_loss=1)
    tracker.finish()
    lines = only_log(tracker.log_dir)
    assert lines[1] == {"type": "event", "level": "info", "message": "started\nwarm-up"}
    assert lines[2] == {"type": "event", "level": "checkpoint", "message": "saved", "iteration": 99}
    assert lines[3]["iteration"] == 0


@pytest.mark.parametrize(
    "name",
    [
        "../../x",
        "/etc/passwd",
        "a/b\\c",
        "[bold]x",
        "\x1b[31mred",
        "模型",
        "con",
        "NUL.txt",
        "..",
        "",
        " ",
        "n" * 300,
        "\ud800",
        "a\0b",
    ],
)
def test_a_hostile_name_stays_in_its_directory(tmp_path: Path, name: str) -> None:
    """The file's name is safe, the true name is in the header."""
    inner = tmp_path / "inner"
    with ExperimentTracker({"experiment_name": name}, inner, name=name):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["inner"]
    (path,) = logs(inner)
    middle = path.name.removeprefix("experiment_").removesuffix(".jsonl")[: -len("_20260101_000000")]
    assert 1 <= len(middle) <= 100
    assert set(middle) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
    assert middle.partition(".")[0].lower() not in ("con", "nul")
    if name:
        assert records(path)[0]["name"] == name.replace("\ud800", "\\ud800")


def test_two_runs_in_one_second_are_two_files(tmp_path: Path) -> None:
    """Nothing is overwritten; the later files are numbered, and ids differ even after seeding."""
    import random

    trackers = []
    for _ in range(12):
        random.seed(0)
        np.random.seed(0)
        with ExperimentTracker({"name": "twin"}, tmp_path) as tracker:
            tracker.log_metrics(train_loss=1.0)
        trackers.append(tracker)
    assert len(logs(tmp_path)) == 12
    assert len({tracker.path for tracker in trackers}) == 12
    assert len({tracker.run_id for tracker in trackers}) == 12
    for tracker in trackers:
        assert tracker.path is not None
        assert records(tracker.path)[0]["run_id"] == tracker.run_id


@dataclass
class Hyperparameters:
    """A training's own configuration."""

    name: str = "mine"
    layers: int = 3


class ModelDump:
    """A pydantic-like configuration."""

    def model_dump(self) -> dict[str, Any]:
        return {"name": "mine", "layers": 3}


class Plain:
    """An object with attributes."""

    def __init__(self) -> None:
        self.name, self.layers, self._secret = "mine", 3, 1


@pytest.mark.parametrize(
    "config",
    [
        {"name": "mine", "layers": 3},
        Hyperparameters(),
        argparse.Namespace(name="mine", layers=3),
        ModelDump(),
        Plain(),
    ],
)
def test_a_configuration_is_any_object_of_hyperparameters(tmp_path: Path, config: Any) -> None:
    """Mapping, dataclass, Namespace, model_dump or plain attributes: the header has them by name."""
    with ExperimentTracker(config, tmp_path) as tracker:
        assert tracker.config is config
    header = only_log(tmp_path)[0]
    assert header["config"] == {"name": "mine", "layers": 3}
    assert header["name"] == "mine"
    assert tracker.log.config == {"name": "mine", "layers": 3}


@pytest.mark.parametrize("config", [3, ["lr"], Hyperparameters])
def test_what_is_no_configuration_is_refused_at_once(tmp_path: Path, config: Any) -> None:
    """A TypeError before the training begins."""
    with pytest.raises(TypeError, match="config is"):
        ExperimentTracker(config, tmp_path)


def test_calls_after_the_end_are_dropped_and_said_once(tracker: ExperimentTracker) -> None:
    """The end line stays the last; nothing raises."""
    tracker.finish()
    with pytest.warns(TrackerWarning, match="the run has ended") as caught:  # noqa: PT031 (once for all of them)
        tracker.log_metrics(train_loss=1)
        tracker.log_event("late")
        tracker.log_eval(1, val_loss=1)
    assert len(caught) == 1
    tracker.finish()
    assert kinds(only_log(tracker.log_dir)) == ["run", "end"]


def test_the_end_line_sums_up_every_metric(tracker: ExperimentTracker) -> None:
    """Count, last, extremes with their iterations, NaN counted; duration and time."""
    for step, loss in enumerate([3.0, 1.0, math.nan, 2.0]):
        tracker.log_metrics(10 * step, train_loss=loss)
    tracker.finish()
    end = only_log(tracker.log_dir)[-1]
    assert end["summary"]["train_loss"] == {
        "count": 4,
        "last": 2.0,
        "min": 1.0,
        "max": 3.0,
        "min_iteration": 10,
        "max_iteration": 0,
        "nan_count": 1,
    }
    assert end["status"] == "finished"
    assert end["duration_seconds"] > 0
    assert "T" in end["end_time"]
