"""The action table: one source of bindings, footer, help and palette, held together with the methods."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tuimon.charts.palette import DARK
from tuimon.charts.text_line import line_text
from tuimon.tui.app import TuimonApp
from tuimon.tui.keys.actions import ACTIONS, EVERYWHERE, Action, Scope, action_by_id, actions_of
from tuimon.tui.keys.bindings import app_bindings, screen_bindings
from tuimon.tui.painting.help_text import help_lines
from tuimon.tui.painting.keys_line import keys_line
from tuimon.tui.painting.look import Look
from tuimon.tui.screens.board_screen import BoardScreen
from tuimon.tui.screens.compare import CompareScreen
from tuimon.tui.screens.dashboard import DashboardScreen
from tuimon.tui.screens.help import HelpScreen
from tuimon.tui.screens.output import OutputScreen
from tuimon.tui.screens.pages import PagesScreen
from tuimon.tui.screens.records import RecordsScreen
from tuimon.tui.screens.run import RunScreen
from tuimon.tui.screens.sweep import SweepScreen

SCREENS: dict[Scope, type[BoardScreen]] = {
    Scope.DASHBOARD: DashboardScreen,
    Scope.COMPARE: CompareScreen,
    Scope.SWEEP: SweepScreen,
    Scope.RUN: RunScreen,
    Scope.RECORDS: RecordsScreen,
    Scope.OUTPUT: OutputScreen,
    Scope.PAGES: PagesScreen,
    Scope.HELP: HelpScreen,
}
LOOK = Look(DARK, ascii=False)


def has_method(owner: type, action: Action) -> bool:
    return callable(getattr(owner, f"action_{action.id}", None))


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_has_its_method(action: Action) -> None:
    """An action is in the table when it works: the app, or each screen of its scopes, can do it."""
    if action.on_app:
        assert has_method(TuimonApp, action)
        return
    scopes = SCREENS if action.scopes == EVERYWHERE else action.scopes
    for scope in scopes:
        assert has_method(SCREENS[scope], action), scope


def test_ids_are_unique_and_every_action_says_what_it_does() -> None:
    """Settings name actions by id; help is one sentence."""
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)
    assert all(action.keys and action.title for action in ACTIONS)
    assert all(action.help.endswith(".") for action in ACTIONS)
    assert action_by_id("log_y").keys == ("y",)
    with pytest.raises(KeyError):
        action_by_id("nonsense")


@pytest.mark.parametrize("scope", SCREENS)
def test_no_key_has_two_meanings_on_a_screen(scope: Scope) -> None:
    """Each key belongs to one action of a screen."""
    keys = [key for action in actions_of(scope) for key in action.keys]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("scope", SCREENS)
def test_bindings_come_from_the_table_alone(scope: Scope) -> None:
    """A screen and the app bind all actions of the scope, and nothing else."""
    bound = {binding.id for binding in (*screen_bindings(scope), *app_bindings())}
    assert bound == {action.id for action in actions_of(scope)}
    own = {binding.id for _, binding in SCREENS[scope]._merged_bindings or () if binding.id}
    assert {action.id for action in actions_of(scope) if not action.on_app} <= own


@pytest.mark.parametrize("scope", SCREENS)
@pytest.mark.parametrize("width", [40, 80, 120])
def test_help_names_every_key_of_its_screen(scope: Scope, width: int) -> None:
    """Help leaves nothing out, whatever the width."""
    lines = help_lines(scope, width, LOOK)
    text = "\n".join(line_text(line) for line in lines)
    for action in actions_of(scope):
        assert action.key_text in text
        assert action.title in text
    assert all(sum(segment.cell_length for segment in line) == width for line in lines)


@pytest.mark.parametrize("scope", [Scope.DASHBOARD, Scope.COMPARE, Scope.SWEEP, Scope.RUN])
@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_the_last_line_always_says_how_to_get_help_and_out(scope: Scope, width: int) -> None:
    """Where room is scarce other keys are left out first, and no key is cut in half."""
    text = line_text(keys_line(actions_of(scope), width, LOOK))
    assert "? Help" in text
    assert "q Quit" in text
    for word in text.split("  "):
        if word.strip():
            key, _, title = word.strip().partition(" ")
            assert (key, title) in {(action.key_name, action.title) for action in ACTIONS}


def test_ascii_terminals_get_ascii_keys() -> None:
    """Without UTF-8 help has no arrows it cannot show."""
    text = "".join(line_text(line) for line in help_lines(Scope.DASHBOARD, 80, Look(DARK, ascii=True)))
    assert text.isascii()


@pytest.mark.parametrize("scope", [scope for scope in SCREENS if scope is not Scope.DASHBOARD])
def test_80_columns_say_how_to_get_back(scope: Scope) -> None:
    """On every screen above the dashboard."""
    assert "Esc Back" in last_line(scope)


def test_80_columns_of_a_comparison_say_how_to_export_it() -> None:
    """Who compares wants the numbers; the other keys about curves are in the help."""
    assert "e Export" in last_line(Scope.COMPARE)


def last_line(scope: Scope) -> str:
    """The keys at 80 columns on a screen above the dashboard."""
    places = SCREENS[scope].FOOTER
    actions = [replace(action, footer=places.get(action.id, action.footer)) for action in actions_of(scope)]
    return line_text(keys_line(actions, 80, LOOK))
