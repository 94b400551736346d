"""The README's key list, made from the action table."""

from __future__ import annotations

from collections.abc import Iterable

from tuimon.tui.keys.actions import ACTIONS, Action


def key_table(actions: Iterable[Action] = ACTIONS) -> str:
    """A Markdown table of two actions a line: the keys and what they do, in the order of the table."""
    cells = [(_keys(action), action.help.rstrip(".")) for action in actions]
    half = (len(cells) + 1) // 2
    left, right = cells[:half], [*cells[half:], ("", "")][:half]
    lines = ["| key | does | key | does |", "| --- | --- | --- | --- |"]
    lines += [f"| {' | '.join((*one, *other))} |" for one, other in zip(left, right, strict=True)]
    return "\n".join(lines) + "\n"


def _keys(action: Action) -> str:
    return " ".join(f"`{key}`" for key in action.key_text.split(" "))
