"""What the files of an export are called: after the run, as a person calls it."""

from __future__ import annotations

from pathlib import Path

from tuimon.records.run_names import safe_file_name
from tuimon.store.snapshot import RunSnapshot


def export_path(directory: Path, run: RunSnapshot, what: str = "all", ending: str = ".csv") -> Path:
    """``<name>_<what>.csv`` in this directory, with the run's id behind its name where that is there already.

    ``what`` is the metric in the file, ``all`` for all of them. The second one may be there, too: whoever
    writes takes care of that.
    """
    name = safe_file_name(run.name).lstrip(".-") or "run"  # neither hidden nor taken for an option
    path = directory / f"{name}_{safe_file_name(what)}{ending}"
    if not path.exists():
        return path
    return directory / f"{name}_{safe_file_name(run.run_id)}_{safe_file_name(what)}{ending}"
