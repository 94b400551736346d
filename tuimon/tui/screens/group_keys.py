"""The list of config keys for groups: which are left out of the grouping. The table follows at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tuimon.analysis.groups import ConfigKey
from tuimon.tui.screens.pick import Option, PickScreen

AUTOMATIC = ""  # no config key of ours is empty


def key_options(keys: Sequence[ConfigKey]) -> tuple[Option, ...]:
    """The keys with how many values the runs have in them."""
    first = Option(AUTOMATIC, "automatic: seeds, names, paths, devices")
    return first, *(Option(key.name, key.name, _values_text(key.values)) for key in keys)


def _values_text(values: int) -> str:
    return "the same in all" if values < 2 else f"{values} values"


class GroupKeysScreen(PickScreen):
    """``keys`` are all there are; ``on_turn`` is called with the one whose check mark was turned, or None for
    what is left out by itself, and gives the names of those that are left out then.
    """

    def __init__(
        self,
        keys: Sequence[ConfigKey],
        on_turn: Callable[[str | None], frozenset[str]],
        *,
        automatic: bool,
    ) -> None:
        self._on_turn = on_turn
        left_out = {key.name for key in keys if key.left_out}
        super().__init__(
            "left out of the grouping",
            key_options(keys),
            current=keys[0].name if keys else None,
            checked=frozenset(left_out | ({AUTOMATIC} if automatic else set())),
            on_toggle=self._turned,
        )

    def _turned(self, name: str) -> None:
        self._checked = self._on_turn(None if name == AUTOMATIC else name)

    def _hint_keys(self) -> tuple[tuple[str, str], ...]:
        return ("Space", "leave out"), ("Enter", "keep"), ("Esc", "as before")
