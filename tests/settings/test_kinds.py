"""What each kind of setting takes and refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tuimon.settings.kinds import Choice, Flag, Key, Kind, ListOf, Number, OutputPattern, TableOf, Text, Whole
from tuimon.settings.problems import WrongValue

WHOLE, NUMBER, CHOICE = Whole(1, 10), Number(0, 1), Choice(("dark", "light"))


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Flag(), True, True),
        (WHOLE, 1, 1),
        (WHOLE, 10, 10),
        (NUMBER, 0, 0.0),
        (NUMBER, 1, 1.0),
        (NUMBER, 0.25, 0.25),
        (CHOICE, "light", "light"),
        (Text(may_be_empty=True), "", ""),
        (Text(), "a b", "a b"),
        (OutputPattern(), r"loss (?P<loss>\S+)", r"loss (?P<loss>\S+)"),
        (ListOf(WHOLE, "numbers"), [], ()),
        (ListOf(WHOLE, "numbers"), [3, 1], (3, 1)),
        (ListOf(WHOLE, "numbers", or_one=True), 3, (3,)),
        (TableOf(WHOLE, "a name", "x = 1"), {"b": 1, "a": 2}, {"b": 1, "a": 2}),
    ],
)
def test_valid_values_are_taken(kind: Kind[Any], value: object, expected: object) -> None:
    """Bounds are included, and a whole number is a number too."""
    read = kind.read(value)
    assert read == expected
    assert type(read) is type(expected)


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (Flag(), 1, "must be true or false, not 1"),
        (Flag(), "true", "must be true or false, not 'true'"),
        (WHOLE, 0, "must be a whole number from 1 to 10, not 0"),
        (WHOLE, 3.0, "must be a whole number from 1 to 10, not 3.0"),
        (WHOLE, True, "must be a whole number from 1 to 10, not true"),
        (NUMBER, 1.01, "must be a number from 0 to 1, not 1.01"),
        (NUMBER, float("nan"), "must be a number from 0 to 1, not nan"),
        (NUMBER, False, "must be a number from 0 to 1, not false"),
        (NUMBER, 10**400, "must be a number from 0 to 1, not a number beyond all bounds"),
        (CHOICE, "Drak", "must be one of dark, light, not 'Drak'; did you mean dark?"),
        (CHOICE, "DARK", "must be one of dark, light, not 'DARK'; did you mean dark?"),
        (CHOICE, 3, "must be one of dark, light, not 3"),
        (Text(), "  ", "must be a text, not '  '"),
        (Text(may_be_empty=True), "a\0b", "must be a text, or empty, not 'a\\x00b'"),
        (Text(), {"a": 1}, "must be a text, not a table"),
        (ListOf(WHOLE, "numbers"), 3, "must be a list of numbers, not 3"),
        (ListOf(WHOLE, "numbers"), [1, 11], "value 2 must be a whole number from 1 to 10, not 11"),
        (ListOf(WHOLE, "numbers", or_one=True), "x", "must be a whole number from 1 to 10, not 'x'"),
        (TableOf(Flag(), "a name", "x = true"), [], "must be a table: a name = true or false, not a list"),
        (TableOf(WHOLE, "a name", "x = 1"), {"a": 0}, "'a' must be a whole number from 1 to 10, not 0"),
    ],
)
def test_wrong_values_are_refused_with_what_is_expected(kind: Kind[Any], value: object, message: str) -> None:
    """The sentence says what may stand there and what does."""
    with pytest.raises(WrongValue) as refused:
        kind.read(value)
    assert str(refused.value) == message


def test_numbers_that_python_cannot_write_are_refused_too() -> None:
    """TOML's hexadecimal numbers have no bound, but text of more than 4,300 digits has."""
    for kind in (WHOLE, NUMBER):
        with pytest.raises(WrongValue, match="not a number beyond all bounds"):
            kind.read(16**5000)


def test_an_output_pattern_must_compile_and_name_what_it_finds() -> None:
    """A pattern that finds nothing by name would track nothing, silently."""
    with pytest.raises(WrongValue, match="missing \\), unterminated subpattern"):
        OutputPattern().read("(?P<loss>x")
    with pytest.raises(WrongValue, match="it names none"):
        OutputPattern().read(r"loss (\S+)")


def test_long_and_unprintable_values_are_shown_short_and_harmless() -> None:
    """A message is one line for a terminal, whatever the file holds."""
    with pytest.raises(WrongValue) as refused:
        Flag().read("\x1b[31m\u202e" + "x" * 1000)
    message = str(refused.value)
    assert message.isprintable()
    assert len(message) < 100


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("j", "j"),
        ("G", "G"),
        ("/", "/"),
        (",", ","),
        ("ö", "ö"),
        ("comma", ","),
        ("question_mark", "?"),
        (" ", "space"),
        ("Space", "space"),
        ("ESC", "escape"),
        ("PgDn", "pagedown"),
        ("F5", "f5"),
        ("shift+g", "G"),
        ("Ctrl+N", "ctrl+n"),
        ("ctrl+shift+Up", "ctrl+shift+up"),
        ("shift+Tab", "shift+tab"),
        ("ctrl+slash", "ctrl+/"),
        ("ctrl++", "ctrl++"),
    ],
)
def test_spellings_of_a_key_become_one(written: str, key: str) -> None:
    """Keys may be written as people and as Textual write them; the action table has one name for each."""
    assert Key().read(written) == key
    assert Key().read(key) == key


@pytest.mark.parametrize("written", ["", "two words", "ctrl+", "+x", "hold+x", "j,k", "\x1b", "\n", 5])
def test_what_is_no_key_is_refused(written: object) -> None:
    """Also what Textual would take for two keys."""
    with pytest.raises(WrongValue, match="must be a key such as"):
        Key().read(written)
