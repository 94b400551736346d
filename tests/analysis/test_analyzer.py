"""The analyzer reads what lies in a log directory, and every method finds the run that a person means."""

from __future__ import annotations

import csv
import json
import math
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.stores import document
from tuimon import ExperimentAnalyzer, ExperimentTracker, load_experiment_log
from tuimon.analysis.analyzer_names import UnknownExperiment, UnknownMetric, meant_by, names_of
from tuimon.records.run_lookup import AmbiguousRun, RunCandidate, UnknownRun
from tuimon.testing import RunBuilder, sample_runs
from tuimon.testing.run_builder import START

NAN = math.nan


def builder(directory: Path, name: str, run_id: str, minutes: int = 0) -> RunBuilder:
    run = RunBuilder(directory, name, start=START + timedelta(minutes=minutes))
    return run.header(run_id=run_id, config={"lr": 1e-3 * (minutes + 1)})


def three_runs(directory: Path) -> ExperimentAnalyzer:
    """Two runs of one name and one of another; the newest first."""
    builder(directory, "baseline", "oldaaaaa").metrics(0, train_loss=3.0).eval(0, val_loss=1.0).end()
    builder(directory, "wide", "wideaaaa", 1).metrics(0, train_loss=2.0).eval(0, val_loss=3.0).end()
    builder(directory, "baseline", "newaaaaa", 2).metrics(0, train_loss=1.0).eval(0, val_loss=2.0).end()
    return ExperimentAnalyzer(directory).load_all()


def load_samples(directory: Path) -> ExperimentAnalyzer:
    """All the telling runs; that one of them is garbage is warned of."""
    sample_runs(directory, records=40)
    with pytest.warns(UserWarning, match="not all could be read: .*garbage"):
        return ExperimentAnalyzer(directory).load_all()


def test_two_runs_of_one_name_are_two_runs(tmp_path: Path) -> None:
    """The newest has the name, the earlier one ``name@run_id``; the best is told by its own name."""
    analyzer = three_runs(tmp_path)
    assert list(analyzer.logs) == ["baseline", "wide", "baseline@oldaaaaa"]
    assert analyzer.get_best_experiment() == ("baseline@oldaaaaa", 1.0)
    assert analyzer.get_best_experiment("train_loss") == ("baseline", 1.0)
    assert analyzer.get_best_experiment("train_loss", mode="max") == ("baseline@oldaaaaa", 3.0)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("baseline", "baseline"),
        ("baseline@newaaaaa", "baseline"),
        ("baseline@oldaaaaa", "baseline@oldaaaaa"),
        ("oldaaaaa", "baseline@oldaaaaa"),
        ("old", "baseline@oldaaaaa"),
        ("w", "wide"),
        ("@", "baseline"),
        ("experiment_wide_20260105_090100", "wide"),
    ],
)
def test_every_method_takes_names_ids_and_unique_beginnings(tmp_path: Path, text: str, name: str) -> None:
    """As RUN of the commands; a path and the run itself as well."""
    analyzer = three_runs(tmp_path)
    run = analyzer.logs[text]
    assert run.name == name
    for given_name in (text, run, run.snapshot.path):
        assert analyzer.get_summary_stats(given_name) == run.statistics()
        assert analyzer.get_loss_trajectories(given_name) == analyzer.get_loss_trajectories(name)
        assert analyzer.value_at(given_name, "train_loss", 0) == run.best_train_loss


def test_an_unknown_name_is_one_error_with_the_nearest(tmp_path: Path) -> None:
    """It is what a dictionary raises, what the original raised, and what the records room raises."""
    analyzer = three_runs(tmp_path)
    for ask in (
        analyzer.get_summary_stats,
        analyzer.print_summary,
        analyzer.get_loss_trajectories,
        analyzer.get_learning_rate_trajectory,
        analyzer.get_throughput_trajectory,
        analyzer.logs.__getitem__,
        analyzer.load_specific,
        lambda name: analyzer.get_trajectory(name, "train_loss"),
        lambda name: analyzer.value_at(name, "train_loss", 0),
        lambda name: analyzer.time_to(name, "train_loss", 0),
        lambda name: analyzer.export_csv(name, tmp_path / "out.csv"),
        analyzer.compare,
        analyzer.to_pandas,
    ):
        with pytest.raises(UnknownExperiment) as raised:
            ask("baselin_")
        assert str(raised.value) == "no run is called 'baselin_'; nearest: baseline"
        for kind in (KeyError, ValueError, UnknownRun):
            assert isinstance(raised.value, kind)
    assert not (tmp_path / "out.csv").exists()


def test_an_ambiguous_beginning_is_an_error_that_lists_the_matches(tmp_path: Path) -> None:
    """No run is guessed."""
    for number, name in enumerate(("lr_1", "lr_2")):
        builder(tmp_path, name, f"aaaaaa{number:02d}", number).end()
    with pytest.raises(AmbiguousRun, match=r"lr_2 \(aaaaaa01\), lr_1 \(aaaaaa00\)"):
        ExperimentAnalyzer(tmp_path).load_all().get_summary_stats("lr_")


def test_before_loading_the_error_says_so(tmp_path: Path) -> None:
    """Nobody looks for a typing error where nothing was read."""
    with pytest.raises(UnknownExperiment, match=r"no run is loaded: load_all\(\)"):
        ExperimentAnalyzer(tmp_path).get_summary_stats("a")


def test_a_missing_directory_is_a_clear_error(tmp_path: Path) -> None:
    """With its path, for both ways of loading."""
    analyzer = ExperimentAnalyzer(tmp_path / "gone")
    for load in (analyzer.load_all, lambda: analyzer.load_specific(["a"])):
        with pytest.raises(FileNotFoundError, match=r"there is no log directory: .*gone"):
            load()


def test_an_empty_directory_has_empty_results(tmp_path: Path) -> None:
    """No error, and nothing made up."""
    analyzer = ExperimentAnalyzer(tmp_path).load_all()
    assert analyzer.logs == {}
    assert analyzer.get_best_experiment() is None
    assert analyzer.get_best_experiment("duration") is None
    assert analyzer.get_comparison_table() == "No experiments loaded"
    assert analyzer.get_groups() == []
    assert "No experiments loaded" in analyzer._repr_html_()
    assert analyzer.load_specific([]).logs == {}


def test_the_log_directory_is_that_of_the_tracker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``$TUIMON_DIR``, where none is given."""
    monkeypatch.setenv("TUIMON_DIR", str(tmp_path))
    with ExperimentTracker({"name": "here"}) as tracker:
        tracker.log_metrics(train_loss=1.0)
    assert list(ExperimentAnalyzer().load_all().logs) == ["here"]


def test_specific_runs_are_read_besides_those_that_are_loaded(tmp_path: Path) -> None:
    """Under the names that they would have with all; one name may be given without a list."""
    three_runs(tmp_path)
    analyzer = ExperimentAnalyzer(tmp_path).load_specific(["baseline@oldaaaaa"])
    assert list(analyzer.logs) == ["baseline@oldaaaaa"]
    assert list(analyzer.load_specific("baseline").logs) == ["baseline", "baseline@oldaaaaa"]
    builder(tmp_path, "baseline", "lastaaaa", 3).metrics(0, train_loss=0.5).end()
    assert list(analyzer.load_specific("baseline").logs) == [
        "baseline",
        "baseline@newaaaaa",
        "baseline@oldaaaaa",
    ]
    assert analyzer.logs["baseline"].best_train_loss == 0.5


def test_a_live_run_is_read_again_by_loading_again(tmp_path: Path) -> None:
    """What was read stays as it was until then."""
    run = builder(tmp_path, "live", "liveaaaa").metrics(0, train_loss=2.0)
    analyzer = ExperimentAnalyzer(tmp_path).load_all()
    run.metrics(1, train_loss=1.0)
    assert analyzer.get_trajectory("live", "train_loss") == ([0], [2.0])
    assert analyzer.load_all().get_trajectory("live", "train_loss") == ([0, 1], [2.0, 1.0])


def test_logs_are_those_that_reading_the_file_gives(tmp_path: Path) -> None:
    """Live, failed, resumed, crashed, NaN, torn: each as ``load_experiment_log`` has it."""
    analyzer = load_samples(tmp_path)
    assert len(analyzer.logs) == 21
    for run in analyzer.logs.values():
        assert run == load_experiment_log(run.snapshot.path)
        assert run.state in repr(run)


def test_runs_of_the_original_tracker_are_runs_like_others(tmp_path: Path) -> None:
    """The old JSON shape alone."""
    document(tmp_path / "experiment_old_20251102_100000.json", best_val_loss="Infinity")
    analyzer = ExperimentAnalyzer(tmp_path).load_all()
    assert analyzer.get_loss_trajectories("old") == ([0, 1, 2], [4.0, 3.0, 2.0], [])
    assert analyzer.get_best_experiment() is None
    assert analyzer.get_best_experiment("train_loss") == ("old", 2.0)
    assert analyzer.logs["old"].best_val_loss is None
    assert analyzer.logs["old"].notes == "hm"
    assert list(analyzer.load_specific(["old"]).logs) == ["old"]


def test_every_method_answers_for_every_kind_of_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever happened to a run, and whatever it is called."""
    analyzer = load_samples(tmp_path / "logs")
    for number, (name, run) in enumerate(analyzer.logs.items()):
        iterations, train, val = analyzer.get_loss_trajectories(name)
        assert len(iterations) == len(train) or not train
        assert len(val) <= len(run.metrics_history)
        for metric in ("learning_rate", "tokens_per_sec"):
            steps, values = analyzer.get_trajectory(name, metric)
            assert len(steps) == len(values)
        assert analyzer.get_learning_rate_trajectory(name) == analyzer.get_trajectory(name, "learning_rate")
        assert analyzer.get_throughput_trajectory(name) == analyzer.get_trajectory(name, "tokens_per_sec")
        for axis in ("gradient_step", "elapsed", "clock", "tokens", "learning_rate"):
            xs, values = analyzer.get_trajectory(name, "train_loss", x=axis)
            assert len(xs) == len(values)
        best = analyzer.logs[name].best_train_loss
        if best is not None:
            assert analyzer.time_to(name, "train_loss", best) is not None
        analyzer.value_at(name, "train_loss", 3.5)
        assert analyzer.get_summary_stats(name)["total_iterations"] == len(run.metrics_history)
        analyzer.print_summary(name)
        path = analyzer.export_csv(name, tmp_path / f"{number}.csv")
        assert len(path.read_text(encoding="utf-8").splitlines()) == 1 + len(run.metrics_history)
        assert analyzer.logs[f"{run.snapshot.name}@{run.run_id}"].run_id == run.run_id
        run._repr_html_()
    assert "\x1b" not in capsys.readouterr().out
    assert "\x1b" not in analyzer.get_comparison_table()
    str(analyzer.compare())


def test_a_nan_is_never_the_best_and_hides_nothing(tmp_path: Path) -> None:
    """The finite values of a run with NaN count; one without any is not in the running."""
    builder(tmp_path, "nan", "nanaaaaa").eval(0, val_loss=NAN).end()
    builder(tmp_path, "half", "halfaaaa", 1).eval(0, val_loss=2.0).eval(1, val_loss=NAN).end()
    builder(tmp_path, "down", "downaaaa", 2).eval(0, val_loss=2.5).eval(1, val_loss=-math.inf).end()
    analyzer = ExperimentAnalyzer(tmp_path).load_all()
    assert analyzer.get_best_experiment() == ("half", 2.0)
    assert analyzer.get_best_experiment(mode="max") == ("down", 2.5)
    statistics = analyzer.get_summary_stats("half")["val_loss"]
    assert (statistics["min"], statistics["mean"], statistics["nan_count"]) == (2.0, 2.0, 1)
    assert math.isnan(statistics["last"])
    xs, values = analyzer.get_trajectory("half", "val_loss")
    assert xs == [0, 1]
    assert math.isnan(values[1])


def test_a_loss_of_zero_is_a_value(tmp_path: Path) -> None:
    """The original took it for absent."""
    builder(tmp_path, "zero", "zeroaaaa").metrics(0, train_loss=0.0).eval(0, val_loss=0.0).end()
    analyzer = ExperimentAnalyzer(tmp_path).load_all()
    assert analyzer.get_best_experiment() == ("zero", 0.0)
    assert analyzer.get_loss_trajectories("zero") == ([0], [0.0], [0.0])


def test_statistics_are_those_of_the_tracker(tmp_path: Path) -> None:
    """The same keys and the same numbers, whoever is asked."""
    tracker = ExperimentTracker({"name": "a", "batch_size": 8}, tmp_path)
    for step in range(50):
        tracker.log_metrics(step, train_loss=5 / (step + 1), grad_norm=float(step % 7))
        tracker.increment_gradient_step()
    tracker.log_eval(49, val_loss=0.5)
    tracker.finish(notes="went well")
    theirs = tracker.get_summary_stats()
    ours = ExperimentAnalyzer(tmp_path).load_all().get_summary_stats("a")
    assert list(ours) == list(theirs)
    for key, value in theirs.items():
        if isinstance(value, dict):
            assert {name: ours[key][name] for name in value} == pytest.approx(value)
        else:
            assert ours[key] == value


def test_a_summary_is_printed_for_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What became of the run, its notes, its id and its config."""
    three_runs(tmp_path).print_summary("baseline@oldaaaaa")
    shown = capsys.readouterr().out
    for expected in (
        "Experiment: baseline@oldaaaaa",
        "best val loss     1",
        "finished",
        "oldaaaaa",
        "lr=0.001",
    ):
        assert expected in shown


def test_a_csv_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    """The original overwrote; where writing fails, the earlier file is as it was."""
    run = builder(tmp_path, "=cmd()", "cmdaaaaa")
    run.metrics(0, train_loss=0.0, learning_rate=6e-4, **{"=1+1": 2.0}).eval(0, val_loss=NAN).metrics(1, a=1)
    analyzer = ExperimentAnalyzer(tmp_path).load_all()
    out = tmp_path / "out.csv"
    out.write_text("earlier")
    assert analyzer.export_csv("=cmd()", str(out)) == out
    with open(out, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        *("iteration", "gradient_step", "wallclock_time", "train_loss", "val_loss"),
        *("learning_rate", "tokens_per_sec", "iter_time_ms", "'=1+1", "a"),
    ]
    assert [list(row.values()) for row in rows] == [
        ["0", "0", "0.0", "0.0", "NaN", "0.0006", "", "", "2.0", ""],
        ["1", "1", "0.5", "", "", "", "", "", "", "1.0"],
    ]
    with pytest.raises(OSError, match="nowhere"):
        analyzer.export_csv("=cmd()", tmp_path / "nowhere" / "out.csv")
    (tmp_path / "kept.csv").mkdir()
    with pytest.raises(OSError, match="kept"):
        analyzer.export_csv("=cmd()", tmp_path / "kept.csv")
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".csv", ".csv", ".jsonl"]


def test_what_a_log_holds_is_no_markup_in_a_notebook(tmp_path: Path) -> None:
    """Names of runs, metrics and config keys and values are text in the tables of all three."""
    script = "<script>alert('x')</script>"
    for number in range(2):
        run = RunBuilder(tmp_path, f"{script}{number}", start=START + timedelta(minutes=number))
        run.header(run_id=f"htmlaa{number:02d}", config={script: f"{script}{number}"})
        run.metrics(0, **{script: 1.0}).eval(0, val_loss=2.0).end()
    analyzer = ExperimentAnalyzer(tmp_path).load_all()
    name = next(iter(analyzer.logs))
    for shown in (analyzer, analyzer.logs[name], analyzer.compare()):
        html = shown._repr_html_()
        assert "<script" not in html
        assert "&lt;script&gt;" in html
        assert html.startswith("<table>")
        assert html.endswith("</table>")


def test_an_unknown_metric_is_told_with_the_nearest(tmp_path: Path) -> None:
    """For a curve or a column; what the original logged is never unknown, it is only absent."""
    analyzer = three_runs(tmp_path)
    with pytest.raises(UnknownMetric, match="no loaded run has a metric 'val_los'; nearest: val_loss"):
        analyzer.get_trajectory("wide", "val_los")
    with pytest.raises(KeyError, match="gradient_stp"):
        analyzer.get_trajectory("wide", "val_loss", x="gradient_stp")
    with pytest.raises(ValueError, match="'nothing'"):
        analyzer.get_comparison_table(metrics=["nothing"])
    assert analyzer.get_trajectory("wide", "iter_time_ms") == ([], [])
    with pytest.raises(UnknownMetric, match="'nothing'; known: "):
        analyzer.get_best_experiment("nothing")


def test_the_direction_of_a_metric_is_asked_for_where_nobody_can_tell(tmp_path: Path) -> None:
    """Instead of guessing."""
    builder(tmp_path, "a", "aaaaaaaa").metrics(0, grad_norm=1.0, val_accuracy=0.5).end()
    builder(tmp_path, "b", "bbbbbbbb", 1).metrics(0, grad_norm=2.0, val_accuracy=0.25).end()
    analyzer = ExperimentAnalyzer(tmp_path).load_all()
    with pytest.raises(ValueError, match="mode='min' or 'max'"):
        analyzer.get_best_experiment("grad_norm")
    with pytest.raises(ValueError, match="not 'least'"):
        analyzer.get_best_experiment("grad_norm", mode="least")  # type: ignore[arg-type]
    assert analyzer.get_best_experiment("grad_norm", mode="max") == ("b", 2.0)
    assert analyzer.get_best_experiment("val_accuracy") == ("a", 0.5)


def test_what_cannot_be_read_is_warned_of_and_kept(tmp_path: Path) -> None:
    """In ``problems``, one sentence each; the others are loaded."""
    three_runs(tmp_path)
    (tmp_path / "experiment_x_20250101_000000.json").write_text(json.dumps({"nothing": 1}))
    analyzer = ExperimentAnalyzer(tmp_path)
    with pytest.warns(UserWarning, match="experiment_x_20250101_000000.json is no run"):
        analyzer.load_all()
    assert len(analyzer.problems) == 1
    assert len(analyzer.logs) == 3
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        analyzer.load_specific(["wide"])
    assert not caught
    assert len(analyzer.problems) == 0


names = st.one_of(st.sampled_from(["a", "b", "a@1", "a@2", "", "@"]), st.text(max_size=4))
candidates = st.lists(
    st.builds(
        lambda number, name, run_id: RunCandidate(
            Path(f"/logs/{number % 3}/experiment_{name.encode().hex()}_{number // 3}.jsonl"),
            run_id,
            name,
            START + timedelta(minutes=number % 4),
        ),
        st.integers(0, 30),
        names,
        st.sampled_from(["1", "2", "a", "aaaaaaaa"]),
    ),
    max_size=8,
    unique_by=lambda run: run.path,
)


@given(candidates)
@settings(deadline=None)
def test_every_run_has_a_name_of_its_own_that_means_it(runs: list[RunCandidate]) -> None:
    """Whatever runs are called, also like another's id, or copied with their id."""
    named = names_of(runs)
    assert sorted(map(id, named.values())) == sorted(map(id, runs))
    for name in named:
        assert meant_by(name, named) == name
    newest: dict[str, Any] = {}
    for run in named.values():
        newest.setdefault(run.name, run)
    for name, run in newest.items():
        assert named[name] is run
