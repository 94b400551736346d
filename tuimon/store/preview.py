"""What the two ends of a log say of its run before what lies between is read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tuimon.quick_dataclass import dataclass
from tuimon.records.events import EndRecord
from tuimon.records.lines import as_number
from tuimon.records.metric_summary import LoggedSummaries
from tuimon.records.quick_read import read_ends
from tuimon.records.run_header import RunHeader
from tuimon.records.run_names import rank_path


@dataclass(frozen=True, slots=True)
class Preview:
    """The two ends of the log at ``path``."""

    path: Path
    header: RunHeader
    end: EndRecord | None
    last_values: Mapping[str, float]

    @property
    def suffices(self) -> bool:
        """Whether it says all that a list of runs shows: the run ended and summed itself up."""
        if self.end is None or not self.end.summary:
            return False
        # The summary is rank 0's, what is shown the mean of all ranks.
        return (self.header.world_size or 0) <= 1 or not rank_path(self.path, 1).exists()


def read_preview(path: Path) -> Preview:
    """Look at the two ends of the log. Raises ``OSError`` where it cannot be read."""
    header, end, record = read_ends(path)
    return Preview(path, header, end, _last_values(record or {}, end))


def _last_values(record: Mapping[str, Any], end: EndRecord | None) -> dict[str, float]:
    """The newest value of each metric: those of the end's summary hold also after a resume."""
    values = {name: as_number(value) for name, value in record.items() if name != "type"}
    if end is not None and isinstance(end.summary, LoggedSummaries):
        values.update(end.summary.last_values())
    return {name: value for name, value in values.items() if value is not None}
