"""A numpy array that grows at its end and is published without copying."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tuimon.store.shared_arrays import SHARED

Scalar = TypeVar("Scalar", bound=np.generic)
FIRST_CAPACITY = 64


class GrowingArray(Generic[Scalar]):
    """Amortised append; :meth:`view` hands out a read-only view that never changes afterwards.

    Appending writes behind what was handed out. Anything that would change an element that was handed out
    moves the data to new memory first and leaves the old to its views.
    """

    __slots__ = ("_data", "_length", "_published")

    def __init__(self, dtype: type[Scalar]) -> None:
        self._data: NDArray[Scalar] = np.empty(0, dtype)
        self._length = 0
        self._published = 0  # elements that some view shows

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, place: int) -> Any:
        return self._data[: self._length][place]

    def extend(self, values: ArrayLike) -> None:
        """Append ``values``."""
        added: NDArray[Any] = np.asarray(values)
        end = self._length + len(added)
        if end == self._length:
            return
        if end > len(self._data):
            # A half more each time: a finished log wastes a third at most.
            self._move(max(end, len(self._data) + len(self._data) // 2, FIRST_CAPACITY))
        self._data[self._length : end] = added
        self._length = end

    def put(self, place: int, value: float) -> None:
        """Change one element."""
        if place < self._published:
            self._move(len(self._data))
        self._data[place] = value

    def insert(self, place: int, value: float) -> None:
        """Put an element before the one at ``place``."""
        self.replace(np.insert(self._data[: self._length], place, value))

    def replace(self, values: NDArray[Scalar]) -> None:
        """Hold ``values`` instead (a new array that nobody else writes to)."""
        self._data = values
        self._length = len(values)
        self._published = 0

    def go_on(self, shown: NDArray[Scalar]) -> None:
        """Hold an array that is shown already, by whoever: to be changed in new memory alone."""
        self._data = shown
        self._length = self._published = len(shown)

    def current(self) -> NDArray[Scalar]:
        """The elements, for a look now; they may change later."""
        return self._data[: self._length]

    def view(self) -> NDArray[Scalar]:
        """The elements as they are now, for ever."""
        if self._length == len(self._data) and not self._data.flags.writeable:
            return self._data  # trimmed: nobody writes there any more
        view = self._data[: self._length]
        view.flags.writeable = False
        self._published = self._length
        return view

    def trim(self) -> bool:
        """Give back the room for more, and what other arrays hold as well; whether the memory is another."""
        if not self._data.flags.writeable:
            return False  # trimmed already
        before = self._data
        if len(self._data) > self._length:
            self._move(self._length)
        self._data = SHARED.same(self._data)
        self._published = self._length  # by whoever has it too: to be changed in new memory alone
        return self._data is not before

    def _move(self, capacity: int) -> None:
        moved = np.empty(capacity, self._data.dtype)
        moved[: self._length] = self._data[: self._length]
        self._data = moved
        self._published = 0
