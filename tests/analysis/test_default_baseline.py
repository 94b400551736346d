"""The baseline that nobody chose."""

from __future__ import annotations

import math

import pytest

from tests.charts.runs_by_hand import make_run
from tuimon.analysis.default_baseline import default_baseline
from tuimon.store.liveness import RunState


def test_it_is_the_run_with_the_best_value() -> None:
    """The least of a loss, the most of an accuracy, of equals the first."""
    runs = [
        make_run(name, metrics={"val_loss": [loss], "accuracy": [loss]})
        for name, loss in (("nan", math.nan), ("worse", 2.0), ("better", 1.0), ("equal", 1.0))
    ]
    assert default_baseline(runs, "val_loss").name == "better"
    assert default_baseline(runs, "accuracy").name == "worse"


def test_without_values_it_is_one_that_finished_else_the_first() -> None:
    failed = make_run("failed", state=RunState.FAILED, metrics={"val_loss": [math.nan]})
    finished = make_run("finished", state=RunState.FINISHED)
    assert default_baseline([failed, finished], "val_loss") is finished
    assert default_baseline([failed], "val_loss") is failed
    assert default_baseline([failed, finished], None) is finished
    with pytest.raises(ValueError, match="no runs"):
        default_baseline([], None)
