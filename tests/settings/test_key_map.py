"""The person's keys laid over those of the actions."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from tuimon.settings.key_map import Keys, remapped_keys
from tuimon.tui.keys.actions import ACTIONS, Scope


@dataclass(frozen=True)
class FakeAction:
    id: str
    keys: tuple[str, ...]
    scopes: frozenset[str] = frozenset({"Dashboard"})


COMPARE, EVERYWHERE = frozenset({"Compare"}), frozenset({"Everywhere"})
TABLE = (
    FakeAction("mark", ("space",)),
    FakeAction("open", ("enter", "o")),
    FakeAction("all_keys", ("u",), COMPARE),
    FakeAction("help", ("?",), EVERYWHERE),
    FakeAction("quit_now", ("ctrl+c",), EVERYWHERE),
)


def remapped(**overrides: tuple[str, ...]) -> tuple[Keys, dict[str, str]]:
    """The result of these overrides over TABLE: the keys that changed, and the problems."""
    keys, problems = remapped_keys(overrides, TABLE)
    assert keys.keys() == {action.id for action in TABLE}
    return {action.id: keys[action.id] for action in TABLE if keys[action.id] != action.keys}, problems


def test_an_override_replaces_all_keys_of_its_action() -> None:
    """A key of before does nothing any more; a key named twice is one."""
    assert remapped(open=("l", "right", "l")) == ({"open": ("l", "right")}, {})


def test_a_key_is_taken_from_the_action_that_had_it() -> None:
    """The other action keeps its other keys."""
    assert remapped(mark=("o",)) == ({"mark": ("o",), "open": ("enter",)}, {})


def test_an_action_left_without_a_key_is_told() -> None:
    """At the override that took it."""
    changed, problems = remapped(open=("space",))
    assert changed == {"open": ("space",), "mark": ()}
    assert problems == {"open": "leaves mark without a key; give it another one here"}


def test_two_actions_can_swap_their_keys() -> None:
    """Both overrides hold, in either order."""
    expected = {"mark": ("enter",), "open": ("space",)}
    assert remapped(mark=("enter",), open=("space",)) == (expected, {})
    assert remapped(open=("space",), mark=("enter",)) == (expected, {})


def test_the_same_key_can_do_different_things_on_different_screens() -> None:
    """Scopes that never meet don't take keys from each other; the one for everywhere meets all."""
    assert remapped(mark=("u",)) == ({"mark": ("u",)}, {})
    changed, problems = remapped(help=("u",))
    assert changed == {"help": ("u",), "all_keys": ()}
    assert problems == {"help": "leaves all_keys without a key; give it another one here"}


def test_a_key_wanted_twice_goes_to_the_first() -> None:
    """The second override is ignored as a whole, and said."""
    assert remapped(mark=("v",), open=("x", "v")) == (
        {"mark": ("v",)},
        {"open": "v is the key of mark already"},
    )


def test_no_override_can_take_away_the_way_out() -> None:
    """Ctrl+C quits everywhere, whatever the settings say."""
    assert remapped(quit_now=("q",)) == ({}, {"quit_now": "always has its own keys"})
    assert remapped(mark=("ctrl+c",)) == ({}, {"mark": "ctrl+c is the key of quit_now already"})


def test_an_unknown_action_is_named_with_the_nearest() -> None:
    """A mistyped id changes nothing."""
    assert remapped(mrak=("v",)) == ({}, {"mrak": "no such action; did you mean mark?"})
    assert remapped(zzzzzz=("v",)) == ({}, {"zzzzzz": "no such action"})


def test_an_empty_list_leaves_the_action_to_the_palette() -> None:
    """That is what was asked for, so no problem; and its key is free for another."""
    assert remapped(mark=(), open=("space",)) == ({"mark": (), "open": ("space",)}, {})


def test_the_apps_own_keys_are_as_they_were_without_overrides() -> None:
    """The real table, and the names by which it is told here which actions are special."""
    keys, problems = remapped_keys({}, ACTIONS)
    assert keys == {action.id: action.keys for action in ACTIONS}
    assert problems == {}
    _, problems = remapped_keys({"quit_now": ("q",)}, ACTIONS)
    assert problems == {"quit_now": "always has its own keys"}
    assert Scope("Everywhere") is Scope.EVERYWHERE


KEYS = st.lists(st.sampled_from(["space", "enter", "o", "u", "?", "ctrl+c", "v"]), max_size=3).map(tuple)
IDS = st.sampled_from([action.id for action in TABLE] + ["nothing"])


@given(st.dictionaries(IDS, KEYS))
def test_no_key_ever_has_two_meanings_in_one_place(overrides: dict[str, tuple[str, ...]]) -> None:
    """Whatever is asked for; and each override is either done or a problem, never dropped silently."""
    keys, problems = remapped_keys(overrides, TABLE)
    for place in ("Dashboard", "Compare"):
        in_place = [action for action in TABLE if action.scopes & {place, "Everywhere"}]
        held = [key for action in in_place for key in keys[action.id]]
        assert len(held) == len(set(held))
    assert keys["quit_now"] == ("ctrl+c",)
    for action_id, wanted in overrides.items():
        assert action_id in problems or keys[action_id] == tuple(dict.fromkeys(wanted))
