"""The screens that the app opens later: not needed for its first charts."""

from __future__ import annotations

from importlib import import_module

OTHER_SCREENS = (
    "tuimon.analysis.filter_completion",
    "tuimon.tui.screens.pick",
    "tuimon.tui.screens.metrics",
    "tuimon.tui.screens.columns",
    "tuimon.tui.screens.run",
    "tuimon.tui.screens.compare",
    "tuimon.tui.screens.output",
    "tuimon.tui.screens.help",
    "tuimon.tui.screens.write",
    "tuimon.tui.screens.palette",
)


def load_other_screens() -> None:
    """Import what the first keys will want, once the first charts are there and nobody waits for it."""
    for name in OTHER_SCREENS:
        import_module(name)
