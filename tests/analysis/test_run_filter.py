"""Which runs a filter shows, and what it says when it cannot be read."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.builder import NAN, START, make_run
from tuimon.analysis.filter_completion import complete_filter, quoted
from tuimon.analysis.leaderboard import run_row
from tuimon.analysis.run_filter import FilterError, number_of, parse_filter, seconds_of
from tuimon.store.liveness import RunState

NOW = START.timestamp() + 2 * 3600
RUN = make_run(
    "Baseline_lr-3e4",
    metrics={
        "train_loss": [4.0, 2.0, 3.0],
        "val_loss": {0: 3.5, 2: 2.5},
        "accuracy": [0.1, 0.9, 0.5],
        "grad_norm": [1.0, 2.0, 7.0],
    },
    iterations=[0, 1000, 2000],
    config={"lr": 3e-4, "optimizer": "AdamW", "model": {"layers": 12, "tied": True}, "max_iters": 4000},
    tags=("sweep", "long run"),
    notes="Warm-up too short",
    state=RunState.RUNNING,
    last_change=NOW - 90,
)
ROW = run_row(RUN, NOW)


def matches(text: str) -> bool:
    return parse_filter(text).matches(RUN, ROW)


@pytest.mark.parametrize("text", ["", "  ", "base", "BASE", "lr-3e4 sweep", "warm-up short", '"too short"'])
def test_words_are_found_in_name_tags_and_notes(text: str) -> None:
    """Every word, anywhere, whatever the case; no words show everything."""
    assert matches(text)


@pytest.mark.parametrize("text", ["other", "base other", '"short too"', "base!"])
def test_one_word_that_is_missing_hides_the_run(text: str) -> None:
    """Words are joined by and."""
    assert not matches(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("base or other", True),
        ("other or none", False),
        ("base and sweep", True),
        ("not other", True),
        ("not base or sweep", True),
        ("not (base or sweep)", False),
        ("other or base sweep", True),
        ("(other or base) none", False),
        ("not not base", True),
        ("NOT other AND base", True),
        ('"or" or base', True),
        ("((base))", True),
    ],
)
def test_words_are_joined_by_and_or_not_and_parentheses(text: str, expected: bool) -> None:
    """``not`` binds closest, then ``and`` (also unwritten), then ``or``."""
    assert matches(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("state:running", True),
        ("state:run", True),
        ("state=finished", False),
        ("state!=finished", True),
        ("tag:sweep", True),
        ("tag:swe", False),
        ("tag:swe*", True),
        ('tag:"long run"', True),
        ("tag!=sweep", False),
        ("name:base", True),
        ("name=base", False),
        ("name:base*3e4", True),
        ("note:warm", True),
        ("step>1000", True),
        ("step >= 2k", True),
        ("step<2000", False),
        ("age<3h", True),
        ("age>1h30m", True),
        ("seen<1m", False),
        ("seen<=90", True),
        ("progress>50%", True),
        ("progress>0.6", False),
        ("nan=0", True),
        ("eta>1s", False),
    ],
)
def test_fields_of_the_table(text: str, expected: bool) -> None:
    """By the names and units that are on the screen; an absent value is no number."""
    assert matches(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cfg.lr>=1e-4", True),
        ("cfg.lr=0.0003", True),
        ("cfg.lr!=3e-4", False),
        ("cfg.optimizer=adamw", True),
        ("cfg.optimizer:adam", True),
        ("cfg.optimizer=adam", False),
        ("cfg.optimizer>3", False),
        ("cfg.model.layers<24", True),
        ("cfg.model.tied=true", True),
        ("cfg.missing=1", False),
        ("cfg.missing!=1", True),
        ("lr>1e-4", True),
    ],
)
def test_config_keys(text: str, expected: bool) -> None:
    """Nested keys by their flat names, numbers as numbers, text whatever the case."""
    assert matches(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("val_loss<2.6", True),
        ("train_loss<2.5", True),
        ("train_loss.last<2.5", False),
        ("train_loss.max=4", True),
        ("train_loss.mean=3", True),
        ("accuracy>0.8", True),
        ("grad_norm>5", True),
        ("missing<1", False),
        ("missing>1", False),
        ("val_loss=nan", False),
    ],
)
def test_metrics(text: str, expected: bool) -> None:
    """The best value where there is one, else the last; a measure can be named."""
    assert matches(text) is expected


def test_a_diverged_run_is_found_by_nan() -> None:
    """Its last value counts then, and its best one still compares."""
    run = make_run(metrics={"val_loss": [2.0, NAN]})
    assert parse_filter("val_loss=nan").matches(run)
    assert parse_filter("val_loss<2.1").matches(run)


def test_a_run_named_after_a_setting_is_found_by_its_name() -> None:
    """``lr=3e-4_b=64`` is a name, though it reads like a comparison."""
    run = make_run("lr=3e-4_b=64")
    assert parse_filter("lr=3e-4_b=64").matches(run)
    assert not parse_filter("lr=1e-4").matches(run)


def test_without_its_row_a_run_has_no_columns() -> None:
    """The rest of the filter works."""
    assert parse_filter("state:running").matches(RUN)
    assert not parse_filter("step>0").matches(RUN)


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("base (lr", 5, "not closed"),
        ("base)", 4, "nothing was opened"),
        ('a "b c', 2, "quote"),
        ("base and", 8, "missing at the end"),
        ("or base", 0, "missing before or"),
        ("base or or x", 8, "missing before or"),
        ("()", 1, "missing before )"),
        ("step>", 5, "value is missing after step>"),
        ("step>(", 5, "value is missing"),
        ("val_loss<", 9, "a value is missing after val_loss<"),
        ("val_loss<<", 9, "a value is missing after val_loss<"),
        ("tag:=", 4, "a value is missing after tag:"),
        (">3", 0, "missing before >"),
        ("step>many", 5, "step is a number"),
        ("age<2x", 4, "age is a time"),
        ("state:happy", 6, "one of running, finished, failed, interrupted, crashed, stalled"),
        ("archived:maybe", 9, "one of yes, no"),
        ("name>3", 4, "name is text"),
        ("val_loss<low", 9, "not a number"),
        ("not", 3, "missing at the end"),
        ("(" * 500, 100, "nested too deeply"),
    ],
)
def test_a_wrong_filter_says_where_and_why(text: str, position: int, reason: str) -> None:
    """So that the line can show it under the cursor."""
    with pytest.raises(FilterError, match=re.escape(reason)) as caught:
        parse_filter(text)
    assert caught.value.position == position


pieces = st.lists(
    st.sampled_from(
        [
            "a",
            "and",
            "or",
            "not",
            "(",
            ")",
            '"',
            "'",
            " ",
            "<",
            "!=",
            "=",
            ":",
            "step",
            "cfg.",
            "state",
            "3",
            "²",
            "!",
            "age",
            "2h",
        ]
    ),
    max_size=12,
).map("".join)


@given(st.one_of(st.text(max_size=30), pieces))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    """Never another error, and the place is in the line or right behind it."""
    position, answer = 0, False
    try:
        answer = matches(text)
    except FilterError as error:
        position = error.position
    assert 0 <= position <= len(text)
    assert answer in (True, False)


@given(st.text(min_size=1, max_size=20).filter(lambda text: not ('"' in text and "'" in text)))
def test_what_is_quoted_is_one_word(name: str) -> None:
    """A completion of a name with spaces or signs finds that very run."""
    assert parse_filter(quoted(name)).matches(make_run(name))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1200", 1200),
        ("1.2k", 1200),
        ("3e-4", 3e-4),
        ("-2M", -2e6),
        ("50%", 0.5),
        ("inf", float("inf")),
        ("1_0", None),
        ("k", None),
    ],
)
def test_numbers(text: str, number: float | None) -> None:
    """As the screen writes them."""
    assert number_of(text) == number


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("30s", 30), ("1d12h", 129_600), ("0.5h", 1800), ("2x", None), ("2k", None)],
)
def test_durations(text: str, seconds: float | None) -> None:
    """As the screen writes them."""
    assert seconds_of(text) == seconds


class TestCompletion:
    """What Tab offers."""

    runs = (RUN, replace(make_run("b", config={"optimizer": "SGD"}, tags=("slow",)), state=RunState.FAILED))

    def offered(self, text: str) -> list[str]:
        return [completion.text for completion in complete_filter(text, len(text), self.runs)]

    def test_keys_by_their_beginning(self) -> None:
        """Fields, metrics and config keys."""
        assert self.offered("st") == ["state", "step"]
        assert self.offered("val") == ["val_loss"]
        assert self.offered("base cfg.mo") == ["cfg.model.layers", "cfg.model.tied"]
        assert "age" in self.offered("(")

    def test_config_keys_without_their_prefix(self) -> None:
        """As they are where that means them, with it where a metric or a field has the name."""
        assert self.offered("opt") == ["optimizer"]
        assert self.offered("optimizer=") == ["AdamW", "SGD"]
        run = make_run("a", metrics={"wd": [1.0]}, config={"wd": 0.1, "stepsize": 2, "step": 1})
        keys = [[found.text for found in complete_filter(text, len(text), [run])] for text in ("w", "step")]
        assert keys == [["cfg.wd", "wd"], ["cfg.step", "step", "stepsize"]]
        assert complete_filter("wd=", 3, [run]) == ()

    def test_values_of_the_key(self) -> None:
        """Those that the runs have; states are all known."""
        assert self.offered("state:fi") == ["finished"]
        assert self.offered("cfg.optimizer=") == ["AdamW", "SGD"]
        assert self.offered("cfg.optimizer = s") == ["SGD"]
        assert self.offered("tag:") == ['"long run"', "slow", "sweep"]
        assert self.offered("val_loss<") == []

    def test_the_place_to_put_it(self) -> None:
        """The word under the cursor, not what stands behind it."""
        (completion,) = complete_filter("not val and x", 7, self.runs)
        assert (completion.text, completion.start, completion.end) == ("val_loss", 4, 7)

    def test_inside_an_open_quote_nothing_is_offered(self) -> None:
        """Nor is anything raised."""
        assert self.offered('tag:"lo') == []


def test_archived_runs_are_asked_for_by_yes_or_no() -> None:
    """Such a filter decides on archived runs itself, wherever it asks."""
    archived = replace(RUN, meta=replace(RUN.meta, archived=True))
    for text, kept, hidden in (
        ("archived:yes", False, True),
        ("archived=n", True, False),
        ("archived!=yes", True, False),
        ("not (x or archived:y*)", True, False),
    ):
        wanted = parse_filter(text)
        assert (wanted.matches(RUN), wanted.matches(archived)) == (kept, hidden), text
        assert wanted.decides_on_archived
    assert not parse_filter("archived name:archived").decides_on_archived
    assert [found.text for found in complete_filter("archived:", 9, ())] == ["no", "yes"]
