"""The line to type a search in."""

from __future__ import annotations

from textual.widgets import Input


class SearchInput(Input):
    """Above the last line while it is open."""

    DEFAULT_CSS = """
    SearchInput { border: none; height: 1; margin: 0 1; padding: 0; background: transparent; }
    SearchInput:focus { border: none; background-tint: $foreground 0%; }
    """

    def open(self) -> None:
        """Begin to type."""
        self.value = ""
        self.display = True
        self.focus()

    def close(self) -> None:
        """Give the keys back to the screen."""
        self.display = False
        self.screen.set_focus(None)
