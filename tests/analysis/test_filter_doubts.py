"""Why a filter that can be read matches nothing."""

from __future__ import annotations

import pytest

from tests.charts.runs_by_hand import make_run
from tuimon.analysis.filter_doubts import filter_doubt
from tuimon.analysis.run_filter import parse_filter

RUNS = [make_run("base", config={"lr": 1e-3}, metrics={"val_loss": [2.0]})]


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("val_loss@@", "'val_loss@@' is no comparison: '@' is none of = != < <= > >= :"),
        ("zzz", "no name, tag or note has 'zzz'"),
        ("base zzz", "no name, tag or note has 'zzz'"),
        ("val_loss", "'val_loss' is a metric or config key: compare it, as in val_loss<2"),
        ("val_los<1", "no run has a metric or config key 'val_los'"),
        ("cfg.lrr=1", "no run has a config key 'lrr'"),
        ("val_loss<1", None),
        ("val_loss.min<1", None),
        ("lr>1", None),
        ("cfg.lr>1", None),
        ("state:failed", None),
        ("not base", None),
    ],
)
def test_the_first_doubtful_part_is_named(text: str, doubt: str | None) -> None:
    """And nothing where the runs just have other values."""
    wanted = parse_filter(text)
    assert not any(wanted.matches(run) for run in RUNS)
    assert filter_doubt(wanted, RUNS) == doubt
