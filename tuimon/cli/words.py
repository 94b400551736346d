"""Which command the words of a command line mean."""

from __future__ import annotations

from collections.abc import Collection, Sequence

OPEN = "open"
COMPLETION_VARIABLE = "_TUIMON_COMPLETE"  # a shell sets it to ask what may follow; the name is by click
_GROUP_OPTIONS = frozenset({"--help", "-h", "--version"})
_TAKES_A_WORD = frozenset({"--log-dir"})


def with_command(words: Sequence[str], commands: Collection[str]) -> list[str]:
    """``words`` with their command in front: the first word if it names one, else opening the app.

    Options before the command go behind it, so ``tuimon --log-dir runs ls`` is ``tuimon ls --log-dir runs``.
    After ``--`` every word is a path.
    """
    position = 0
    while position < len(words) and words[position].startswith("-") and words[position] != "-":
        word = words[position]
        if word in _GROUP_OPTIONS:
            return list(words)
        if word == "--":
            return [OPEN, *words]
        position += 2 if word in _TAKES_A_WORD else 1
    if position < len(words) and words[position] in commands:
        return [words[position], *words[:position], *words[position + 1 :]]
    return [OPEN, *words]
