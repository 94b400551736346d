"""Names that tell runs apart: the id is added where two runs have the same one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from tuimon.store.snapshot import RunSnapshot


def distinct_names(runs: Collection[RunSnapshot]) -> dict[str, str]:
    """For each run's key its name, as ``name@id`` where another of these runs has the same name."""
    seen = Counter(run.name for run in runs)
    return {run.key: f"{run.name}@{run.short_id}" if seen[run.name] > 1 else run.name for run in runs}
