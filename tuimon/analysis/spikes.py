"""Spikes: values far above those just before them."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from tuimon.quick_dataclass import dataclass
from tuimon.store.columns import Floats

# A spike stands 2.5 times as far above its median as any value of the last LEAD_WINDOWS windows stood
# above its own: noise with a long tail (batches of one, rewards) often passes any multiple of the deviation,
# and one high value among others is no news. So of a cluster of spikes the first and the far higher count.
LEAD = 2.5
LEAD_WINDOWS = 20
# Below this share of the median nobody would call it a spike, however quiet the curve is.
LEAST_SHARE = 0.05
# Fewer values tell neither median nor deviation, however short the window is.
LEAST_BEFORE = 10
# How many numbers the windows looked at together may have: a few MB.
_NUMBERS_AT_ONCE = 400_000
_Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Spikes:
    """Where spikes are among the values given, and the median before each."""

    places: _Places
    medians: Floats

    def __len__(self) -> int:
        return len(self.places)


@dataclass(frozen=True, slots=True, eq=False)
class _Records:
    """Values above all of their window: where, the median before, how far above, how far at least needed."""

    places: _Places
    medians: Floats
    excesses: Floats
    needed: Floats


class SpikeFinder:
    """Finds the spikes of one metric as its finite values come; how they are dealt out makes no difference.

    A spike is above the median m of the ``window`` values before it by more than ``threshold`` times their
    median absolute deviation, by LEAST_SHARE of m, and with the LEAD said above; at least half a window
    stands before it. Where there is neither a level nor a deviation (all 0) nothing is unusual. Only values
    above their whole window are looked at closely, about one in a hundred of a noisy curve.
    """

    def __init__(self, threshold: float, window: int) -> None:
        self._threshold = threshold
        self._window = window
        self._least = max(LEAST_BEFORE, window // 2)
        self.restart()

    def restart(self) -> None:
        """Forget what came before."""
        self._before: Floats = np.empty(0)  # the newest window
        self._count = 0
        self._high: deque[tuple[int, float]] = deque()  # recent records: their number and excess, falling

    def take(self, values: Floats) -> Spikes:
        """The spikes among the next values."""
        line = np.concatenate((self._before, values))
        known = len(self._before)
        records = self._records(line, known)
        first = self._count - known
        is_spike = [
            self._leads(first + place, excess, needed)
            for place, excess, needed in zip(
                records.places.tolist(), records.excesses.tolist(), records.needed.tolist(), strict=True
            )
        ]
        spikes = np.flatnonzero(is_spike)
        found = Spikes(records.places[spikes] - known, records.medians[spikes])
        self._count += len(values)
        self._before = line[-self._window :].copy()
        return found

    def _leads(self, number: int, excess: float, needed: float) -> bool:
        """Whether a record is a spike; it counts against those after it either way."""
        high = self._high
        while high and high[0][0] < number - LEAD_WINDOWS * self._window:
            high.popleft()
        is_spike = excess > needed and (not high or excess > LEAD * high[0][1])
        while high and high[-1][1] <= excess:
            high.pop()
        high.append((number, excess))
        return is_spike

    def _records(self, line: Floats, known: int) -> _Records:
        """The records of ``line`` after its first ``known`` values."""
        above = line > _highest_before(line, self._window)
        above[: max(known, self._least - (self._count - known))] = False
        places = np.flatnonzero(above)
        early, late = places[places < self._window], places[places >= self._window]
        parts = [_measure(line[None, :place], line[[place]], self._threshold) for place in early]
        step = max(1, _NUMBERS_AT_ONCE // self._window)
        for start in range(0, len(late), step):
            some = late[start : start + step]
            windows = np.lib.stride_tricks.sliding_window_view(line, self._window)[some - self._window]
            parts.append(_measure(windows, line[some], self._threshold))
        measured = np.concatenate(parts, axis=1) if parts else np.empty((3, 0))
        return _Records(places, *measured)


def _measure(windows: Floats, values: Floats, threshold: float) -> Floats:
    """Of each value the median before, its excess over that, and what a spike needs: an array of 3 rows."""
    with np.errstate(over="ignore", invalid="ignore"):  # distances beyond all floats: no spike
        medians = _medians(windows)
        deviations = _medians(np.abs(windows - medians[:, None]))
        needed = np.maximum(threshold * deviations, LEAD * (windows.max(axis=1) - medians))
        needed = np.maximum(needed, LEAST_SHARE * np.abs(medians))
        needed[needed == 0] = np.inf
        return np.array((medians, values - medians, needed))


def _medians(windows: Floats) -> Floats:
    """As ``median_of``, of each row."""
    middle = windows.shape[1] // 2
    return np.partition(windows, middle, axis=1)[:, middle]


def _highest_before(line: Floats, window: int) -> Floats:
    """For each value the highest of the ``window`` values before it; -inf for the first.

    By doubling: the highest of 2, 4, 8 ... values, then of two such stretches that overlap.
    """
    highest = np.concatenate(([-np.inf], line[:-1]))
    covered = 1
    while covered < window:
        shift = min(covered, window - covered)
        if shift >= len(line):
            break
        highest[shift:] = np.maximum(highest[shift:], highest[:-shift].copy())
        covered += shift
    return highest
