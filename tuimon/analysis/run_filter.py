"""Which runs are shown: a line typed by a person, read into a question asked of each run.

    filter     = any
    any        = all { "or" all }
    all        = one { [ "and" ] one }
    one        = "not" one | "(" any ")" | comparison | word
    comparison = key sign value
    sign       = ":" | "=" | "==" | "!=" | "<" | "<=" | ">" | ">="

Words look into name, tags and notes. Keys are the fields of ``filter_terms`` (``state:running``, ``tag:x``,
``archived:yes``, ``step>1k``, ``age<2h``, ``progress>50%``), ``cfg.KEY``, and any metric (``val_loss<2.1``,
its best value; ``val_loss.last``, ``.min``, ``.max``, ``.mean``). ``!=`` is the opposite of ``=``, so it
matches runs that lack the key. What has spaces, parentheses, signs or is one of ``and``, ``or``, ``not`` goes
in quotes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from enum import StrEnum

from tuimon.analysis.filter_terms import (
    DURATION_FIELDS,
    JOB_FIELDS,
    NUMBER_FIELDS,
    ORDER_SIGNS,
    TEXT_FIELDS,
    AllOf,
    ColumnIs,
    ConfigIs,
    Everything,
    JobIs,
    MetricIs,
    Not,
    OneOf,
    Term,
    TextIs,
    Word,
    asks_about,
    is_config,
)
from tuimon.analysis.run_rows import RunRow
from tuimon.analysis.sorting import CONFIG_PREFIX
from tuimon.quick_dataclass import dataclass
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot

_MAX_DEPTH = 100  # far more parentheses in parentheses than a person types, far less than the stack holds
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_FACTORS = {"": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "B": 1e9, "T": 1e12, "%": 0.01}
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([kKMGBT%]?)", re.ASCII)
_DURATION_PART = re.compile(r"(\d+\.?\d*|\.\d+)([smhdw])", re.ASCII)
_SIGN = re.compile(r"[<>!=]=|[<>=:]")
_WORD = re.compile(r"(?:[^\s()\"'<>=:!]|!(?!=))+")
_VALUE = re.compile(r"[^\s()\"']+")


# Fields that say one of a few words.
_ONE_OF = {"state": tuple(str(state) for state in RunState), "archived": ("yes", "no")}


class FilterError(ValueError):
    """A filter that cannot be read: ``position`` is the index of the first wrong character.

    ``begun`` is where a comparison stands that only lacks its value, as it does while it is typed.
    """

    def __init__(self, reason: str, position: int, begun: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position
        self.begun = begun


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that was read; the empty one matches every run."""

    text: str
    term: Term

    def matches(self, run: RunSnapshot, row: RunRow | None = None) -> bool:
        """Whether the run is shown. What asks for a column of the table needs the run's row."""
        return self.term.matches(run, row)

    @property
    def decides_on_archived(self) -> bool:
        """Whether it says itself what is to become of archived runs, which are hidden otherwise."""
        return asks_about(self.term, "archived")


def parse_filter(text: str) -> Filter:
    """Read a filter; FilterError where it cannot be read."""
    return Filter(text, _Parser(tokens_of(text), len(text)).filter())


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    QUOTED = "quoted"
    SIGN = "sign"
    OPEN = "("
    CLOSE = ")"


@dataclass(frozen=True, slots=True)
class Token:
    """A part of the line: ``text`` is what it says, without quotes, ``start`` and ``end`` where it stands."""

    kind: Kind
    text: str
    start: int
    end: int

    def is_word(self, word: str) -> bool:
        """Whether it is this word of the language, whatever the case, not in quotes."""
        return self.kind is Kind.WORD and self.text.casefold() == word


def tokens_of(text: str) -> list[Token]:
    """The line in tokens; what follows a sign is its value as it is. FilterError: a quote is not closed."""
    tokens: list[Token] = []
    place = 0
    while place < len(text):
        character = text[place]
        if character.isspace():
            place += 1
            continue
        after_sign = bool(tokens) and tokens[-1].kind is Kind.SIGN
        token = _token_at(text, place, value=after_sign)
        tokens.append(token)
        place = token.end
    return tokens


def _token_at(text: str, place: int, *, value: bool) -> Token:
    character = text[place]
    if character in "()":
        return Token(Kind(character), character, place, place + 1)
    if character in "\"'":
        end = text.find(character, place + 1)
        if end < 0:
            raise FilterError(f"the quote {character} is not closed", place)
        return Token(Kind.QUOTED, text[place + 1 : end], place, end + 1)
    sign = None if value else _SIGN.match(text, place)
    if sign is not None:
        return Token(Kind.SIGN, sign.group(), place, sign.end())
    found = (_VALUE if value else _WORD).match(text, place)
    end = found.end() if found is not None else place + 1
    return Token(Kind.WORD, text[place:end], place, end)


class _Parser:
    """Recursive descent over the tokens, after the grammar at the top."""

    def __init__(self, tokens: list[Token], length: int) -> None:
        self._tokens = tokens
        self._length = length
        self._place = 0
        self._depth = 0

    def filter(self) -> Term:
        """The whole line."""
        if not self._tokens:
            return Everything()
        term = self._any()
        left = self._next()
        if left is not None:
            raise FilterError("nothing was opened that could be closed here", left.start)
        return term

    def _any(self) -> Term:
        terms = [self._all()]
        while self._take_word("or"):
            terms.append(self._all())
        return terms[0] if len(terms) == 1 else OneOf(tuple(terms))

    def _all(self) -> Term:
        terms = [self._one()]
        while (
            (token := self._next()) is not None and token.kind is not Kind.CLOSE and not token.is_word("or")
        ):
            self._take_word("and")
            terms.append(self._one())
        return terms[0] if len(terms) == 1 else AllOf(tuple(terms))

    def _one(self) -> Term:
        token = self._next()
        if token is None:
            raise FilterError("something to look for is missing at the end", self._length)
        if self._take_word("not"):
            return Not(self._deeper(self._one, token))
        self._place += 1
        if token.kind is Kind.OPEN:
            return self._parentheses(token)
        if token.kind not in (Kind.WORD, Kind.QUOTED) or token.is_word("and") or token.is_word("or"):
            raise FilterError(f"something to look for is missing before {token.text}", token.start)
        sign = self._next()
        if sign is None or sign.kind is not Kind.SIGN:
            return Word(token.text)
        self._place += 1
        value = self._next()
        if value is None or not _is_value(value):
            raise FilterError(f"a value is missing after {token.text}{sign.text}", sign.end, token.start)
        self._place += 1
        return _comparison(token, sign, value)

    def _parentheses(self, opening: Token) -> Term:
        term = self._deeper(self._any, opening)
        closing = self._next()
        if closing is None:
            raise FilterError("the parenthesis ( is not closed", opening.start)
        self._place += 1
        return term

    def _deeper(self, read: Callable[[], Term], token: Token) -> Term:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise FilterError("nested too deeply", token.start)
        term = read()
        self._depth -= 1
        return term

    def _next(self) -> Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _take_word(self, word: str) -> bool:
        token = self._next()
        taken = token is not None and token.is_word(word)
        self._place += taken
        return taken


def _is_value(token: Token) -> bool:
    """Whether it can be compared with: not a parenthesis, nor signs alone as in ``loss<<``."""
    return token.kind is Kind.QUOTED or (token.kind is Kind.WORD and bool(token.text.strip("<>=!:")))


def _comparison(key: Token, sign: Token, value: Token) -> Term:
    if sign.text == "!=":
        return Not(_compared(key, "=", value))
    return _compared(key, "=" if sign.text == "==" else sign.text, value)


def _compared(key: Token, sign: str, value: Token) -> Term:
    name = key.text.casefold() if key.kind is Kind.WORD else key.text
    if name in TEXT_FIELDS:
        if sign in ORDER_SIGNS:
            raise FilterError(f"{name} is text: it has no {sign}", key.end)
        one_of = _ONE_OF.get(name)
        return TextIs(name, sign, value.text if one_of is None else _begun(one_of, value))
    if name in JOB_FIELDS:
        return JobIs(name, sign, _number(key, value))
    if name in NUMBER_FIELDS:
        return ColumnIs(NUMBER_FIELDS[name], sign, _number(key, value))
    if name in DURATION_FIELDS:
        return ColumnIs(DURATION_FIELDS[name], sign, _duration(key, value))
    number = number_of(value.text)
    if number is None and sign in ORDER_SIGNS:
        raise FilterError("not a number", value.start)
    if is_config(key.text):
        return ConfigIs(key.text.removeprefix(CONFIG_PREFIX), sign, value.text, number)
    return MetricIs(key.text, sign, value.text, number)


def _begun(words: tuple[str, ...], value: Token) -> str:
    """The one of these words that was begun: ``state:fail`` while it is being typed."""
    if "*" in value.text:
        return value.text
    for word in words:
        if word.startswith(value.text.casefold()):
            return word
    # No longer than this: at 80 columns it stands beside the filter.
    raise FilterError(f"one of {', '.join(words)}", value.start)


def _number(key: Token, value: Token) -> float:
    number = number_of(value.text)
    if number is None:
        raise FilterError(f"{key.text} is a number", value.start)
    return number


def _duration(key: Token, value: Token) -> float:
    seconds = seconds_of(value.text)
    if seconds is None:
        raise FilterError(f"{key.text} is a time such as 30s, 2h or 1d12h", value.start)
    return seconds


def number_of(text: str) -> float | None:
    """``1200``, ``1.2k``, ``3e-4``, ``50%``, ``nan``, ``inf``; None for anything else."""
    found = _NUMBER.fullmatch(text)
    if found is not None:
        return float(found.group(1)) * _FACTORS[found.group(2)]
    words = {"nan": math.nan, "inf": math.inf, "+inf": math.inf, "-inf": -math.inf}
    return words.get(text.casefold())


def seconds_of(text: str) -> float | None:
    """``90`` (seconds), ``30s``, ``2h``, ``1d12h``; None for anything else."""
    parts = _DURATION_PART.findall(text)
    if parts and "".join(amount + unit for amount, unit in parts) == text:
        return sum(float(amount) * _SECONDS[unit] for amount, unit in parts)
    found = _NUMBER.fullmatch(text)
    return float(found.group(1)) if found is not None and not found.group(2) else None
