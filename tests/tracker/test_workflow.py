"""The original tracker's workflow, with the import alone changed."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest

import tuimon
from tests.tracker.process import only_log
from tuimon import ExperimentConfig, ExperimentTracker, load_experiment_log

ROW_KEYS = {
    "iteration",
    "gradient_step",
    "wallclock_time",
    "train_loss",
    "val_loss",
    "learning_rate",
    "tokens_per_sec",
    "iter_time_ms",
    "batch_size",
    "context_length",
}
TOP_KEYS = {
    "config",
    "start_time",
    "end_time",
    "duration_seconds",
    "metrics_history",
    "notes",
    "best_train_loss",
    "best_val_loss",
    "final_train_loss",
    "final_val_loss",
}


def train(directory: Path) -> ExperimentTracker:
    """What the original's users write."""
    config = ExperimentConfig(experiment_name="baseline", max_learning_rate=6e-4)
    tracker = ExperimentTracker(config, directory)
    tracker.start()
    for i in range(100):
        tracker.log_metrics(
            iteration=i,
            train_loss=5.0 - i / 25,
            learning_rate=6e-5 * (i + 1),
            tokens_per_sec=1024.0,
            iter_time_ms=62.5,
        )
        tracker.increment_gradient_step()
        if i % 25 == 0:
            tracker.log_eval(iteration=i, val_loss=math.nan if i == 50 else 5.5 - i / 25)
    tracker.finish(notes="went well")
    return tracker


def test_the_original_workflow_runs_with_the_import_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """start, log, finish, save, print_summary: the original keys are saved and read back equal."""
    tracker = train(tmp_path)
    path = tracker.save()
    tracker.print_summary()
    assert re.fullmatch(r"experiment_baseline_\d{8}_\d{6}\.json", path.name)
    document = json.loads(path.read_text(), parse_constant=lambda token: pytest.fail(f"bare {token}"))
    assert set(document) == TOP_KEYS
    assert document["config"]["max_learning_rate"] == 6e-4
    assert document["notes"] == "went well"
    assert len(document["metrics_history"]) == 100
    assert all(set(row) == ROW_KEYS for row in document["metrics_history"])
    assert document["metrics_history"][50]["val_loss"] == "NaN"
    assert document["metrics_history"][1]["val_loss"] is None
    assert load_experiment_log(path) == tracker.log == load_experiment_log(tracker.path or "")
    assert tracker.load_from_file(path) == tracker.log
    shown = capsys.readouterr().out
    assert "baseline" in shown
    assert "1.04" in shown
    assert "gradient steps 100" in shown


def test_the_log_holds_what_the_rows_say(tmp_path: Path) -> None:
    """Best and final losses, gradient steps behind iterations by one, sizes from the configuration."""
    log = train(tmp_path).log
    assert log.best_train_loss == pytest.approx(5.0 - 99 / 25)
    assert log.best_val_loss == pytest.approx(5.5 - 75 / 25)
    assert log.final_val_loss == pytest.approx(5.5 - 75 / 25)
    assert log.config == ExperimentConfig(experiment_name="baseline", max_learning_rate=6e-4)
    row = log.metrics_history[99]
    assert (row.iteration, row.gradient_step, row.batch_size, row.context_length) == (99, 99, 64, 256)
    assert 0 < row.wallclock_time < log.duration_seconds  # type: ignore[operator]
    assert log.start_time is not None
    assert log.end_time is not None
    assert log.start_time < log.end_time


def test_the_summary_has_the_original_keys_and_every_metric(tmp_path: Path) -> None:
    """min, max, mean and std per metric, over finite values."""
    statistics = train(tmp_path).get_summary_stats()
    assert statistics["experiment_name"] == "baseline"
    assert statistics["total_iterations"] == 100
    assert statistics["total_gradient_steps"] == 100  # the last one was counted after the last record
    assert statistics["best_val_loss"] == pytest.approx(2.5)
    loss = statistics["train_loss"]
    assert loss["mean"] == pytest.approx(5.0 - 99 / 50)
    assert loss["std"] == pytest.approx(math.sqrt((100**2 - 1) / 12) / 25)
    assert (loss["min"], loss["max"]) == (pytest.approx(1.04), 5.0)
    assert statistics["val_loss"]["count"] == 4
    assert statistics["val_loss"]["min"] == pytest.approx(2.5)


def test_the_first_log_call_starts_a_run_that_was_not_started(tmp_path: Path) -> None:
    """No call is lost for want of a start()."""
    tracker = ExperimentTracker({"name": "eager"}, tmp_path)
    assert tracker.get_elapsed_time() == 0.0
    tracker.log_metrics(train_loss=1.0)
    tracker.finish()
    assert [line["type"] for line in only_log(tmp_path)] == ["run", "metrics", "end"]


def test_losses_given_at_the_end_are_the_final_ones(tmp_path: Path) -> None:
    """finish(train_loss=..., val_loss=...) says what final_* are, and best_* if nothing was logged."""
    tracker = ExperimentTracker({"name": "x"}, tmp_path)
    tracker.log_metrics(train_loss=1.0)
    tracker.finish(train_loss=1.5, val_loss=2.5)
    log = tracker.log
    assert (log.best_train_loss, log.final_train_loss) == (1.0, 1.5)
    assert (log.best_val_loss, log.final_val_loss) == (2.5, 2.5)


def test_a_save_in_the_middle_of_a_run_is_a_whole_document(tmp_path: Path) -> None:
    """save() needs no finish(), and no start() either."""
    tracker = ExperimentTracker({"name": "x"}, tmp_path)
    tracker.log_metrics(train_loss=1.0)
    assert len(load_experiment_log(tracker.save()).metrics_history) == 1
    tracker.log_metrics(train_loss=0.5)
    assert len(load_experiment_log(tracker.save()).metrics_history) == 2
    tracker.finish()
    assert not list(tmp_path.glob("*.tmp"))


def test_the_log_directory_is_the_argument_then_the_variable_then_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TUIMON_DIR is honoured, and an argument goes before it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TUIMON_DIR", raising=False)
    for given, variable, expected in [
        (None, None, "experiment_logs"),
        (None, "from_variable", "from_variable"),
        ("given", "from_variable", "given"),
    ]:
        if variable:
            monkeypatch.setenv("TUIMON_DIR", variable)
        with ExperimentTracker({"name": "x"}, given) as tracker:
            assert tracker.path is not None
            assert tracker.path.parent == Path(expected)


def test_a_configuration_comes_back_from_the_run_that_used_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """from_run reproduces it, by path, name or id, with changes; unknown keys are kept."""
    monkeypatch.setenv("TUIMON_DIR", str(tmp_path))
    config = ExperimentConfig.from_dict({"experiment_name": "first", "d_model": 128, "dropout": 0.1})
    assert config.extra == {"dropout": 0.1}
    tracker = ExperimentTracker(config)
    tracker.log_metrics(train_loss=1.0)
    tracker.finish()
    assert tracker.path is not None
    for run in (tracker.path, str(tracker.path), "first", tracker.run_id, "@", tracker.log):
        assert ExperimentConfig.from_run(run) == config
    assert ExperimentConfig.from_run("first", seed=7).seed == 7


def test_the_public_names_are_these_and_no_more() -> None:
    """__all__ is what imports, and every name in it does."""
    assert sorted(tuimon.__all__) == [
        "ExperimentAnalyzer",
        "ExperimentConfig",
        "ExperimentLog",
        "ExperimentTracker",
        "MetricsSnapshot",
        "__version__",
        "compare_experiments",
        "finish",
        "init",
        "load_experiment_log",
        "log",
    ]
    for name in tuimon.__all__:
        assert getattr(tuimon, name) is not None
        assert name in dir(tuimon)
    with pytest.raises(AttributeError, match="no_such_name"):
        tuimon.no_such_name  # noqa: B018
