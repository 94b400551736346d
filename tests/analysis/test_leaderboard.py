"""The rows of the run table."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.builder import INF, NAN, START, changed, make_run
from tests.snapshots_by_hand import Values, column
from tuimon.analysis import leaderboard as leaderboard_module
from tuimon.analysis.at_cursor import sample_near
from tuimon.analysis.axes import default_axis
from tuimon.analysis.leaderboard import SPARK_POINTS, Leaderboard, RunRow, run_row, sort_rows
from tuimon.analysis.sorting import ROW_COLUMNS, column_value
from tuimon.records.events import EndRecord
from tuimon.records.metric_summary import MetricSummary
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

NOW = START.timestamp() + 1000


def evaluated(name: str, losses: Mapping[int, float], rows: int = 100, **metrics: Values) -> RunSnapshot:
    """A run of ``rows`` steps with evaluations at some of them."""
    return make_run(name, metrics={"train_loss": np.ones(rows), "val_loss": losses, **metrics})


def test_a_row_says_what_the_run_came_to() -> None:
    """Best and last of the judged metric with their steps, throughput, times."""
    run = make_run(
        "a",
        metrics={
            "train_loss": [4.0, 3.0, 2.0, 2.5],
            "val_loss": {1: 3.5, 2: 2.25, 3: 2.75},
            "gradient_step": [0, 10, 20, 30],
            "tokens_per_sec": [100.0, 1.0, 120.0, 130.0],
            "wallclock_time": [0.0, 1.0, 2.0, 3.0],
        },
        last_change=NOW - 5,
        bad_line_count=2,
    )
    row = run_row(run, NOW)
    assert (row.main_metric, row.step) == ("val_loss", 30)
    assert (row.best, row.best_step, row.last, row.last_step) == (2.25, 20, 2.75, 30)
    assert row.throughput == 120.0
    assert (row.seen_seconds, row.age_seconds, row.duration_seconds) == (5.0, 1000.0, 3.0)
    assert row.bad_lines == 2
    assert row.sparkline == (4.0, 3.0, 2.0, 2.5)


def test_steps_are_iterations_where_gradient_steps_are_not_counted() -> None:
    """As on the default x axis."""
    run = make_run(metrics={"train_loss": [3.0, 2.0], "gradient_step": [0, 0]}, iterations=[50, 60])
    assert (run_row(run, NOW).step, run_row(run, NOW).best_step) == (60, 60)


def test_a_nan_is_never_best_and_never_hides_the_finite_values() -> None:
    """It is the last value, is counted, and nothing more."""
    row = run_row(make_run(metrics={"train_loss": [3.0, -INF, 2.0, NAN]}), NOW)
    assert (row.best, row.best_step) == (2.0, 2)
    assert row.last is not None
    assert math.isnan(row.last)
    assert row.train_loss_smoothed is not None
    assert math.isnan(row.train_loss_smoothed)
    assert row.nan_count == 2


def test_zero_is_a_value() -> None:
    """A loss of exactly 0.0 is not missing."""
    row = run_row(make_run(metrics={"train_loss": [1.0, 0.0]}), NOW)
    assert (row.best, row.last) == (0.0, 0.0)


def test_a_metric_that_goes_up_is_best_at_its_greatest() -> None:
    """By its direction; a metric without one has no best."""
    run = make_run(metrics={"accuracy": [0.1, 0.9, 0.5], "grad_norm": [1.0, 2.0, 3.0]})
    assert run_row(run, NOW, metric="accuracy").best == 0.9
    assert run_row(run, NOW, metric="grad_norm").best is None
    assert run_row(run, NOW, metric="grad_norm").last == 3.0


def test_the_smoothed_loss_is_the_end_of_the_smoothed_curve() -> None:
    """The same number as at the cursor at the end of a chart of this run alone."""
    values = np.random.default_rng(0).normal(size=500)
    run = make_run(metrics={"train_loss": values})
    row = run_row(run, NOW, smoothing=0.95)
    axis = default_axis((run,))
    sample = sample_near(run, "train_loss", axis, 1e9, 0.95)
    assert sample is not None
    expected = sample.smoothed
    assert row.train_loss_smoothed == pytest.approx(expected, rel=1e-12)


class TestDelta:
    """A run against the baseline, at the run's own latest evaluation."""

    baseline = evaluated("base", {0: 5.0, 40: 3.0, 80: 1.0})

    def test_the_baseline_is_interpolated_there(self) -> None:
        """Evaluations that don't meet are still compared at one x."""
        row = run_row(evaluated("a", {10: 4.0, 50: 2.0}), NOW, baseline=self.baseline)
        assert (row.delta, row.delta_step) == (2.0 - 2.5, 50)

    def test_where_the_baseline_does_not_reach_there_is_none(self) -> None:
        """Neither beyond its last evaluation nor before its first."""
        beyond = run_row(evaluated("a", {90: 1.0}), NOW, baseline=self.baseline)
        before = run_row(evaluated("b", {10: 4.0}), NOW, baseline=evaluated("late", {20: 3.0, 30: 2.0}))
        assert (beyond.delta, beyond.delta_step, before.delta) == (None, None, None)

    def test_a_nan_evaluation_falls_back_to_the_newest_finite_one(self) -> None:
        """The delta says at which step it holds."""
        row = run_row(evaluated("a", {40: 3.5, 60: NAN}), NOW, baseline=self.baseline)
        assert (row.delta, row.delta_step) == (0.5, 40)

    def test_nan_in_the_baseline_is_bridged(self) -> None:
        """Its finite samples around are interpolated."""
        row = run_row(evaluated("a", {50: 2.0}), NOW, baseline=evaluated("b", {40: 3.0, 50: NAN, 60: 1.0}))
        assert row.delta == 0.0

    def test_the_baseline_itself_has_none(self) -> None:
        """It is marked instead."""
        row = run_row(self.baseline, NOW, baseline=self.baseline)
        assert row.is_baseline
        assert row.delta is None

    def test_runs_are_compared_over_the_step_that_both_count(self) -> None:
        """One that counted gradient steps and one that did not meet over iterations."""
        counting = evaluated("a", {40: 3.5}, gradient_step=np.arange(100) // 4)
        assert run_row(counting, NOW, baseline=self.baseline).delta_step == 40
        both = evaluated("b", {0: 5.0, 80: 1.0}, gradient_step=np.arange(100) // 4)
        assert run_row(counting, NOW, baseline=both).delta_step == 10

    def test_it_follows_a_baseline_that_grows(self) -> None:
        """Kept deltas are those of the baseline as it is now."""
        board, run = Leaderboard(), evaluated("a", {90: 1.0})
        assert board.rows((run,), NOW, baseline=self.baseline)[0].delta is None
        grown = evaluated("base", {0: 5.0, 100: 1.5}, rows=101)
        assert board.rows((run,), NOW, baseline=grown)[0].delta == pytest.approx(1.0 - 1.85)


class TestSparkline:
    """The loss in a few values."""

    def test_a_long_curve_is_thinned_to_means(self) -> None:
        """Of equal parts, in order."""
        spark = run_row(make_run(metrics={"train_loss": np.arange(3200.0)}), NOW).sparkline
        assert len(spark) == SPARK_POINTS
        assert spark[0] == 49.5
        assert spark[-1] == 3149.5

    def test_one_nan_in_a_long_curve_still_shows(self) -> None:
        """So does an infinity."""
        values = np.ones(5000)
        values[100], values[4000] = NAN, INF
        spark = run_row(make_run(metrics={"train_loss": values}), NOW).sparkline
        assert sum(math.isnan(value) for value in spark) == 1
        assert spark.count(INF) == 1

    def test_without_a_training_loss_it_is_the_judged_metric(self) -> None:
        """And without any, nothing."""
        assert run_row(make_run(metrics={"acc": [0.1, 0.2]}), NOW).sparkline == (0.1, 0.2)
        assert run_row(make_run(), NOW).sparkline == ()


def test_a_run_without_records_has_an_empty_row() -> None:
    """It started, no more is known."""
    row = run_row(make_run("new"), NOW)
    known = {
        "run",
        "key",
        "run_id",
        "name",
        "state",
        "is_baseline",
        "age_seconds",
        "nan_count",
        "bad_lines",
        "sparkline",
    }
    assert all(getattr(row, name) is None for name in ROW_COLUMNS if name not in known)


def test_a_run_that_is_not_read_yet_shows_its_ends() -> None:
    """The last record and the end line, not what happens to be read so far."""
    run = make_run(
        metrics={"train_loss": [9.0], "wallclock_time": [0.0]},
        state=RunState.FINISHED,
        loading=True,
        last_values={"iteration": 900.0, "train_loss": 1.5, "wallclock_time": 45.0},
        summaries={
            "train_loss": MetricSummary(91, 1.5, 1.25, 9.0, 800.0, 0.0, nan_count=3),
            "tokens_per_sec": MetricSummary(91, 70.0, 60.0, 80.0),
            "wallclock_time": MetricSummary(91, 45.0, 0.0, 45.0, 0.0, 900.0),
        },
    )
    row = run_row(run, NOW)
    assert (row.step, row.best, row.best_step, row.last) == (900, 1.25, 800, 1.5)
    assert (row.throughput, row.duration_seconds, row.nan_count) == (70.0, 45.0, 3)


def test_the_end_line_says_how_long_a_run_took() -> None:
    """Evaluations after the last record included."""
    end = EndRecord("finished", None, 77.0, {}, None, None, None)
    assert run_row(make_run(metrics={"wallclock_time": [0.0, 70.0]}, end=end), NOW).duration_seconds == 77.0


class TestWhatIsKept:
    """A thousand runs cost nothing while they don't change."""

    def test_only_the_changed_run_is_looked_at_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """By identity of the snapshot; ages and the ETA are told anew all the same."""
        looked_at: list[str] = []
        look = leaderboard_module._facts

        def counting(run: RunSnapshot, metric: str | None) -> object:
            looked_at.append(run.key)
            return look(run, metric)

        monkeypatch.setattr(leaderboard_module, "_facts", counting)
        board = Leaderboard()
        runs = [make_run(name, metrics={"train_loss": [2.0]}, last_change=NOW) for name in "abc"]
        board.rows(runs, NOW)
        runs[1] = changed(runs[1], metrics={"train_loss": column([2.0, 1.0])}, iterations=np.arange(2.0))
        rows = board.rows(runs, NOW + 7)
        assert looked_at == ["a", "b", "c", "b"]
        assert [row.last for row in rows] == [2.0, 1.0, 2.0]
        assert [row.seen_seconds for row in rows] == [7.0, 7.0, 7.0]

    def test_another_metric_or_smoothing_is_told_anew(self) -> None:
        """What is kept belongs to the choice it was made for."""
        board = Leaderboard()
        runs = [make_run(metrics={"train_loss": [5.0, 1.0, 4.0], "accuracy": [0.1, 0.2, 0.3]})]
        assert board.rows(runs, NOW, smoothing=0.0)[0].best == 1.0
        assert board.rows(runs, NOW, metric="accuracy", smoothing=0.0)[0].best == 0.3
        plain, smoothed = (board.rows(runs, NOW, smoothing=strength)[0] for strength in (0.0, 0.999))
        assert plain.train_loss_smoothed == 4.0
        assert smoothed.train_loss_smoothed != 4.0

    def test_runs_that_are_gone_are_forgotten(self) -> None:
        """A key that comes back is another run."""
        board = Leaderboard()
        board.rows([make_run(key="k", metrics={"train_loss": [2.0]})], NOW)
        board.rows([], NOW)
        assert board.rows([make_run(key="k", metrics={"train_loss": [1.0]})], NOW)[0].last == 1.0


cells = st.one_of(st.none(), st.floats(), st.integers(-3, 3).map(float))


@given(st.lists(cells, max_size=30), st.booleans())
def test_sorting_puts_absent_and_nan_last_both_ways(values: list[float | None], descending: bool) -> None:
    """The rest in order; equal ones as they came."""
    runs = [make_run(str(i), config={} if value is None else {"lr": value}) for i, value in enumerate(values)]
    rows = [run_row(run, NOW) for run in runs]
    ordered = [row.key for row in sort_rows(rows, "cfg.lr", descending)]
    kept = [(v, i) for i, v in enumerate(values) if v is not None and not math.isnan(v)]
    kept.sort(key=lambda pair: (-pair[0], pair[1]) if descending else pair)
    last = [i for i, v in enumerate(values) if v is None or math.isnan(v)]
    assert ordered == [str(i) for i in [i for _, i in kept] + last]


def names(rows: tuple[RunRow, ...]) -> list[str]:
    return [row.name for row in rows]


class TestSorting:
    """By any column of a row, any config key, any metric."""

    def rows(self, *runs: RunSnapshot) -> list[RunRow]:
        return [run_row(run, NOW) for run in runs]

    def test_names_in_the_order_a_person_expects(self) -> None:
        """Numbers by their size, whatever the case."""
        rows = self.rows(*(make_run(name) for name in ("lr_10", "LR_9", "base", "lr_2", "10", "9x", "")))
        assert names(sort_rows(rows, "name")) == ["", "9x", "10", "base", "lr_2", "LR_9", "lr_10"]

    def test_names_with_exotic_digits_do_not_break_it(self) -> None:
        """A superscript is a digit that is no number."""
        rows = self.rows(*(make_run(name) for name in ("lr²", "lr2", "٣", "")))
        assert len(sort_rows(rows, "name")) == 4

    def test_states_by_what_wants_attention(self) -> None:
        """Running first, finished last."""
        rows = self.rows(*(make_run(state, state=state) for state in RunState))
        ordered = names(sort_rows(rows, "state"))
        assert (ordered[0], ordered[-1]) == ("running", "finished")

    def test_config_keys_with_values_of_several_kinds(self) -> None:
        """Numbers, then text; nested keys by their flat name; a missing key last."""
        values: tuple[object, ...] = (2, "adam", 1.5, [1], True, None)
        runs = [make_run(str(value), config={"opt": {"x": value}}) for value in values]
        ordered = names(sort_rows(self.rows(make_run("missing"), *runs), "cfg.opt.x"))
        assert ordered == ["True", "1.5", "2", "[1]", "adam", "missing", "None"]

    @pytest.mark.parametrize(
        ("measure", "value"),
        [
            ("", 2.0),
            (":last", 2.0),
            (":min", 1.0),
            (":max", 6.0),
            (":mean", 3.0),
            (":step_of_min", 1.0),
            (":step_of_max", 2.0),
        ],
    )
    def test_any_metric_in_any_measure(self, measure: str, value: float) -> None:
        """The measures of the table's columns."""
        row = run_row(make_run(metrics={"aux": [3.0, 1.0, 6.0, 2.0]}), NOW)
        assert column_value(row, f"metric.aux{measure}") == value

    def test_the_step_of_an_extreme_is_counted_as_the_step_is(self) -> None:
        """It used to be an iteration beside gradient steps. A summary knows none of those."""
        accumulated = {"aux": [3.0, 2.0, 6.0, 1.0], "gradient_step": [0.0, 0.0, 0.0, 1.0]}
        row = run_row(make_run(metrics=accumulated), NOW)
        assert column_value(row, "metric.aux:step_of_min") == row.step == 1.0
        assert column_value(row, "metric.aux:step_of_max") == 0.0
        unread = make_run(
            loading=True,
            last_values={"aux": 1.0, "gradient_step": 1.0},
            summaries={"aux": MetricSummary(4, 1.0, 1.0, 6.0, 3.0, 2.0)},
        )
        assert column_value(run_row(unread, NOW), "metric.aux:step_of_min") is None

    def test_a_metric_with_a_colon_or_none_at_all(self) -> None:
        """What is no measure belongs to the name."""
        row = run_row(make_run(metrics={"a:b": [3.0]}), NOW)
        assert column_value(row, "metric.a:b") == 3.0
        assert column_value(row, "metric.none:mean") is None
        assert column_value(row, "metric.none") is None

    def test_metrics_of_a_run_that_is_not_read_yet(self) -> None:
        """As its end line has them."""
        run = make_run(
            loading=True,
            last_values={"aux": 2.0},
            summaries={"aux": MetricSummary(4, 2.0, 1.0, 6.0, 10.0, 20.0)},
        )
        row = run_row(run, NOW)
        measures = [
            column_value(row, f"metric.aux:{m}") for m in ("last", "min", "max", "step_of_min", "mean")
        ]
        assert measures == [2.0, 1.0, 6.0, 10.0, None]

    @pytest.mark.parametrize("column_name", ROW_COLUMNS)
    def test_every_column_sorts(self, column_name: str) -> None:
        """None of them mixes what cannot be compared."""
        rows = self.rows(
            make_run("a"), make_run("b", metrics={"train_loss": [1.0]}, last_change=1.0), make_run("c")
        )
        assert len(sort_rows(rows, column_name, descending=True)) == 3

    def test_an_unknown_column_is_an_error(self) -> None:
        """Named, so that a wrong setting can be told."""
        with pytest.raises(ValueError, match="no column 'colour'"):
            sort_rows(self.rows(make_run()), "colour")
