"""The table of actions: the one source of bindings, footer, palette, help and the README's key list.

An action is in it when it works. Its id is the name that settings use to give it other keys, and the name of
the method that does it: ``action_<id>`` of the app where the action means the same on every screen, else of
the screens in its scopes. A test holds table and methods together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain

from tuimon.tui.keys.action import (
    ALWAYS_SHOWN,
    CHARTS,
    COMPARE,
    DASHBOARD,
    EVERYWHERE,
    HELP,
    MOVING,
    ONE_RUN,
    PAGES,
    RUN,
    SEARCHED,
    SWEEP,
    Action,
    Scope,
    key_name,
)
from tuimon.tui.keys.chart_actions import IN_CHARTS, LAYOUT, ON_CHARTS

__all__ = [
    "ACTIONS",
    "ALWAYS_SHOWN",
    "EVERYWHERE",
    "SECTIONS",
    "Action",
    "Scope",
    "action_by_id",
    "actions_of",
    "key_name",
    "key_or_title",
    "with_keys",
]

_MOVE: tuple[Action, ...] = (
    Action("down", ("j", "down"), "Down", "Move down in the focused pane.", MOVING, in_palette=False),
    Action("up", ("k", "up"), "Up", "Move up in the focused pane.", MOVING, in_palette=False),
    Action("first", ("g", "home"), "First", "Go to the first row.", MOVING, in_palette=False),
    Action("last", ("G", "end"), "Last", "Go to the last row.", MOVING, in_palette=False),
    Action("page_down", ("pagedown",), "Page down", "Move down by a page.", MOVING, in_palette=False),
    Action("page_up", ("pageup",), "Page up", "Move up by a page.", MOVING, in_palette=False),
    Action(
        "next_pane",
        ("tab",),
        "Next pane",
        "Focus the charts, or the run table again.",
        DASHBOARD,
        in_palette=False,
    ),
)
_ON_RUNS: tuple[Action, ...] = (
    Action(
        "mark",
        ("space",),
        "Mark",
        "Mark or unmark the run under the cursor and move down. The charts show the marked runs and the one "
        "under the cursor; while none is marked, the first ones of the table.",
        DASHBOARD,
        footer=1,
    ),
    Action("mark_all", ("a",), "Mark all", "Mark all runs that are shown.", DASHBOARD),
    Action("mark_none", ("A",), "Mark none", "Unmark all runs.", DASHBOARD),
    Action(
        "open",
        ("enter",),
        "Open",
        "Open the run under the cursor; with the charts focused, put the chosen metric into the large chart.",
        DASHBOARD,
        footer=2,
    ),
    Action(
        "compare",
        ("c",),
        "Compare",
        "Compare the marked runs side by side; with fewer than two marked, the one under the cursor with the "
        "baseline, else with the best, else with its neighbours.",
        DASHBOARD,
        footer=3,
    ),
    Action(
        "baseline",
        ("b",),
        "Baseline",
        "Make the run under the cursor the baseline of all deltas, or none if it was.",
        DASHBOARD | COMPARE,
        footer=4,
    ),
    Action(
        "filter",
        ("/",),
        "Filter",
        "Show only runs that match: words, or conditions such as state:running val_loss<2.",
        DASHBOARD,
        footer=5,
    ),
    Action("sort", ("s",), "Sort", "Choose the column that sorts the table.", DASHBOARD, footer=6),
    Action("reverse_sort", ("S",), "Reverse sort", "Sort the other way round.", DASHBOARD),
    Action(
        "group",
        ("d",),
        "Group",
        "Group runs that differ in seeds, names, paths or devices alone: mean and spread. Enter opens one.",
        DASHBOARD,
    ),
    Action(
        "choose_group_keys",
        ("u",),
        "Group keys",
        "Group runs, and choose the config keys that do not tell groups apart.",
        DASHBOARD,
    ),
    Action(
        "choose_columns",
        ("C",),
        "Columns",
        "Choose the columns of the table, config keys and metrics among them, their order and widths.",
        DASHBOARD,
    ),
)
_ON_FILES: tuple[Action, ...] = (
    Action("note", ("n",), "Note", "Write a note on the run under the cursor.", ONE_RUN, True),
    Action(
        "tags",
        ("t",),
        "Tags",
        "Tag the marked runs, or edit the tags of one.",
        ONE_RUN,
        True,
    ),
    Action(
        "export",
        ("e",),
        "Export",
        "Write the curves of the marked runs, or of the one under the cursor, or the table of a comparison or"
        " sweep to a CSV file.",
        CHARTS | SWEEP,
        True,
    ),
    Action(
        "copy_line",
        ("Y",),
        "Copy",
        "Copy the line that reproduces the run or stops it, its log's place, or a comparison or sweep.",
        ONE_RUN | COMPARE | SWEEP,
        True,
    ),
    Action(
        "archive",
        ("X",),
        "Archive",
        "Hide the marked runs, or the one under the cursor; archived ones come back.",
        ONE_RUN,
        True,
    ),
    Action("show_archived", ("V",), "Show archived", "Show or hide archived runs.", DASHBOARD, True),
    Action(
        "delete",
        ("D",),
        "Delete",
        "Move the files of the run under the cursor to .trash/, after its name was typed.",
        ONE_RUN,
        True,
    ),
    Action("records", ("v",), "Records", "Show the lines of the log as they are.", RUN, footer=13),
    Action(
        "output",
        ("O",),
        "Output",
        "Show what the program printed, live, where it was started by tuimon run.",
        ONE_RUN,
        True,
        footer=14,
    ),
)
_SIDE_BY_SIDE: tuple[Action, ...] = (
    Action(
        "all_keys", ("u",), "All keys", "Show all config keys, or only those that differ.", COMPARE, footer=1
    ),
    Action(
        "sweep",
        ("U",),
        "Sweep",
        "Show a config key against the best value of a metric, of the marked runs or all that are shown.",
        DASHBOARD | COMPARE,
        True,
    ),
    Action("sweep_key", ("x",), "Config key", "Choose the config key of a sweep.", SWEEP, footer=1),
    Action(
        "sweep_metric", ("m",), "Metric", "Choose the metric whose best value a sweep shows.", SWEEP, footer=2
    ),
    Action("open_best", ("enter",), "Best run", "Open the best run of the chosen value.", SWEEP, footer=3),
)
_IN_TEXT: tuple[Action, ...] = (
    Action(
        "search", ("/",), "Search", "Find text in the log, the output or the help.", SEARCHED | HELP, footer=1
    ),
    Action("next_match", ("n",), "Next", "The next line that has the text.", SEARCHED, footer=2),
    Action("previous_match", ("N",), "Previous", "The previous line that has the text.", SEARCHED, footer=3),
    Action("next_text", ("]",), "Next page", "The next page to read.", PAGES, footer=1),
    Action("previous_text", ("[",), "Previous page", "The previous page to read.", PAGES, footer=2),
)
_ALWAYS: tuple[Action, ...] = (
    Action(
        "back",
        ("escape",),
        "Back",
        "Step back one layer: close the screen or the input, leave the full chart, clear the filter.",
        EVERYWHERE,
        footer=12,
        in_palette=False,
    ),
    Action(
        "help", ("?",), "Help", "Show the keys, those of the focused pane first.", EVERYWHERE, True, footer=20
    ),
    Action(
        "pages",
        ("f1",),
        "Pages",
        "Read the guide, the quick reference, the format of the logs, how tuimon works inside.",
        EVERYWHERE,
        True,
    ),
    Action(
        "palette",
        ("ctrl+p",),
        "Palette",
        "Find any action, run or metric by typing.",
        EVERYWHERE,
        True,
        in_palette=False,
    ),
    Action("quit", ("q",), "Quit", "Quit, wherever no text is typed.", EVERYWHERE, True, footer=21),
    Action(
        "quit_now",
        ("ctrl+c",),
        "Quit at once",
        "Quit from anywhere, also while typing.",
        EVERYWHERE,
        True,
        priority=True,
        in_palette=False,
    ),
)

SECTIONS: Mapping[str, tuple[Action, ...]] = {
    "Moving": _MOVE,
    "Runs": _ON_RUNS,
    "A run's files": _ON_FILES,
    "Charts": ON_CHARTS,
    "Cursor and zoom": IN_CHARTS,
    "Layout": LAYOUT,
    "Comparison and sweep": _SIDE_BY_SIDE,
    "Text": _IN_TEXT,
    "Everywhere": _ALWAYS,
}
"""The table by what the actions are about; the titles are headings of the help."""

ACTIONS: tuple[Action, ...] = tuple(chain.from_iterable(SECTIONS.values()))


def actions_of(scope: Scope, actions: Iterable[Action] = ACTIONS) -> Iterator[Action]:
    """The actions that can be used in a scope, those for everywhere included, in table order."""
    return (action for action in actions if scope in action.scopes or Scope.EVERYWHERE in action.scopes)


def with_keys(keys: Mapping[str, tuple[str, ...]]) -> tuple[Action, ...]:
    """The table with other keys, by action id; an action that is not named keeps its own."""
    return tuple(replace(action, keys=keys.get(action.id, action.keys)) for action in ACTIONS)


def action_by_id(action_id: str, actions: Iterable[Action] = ACTIONS) -> Action:
    """The action of this id; KeyError for an unknown one."""
    for action in actions:
        if action.id == action_id:
            return action
    raise KeyError(action_id)


def key_or_title(action_id: str, actions: Iterable[Action] = ACTIONS) -> str:
    """The first key of an action as a person reads it; of one without keys what the palette calls it."""
    action = action_by_id(action_id, actions)
    return action.key_name or f"{action.title!r} in the palette"
