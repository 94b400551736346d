"""The kinds of values that settings have: what is valid, and how that is said."""

from __future__ import annotations

import re
from typing import Generic, TypeVar

from tuimon.quick_dataclass import dataclass
from tuimon.settings.problems import WrongValue, did_you_mean, shown

T = TypeVar("T")


class Kind(Generic[T]):
    """A set of valid values."""

    @property
    def description(self) -> str:
        """The valid values in a few words: ``a whole number from 0 to 100``."""
        raise NotImplementedError

    def read(self, value: object) -> T:
        """``value``, as TOML has it, as this kind's own type. Raises WrongValue."""
        raise NotImplementedError

    def refused(self, value: object, hint: str = "") -> WrongValue:
        """The exception for ``value``."""
        return WrongValue(f"must be {self.description}, not {shown(value)}{hint}")


@dataclass(frozen=True, slots=True)
class Flag(Kind[bool]):
    """Yes or no."""

    @property
    def description(self) -> str:
        """See Kind."""
        return "true or false"

    def read(self, value: object) -> bool:
        """See Kind."""
        if isinstance(value, bool):
            return value
        raise self.refused(value)


@dataclass(frozen=True, slots=True)
class Number(Kind[float]):
    """A finite number, both bounds included. A whole number is one too."""

    low: float
    high: float

    @property
    def description(self) -> str:
        """See Kind."""
        return f"a number from {self.low:g} to {self.high:g}"

    def read(self, value: object) -> float:
        """See Kind."""
        # A bool is an int to Python; NaN is in no range, and the range is asked before float() overflows.
        if isinstance(value, int | float) and not isinstance(value, bool) and self.low <= value <= self.high:
            return float(value)
        raise self.refused(value)


@dataclass(frozen=True, slots=True)
class Whole(Kind[int]):
    """A whole number, both bounds included."""

    low: int
    high: int

    @property
    def description(self) -> str:
        """See Kind."""
        return f"a whole number from {self.low} to {self.high}"

    def read(self, value: object) -> int:
        """See Kind."""
        if isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high:
            return value
        raise self.refused(value)


@dataclass(frozen=True, slots=True)
class Choice(Kind[str]):
    """One of a few words."""

    words: tuple[str, ...]

    @property
    def description(self) -> str:
        """See Kind."""
        return f"one of {', '.join(self.words)}"

    def read(self, value: object) -> str:
        """See Kind."""
        if isinstance(value, str) and value in self.words:
            return value
        raise self.refused(value, did_you_mean(value, self.words) if isinstance(value, str) else "")


@dataclass(frozen=True, slots=True)
class Text(Kind[str]):
    """Any text on one line; ``what`` says whose."""

    what: str = "a text"
    may_be_empty: bool = False

    @property
    def description(self) -> str:
        """See Kind."""
        return f"{self.what}, or empty" if self.may_be_empty else self.what

    def read(self, value: object) -> str:
        """See Kind."""
        if not isinstance(value, str) or "\0" in value or "\n" in value:
            raise self.refused(value)
        if not value.strip() and not (self.may_be_empty and not value):
            raise self.refused(value)
        return value


@dataclass(frozen=True, slots=True)
class OutputPattern(Kind[str]):
    """A regular expression that names what it finds."""

    @property
    def description(self) -> str:
        """See Kind."""
        return "a regular expression with named groups"

    def read(self, value: object) -> str:
        """See Kind."""
        if not isinstance(value, str):
            raise self.refused(value)
        try:
            pattern = re.compile(value)
        except (re.error, OverflowError, RecursionError) as error:
            raise self.refused(value, f": {error}") from None
        if not pattern.groupindex:
            raise self.refused(value, ": it names none, as in (?P<train_loss>...)")
        return value


# Names that people type, and what the action table calls them. Characters are their own names there.
_KEY_ALIASES = {
    " ": "space",
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "slash": "/",
    "question_mark": "?",
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "comma": ",",
    "full_stop": ".",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "less_than_sign": "<",
    "greater_than_sign": ">",
}
_KEY = re.compile(r"((ctrl|shift|alt|super|meta|hyper)\+)*([a-z][a-z0-9_]*|[!-~])")


@dataclass(frozen=True, slots=True)
class Key(Kind[str]):
    """A key of the keyboard: a character, or a name after any of ``ctrl+``, ``shift+``, ``alt+``."""

    @property
    def description(self) -> str:
        """See Kind."""
        return "a key such as j, G, /, space, f5 or ctrl+n"

    def read(self, value: object) -> str:
        """See Kind. Spellings of one key (``Esc``, ``shift+g``, ``comma``) become one."""
        if not isinstance(value, str):
            raise self.refused(value)
        if len(value) == 1 and value.isprintable() and value != " ":
            return value
        name = value.lower()
        name = _KEY_ALIASES.get(name, name)
        modifiers, plus, last = name.rpartition("+") if len(name) > 1 else ("", "", name)
        if modifiers == "shift" and len(last) == 1 and last.isalpha():
            return last.upper()
        name = modifiers + plus + _KEY_ALIASES.get(last, last)
        if not _KEY.fullmatch(name):
            raise self.refused(value)
        return name


@dataclass(frozen=True, slots=True)
class ListOf(Kind[tuple[T, ...]], Generic[T]):
    """Several values of one kind; ``what`` is their plural."""

    item: Kind[T]
    what: str
    or_one: bool = False
    """Whether a single value stands for a list of one."""

    @property
    def description(self) -> str:
        """See Kind."""
        return f"{'a value or ' if self.or_one else ''}a list of {self.what}"

    def read(self, value: object) -> tuple[T, ...]:
        """See Kind."""
        if self.or_one and not isinstance(value, list):
            return (self.item.read(value),)
        if not isinstance(value, list):
            raise self.refused(value)
        items = []
        for place, item in enumerate(value, start=1):
            try:
                items.append(self.item.read(item))
            except WrongValue as error:
                raise WrongValue(f"value {place} {error}") from None
        return tuple(items)


@dataclass(frozen=True, slots=True)
class TableOf(Kind[dict[str, T]], Generic[T]):
    """A table whose keys are the person's own; ``what`` says what they are, ``example`` is a line of one."""

    item: Kind[T]
    what: str
    example: str

    @property
    def description(self) -> str:
        """See Kind."""
        return f"a table: {self.what} = {self.item.description}"

    def read(self, value: object) -> dict[str, T]:
        """See Kind. Refuses the table for one wrong entry; ``read_entries`` keeps the others."""
        table, wrong = self.read_entries(value)
        for key, message in wrong.items():
            raise WrongValue(f"{shown(key)} {message}")
        return table

    def read_entries(self, value: object) -> tuple[dict[str, T], dict[str, str]]:
        """The valid entries, and what is wrong with the others. Raises WrongValue where it is no table."""
        if not isinstance(value, dict):
            raise self.refused(value)
        table: dict[str, T] = {}
        wrong: dict[str, str] = {}
        for key, item in value.items():
            try:
                table[key] = self.item.read(item)
            except WrongValue as error:
                wrong[key] = str(error)
        return table, wrong
