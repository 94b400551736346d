"""What the analyzer says to a name, a path or a number that it cannot take."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tuimon import ExperimentAnalyzer, ExperimentTracker
from tuimon.analysis.analyzer_names import UnknownExperiment, UnknownMetric
from tuimon.testing import RunBuilder


@pytest.fixture
def analyzer(tmp_path: Path) -> ExperimentAnalyzer:
    """One run with a training loss, an evaluation that diverged and a config."""
    run = RunBuilder(tmp_path / "logs", "only").header(config={"lr": 1e-3, "seed": 1})
    run.metrics(0, train_loss=3.0).metrics(10, train_loss=2.0).eval(10, val_loss=float("nan")).end()
    return ExperimentAnalyzer(tmp_path / "logs").load_all()


@pytest.mark.parametrize(
    "ask",
    [
        lambda analyzer: analyzer.get_best_experiment("nope"),
        lambda analyzer: analyzer.get_best_experiment("nope", mode="min"),
        lambda analyzer: analyzer.get_groups("nope", mode="min"),
        lambda analyzer: analyzer.get_groups("nope"),
        lambda analyzer: analyzer.get_trajectory("only", "nope"),
        lambda analyzer: analyzer.get_comparison_table("nope"),
        lambda analyzer: analyzer.value_at("only", "nope", 0),
        lambda analyzer: analyzer.value_at("only", "train_loss", 0, axis="nope"),
    ],
)
def test_an_unknown_metric_lists_what_there_is(
    ask: Callable[[ExperimentAnalyzer], Any], analyzer: ExperimentAnalyzer
) -> None:
    """Wherever a metric is named, as an axis too."""
    with pytest.raises(
        UnknownMetric, match=r"no loaded run has a metric 'nope'; known: .*train_loss.*val_loss"
    ):
        ask(analyzer)


def test_what_exists_is_listed_within_bounds(tmp_path: Path) -> None:
    """Eight names, and how many more; names near to what was typed go before all."""
    run = RunBuilder(tmp_path, "many").header()
    run.metrics(0, **{f"metric_{number}": 1.0 for number in range(40)})
    analyzer = ExperimentAnalyzer(tmp_path).load_all()
    with pytest.raises(UnknownMetric, match=r"and \d+ more$") as raised:
        analyzer.get_trajectory("many", "q")
    assert len(str(raised.value)) < 200
    with pytest.raises(UnknownExperiment, match="no run is called 'qq'; known: many"):
        analyzer.print_summary("qq")


def test_none_where_a_metric_has_no_finite_value_or_nothing_is_loaded(
    analyzer: ExperimentAnalyzer, tmp_path: Path
) -> None:
    """As the original; its own columns are known, logged or not."""
    assert analyzer.get_best_experiment("val_loss") is None
    assert analyzer.get_best_experiment("learning_rate", mode="max") is None
    assert ExperimentAnalyzer(tmp_path / "logs").get_best_experiment("nope") is None


def test_a_pattern_that_leaves_nothing_out_is_an_error(analyzer: ExperimentAnalyzer) -> None:
    """A mistyped key would change no group; one text is one pattern."""
    with pytest.raises(ValueError, match="no run has a config key 'nope'; known: lr, seed"):
        analyzer.get_groups("train_loss", left_out=["seed", "nope"])
    (group,) = analyzer.get_groups("train_loss", left_out="lr")
    assert dict(group.config) == {"seed": 1}


def test_one_metric_more_may_be_a_text(analyzer: ExperimentAnalyzer) -> None:
    """What is no text is a clear error."""
    one, several = (analyzer.get_comparison_table(given) for given in ("learning_rate", ["learning_rate"]))
    assert one == several
    with pytest.raises(TypeError, match="metrics: text or several texts, not 3"):
        analyzer.get_comparison_table([3])  # type: ignore[list-item]


def test_a_target_is_a_number(analyzer: ExperimentAnalyzer) -> None:
    """So is an x."""
    with pytest.raises(TypeError, match="target is a number, not 'abc'"):
        analyzer.time_to("only", "train_loss", "abc")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="x is a number, not 'abc'"):
        analyzer.value_at("only", "train_loss", "abc")  # type: ignore[arg-type]


def test_a_csv_goes_into_a_directory_that_is_there_and_onto_no_run(
    analyzer: ExperimentAnalyzer, tmp_path: Path
) -> None:
    """Nothing is created on the way, and no log is lost."""
    with pytest.raises(FileNotFoundError, match=r"no such directory: .*deep"):
        analyzer.export_csv("only", tmp_path / "deep" / "out.csv")
    assert not (tmp_path / "deep").exists()
    (log,) = (tmp_path / "logs").iterdir()
    before = log.read_bytes()
    with pytest.raises(OSError, match="the log of a run"):
        analyzer.export_csv("only", log)
    assert log.read_bytes() == before


def test_a_file_that_is_no_log_is_no_run(tmp_path: Path) -> None:
    """It is warned of, and nothing is loaded."""
    path = tmp_path / "an.py"
    path.write_text("import tuimon\n", encoding="utf-8")
    analyzer = ExperimentAnalyzer(path)
    with pytest.warns(UserWarning, match=r"an\.py: none of its 1 lines is a record"):
        analyzer.load_all()
    assert len(analyzer.logs) == 0


def test_a_run_that_logs_after_it_was_saved_is_running_again(tmp_path: Path) -> None:
    """Saved is what was last heard of it, not that it is over."""

    def state() -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            (run,) = ExperimentAnalyzer(tmp_path).load_all().logs.values()
        return run.state

    tracker = ExperimentTracker({"name": "a"}, tmp_path)
    tracker.log_metrics(0, train_loss=1.0)
    assert state() == "running"
    saved = tracker.save()
    assert state() == "saved"
    tracker.log_metrics(1, train_loss=1.0)
    assert tracker.path is not None
    later = saved.stat().st_mtime_ns + 1_000_000  # clocks of file systems are coarse
    os.utime(tracker.path, ns=(later, later))
    assert state() == "running"
    tracker.finish()
    tracker.save()
    assert state() == "finished"


def test_the_mean_throughput_is_called_so(tmp_path: Path) -> None:
    """Beside columns of best and last values."""
    RunBuilder(tmp_path, "a").header().metrics(0, train_loss=1.0, tokens_per_sec=5.0).end()
    heading = ExperimentAnalyzer(tmp_path).load_all().get_comparison_table().splitlines()[0]
    assert heading.endswith("mean tokens_per_sec")
