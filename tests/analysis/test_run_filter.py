"""Which runs a filter shows."""

from __future__ import annotations

import pytest

from tests.analysis.builder import make_run
from tuimon.analysis.run_filter import match_words, parse_filter

RUN = make_run("Baseline_lr-3e4", tags=("sweep",), notes="Warm-up too short")


@pytest.mark.parametrize("text", ["", "  ", "base", "BASE", "lr-3e4 sweep", "warm-up short", "SHORT base"])
def test_words_are_found_in_name_tags_and_notes(text: str) -> None:
    """Every word, anywhere, whatever the case; no words show everything."""
    assert parse_filter(text).matches(RUN)
    assert match_words(RUN, text)


@pytest.mark.parametrize("text", ["other", "base other", "shortsweep"])
def test_one_word_that_is_missing_hides_the_run(text: str) -> None:
    """Words are joined by and."""
    assert not match_words(RUN, text)
