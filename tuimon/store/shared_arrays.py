"""One array in memory for all columns that say the same: the steps and schedules of the runs of a sweep."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any
from weakref import ref

import numpy as np
from numpy.typing import NDArray

_Key = tuple[str, int, float, float, float]


class SharedArrays:
    """Remembers, weakly, the arrays that were given or asked for last. From any thread.

    At worst, two threads do not find each other's arrays.
    """

    def __init__(self, most: int = 128) -> None:
        self._most = most
        self._known: OrderedDict[_Key, ref[NDArray[Any]]] = OrderedDict()

    def same(self, array: NDArray[Any]) -> NDArray[Any]:
        """An array that is known and holds the same bytes, else this one. It is read-only from now on."""
        array.flags.writeable = False
        if not len(array):
            return array
        middle = array[len(array) // 2]
        key = array.dtype.str, len(array), float(array[0]), float(middle), float(array[-1])
        known = self._known.pop(key, None)
        other = known() if known is not None else None
        if other is None or not _has_same_bytes(other, array):
            other = array
        self._known[key] = ref(other)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return other


def _has_same_bytes(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Also NaN for NaN, and a zero with its sign."""
    return bool(np.array_equal(one.view(np.uint8), other.view(np.uint8)))


SHARED = SharedArrays()
