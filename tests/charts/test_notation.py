"""Numbers, names and states as text."""

from __future__ import annotations

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tuimon.charts.notation import (
    STATE_SIGNS,
    STATE_SIGNS_ASCII,
    ascii_text,
    count_text,
    cut_end,
    cut_middle,
    delta_text,
    duration_text,
    harmless,
    learning_rate_text,
    loss_text,
    pad,
    percent_text,
    rate_text,
    ratio_text,
    value_text,
)
from tuimon.store.liveness import RunState


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.53124, "1.5312"),
        (0.0, "0.0000"),
        (0.0412, "0.041200"),
        (12.3456, "12.346"),
        (9.99999, "10.000"),
        (99999.6, "1.0000e05"),
        (123456.0, "1.2346e05"),
        (2e17, "2.0000e17"),
        (-0.5, "−0.50000"),
        (1e-9, "1.0000e-09"),
        (None, "–"),
        (math.nan, "NaN"),
        (math.inf, "inf"),
        (-math.inf, "−inf"),
    ],
)
def test_losses_have_five_significant_digits(value: float | None, text: str) -> None:
    assert loss_text(value) == text


@pytest.mark.parametrize(
    ("delta", "like", "text"),
    [
        (-0.0412, 1.53, "−0.0412"),
        (0.0071, 1.57, "+0.0071"),
        (0.0, 1.5, "0"),
        (0.5, 12.0, "+0.500"),
        (1e-9, 1.5, "+1e-09"),
        (None, 1.5, "–"),
    ],
)
def test_deltas_are_signed_and_have_the_decimals_of_what_is_compared(
    delta: float | None, like: float, text: str
) -> None:
    assert delta_text(delta, like) == text


def test_a_difference_too_small_for_the_decimals_is_not_shown_as_none() -> None:
    """Two runs that differ in the ninth digit do differ."""
    assert "0.0000" not in delta_text(-3e-8, 1.5)


@pytest.mark.parametrize(
    ("value", "text"), [(6e-4, "6e-04"), (5.91e-4, "5.91e-04"), (0.0, "0"), (1.0, "1e00"), (None, "–")]
)
def test_learning_rates_have_a_power_of_ten(value: float | None, text: str) -> None:
    assert learning_rate_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1234, "1234"),
        (9999, "9999"),
        (12_400, "12.4k"),
        (20_000, "20.0k"),
        (999_999, "1.00M"),
        (1_280_000, "1.28M"),
        (3.5, "3.5"),
        (2.5e9, "2.50G"),
    ],
)
def test_counts_are_exact_until_ten_thousand_then_have_a_unit(value: float, text: str) -> None:
    assert count_text(value) == text


def test_rates_have_three_digits() -> None:
    assert [rate_text(value) for value in (51_234, 980.4, 3.44)] == ["51.2k", "980", "3.44"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (2, "2s"),
        (59.6, "1m"),
        (845, "14m"),
        (3840, "1h04m"),
        (3 * 3600 * 17, "2d03h"),
        (322 * 86400 + 5, "322d"),
        (-5, "0s"),
        (None, "–"),
    ],
)
def test_durations_have_at_most_two_units(seconds: float | None, text: str) -> None:
    assert duration_text(seconds) == text


def test_a_run_is_not_at_100_percent_before_its_end() -> None:
    assert [percent_text(share) for share in (0.0, 0.619, 0.9999, 1.0, 1.7)] == [
        "0%",
        "61%",
        "99%",
        "100%",
        "100%",
    ]


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        ("learning_rate", 5.91e-4, "5.91e-04"),
        ("train/lr", 6e-4, "6e-04"),
        ("tokens_per_sec", 51_234.0, "51.2k"),
        ("val_loss", 1.5, "1.5000"),
        ("gradient_step", 12_400, "12.4k"),
    ],
)
def test_a_value_is_written_by_the_custom_of_its_metric(metric: str, value: float, text: str) -> None:
    assert value_text(metric, value) == text


@given(st.floats())
def test_every_float_has_a_text(value: float) -> None:
    """Subnormal, huge, NaN, infinite: never an error, never empty."""
    for text_of in (loss_text, delta_text, learning_rate_text, count_text, rate_text, duration_text):
        assert 0 < len(text_of(value)) <= 400


@given(st.text())
def test_what_is_harmless_holds_nothing_that_moves_a_cursor(text: str) -> None:
    shown = harmless(text)
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in shown)


def test_escape_sequences_and_direction_overrides_become_dots_and_markup_stays_text() -> None:
    assert harmless("a\x1b[31mb\u202ec\n") == "a·[31mb·c·"
    assert harmless("[bold]x[/bold]") == "[bold]x[/bold]"
    assert harmless("学習率 e\u0301") == "学習率 é"


@given(st.text(), st.integers(-2, 30))
def test_a_name_is_cut_to_its_cells(text: str, width: int) -> None:
    shown = harmless(text)
    assert cell_len(cut_middle(shown, width)) <= max(0, width)
    assert cell_len(pad(shown, width)) == max(0, width)


def test_the_middle_is_cut_since_names_differ_at_the_ends() -> None:
    assert cut_middle("sweep_lr_6e-04_wd_0.1_seed_7", 15) == "sweep_l…_seed_7"
    assert cut_middle("学習率学習率学習率", 8) == "学習…率"


def test_every_state_has_a_sign_in_both_alphabets_and_no_two_share_one() -> None:
    states = {state.value for state in RunState}
    for signs in (STATE_SIGNS, STATE_SIGNS_ASCII):
        assert set(signs) == states
        assert len(set(signs.values())) == len(states)
    assert all(ascii_text(STATE_SIGNS[state]) == STATE_SIGNS_ASCII[state] for state in states)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(50, "50s"), (160, "2m40s"), (65, "1m05s"), (120, "2m"), (599, "9m59s"), (600, "10m"), (3840, "1h04m")],
)
def test_short_durations_say_their_seconds(seconds: float, text: str) -> None:
    """Below ten minutes the seconds are told, so that runs of two minutes can be compared."""
    assert duration_text(seconds) == text


def test_a_sentence_is_cut_at_its_end() -> None:
    """Its beginning stays readable."""
    assert cut_end("train_loss jumped to 3", 14) == "train_loss ju…"


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (0.948, "−5.2%"),
        (1.22, "+22%"),
        (1.67, "+67%"),
        (1.994, "+99%"),
        (1.996, "×2"),
        (2.0, "×2"),
        (0.003 / 0.0003, "×10"),
        (100 / 3, "×33.3"),
        (0.52, "−48%"),
        (0.5, "÷2"),
        (1 / 300, "÷300"),
        (1.0, "="),
        (1 - 1e-5, "="),
        (1 + 4e-4, "="),
        (0.0, "−100%"),
        (-0.5, "−150%"),
    ],
)
def test_a_ratio_is_percent_until_it_is_twice_or_half(ratio: float, text: str) -> None:
    """One rule for config values and metrics; neither a signed zero nor a row of them for next to nothing."""
    assert ratio_text(ratio) == text
