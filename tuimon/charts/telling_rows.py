"""Which few of a thousand losses tell how wide a column of them is."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

import numpy as np

from tuimon.analysis.run_rows import RunRow

FEW = 64  # rows: up to so many are looked at one by one
_ABOVE_POWERS = 400.0  # more than any float's power of ten, so that all are above 0


def telling_rows(rows: Sequence[RunRow], field: str) -> list[RunRow]:
    """Rows whose ``loss_text`` of a field are as wide, before the point and behind it, as those of all rows.

    How a loss is written depends on its sign and its power of ten, and on whether it is rounded up to the
    next power: so of each power the least and the greatest tell. All that are 0, absent or not finite are
    among the rows, too.
    """
    if len(rows) <= FEW:
        return list(rows)
    values = np.array(list(map(attrgetter(field), rows)), dtype=np.float64)  # NaN for None
    sizes = np.abs(values)
    plain = np.flatnonzero(np.isfinite(values) & (sizes > 0))
    plain = plain[np.argsort(values[plain])]
    kinds = np.copysign(np.floor(np.log10(sizes[plain])) + _ABOVE_POWERS, values[plain])
    is_end = (np.diff(kinds, prepend=np.nan) != 0) | (np.diff(kinds, append=np.nan) != 0)
    others = np.setdiff1d(np.arange(len(rows)), plain)
    return [rows[place] for place in (*plain[is_end].tolist(), *others.tolist())]
