"""The action table as Textual's bindings."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from textual.binding import Binding
from textual.keys import KEY_NAME_REPLACEMENTS

from tuimon.tui.keys.actions import ACTIONS, EVERYWHERE, Action, Scope, action_by_id

# A name that no key of a terminal has: Textual's keymap cannot take all keys from a binding.
_NO_KEY = "no_key"


def textual_key(key: str) -> str:
    """Textual's name of a key: characters that are no letters or digits go by their Unicode names."""
    if len(key) != 1 or key.isalnum():
        return key
    name = unicodedata.name(key).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def binding_of(action: Action) -> Binding:
    """One action's binding; its id lets settings give it other keys."""
    return Binding(
        _key_list(action),
        action.binding_action,
        action.title,
        show=False,  # the last line of the screen is drawn from the table, not by Textual's footer
        priority=action.priority,
        id=action.id,
    )


def screen_bindings(scope: Scope) -> list[Binding]:
    """The bindings of a screen: its own actions, and those that every screen does in its own way."""
    return [
        binding_of(action)
        for action in ACTIONS
        if scope in action.scopes or (action.scopes == EVERYWHERE and not action.on_app)
    ]


def app_bindings() -> list[Binding]:
    """The bindings that hold on every screen."""
    return [binding_of(action) for action in ACTIONS if action.scopes == EVERYWHERE and action.on_app]


def keymap_of(actions: Iterable[Action]) -> dict[str, str]:
    """Textual's keymap for a table with other keys: those actions whose keys are not the declared ones."""
    return {
        action.id: _key_list(action) or _NO_KEY
        for action in actions
        if action.keys != action_by_id(action.id).keys
    }


def _key_list(action: Action) -> str:
    return ",".join(textual_key(key) for key in action.keys)
