"""The names that metrics are shown by, where a person types them."""

from __future__ import annotations

import pytest

from tests.charts.runs_by_hand import make_run
from tuimon.analysis.filter_completion import complete_filter
from tuimon.analysis.filter_doubts import filter_doubt
from tuimon.analysis.run_filter import parse_filter
from tuimon.analysis.short_names import SHORT_NAMES, long_metric, meant_metric, short_metric
from tuimon.store.snapshot import RunSnapshot

FAST = make_run(
    "fast",
    metrics={"tokens_per_sec": [900.0, 2000.0], "learning_rate": [1e-3, 6e-4], "iter_time_ms": [30.0, 20.0]},
)


def matches(text: str, run: RunSnapshot = FAST) -> bool:
    """Whether the run is shown under this filter."""
    return parse_filter(text).matches(run)


@pytest.mark.parametrize("metric", SHORT_NAMES)
def test_a_shown_name_leads_back_to_its_metric(metric: str) -> None:
    assert meant_metric(short_metric(metric), {metric}) == metric
    assert long_metric(short_metric(metric)) == metric


def test_a_metric_really_called_so_is_meant_first() -> None:
    """What no run has stays what was typed, for the sentence that says so."""
    assert meant_metric("lr", {"lr", "learning_rate"}) == "lr"
    assert meant_metric("lr", {"val_loss"}) == "lr"
    assert meant_metric("val_loss", {"val_loss"}) == "val_loss"
    assert long_metric("val_loss") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tok/s>1000", True),
        ("tok/s>3k", False),
        ("lr=6e-4", True),
        ("lr<1e-4", False),
        ("lr.max=1e-3", True),
        ("ms/it<25", True),
        ("samples/s>0", False),
        ("not tok/s>1000", False),
    ],
)
def test_filters_know_metrics_by_the_names_they_are_shown_by(text: str, expected: bool) -> None:
    """With a measure behind them, too."""
    assert matches(text) is expected


def test_what_a_run_itself_calls_so_wins_in_a_filter() -> None:
    """Its metric, then its config; a run named after a setting is still found by its name."""
    own = make_run("own", metrics={"lr": [5.0], "learning_rate": [6e-4]})
    assert matches("lr=5", own)
    assert not matches("lr=6e-4", own)
    set_up = make_run("set up", config={"lr": 3e-4}, metrics={"learning_rate": [6e-4]})
    assert matches("lr=3e-4", set_up)
    assert not matches("lr=6e-4", set_up)
    named = make_run("lr=3e-4", metrics={"learning_rate": [1e-5]})
    assert matches("lr=3e-4", named)


def test_a_shown_name_is_no_doubt_where_a_run_has_the_metric() -> None:
    """Where none has it, it is said of the name that was typed."""
    for text in ("tok/s>1e9", "lr.max>1"):
        assert filter_doubt(parse_filter(text), [FAST]) is None
    other = make_run("other", metrics={"val_loss": [1.0]})
    assert filter_doubt(parse_filter("tok/s>1"), [other]) == "no run has a metric or config key 'tok/s'"


def test_completion_offers_shown_names_last() -> None:
    """Those of metrics that the runs have, unless one of them calls something else so."""

    def offered(text: str, run: RunSnapshot = FAST) -> list[str]:
        return [completion.text for completion in complete_filter(text, len(text), [run])]

    assert offered("to") == ["tokens_per_sec", "took", "tok/s"]
    assert offered("")[-5:] == ['"grad step"', "lr", "ms/it", "time", "tok/s"]
    assert offered("lr", make_run(config={"lr": 1.0}, metrics={"learning_rate": [1.0]})) == ["lr"]
    assert offered("tok/", make_run(metrics={"val_loss": [1.0]})) == []
