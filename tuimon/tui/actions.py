"""The table of actions: the one source of bindings, footer, palette, help and the README's key list.

An action is in it when it works. Its id is the name that settings use to give it other keys, and the name of
the method that does it: ``action_<id>`` of the app where the action means the same on every screen, else of
the screens in its scopes. A test holds table and methods together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum

from tuimon.quick_dataclass import dataclass


class Scope(StrEnum):
    """Where an action can be used. The values are headings of the help screen."""

    EVERYWHERE = "Everywhere"
    DASHBOARD = "Dashboard"
    COMPARE = "Compare"
    SWEEP = "Sweep"
    RUN = "Run"
    RECORDS = "Records"
    OUTPUT = "Output"
    PAGES = "Pages"
    HELP = "Help"


DASHBOARD = frozenset({Scope.DASHBOARD})
COMPARE = frozenset({Scope.COMPARE})
SWEEP = frozenset({Scope.SWEEP})
CHARTS = frozenset({Scope.DASHBOARD, Scope.COMPARE, Scope.RUN})
PAGED = frozenset({Scope.DASHBOARD, Scope.RUN})
MOVING = frozenset({*CHARTS, Scope.SWEEP, Scope.RECORDS, Scope.OUTPUT, Scope.PAGES, Scope.HELP})
ONE_RUN = frozenset({Scope.DASHBOARD, Scope.RUN})
RUN = frozenset({Scope.RUN})
OUTPUT = frozenset({Scope.OUTPUT})
SEARCHED = frozenset({Scope.RECORDS, Scope.OUTPUT})
PAGES = frozenset({Scope.PAGES})
EVERYWHERE = frozenset({Scope.EVERYWHERE})

ALWAYS_SHOWN = 20  # from this place on a key stays in the last line, however narrow that is


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a person can do.

    ``keys`` are Textual's names; none where a person's settings leave it to the palette. ``title`` is the
    word or two of footer and palette, ``help`` a sentence.
    ``on_app``: the app has the method, not the screen. ``footer`` is the place among the keys in the last
    line (0: not there; the higher, the sooner it is
    left out where room is scarce; from ALWAYS_SHOWN on it stays). ``priority``: works also
    while text is typed. ``in_palette`` is False for what makes no sense there (moving a cursor).
    """

    id: str
    keys: tuple[str, ...]
    title: str
    help: str
    scopes: frozenset[Scope]
    on_app: bool = False
    footer: int = 0
    priority: bool = False
    in_palette: bool = True

    @property
    def binding_action(self) -> str:
        """The action in Textual's notation."""
        return f"app.{self.id}" if self.on_app else self.id

    @property
    def key_name(self) -> str:
        """The first key as a person reads it: ``j``; empty for an action without keys."""
        return key_name(self.keys[0]) if self.keys else ""

    @property
    def key_text(self) -> str:
        """The keys as a person reads them: ``j ↓``."""
        return " ".join(key_name(key) for key in self.keys)


_KEY_NAMES = {
    "space": "Space",
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "f1": "F1",
    "shift+tab": "Shift+Tab",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "ctrl+c": "Ctrl+C",
    "ctrl+p": "Ctrl+P",
}


def key_name(key: str) -> str:
    """A key as it is printed on a keyboard."""
    return _KEY_NAMES.get(key, key)


ACTIONS: tuple[Action, ...] = (
    # Moving
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
    # Runs
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
        "Compare the marked runs side by side; with fewer than two marked, those in the charts.",
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
    # Charts
    Action(
        "choose_metrics",
        ("m",),
        "Metrics",
        "Choose the metric of the large chart, and which metrics have a strip.",
        DASHBOARD | COMPARE,
        on_app=True,
        footer=9,
    ),
    Action(
        "choose_x_axis",
        ("x",),
        "X axis",
        "Choose what runs along the x axis: steps, elapsed time, clock, tokens, any metric.",
        CHARTS,
        on_app=True,
        footer=7,
    ),
    Action(
        "log_y",
        ("y",),
        "Log y",
        "Switch between a linear and a logarithmic y axis.",
        CHARTS | SWEEP,
        True,
        footer=8,
    ),
    Action(
        "clip_outliers",
        ("o",),
        "Clip outliers",
        "Leave extreme values out of the y range; they are marked at the edge and counted in the title.",
        CHARTS,
        True,
    ),
    Action(
        "cursor",
        ("i",),
        "Cursor",
        "Put a line across all charts and list what each run has there, or take it away.",
        CHARTS,
        True,
        footer=8,
    ),
    Action(
        "fast_left",
        ("<",),
        "Far left",
        "Move the cursor of the charts ten columns.",
        CHARTS,
        True,
        in_palette=False,
    ),
    Action(
        "fast_right",
        (">",),
        "Far right",
        "Move the cursor of the charts ten columns.",
        CHARTS,
        True,
        in_palette=False,
    ),
    Action(
        "zoom_in",
        ("z",),
        "Zoom in",
        "Show less of x: around the cursor, else at the right end.",
        CHARTS,
        True,
        footer=9,
    ),
    Action("zoom_out", ("Z",), "Zoom out", "Show more of x.", CHARTS, True),
    Action("pan_left", ("H",), "Pan left", "Show what is further to the left.", CHARTS, True),
    Action("pan_right", ("L",), "Pan right", "Show what is further to the right.", CHARTS, True),
    Action(
        "zoom_in_y",
        ("w",),
        "Zoom in y",
        "Show less of y in the chosen chart, around the value at the cursor or at the right end.",
        CHARTS,
        True,
    ),
    Action("zoom_out_y", ("W",), "Zoom out y", "Show more of y in the chosen chart.", CHARTS, True),
    Action("pan_up", ("K",), "Pan up", "Show greater values in the chosen chart.", CHARTS, True),
    Action("pan_down", ("J",), "Pan down", "Show lesser values in the chosen chart.", CHARTS, True),
    Action("reset_zoom", ("r",), "Reset zoom", "Show all of every chart, and follow new data.", CHARTS, True),
    Action(
        "x_per_chart",
        ("P",),
        "X per chart",
        "Zoom each chart by itself, or all charts together.",
        CHARTS,
        True,
    ),
    Action("more_smoothing", ("+", "="), "Smooth more", "Smooth the curves more.", CHARTS, True, footer=10),
    Action("less_smoothing", ("-",), "Smooth less", "Smooth the curves less.", CHARTS, True),
    Action("no_smoothing", ("0",), "No smoothing", "Show the curves as they were logged.", CHARTS, True),
    Action(
        "next_page",
        ("]",),
        "Next chart",
        "The next page of strips; on the whole screen and of a run, the next chart.",
        PAGED,
        footer=11,
    ),
    Action("previous_page", ("[",), "Previous chart", "The previous page of strips, or chart.", PAGED),
    Action(
        "full_chart",
        ("f",),
        "Full screen",
        "Show the chosen chart on the whole screen, or the large one; of a comparison, its charts.",
        DASHBOARD | COMPARE,
    ),
    Action("larger_charts", ("}",), "Larger charts", "Give the charts more of the rows.", DASHBOARD),
    Action("smaller_charts", ("{",), "Smaller charts", "Give the charts fewer rows.", DASHBOARD),
    Action("more_strips", (")",), "More strips", "One more small chart on a page.", DASHBOARD),
    Action("fewer_strips", ("(",), "Fewer strips", "One small chart less on a page.", DASHBOARD),
    Action(
        "automatic_layout",
        ("\\",),
        "Own layout",
        "Rows and pages of the charts as they are by themselves again.",
        DASHBOARD,
    ),
    Action(
        "pause",
        ("p",),
        "Pause",
        "Freeze the view, or follow again. Reading goes on meanwhile.",
        CHARTS,
        on_app=True,
    ),
    Action(
        "next_event",
        (".",),
        "Next event",
        "Go to the next NaN, spike, alert, resume, best value or logged event of the runs in the charts.",
        CHARTS,
        True,
        footer=11,
    ),
    Action(
        "previous_event", (",",), "Previous event", "Go to the previous one of these events.", CHARTS, True
    ),
    # Compare
    Action(
        "all_keys", ("u",), "All keys", "Show all config keys, or only those that differ.", COMPARE, footer=1
    ),
    Action(
        "left",
        ("left", "h"),
        "Left",
        "Move the cursor of the charts to the left; in a comparison without it, go to the run on the left; "
        "in the output, see the left of long lines.",
        CHARTS | SWEEP | OUTPUT,
        in_palette=False,
    ),
    Action(
        "right",
        ("right", "l"),
        "Right",
        "Move the cursor of the charts to the right; in a comparison without it, go to the run on the right; "
        "in the output, see the right of long lines.",
        CHARTS | SWEEP | OUTPUT,
        in_palette=False,
    ),
    # A sweep
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
    # A run's files
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
        "Write the curves of the marked runs, or of the one under the cursor, to a CSV file.",
        CHARTS,
        True,
    ),
    Action(
        "copy_line",
        ("Y",),
        "Copy",
        "Copy the line that reproduces the run or stops it, where its log is, or a comparison as Markdown.",
        ONE_RUN | COMPARE,
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
    Action("search", ("/",), "Search", "Find text in the log, or in the output.", SEARCHED, footer=1),
    Action("next_match", ("n",), "Next", "The next line that has the text.", SEARCHED, footer=2),
    Action("previous_match", ("N",), "Previous", "The previous line that has the text.", SEARCHED, footer=3),
    # Pages
    Action("next_text", ("]",), "Next page", "The next page to read.", PAGES, footer=1),
    Action("previous_text", ("[",), "Previous page", "The previous page to read.", PAGES, footer=2),
    # Everywhere
    Action(
        "back",
        ("escape",),
        "Back",
        "Step back one layer: close the screen or the input, leave the full chart, clear the filter.",
        EVERYWHERE,
        footer=12,
        in_palette=False,
    ),
    Action("help", ("?",), "Help", "Show the keys.", EVERYWHERE, True, footer=20),
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
        "Find any action or run by typing.",
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
