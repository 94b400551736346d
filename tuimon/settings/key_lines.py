"""On which line of a TOML file each key is; ``tomllib`` does not tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# A statement of more lines is no setting; without an end the search would be quadratic.
_LONGEST_STATEMENT = 500
# [metrics.directions] and a key in it is the deepest there is; dotted keys can be deeper than Python's stack.
_DEEPEST = 3


def key_lines(text: str) -> dict[tuple[str, ...], int]:
    """The line (from 1) on which each key and table of ``text`` is first set; ``text`` is valid TOML.

    Tables are followed as deep as settings go.

    A statement ends with the first line up to which it can be parsed on its own, since no line within a
    multi-line value is an end.
    """
    import tomllib  # 3 ms; without a settings file nobody asks

    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    statement: list[str] = []
    start = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not statement:
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            start = number
        statement.append(line)
        try:
            parsed = tomllib.loads("\n".join(statement) + "\n")
        except (ValueError, RecursionError):
            if len(statement) > _LONGEST_STATEMENT:
                return found
            continue
        is_header = statement[0].lstrip().startswith("[")
        statement.clear()
        paths = list(_paths(parsed))
        for path in paths:
            found.setdefault(path if is_header else (*table, *path), start)
        if is_header:
            table = max(paths, key=len)
    return found


def _paths(table: dict[str, Any], depth: int = _DEEPEST) -> Iterator[tuple[str, ...]]:
    for key, value in table.items():
        yield (key,)
        if isinstance(value, dict) and depth > 1:
            yield from ((key, *path) for path in _paths(value, depth - 1))
