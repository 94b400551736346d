"""Command lines without the secrets that some people give in them."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

MASK = "***"

# Tokens that models read (max_tokens, tokenizer) are none.
_SECRET = r"(?:token(?![A-Za-z])|secret|passw|api[_-]?key|access[_-]?key|private[_-]?key|credential)"
_IS_SECRET = re.compile(_SECRET, re.IGNORECASE)
_CODE_FOLLOWS = re.compile(r"-[A-Za-z]*c$")
_OPTION = re.compile(r"--?[A-Za-z][\w.-]*$")
# In a word, or in a shell's whole line that is one (bash -c "API_KEY=x ./train --token y").
_BEARING = re.compile(
    rf"(?P<name>[\w./-]{{0,80}}?{_SECRET}[\w./-]{{0,80}})(?P<sign>=)(?P<value>'[^']*'|\"[^\"]*\"|\S+)",
    re.IGNORECASE,
)
_INSIDE = re.compile(
    rf"(?P<name>(?:^|(?<=\s))--?[\w.-]{{0,80}}?{_SECRET}[\w.-]{{0,80}})(?P<sign>\s+)(?P<value>'[^']*'|\"[^\"]*\"|[^\s-]\S*)",
    re.IGNORECASE,
)


def is_secret(name: str) -> bool:
    """Whether an option or a variable of this name holds what nobody else may read."""
    return _IS_SECRET.search(name) is not None


def masked(words: Iterable[str]) -> tuple[str, ...]:
    """The command line with ``***`` for each value whose name says that it is a secret."""
    kept: list[str] = []
    is_value = False
    before = ""
    for word in words:
        if is_value and not _OPTION.match(word.partition("=")[0]):
            kept.append(MASK)
            is_value = False
            continue
        kept.append(_masked_word(word, is_code=_CODE_FOLLOWS.match(before) is not None))
        is_value = _OPTION.match(word) is not None and is_secret(word)
        before = word
    return tuple(kept)


def _masked_word(word: str, *, is_code: bool) -> str:
    name, sign, value = word.partition("=")
    if not is_code and sign and value and is_secret(name) and len(name.split()) == 1:
        return f"{name}={MASK}"  # the whole of it: a password may hold spaces
    if not is_secret(word):
        return word
    word = _BEARING.sub(rf"\g<name>\g<sign>{MASK}", word)
    return _INSIDE.sub(rf"\g<name>\g<sign>{MASK}", word) if " " in word else word
