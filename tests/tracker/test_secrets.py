"""Secrets in a command line do not get into a log."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.process import only_log
from tuimon import ExperimentTracker
from tuimon.tracker.secrets import masked


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (["t.py", "--api-key=Q", "--lr", "1"], ["t.py", "--api-key=***", "--lr", "1"]),
        (["--api_key", "Q", "x"], ["--api_key", "***", "x"]),
        (["--token=Q", "--password", "Q Q"], ["--token=***", "--password", "***"]),
        (["env", "WANDB_API_KEY=Q", "python"], ["env", "WANDB_API_KEY=***", "python"]),
        (["env", "AWS_SECRET_ACCESS_KEY=Q=Q"], ["env", "AWS_SECRET_ACCESS_KEY=***"]),
        (["+wandb.api_key=Q", "logger.hf_token=Q"], ["+wandb.api_key=***", "logger.hf_token=***"]),
        (["--password=Q Q"], ["--password=***"]),
        (["--use-auth-token", "--lr", "1"], ["--use-auth-token", "--lr", "1"]),
        (["--use-auth-token", "--key-token=Q"], ["--use-auth-token", "--key-token=***"]),
        (
            ["bash", "-c", "WANDB_API_KEY=Q ./go --lr 1 --token 'Q Q' --passwd Q x"],
            ["bash", "-c", "WANDB_API_KEY=*** ./go --lr 1 --token *** --passwd *** x"],
        ),
        (["--tokenizer", "bpe", "--max-tokens=5"], ["--tokenizer", "bpe", "--max-tokens=5"]),
        (["src/token_model.py", "--seed=1"], ["src/token_model.py", "--seed=1"]),
    ],
)
def test_values_whose_names_say_secret_are_masked(words: list[str], kept: list[str]) -> None:
    """Behind ``=`` and as the next word, as option, variable and setting, in a shell's line as well."""
    assert list(masked(words)) == kept


def test_the_header_has_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tracker's own command line is masked before it is written."""
    monkeypatch.setattr(sys, "orig_argv", ["python", "t.py", "--api-key", "HIDDEN", "--token=HIDDEN"])
    with ExperimentTracker({"name": "x"}, tmp_path):
        pass
    assert only_log(tmp_path)[0]["argv"] == ["python", "t.py", "--api-key", "***", "--token=***"]


@given(st.lists(st.text(max_size=30), max_size=8))
def test_any_words_are_taken(words: list[str]) -> None:
    """There are as many words as before, and nothing fails."""
    assert len(masked(words)) == len(words)
