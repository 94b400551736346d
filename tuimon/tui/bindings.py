"""The action table as Textual's bindings."""

from __future__ import annotations

from textual.binding import Binding

from tuimon.tui.actions import ACTIONS, EVERYWHERE, Action, Scope

# Textual names the keys of some characters; the others are their own names.
_TEXTUAL_NAMES = {
    "/": "slash",
    "?": "question_mark",
    "+": "plus",
    "=": "equals_sign",
    "-": "minus",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
}


def binding_of(action: Action) -> Binding:
    """One action's binding; its id lets settings give it other keys."""
    return Binding(
        ",".join(_TEXTUAL_NAMES.get(key, key) for key in action.keys),
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
