"""A filter that is still being typed: which of its ends may only be the beginning of something else."""

from __future__ import annotations

from collections.abc import Sequence

from tuimon.analysis.filter_completion import complete_filter
from tuimon.analysis.run_filter import FilterError, Kind, Token, parse_filter, tokens_of
from tuimon.store.snapshot import RunSnapshot

_OPERATORS = ("and", "or", "not")


def begun_operator(text: str) -> int | None:
    """Where a last word begins that follows a complete term and is the beginning of and, or, not."""
    tokens = _tokens(text)
    if len(tokens) < 2 or not _is_last_word(tokens, text) or not _ends_term(tokens[-2]):
        return None
    return tokens[-1].start if _begins(tokens[-1].text, _OPERATORS) else None


def begun_key(text: str, runs: Sequence[RunSnapshot]) -> int | None:
    """Where a last word begins that may become not, or a field, metric or config key to be compared.

    With a space after it, it has to be the whole of one.
    """
    tokens = _tokens(text)
    if not tokens or not _is_last_word(tokens, text.rstrip()):
        return None
    word = tokens[-1]
    if word.end < len(text):
        found = complete_filter(text.rstrip(), word.end, runs)
        return word.start if any(each.text == word.text for each in found) else None
    return word.start if _begins(word.text, ("not",)) or complete_filter(text, len(text), runs) else None


def good_start(text: str) -> str:
    """The longest beginning of it, in whole words and signs, that can be read; all else left out."""
    for token in reversed(_tokens(text)):
        try:
            parse_filter(text[: token.start])
        except FilterError:
            continue
        return text[: token.start].rstrip()
    return ""


def _tokens(text: str) -> list[Token]:
    try:
        return tokens_of(text)
    except FilterError:  # within a quote
        return []


def _is_last_word(tokens: Sequence[Token], text: str) -> bool:
    """Whether the text ends in a word that is not in quotes and not compared with."""
    last = tokens[-1]
    value = len(tokens) > 1 and tokens[-2].kind is Kind.SIGN
    return last.kind is Kind.WORD and last.end == len(text) and not value


def _ends_term(token: Token) -> bool:
    operator = any(token.is_word(word) for word in _OPERATORS)
    return token.kind in (Kind.WORD, Kind.QUOTED, Kind.CLOSE) and not operator


def _begins(word: str, whole: Sequence[str]) -> bool:
    return any(each.startswith(word.casefold()) and each != word.casefold() for each in whole)
