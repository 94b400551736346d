"""The list of config keys for groups: which are left out of the grouping. The table follows at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tuimon.analysis.groups import ConfigKey
from tuimon.tui.screens.pick import Option, PickScreen
from tuimon.tui.view.board import Board

AUTOMATIC = ""  # no config key of ours is empty


def key_options(keys: Sequence[ConfigKey]) -> tuple[Option, ...]:
    """The keys with how many values the runs have in them."""
    first = Option(AUTOMATIC, "automatic: seeds, names, paths, devices")
    return first, *(Option(key.name, key.name, _values_text(key.values)) for key in keys)


def _values_text(values: int) -> str:
    return "the same in all" if values < 2 else f"{values} values"


class GroupKeysScreen(PickScreen):
    """``keys`` are all there are; ``on_turn`` is called with the one whose check mark was turned, or None for
    what is left out by itself. ``keys_of`` gives the keys of a board as they are then.
    """

    def __init__(
        self,
        keys: Sequence[ConfigKey],
        on_turn: Callable[[str | None], None],
        keys_of: Callable[[Board], Sequence[ConfigKey]],
    ) -> None:
        self._on_turn = on_turn
        self._keys_of = keys_of
        self._places = {key.name: place for place, key in enumerate(keys)}
        super().__init__(
            "left out of the grouping",
            key_options(keys),
            current=keys[0].name if keys else None,
            checked=frozenset(),
            on_toggle=self._turned,
            options_of=self._options_now,
        )

    def on_mount(self) -> None:
        """Check what is left out."""
        if self.app.board is not None:
            self._options_now(self.app.board)

    def _options_now(self, board: Board) -> tuple[Option, ...]:
        keys = self._in_place(self._keys_of(board))
        automatic = set() if self.app.view.turned_keys else {AUTOMATIC}
        self._checked = frozenset({key.name for key in keys if key.left_out} | automatic)
        return key_options(keys)

    def _in_place(self, keys: Sequence[ConfigKey]) -> list[ConfigKey]:
        """Those that are in the list stay where they are; keys that came since follow them."""
        for key in keys:
            self._places.setdefault(key.name, len(self._places))
        return sorted(keys, key=lambda key: self._places[key.name])

    def _turned(self, name: str) -> None:
        self._on_turn(None if name == AUTOMATIC else name)
        if self.app.board is not None:
            self.show_options(self._options_now(self.app.board))

    def _hint_keys(self) -> tuple[tuple[str, str], ...]:
        return ("Space", "leave out"), ("Enter", "keep"), ("Esc", "as before")
