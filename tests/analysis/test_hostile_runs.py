"""Whatever a log holds, every question is answered, without an error and without a warning on the screen."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.builder import INF, NAN, START, make_run
from tuimon.analysis.axes import available_axes
from tuimon.analysis.comparison import compare_runs
from tuimon.analysis.curves import build_series
from tuimon.analysis.leaderboard import Leaderboard, sort_rows
from tuimon.analysis.metric_order import metric_groups
from tuimon.analysis.reduction import minmax_per_column, reduce_path
from tuimon.analysis.run_filter import parse_filter
from tuimon.analysis.sorting import ROW_COLUMNS
from tuimon.analysis.statistics import metric_statistics, run_statistics
from tuimon.store.snapshot import RunSnapshot

GREATEST = 1.7e308
NOW = START.timestamp()

numbers = st.one_of(
    st.sampled_from([0.0, -0.0, 1.0, GREATEST, -GREATEST, 5e-324, NAN, INF, -INF]), st.floats()
)
columns = st.lists(numbers, min_size=1, max_size=12)
names = st.sampled_from(
    ["train_loss", "val_loss", "gradient_step", "wallclock_time", "tokens_per_sec", "epoch", "[bold]", ""]
)
values = st.one_of(
    st.none(), st.booleans(), st.text(max_size=3), numbers, st.just(10**400), st.just(-(10**400))
)
config_keys = st.sampled_from(["max_iters", "max_steps", "num_epochs", "batch_size", "context_length", "a.b"])
configs = st.dictionaries(
    config_keys, st.one_of(values, st.dictionaries(config_keys, values, max_size=2)), max_size=4
)
runs = st.builds(
    lambda metrics, config, iterations: make_run(
        "hostile",
        metrics=metrics,
        config=config,
        iterations=(iterations * 12)[: max((len(column) for column in metrics.values()), default=0)],
    ),
    st.dictionaries(names, columns, max_size=5),
    configs,
    st.lists(numbers, min_size=1, max_size=12),
)


def ask_everything(shown: list[RunSnapshot]) -> None:
    rows = Leaderboard().rows(shown, NOW, baseline=shown[0])
    for column in (
        *ROW_COLUMNS,
        "cfg.max_iters",
        "cfg.a.b",
        "metric.train_loss:mean",
        "metric.val_loss:step_of_min",
    ):
        assert len(sort_rows(rows, column)) == len(shown)
    metric_groups(shown)
    for axis in available_axes(shown):
        compare_runs(shown, axis=axis, at=1.0)
        for run in shown:
            for metric in run.metrics:
                draw(run, metric, axis)
    wanted = parse_filter("max_iters>3 or cfg.max_steps=1 or train_loss<1 or step>0 or eta<1h")
    for run, row in zip(shown, rows, strict=True):
        run_statistics(run)
        wanted.matches(run, row)


def draw(run: RunSnapshot, metric: str, axis: Any) -> None:
    series = build_series(run, metric, axis, 0.9)
    if series is None or series.x_range is None:
        return
    assert np.isfinite(series.x).all()
    assert not np.isinf(series.y).any()
    assert np.array_equal(np.isnan(series.y), np.isnan(series.raw_y))
    minmax_per_column(series.x, series.y, *series.x_range, 7)
    reduce_path(series.x, series.y, *series.x_range, 7)


@settings(max_examples=150, deadline=None)
@given(st.lists(runs, min_size=1, max_size=3))
def test_every_question_is_answered(shown: list[RunSnapshot]) -> None:
    """The greatest floats, NaN and infinity as values, steps and times; huge integers in a config."""
    for place, run in enumerate(shown):
        object.__setattr__(run, "key", str(place))
    ask_everything(shown)


def test_steps_from_one_end_of_all_floats_to_the_other_are_answered() -> None:
    """Their difference is no float."""
    ask_everything([make_run(metrics={"train_loss": [0.0] * 3}, iterations=[GREATEST, -GREATEST, GREATEST])])


def test_statistics_of_the_greatest_floats() -> None:
    """A training in float64 that diverges gets there: neither sum nor square may overflow."""
    found = metric_statistics(make_run(metrics={"loss": [GREATEST, -GREATEST, GREATEST, -GREATEST]}), "loss")
    assert found is not None
    assert found.mean == 0.0
    assert found.std == pytest.approx(GREATEST)


def test_a_sparkline_of_the_greatest_floats_is_finite() -> None:
    """The mean of large values is none of infinity."""
    run = make_run(metrics={"train_loss": np.full(1000, GREATEST)})
    assert all(math.isfinite(value) for value in Leaderboard().rows([run], NOW)[0].sparkline)
