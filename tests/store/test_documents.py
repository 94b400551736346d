"""Runs in the original tracker's one-document shape."""

from __future__ import annotations

from pathlib import Path

from tests.store.stores import document, load, values
from tuimon.store.liveness import RunState
from tuimon.testing import RunBuilder


def test_a_document_in_the_original_shape_is_a_finished_run(tmp_path: Path) -> None:
    document(tmp_path / "experiment_old_20251102_100000.json")
    (run,) = load(tmp_path).runs
    assert (run.name, run.state, run.notes) == ("old", RunState.FINISHED, "hm")
    assert values(run, "train_loss") == [4.0, 3.0, 2.0]
    assert "val_loss" not in run.metrics
    assert run.header.config["max_iters"] == 3


def test_a_document_that_is_no_run_is_a_problem_and_not_a_run(tmp_path: Path) -> None:
    (tmp_path / "experiment_settings.json").write_text('{"colour": "red"}')
    RunBuilder(tmp_path, "a").header()
    snapshot = load(tmp_path)
    assert [run.name for run in snapshot.runs] == ["a"]
    (problem,) = snapshot.problems
    assert "experiment_settings.json" in problem


def test_a_log_that_was_saved_is_finished_not_stalled(tmp_path: Path) -> None:
    """The original's users call save() and not always finish()."""
    run = RunBuilder(tmp_path, "a").header(host="elsewhere").metrics(0, train_loss=4.0).last_written(1e9)
    assert load(tmp_path).runs[0].state is RunState.STALLED
    document(run.path.with_suffix(".json"))
    assert [run.state for run in load(tmp_path).runs] == [RunState.FINISHED]
