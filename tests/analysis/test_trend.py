"""The course of a metric in few blocks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon.analysis.trend import MOST_BLOCKS, Trend
from tuimon.store.columns import Floats


def trend_of(values: Floats) -> Trend:
    trend = Trend()
    trend.extend(values, np.arange(len(values), dtype=np.int32))
    return trend


def test_few_values_are_a_block_each() -> None:
    trend = trend_of(np.array([3.0, 2.0, 1.0]))
    assert (trend.means.tolist(), trend.rows.tolist(), trend.size) == ([3.0, 2.0, 1.0], [0, 1, 2], 1)


@pytest.mark.parametrize("count", [128, 129, 1000, 100_003])
def test_many_values_are_few_blocks_of_one_size(count: int) -> None:
    """Between half the bound and the bound, each the mean of its values, from its first row."""
    values = np.random.default_rng(1).normal(size=count)
    trend = trend_of(values)
    blocks = len(trend.means)
    assert MOST_BLOCKS // 2 <= blocks <= MOST_BLOCKS
    assert trend.rows.tolist() == [block * trend.size for block in range(blocks)]
    whole = values[: blocks * trend.size].reshape(blocks, -1)
    assert trend.means == pytest.approx(whole.mean(axis=1))


@given(st.lists(st.integers(0, 700), max_size=10))
def test_how_the_values_are_dealt_out_makes_no_difference(cuts: list[int]) -> None:
    values = np.random.default_rng(2).normal(size=700)
    rows = np.arange(700, dtype=np.int32) * 3
    dealt, whole = Trend(), Trend()
    for start, end in pairwise([0, *sorted(cuts), 700]):
        dealt.extend(values[start:end], rows[start:end])
    whole.extend(values, rows)
    assert (dealt.size, dealt.count, dealt.rows.tolist()) == (whole.size, whole.count, whole.rows.tolist())
    assert dealt.means == pytest.approx(whole.means)


def test_values_near_the_greatest_float_keep_the_means_finite() -> None:
    assert np.isfinite(trend_of(np.full(1000, 1.7e308)).smoothed()).all()
