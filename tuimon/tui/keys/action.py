"""What an action of the app is, and where it can be used."""

from __future__ import annotations

from enum import StrEnum

from tuimon.quick_dataclass import dataclass


class Scope(StrEnum):
    """Where an action can be used. The values are what the help calls the screens."""

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
HELP = frozenset({Scope.HELP})
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
