"""Runs side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.builder import NAN, changed, make_run
from tuimon.analysis.axes import ELAPSED, ITERATION
from tuimon.analysis.comparison import (
    ABSENT,
    Comparison,
    Measure,
    MetricLine,
    compare_runs,
    config_difference,
)
from tuimon.analysis.flat_config import config_value, flatten_config
from tuimon.records.events import EndRecord

BASE = make_run(
    "base",
    metrics={
        "val_loss": {0: 5.0, 40: 3.0, 80: 1.5},
        "wallclock_time": np.arange(100.0),
        "tokens_per_sec": np.full(100, 50.0),
    },
    config={"lr": 3e-4, "steps": 100, "opt": {"name": "adam", "betas": [0.9, 0.95]}},
)
FAST = make_run(
    "fast",
    metrics={
        "val_loss": {20: 4.5, 60: 2.0},
        "wallclock_time": np.arange(100) / 2,
        "tokens_per_sec": np.full(100, 40.0),
    },
    config={"lr": 6e-4, "steps": 100, "opt": {"name": "adam", "betas": [0.9, 0.99]}},
)


def line_of(comparison: Comparison, metric: str, measure: Measure, nth: int = 0) -> MetricLine:
    return [line for line in comparison.metrics if (line.metric, line.measure) == (metric, measure)][nth]


class TestConfig:
    """What was set differently comes first."""

    def test_differing_keys_come_first_and_nested_ones_are_flat(self) -> None:
        """In the order of the config."""
        lines = compare_runs([BASE, FAST]).config
        assert [(line.key, line.differs) for line in lines] == [
            ("lr", True),
            ("opt.betas", True),
            ("steps", False),
            ("opt.name", False),
        ]
        assert [line.key for line in compare_runs([BASE, FAST]).differing] == ["lr", "opt.betas"]
        assert [line.key for line in config_difference([BASE, FAST])] == ["lr", "opt.betas"]

    def test_numbers_have_a_ratio_to_the_baseline(self) -> None:
        """Text, truth values and a baseline of 0 have none."""
        one = make_run("a", config={"lr": 3e-4, "flag": True, "zero": 0, "name": "x"})
        two = make_run("b", config={"lr": 6e-4, "flag": False, "zero": 5, "name": "y"})
        ratios = {line.key: line.ratios for line in compare_runs([one, two], baseline=one).config}
        assert ratios == {"lr": (1.0, 2.0), "flag": (None, None), "zero": (None, None), "name": (None, None)}

    def test_a_missing_key_is_not_a_none(self) -> None:
        """A config can say None."""
        line = config_difference([make_run("a", config={"x": None}), make_run("b", config={"y": 1})])[0]
        assert line.values == (None, ABSENT)

    def test_a_run_that_logged_no_config_makes_nothing_differ(self) -> None:
        """Also as the baseline; its cells are absent."""
        one, two = (make_run(name, config={"lr": lr, "seed": 1}) for name, lr in (("a", 1.0), ("b", 2.0)))
        bare = make_run("bare")
        for runs in ([bare, one, two], [one, bare, two]):
            lines = compare_runs(runs).config
            assert [(line.key, line.differs) for line in lines] == [("lr", True), ("seed", False)]
        assert config_difference([one, bare]) == ()

    def test_equal_is_what_a_person_would_call_the_same_setting(self) -> None:
        """1 and 1.0 and NaN and NaN are, True and 1 are not."""
        one = make_run("a", config={"n": 1, "nan": NAN, "flag": True})
        two = make_run("b", config={"n": 1.0, "nan": float("nan"), "flag": 1})
        assert [line.key for line in config_difference([one, two])] == ["flag"]

    def test_one_run_alone_differs_in_nothing(self) -> None:
        """Nor do none."""
        assert config_difference([BASE]) == ()
        assert config_difference([]) == ()


class TestMetrics:
    """What came of it."""

    def test_last_values_are_compared_where_they_stand(self) -> None:
        """The baseline interpolated at the run's own latest evaluation."""
        cells = line_of(compare_runs([BASE, FAST]), "val_loss", Measure.LAST).cells
        assert (cells[0].value, cells[0].x, cells[0].delta, cells[0].better) == (1.5, 80, None, None)
        assert (cells[1].value, cells[1].x, cells[1].delta, cells[1].better) == (2.0, 60, 2.0 - 2.25, True)
        assert cells[1].relative == pytest.approx(-0.25 / 2.25)

    def test_a_baseline_that_is_not_as_far_is_compared_where_both_were_last(self) -> None:
        """Live the baseline may be a step behind: that step is compared, and said."""
        base = make_run("base", metrics={"val_loss": {0: 4.0, 10: 3.0, 16: 2.0}})
        ahead = make_run("ahead", metrics={"val_loss": {0: 4.0, 15: 2.5, 17: 1.5}})
        cell = line_of(compare_runs([base, ahead]), "val_loss", Measure.LAST).cells[1]
        assert (cell.value, cell.x) == (1.5, 17)
        assert (cell.delta, cell.delta_x, cell.better) == (0.0, 16, None)
        later = make_run("later", metrics={"val_loss": {20: 1.0}})
        apart = line_of(compare_runs([base, later]), "val_loss", Measure.LAST).cells[1]
        assert (apart.delta, apart.delta_x) == (None, None)

    def test_best_values_are_compared_with_the_best(self) -> None:
        """Wherever they stand."""
        cells = line_of(compare_runs([BASE, FAST]), "val_loss", Measure.BEST).cells
        assert (cells[0].value, cells[0].x) == (1.5, 80)
        assert (cells[1].value, cells[1].x, cells[1].delta, cells[1].better) == (2.0, 60, 0.5, False)

    def test_values_at_one_x_are_interpolated_and_absent_beyond(self) -> None:
        """No run is made up where it has not been."""
        comparison = compare_runs([BASE, FAST], at=50.0)
        cells = line_of(comparison, "val_loss", Measure.AT).cells
        assert [cell.value for cell in cells] == [2.625, 2.625]
        assert (cells[1].delta, cells[1].better) == (0.0, None)
        beyond = line_of(compare_runs([BASE, FAST], at=70.0), "val_loss", Measure.AT).cells
        assert (beyond[1].value, beyond[1].delta) == (None, None)

    def test_the_axis_decides_what_is_compared_with_what(self) -> None:
        """Over elapsed time the faster run is further."""
        cells = line_of(compare_runs([BASE, FAST], axis=ELAPSED), "val_loss", Measure.LAST).cells
        assert (cells[1].x, cells[1].delta) == (30, 2.0 - 3.5)

    def test_time_to_the_baselines_best_and_to_what_all_reached(self) -> None:
        """In seconds; a run that never got there has none."""
        comparison = compare_runs([BASE, FAST])
        to_best, to_common = (line_of(comparison, "val_loss", Measure.REACHED, nth) for nth in (0, 1))
        assert (to_best.target, [cell.value for cell in to_best.cells]) == (1.5, [80, None])
        assert (to_common.target, [cell.value for cell in to_common.cells]) == (2.0, [80, 30])
        assert (to_common.cells[1].delta, to_common.cells[1].better) == (-50, True)

    def test_a_metric_that_goes_up_is_reached_from_below(self) -> None:
        """The direction turns every comparison."""
        one, two = (
            make_run(name, metrics={"accuracy": values, "wallclock_time": [0.0, 1.0, 2.0]})
            for name, values in (("a", [0.1, 0.5, 0.9]), ("b", [0.2, 0.6, 0.7]))
        )
        comparison = compare_runs([one, two])
        assert line_of(comparison, "accuracy", Measure.BEST).cells[1].better is False
        assert [cell.value for cell in line_of(comparison, "accuracy", Measure.REACHED, 1).cells] == [2, 2]

    def test_throughput_and_duration(self) -> None:
        """The mean rate with its share, the time trained; neither is called better."""
        comparison = compare_runs(
            [BASE, changed(FAST, end=EndRecord("finished", None, 60.0, {}, None, None, None))]
        )
        mean = line_of(comparison, "tokens_per_sec", Measure.MEAN).cells[1]
        assert (mean.value, mean.relative, mean.better) == (40, -0.2, None)
        duration = line_of(comparison, "wallclock_time", Measure.DURATION).cells
        assert [cell.value for cell in duration] == [99, 60]

    def test_nan_is_shown_and_not_compared(self) -> None:
        """The last value is NaN, the best one is not."""
        run = make_run("nan", metrics={"val_loss": {0: 4.0, 40: NAN}})
        comparison = compare_runs([BASE, run])
        last = line_of(comparison, "val_loss", Measure.LAST).cells[1]
        assert last.value != last.value
        assert last.delta is None
        assert line_of(comparison, "val_loss", Measure.BEST).cells[1].value == 4.0

    def test_a_run_without_the_metric_has_an_empty_cell(self) -> None:
        """So has one without any record."""
        comparison = compare_runs([BASE, make_run("new")], at=40.0)
        assert all(line.cells[1].value is None for line in comparison.metrics)

    def test_lines_of_the_judged_metric_come_first(self) -> None:
        """Its value at the cursor, then last and best."""
        lines = compare_runs([BASE, FAST], at=40.0).metrics[:3]
        assert [(line.metric, line.measure) for line in lines] == [
            ("val_loss", Measure.AT),
            ("val_loss", Measure.LAST),
            ("val_loss", Measure.BEST),
        ]


class TestBaseline:
    """What the others are measured against."""

    def test_it_is_the_first_run_unless_given(self) -> None:
        """By key: a later snapshot of the run is the same run."""
        assert compare_runs([BASE, FAST]).baseline == 0
        assert compare_runs([BASE, FAST], baseline=changed(FAST)).baseline == 1

    def test_one_that_is_not_among_the_runs_is_put_before_them(self) -> None:
        """It has to be seen to be compared with."""
        comparison = compare_runs([FAST], baseline=BASE)
        assert comparison.runs == (BASE, FAST)
        assert comparison.baseline == 0

    def test_its_own_cells_have_no_delta(self) -> None:
        """In no line."""
        comparison = compare_runs([BASE, FAST], baseline=FAST, axis=ITERATION, at=30.0)
        assert all(line.cells[1].delta is None for line in comparison.metrics)

    def test_no_runs_cannot_be_compared(self) -> None:
        """Said rather than an empty table."""
        with pytest.raises(ValueError, match="no runs"):
            compare_runs([])


keys = st.text("ab.", min_size=1, max_size=4)
configs = st.recursive(
    st.one_of(st.integers(), st.text(max_size=3), st.lists(st.integers(), max_size=2)),
    lambda inner: st.dictionaries(keys, inner, max_size=3),
    max_leaves=10,
)


def test_flattening() -> None:
    """Nested keys are joined, lists and empty mappings stay."""
    assert flatten_config({"a": {"b": {"c": 1}, "d": []}, "e": {}}) == {"a.b.c": 1, "a.d": [], "e": {}}


@given(st.dictionaries(keys, configs, max_size=4))
def test_a_flat_key_finds_its_value_without_flattening(config: dict[str, Any]) -> None:
    """Whatever dots the keys themselves have."""
    flat = flatten_config(config)
    for key in flat:
        assert config_value(config, key) is not None


def test_very_deep_nesting_ends_somewhere() -> None:
    """A config written by anybody must not exhaust the stack."""
    deep: dict[str, Any] = {"a": 1}
    for _ in range(5000):
        deep = {"a": deep}
    assert len(flatten_config(deep)) == 1
    assert config_value(deep, "a." * 4000 + "a") is None
