"""Which command the words of a command line mean."""

from __future__ import annotations

import pytest

from tuimon.cli.words import with_command


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", "open"),
        ("runs", "open runs"),
        ("runs ls", "open runs ls"),
        ("./ls", "open ./ls"),
        ("--once", "open --once"),
        ("--once runs", "open --once runs"),
        ("ls", "ls"),
        ("ls --json runs", "ls --json runs"),
        ("--log-dir ls", "open --log-dir ls"),
        ("--log-dir runs ls --json", "ls --log-dir runs --json"),
        ("--log-dir=runs ls", "ls --log-dir=runs"),
        ("-- ls", "open -- ls"),
        ("-", "open -"),
        ("--version", "--version"),
        ("--help", "--help"),
        ("ls --help", "ls --help"),
    ],
)
def test_the_first_word_is_the_command_if_it_names_one(words: str, expected: str) -> None:
    """Otherwise it is a path to open; options before a command go behind it."""
    assert with_command(words.split(), {"ls", "demo", "doctor"}) == expected.split()
