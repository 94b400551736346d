"""``tuimon.init``, ``tuimon.log`` and ``tuimon.finish``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import tuimon
from tests.tracker.process import kinds, logs, only_log, records, run_script
from tuimon.tracker.short_way import _Current
from tuimon.tracker.warn import TrackerWarning


@pytest.fixture(autouse=True)
def nothing_before_and_after() -> Iterator[None]:
    """Each test begins and ends without a current run."""
    _Current.tracker = None
    yield
    tuimon.finish()
    _Current.tracker = None


def test_three_calls_are_a_run(tmp_path: Path) -> None:
    """A name, a configuration, values with and without a step."""
    tracker = tuimon.init("mine", config={"lr": 0.1}, log_dir=tmp_path, tags=["t"])
    tuimon.log({"train_loss": 2.0})
    tuimon.log({"train_loss": 1.0, "gradient_step": 8}, step=4)
    tuimon.finish(notes="done")
    lines = only_log(tmp_path)
    assert kinds(lines) == ["run", "metrics", "metrics", "end"]
    assert (lines[0]["name"], lines[0]["config"], lines[0]["tags"]) == ("mine", {"lr": 0.1}, ["t"])
    assert [(line["iteration"], line["gradient_step"]) for line in lines[1:3]] == [(0, 0), (4, 8)]
    assert lines[-1]["notes"] == "done"
    assert tracker.log.best_train_loss == 1.0


def test_a_second_init_finishes_the_first_run(tmp_path: Path) -> None:
    """A sweep in one script: each run has its end."""
    for name in ("a", "b"):
        tuimon.init(name, log_dir=tmp_path)
        tuimon.log({"train_loss": 1.0})
    tuimon.finish()
    assert [kinds(records(path)) for path in logs(tmp_path)] == [["run", "metrics", "end"]] * 2


def test_log_alone_starts_a_run_called_as_the_script(tmp_path: Path) -> None:
    """The shortest way of all: one call."""
    script = tmp_path / "my_training.py"
    script.write_text("import tuimon\ntuimon.log({'train_loss': 1.0})\n")
    code = "import runpy; sys.argv = [directory + '/my_training.py']; runpy.run_path(sys.argv[0])\n"
    exit_code, errors = run_script(code, tmp_path, environment={"TUIMON_DIR": str(tmp_path / "logs")})
    assert (exit_code, errors) == (0, "")
    lines = only_log(tmp_path / "logs")
    assert kinds(lines) == ["run", "metrics", "end"]
    assert lines[0]["name"] == "my_training"


def test_log_after_finish_is_dropped_and_said(tmp_path: Path) -> None:
    """No second run by accident."""
    tuimon.init("x", log_dir=tmp_path)
    tuimon.finish()
    with pytest.warns(TrackerWarning, match="the run has ended"):
        tuimon.log({"train_loss": 1.0})
    assert len(logs(tmp_path)) == 1


def test_a_name_in_the_configuration_is_the_runs_name(tmp_path: Path) -> None:
    """Unless one is given."""
    assert tuimon.init(config={"experiment_name": "from config"}, log_dir=tmp_path).name == "from config"
    assert tuimon.init("given", config={"experiment_name": "from config"}, log_dir=tmp_path).name == "given"


def test_finish_without_a_run_does_nothing() -> None:
    """No error, no run."""
    tuimon.finish()
    assert _Current.tracker is None
