"""The person's keys laid over those of the action table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from tuimon.settings.problems import did_you_mean

Keys = dict[str, tuple[str, ...]]


class Rebindable(Protocol):
    """What this module has to know of an action."""

    @property
    def id(self) -> str:
        """The name by which settings know it."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Its keys as declared."""

    @property
    def scopes(self) -> frozenset[str]:
        """Where it can be used."""


def remapped_keys(
    overrides: Mapping[str, tuple[str, ...]],
    actions: Sequence[Rebindable],
    *,
    everywhere: str = "Everywhere",
    fixed: Collection[str] = ("quit_now",),
) -> tuple[Keys, dict[str, str]]:
    """The keys of every action by id, and what is wrong with overrides by the id that they name.

    An override replaces an action's keys, and takes them from actions that could be used in the same place.
    It is ignored as a whole where it names no action or a ``fixed`` one, or wants a key that a fixed action
    or an earlier override has. Where it leaves another action without a key, that is said, and done.
    ``everywhere`` is the scope that meets all others.
    """
    by_id = {action.id: action for action in actions}
    keys: Keys = {action.id: action.keys for action in actions}
    settled = [action for action in actions if action.id in fixed]
    problems: dict[str, str] = {}
    for action_id, wanted in overrides.items():
        problem = _refusal(action_id, wanted, by_id, keys, settled, everywhere)
        if problem:
            problems[action_id] = problem
        else:
            keys[action_id] = tuple(dict.fromkeys(wanted))
            settled.append(by_id[action_id])
    for action in actions:
        if action in settled:
            continue
        takers = [other for other in settled if _meet(action, other, everywhere)]
        taken = {key for other in takers for key in keys[other.id]}
        left = tuple(key for key in action.keys if key not in taken)
        if action.keys and not left:
            taker = next(other for other in takers if set(keys[other.id]) & set(action.keys))
            problems.setdefault(taker.id, f"leaves {action.id} without a key; give it another one here")
        keys[action.id] = left
    return keys, problems


def _refusal(
    action_id: str,
    wanted: tuple[str, ...],
    by_id: Mapping[str, Rebindable],
    keys: Keys,
    settled: Sequence[Rebindable],
    everywhere: str,
) -> str | None:
    """Why an override is not used; None where it is."""
    action = by_id.get(action_id)
    if action is None:
        return f"no such action{did_you_mean(action_id, by_id)}"
    if action in settled:
        return "always has its own keys"
    for other in settled:
        both = [key for key in wanted if key in keys[other.id]]
        if both and _meet(action, other, everywhere):
            return f"{both[0]} is the key of {other.id} already"
    return None


def _meet(action: Rebindable, other: Rebindable, everywhere: str) -> bool:
    """Whether there is a place where both can be used."""
    return everywhere in action.scopes | other.scopes or not action.scopes.isdisjoint(other.scopes)
