"""Numbers of a config as text."""

from __future__ import annotations

import math

import pytest

from tuimon.analysis.config_words import config_number
from tuimon.analysis.group_labels import told_apart
from tuimon.charts.compare_words import config_text


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("optimizer.lr", 3e-4, "3e-04"),
        ("max_learning_rate", 0.00030000000000000003, "3e-04"),
        ("learning_rate", 1.23456e-3, "0.00123456"),
        ("learning_rate", 0.0, "0.0"),
        ("learning_rate", math.inf, "inf"),
        ("learning_rate", math.nan, "nan"),
        ("weight_decay", 0.1, "0.1"),
        ("scale", -0.5, "-0.5"),
        ("scale", 2e17, "2e17"),
    ],
)
def test_a_number_is_written_alike_in_tables_and_in_labels(key: str, value: float, text: str) -> None:
    assert config_number(key, value) == config_text(key, value) == text
    assert told_apart([("exp", {key: value}), ("exp", {key: 7})])[0].endswith(f"={text}")
