"""Questions about curves: values between samples, times, groups, sweeps, perplexity, data frames."""

from __future__ import annotations

import importlib
import math
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.builder import make_run
from tuimon import ExperimentAnalyzer
from tuimon.analysis.analyzer import LoadedRuns
from tuimon.analysis.analyzer_run import AnalyzedRun
from tuimon.analysis.perplexity import with_perplexity
from tuimon.store.snapshot import RunSnapshot
from tuimon.testing import RunBuilder
from tuimon.testing.run_builder import START

NAN = math.nan
numbers = st.floats(allow_nan=False, allow_infinity=False, width=32)
finite_or_not = st.one_of(numbers, st.sampled_from([NAN, math.inf, -math.inf, 0.0]))


def analyzer_of(*runs: RunSnapshot) -> ExperimentAnalyzer:
    """An analyzer that has these runs, without files."""
    analyzer = ExperimentAnalyzer("nowhere")
    analyzer.logs = LoadedRuns({run.name: AnalyzedRun(run.name, run) for run in runs})
    return analyzer


def seeds(directory: Path) -> ExperimentAnalyzer:
    """Two learning rates with three seeds each; one of the greater rate diverged."""
    number = 0
    for lr, ends in ((1e-3, (2.0, 3.0, 4.0)), (1e-2, (1.0, 1.5, NAN))):
        for seed, end in enumerate(ends):
            run = RunBuilder(directory, f"lr_{lr:g}_s{seed}", start=START + timedelta(minutes=number))
            run.header(run_id=f"seedaa{number:02d}", config={"lr": lr, "seed": seed, "depth": 4})
            run.metrics(0, train_loss=6.0).eval(0, val_loss=5.0)
            run.metrics(10, train_loss=end).eval(10, val_loss=end).end()
            number += 1
    return ExperimentAnalyzer(directory).load_all()


def test_a_value_between_two_samples_is_interpolated() -> None:
    """NaN between them does not hide them; beyond the samples there is no value."""
    analyzer = analyzer_of(make_run("a", {"val_loss": [4.0, NAN, 2.0], "loss": [1.0, 1.0, 1.0, 1.0]}))
    assert analyzer.value_at("a", "val_loss", 1) == 3.0
    assert analyzer.value_at("a", "val_loss", 0.5) == 3.5
    assert analyzer.value_at("a", "val_loss", 2) == 2.0
    assert analyzer.value_at("a", "val_loss", 2.1) is None
    assert analyzer.value_at("a", "val_loss", -1) is None
    assert analyzer.value_at("a", "train_loss", 0) is None


def test_a_value_over_another_axis() -> None:
    """Elapsed time, a metric: what ``get_trajectory`` takes."""
    run = make_run("a", {"loss": [4.0, 2.0], "wallclock_time": [10.0, 20.0], "tokens": [0.0, 1000.0]})
    analyzer = analyzer_of(run)
    assert analyzer.value_at("a", "loss", 15, axis="elapsed") == 3.0
    assert analyzer.value_at("a", "loss", 250, axis="tokens") == 3.5
    assert analyzer.value_at("a", "loss", 1, axis="gradient_step") is None


def test_the_time_to_a_target_is_that_of_the_first_value_as_good() -> None:
    """By the metric's direction, or the one given; None where it was never reached."""
    columns = {
        "val_loss": [4.0, 3.0, 3.5, 2.0],
        "accuracy": [0.1, 0.4, 0.3, 0.5],
        "norm": [9.0, 8.0, 7.0, 6.0],
        "wallclock_time": [10.0, 20.0, 30.0, 40.0],
    }
    analyzer = analyzer_of(make_run("a", columns))
    assert analyzer.time_to("a", "val_loss", 3.2) == 20.0
    assert analyzer.time_to("a", "accuracy", 0.45) == 40.0
    assert analyzer.time_to("a", "val_loss", 1.0) is None
    assert analyzer.time_to("a", "norm", 7.5, mode="min") == 30.0
    with pytest.raises(ValueError, match="norm"):
        analyzer.time_to("a", "norm", 7.5)


def test_any_metric_over_any_axis() -> None:
    """Counts are integers, seconds are floats; rows without an x are left out."""
    columns: dict[str, list[float] | dict[int, float]] = {
        "loss": [5.0, 4.0, 3.0],
        "gradient_step": [0.0, 0.0, 1.0],
        "wallclock_time": [1.0, 2.0, 3.0],
        "lr": {1: 0.5, 2: 0.25},
    }
    analyzer = analyzer_of(make_run("a", columns, iterations=[10, 20, 30]))
    assert analyzer.get_trajectory("a", "loss") == ([10, 20, 30], [5.0, 4.0, 3.0])
    assert analyzer.get_trajectory("a", "loss", x="gradient_step") == ([0, 0, 1], [5.0, 4.0, 3.0])
    assert analyzer.get_trajectory("a", "loss", x="elapsed") == ([1.0, 2.0, 3.0], [5.0, 4.0, 3.0])
    assert analyzer.get_trajectory("a", "loss", x="lr") == ([0.5, 0.25], [4.0, 3.0])
    assert analyzer.get_trajectory("a", "loss", x="clock")[0] == [START_OF_BUILDER + i for i in (1, 2, 3)]
    assert {type(x) for x in analyzer.get_trajectory("a", "loss")[0]} == {int}
    assert {type(x) for x in analyzer.get_trajectory("a", "loss", x="elapsed")[0]} == {float}


START_OF_BUILDER = make_run("a").header.start_time.timestamp()  # type: ignore[union-attr]


def test_evaluations_alone_have_their_own_iterations() -> None:
    """Where no training loss was logged."""
    analyzer = analyzer_of(make_run("a", {"lr": [1.0, 1.0, 1.0], "val_loss": {0: 4.0, 2: 3.0}}))
    assert analyzer.get_loss_trajectories("a") == ([0, 2], [], [4.0, 3.0])


def test_seeds_of_one_config_are_one_group(tmp_path: Path) -> None:
    """Mean, the sample's standard deviation and n of the best; who diverged is named, not averaged."""
    worse, better = sorted(seeds(tmp_path).get_groups(), key=lambda group: -(group.mean or 0))
    assert (worse.n, worse.mean) == (3, 3.0)
    assert worse.std == pytest.approx(1.0)
    assert (worse.low, worse.high) == (2.0, 4.0)
    assert dict(worse.config) == {"lr": 1e-3, "depth": 4}
    assert set(worse.members) == {"lr_0.001_s0", "lr_0.001_s1", "lr_0.001_s2"}
    assert (better.n, better.mean) == (2, 1.25)
    assert better.std == pytest.approx(math.sqrt(0.125))
    assert better.diverged == ("lr_0.01_s2",)
    assert better.label == "lr_0.01"


def test_what_a_group_ignores_can_be_chosen(tmp_path: Path) -> None:
    """By patterns of config keys; the seed is then a setting like any other."""
    analyzer = seeds(tmp_path)
    assert [group.n for group in analyzer.get_groups(left_out=["lr"])] == [1, 2, 2]
    assert len(analyzer.get_groups(left_out=[])) == 6


def test_the_mean_curve_of_a_group(tmp_path: Path) -> None:
    """Over a common x, interpolated between the values of each."""
    analyzer = seeds(tmp_path)
    (group,) = (group for group in analyzer.get_groups() if group.n == 3)
    x, mean, std, count = analyzer.get_group_trajectory(group.members, "val_loss")
    assert (x, mean, count) == ([0.0, 10.0], [5.0, 3.0], [3, 3])
    assert std == pytest.approx([0.0, 1.0])
    assert analyzer.get_group_trajectory([], "val_loss") == ([], [], [], [])


def test_a_sweep_tells_what_became_of_each_value(tmp_path: Path) -> None:
    """By rising value."""
    analyzer = seeds(tmp_path)
    low, high = analyzer.get_sweep("lr")
    assert (low.value, low.n, low.mean) == ("0.001", 3, 3.0)
    assert (high.value, high.n, high.mean, high.diverged) == ("0.01", 2, 1.25, ("lr_0.01_s2",))
    with pytest.raises(ValueError, match="no run has width"):
        analyzer.get_sweep("width")


def test_runs_side_by_side(tmp_path: Path) -> None:
    """What differs in the config, the values, and the differences to the baseline, in text."""
    analyzer = seeds(tmp_path)
    comparison = analyzer.compare("lr_0.001_s0", "lr_0.01_s0", baseline="lr_0.01_s0", at=5)
    text = str(comparison)
    assert "lr_0.01_s0 (baseline)" in text.splitlines()[0]
    assert text.startswith("@ gradient step  ")
    assert "lr_0.001_s0" in text.splitlines()[0]
    lines = {line.split("  ")[0]: line for line in text.splitlines()}
    assert lines["lr"].split()[1:] == ["0.001", "0.01"]
    assert "2 @10 (+1)" in lines["val_loss best"]
    assert "3.5 (+0.5)" in lines["val_loss at gradient step 5"]
    assert comparison.comparison.runs[1].name == "lr_0.01_s0"
    with pytest.raises(ValueError, match="no runs"):
        ExperimentAnalyzer(tmp_path).compare()


def test_perplexity_is_that_of_the_loss_of_its_name() -> None:
    """Asked for like a metric; one that was logged itself is taken as it is."""
    run = make_run("a", {"val_loss": [2.0, 1.0], "eval/loss": [0.0], "train_loss": [3.0], "ppl": [7.0]})
    analyzer = analyzer_of(run)
    assert analyzer.get_trajectory("a", "val_perplexity") == ([0, 1], [math.exp(2), math.exp(1)])
    assert analyzer.get_trajectory("a", "eval/ppl")[1] == [1.0]
    assert analyzer.get_trajectory("a", "train_perplexity")[1] == [math.exp(3)]
    assert analyzer.get_trajectory("a", "ppl")[1] == [7.0]
    assert analyzer.get_best_experiment("perplexity") == ("a", math.exp(1))
    assert analyzer.value_at("a", "val_perplexity", 1) == math.exp(1)
    assert "7.3891" in analyzer_of(make_run("a", {"val_loss": [2.0]})).get_comparison_table(["perplexity"])
    with pytest.raises(KeyError, match="test_perplexity"):
        analyzer.get_trajectory("a", "test_perplexity")


@given(st.lists(finite_or_not, min_size=1, max_size=20))
def test_derived_perplexity_keeps_what_a_column_promises(losses: list[float]) -> None:
    """Values, bounds and counts; a loss beyond e's greatest power is infinitely perplexing, NaN stays NaN."""
    run = make_run("a", {"val_loss": losses})
    view = with_perplexity(run, "val_perplexity").metrics["val_perplexity"]
    values = view.values.tolist()
    assert [math.isnan(value) for value in values] == [math.isnan(loss) for loss in losses]
    finite = [value for value in values if math.isfinite(value)]
    assert view.finite_min == min(finite, default=None)
    assert view.finite_max == max(finite, default=None)
    assert view.nan_count == run.metrics["val_loss"].nan_count
    assert view.inf_count == sum(math.isinf(value) for value in values)
    for value, loss in zip(values, losses, strict=True):
        if loss < 700:
            assert value == pytest.approx(math.exp(loss))


@given(
    st.dictionaries(st.sampled_from(["train_loss", "val_loss", "x"]), st.lists(finite_or_not, min_size=1)),
    st.sampled_from(["min", "max"]),
)
@settings(deadline=None)
def test_the_best_is_the_best_of_the_finite_values(columns: dict[str, list[float]], mode: str) -> None:
    """Of all runs, whatever else they hold."""
    runs = [
        make_run(f"{name} {part}", {"val_loss": values}) for name, values in columns.items() for part in "ab"
    ]
    analyzer = analyzer_of(*runs)
    known = [value for values in columns.values() for value in values if math.isfinite(value)]
    best = analyzer.get_best_experiment("val_loss", mode=mode)  # type: ignore[arg-type]
    if not known:
        assert best is None
        return
    assert best is not None
    name, value = best
    assert value == (min if mode == "min" else max)(known)
    assert value in analyzer.get_trajectory(name, "val_loss")[1]


@given(st.lists(finite_or_not, min_size=1, max_size=30), st.floats(-5, 35))
def test_a_value_in_between_lies_between_its_neighbours(values: list[float], x: float) -> None:
    """Interpolation makes up no value outside of the finite samples, and a sample itself is exact."""
    analyzer = analyzer_of(make_run("a", {"loss": values}))
    finite = [(place, value) for place, value in enumerate(values) if math.isfinite(value)]
    found = analyzer.value_at("a", "loss", x)
    if not finite or not finite[0][0] <= x <= finite[-1][0]:
        assert found is None
        return
    assert found is not None
    before = max(pair for pair in finite if pair[0] <= x)
    after = min(pair for pair in finite if pair[0] >= x)
    low, high = sorted((before[1], after[1]))
    assert found == pytest.approx(min(max(found, low), high))
    for place, value in finite:
        assert analyzer.value_at("a", "loss", place) == value


@pytest.mark.parametrize("method", ["to_pandas", "to_polars"])
def test_a_frame_without_its_package_is_one_clear_error(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the package."""
    package = method.removeprefix("to_")
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ModuleNotFoundError, match=rf"{method}\(\) needs {package}.*pip install {package}"):
        getattr(analyzer_of(make_run("a")), method)()


FRAME_RUNS = (
    make_run("a", {"train_loss": [0.0, NAN, 2.0], "val_loss": {1: 5.0}, "run_id": [1.0]}),
    make_run("b", {"train_loss": [1.0], "grad": [math.inf]}, iterations=[7]),
)
FRAME_COLUMNS = [
    *("run_name", "run_id", "iteration", "gradient_step", "wallclock_time", "train_loss", "val_loss"),
    *("learning_rate", "tokens_per_sec", "iter_time_ms", "run_id (metric)", "grad"),
]


def test_rows_come_back_from_pandas() -> None:
    """Zero, NaN and absent are three things in its nullable columns."""
    pandas = pytest.importorskip("pandas")
    analyzer = analyzer_of(*FRAME_RUNS)
    frame = analyzer.to_pandas()
    assert list(frame.columns) == FRAME_COLUMNS
    assert frame["run_name"].tolist() == ["a", "a", "a", "b"]
    assert frame["iteration"].tolist() == [0, 1, 2, 7]
    assert frame["iteration"].dtype == "int64"
    assert frame["train_loss"].dropna().tolist() == [0.0, 2.0, 1.0]
    nullable = analyzer.to_pandas("a", nullable=True)
    assert nullable["val_loss"].isna().tolist() == [True, False, True]
    assert nullable["train_loss"].isna().tolist() == [False, False, False]
    assert math.isnan(nullable["train_loss"].to_numpy(dtype=float)[1])
    assert len(ExperimentAnalyzer("nowhere").to_pandas()) == 0
    assert isinstance(frame, pandas.DataFrame)


def test_rows_come_back_from_polars() -> None:
    """Zero, NaN and absent are three things."""
    pytest.importorskip("polars")
    analyzer = analyzer_of(*FRAME_RUNS)
    frame = analyzer.to_polars()
    assert frame.columns == FRAME_COLUMNS
    assert frame["iteration"].to_list() == [0, 1, 2, 7]
    assert frame["val_loss"].to_list() == [None, 5.0, None, None]
    losses = frame["train_loss"].to_list()
    assert losses[0] == 0.0
    assert math.isnan(losses[1])
    assert frame["grad"].to_list() == [None, None, None, math.inf]
    assert analyzer.to_polars("b")["run_name"].to_list() == ["b"]
    assert ExperimentAnalyzer("nowhere").to_polars().height == 0


def test_a_million_points_are_not_turned_into_rows_unasked() -> None:
    """Curves, best values, statistics and tables come from the columns; only the history makes objects."""
    run = make_run("long", {"train_loss": [1.0, 0.5], "val_loss": {1: 0.25}})
    analyzer = analyzer_of(run)
    analyzer.get_summary_stats("long")
    analyzer.get_comparison_table()
    analyzer.get_loss_trajectories("long")
    analyzer.get_best_experiment()
    analyzer.logs["long"]._repr_html_()
    assert analyzer.logs["long"]._history is None
    assert len(analyzer.logs["long"].metrics_history) == 2
    assert analyzer.logs["long"]._history is not None


def test_the_analyzer_loads_when_it_is_used() -> None:
    """It is public, and a training that imports tuimon does not pay for it."""
    module = importlib.import_module("tuimon")
    assert "ExperimentAnalyzer" in module.__all__
    assert module.ExperimentAnalyzer is ExperimentAnalyzer
