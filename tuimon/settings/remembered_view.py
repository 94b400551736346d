"""What a person had set up in the app when it was last open on the same directories.

One small JSON file for each set of directories, so that two apps on different ones never write over each
other::

    {"format": 1, "directories": ["/data/logs"], "last_open": 1764000000.0, "view": {"log_y": true}}

Losing a view costs a person a few keys and must never cost more: nothing here raises, problems are texts.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, TypeGuard

from tuimon.quick_dataclass import dataclass
from tuimon.settings.places import state_directory
from tuimon.whole_file import write_whole

FORMAT = 1
LATEST = 253_402_300_800.0  # the end of the year 9999
KEPT_DIRECTORIES = 200
LARGEST_VIEW = 1_000_000  # bytes; 1,000 marked runs, by their paths, are about 100,000


@dataclass(frozen=True, slots=True)
class RememberedView:
    """The view as it was saved, and when the app was last open here (unix time; None: never, or not known).

    ``view`` is what JSON held: whoever uses it checks each value. ``problem`` says why there is none although
    one was saved.
    """

    view: Mapping[str, Any] = field(default_factory=dict)
    last_open: float | None = None
    problem: str | None = None


def load_view(directories: Iterable[Path], folder: Path | None = None) -> RememberedView:
    """What was last saved for these directories, in whatever order they are named.

    ``folder`` holds the files of all directories; None: ``views`` in the person's state directory.
    """
    names = _resolved(directories)
    file = _view_file(names, folder)
    try:
        with open(file, "rb") as stream:
            content = stream.read(LARGEST_VIEW + 1)
        if len(content) > LARGEST_VIEW:
            raise ValueError(f"larger than {LARGEST_VIEW} bytes")
        return _view_of(json.loads(content), names)
    except FileNotFoundError:
        return RememberedView()
    except OSError as error:
        return RememberedView(problem=f"the view of last time cannot be read: {_reason(error, file)}")
    except (ValueError, RecursionError) as error:
        return RememberedView(problem=f"the view of last time is not usable: {file}: {error}")


def save_view(
    directories: Iterable[Path], view: Mapping[str, Any], last_open: float, folder: Path | None = None
) -> str | None:
    """Keep ``view`` (what JSON can hold) for these directories; returns what went wrong, if anything did.

    A reader sees the earlier file or this one, never a part. Of the directories that the app was open on, the
    ``KEPT_DIRECTORIES`` newest are kept.
    """
    names = _resolved(directories)
    file = _view_file(names, folder)
    document = {"format": FORMAT, "directories": names, "last_open": last_open, "view": dict(view)}
    try:
        content = json.dumps(document, allow_nan=False).encode("ascii")
    except (TypeError, ValueError, RecursionError) as error:
        return f"the view is not kept: {error}"
    if len(content) > LARGEST_VIEW:
        return f"the view is not kept: larger than {LARGEST_VIEW} bytes"
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(file, content)
        _forget_oldest(file.parent)
    except OSError as error:
        return f"the view is not kept: {_reason(error, file)}"
    return None


def _view_of(document: object, names: list[str]) -> RememberedView:
    """The parts of a document that are of the right type. Raises ValueError where it is none of ours."""
    if not isinstance(document, dict):
        raise ValueError("no JSON object")
    if document.get("format") != FORMAT:
        raise ValueError(f"format {document.get('format')!r:.20} instead of {FORMAT}")
    if document.get("directories") != names:
        raise ValueError("it is about other directories")
    view, last_open = document.get("view"), document.get("last_open")
    return RememberedView(
        view=view if isinstance(view, dict) else {},
        last_open=float(last_open) if _is_time(last_open) else None,
    )


def _is_time(value: object) -> TypeGuard[float]:
    """Whether ``value`` is a moment that Python can tell the date of."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < LATEST


def _resolved(directories: Iterable[Path]) -> list[str]:
    """The directories by their real names, each once, in one order."""
    names = set()
    for directory in directories:
        try:
            names.add(str(directory.resolve()))
        except (OSError, RuntimeError, ValueError):  # a loop of links, or a name that no file can have
            names.add(str(directory))
    return sorted(names)


def _view_file(names: list[str], folder: Path | None) -> Path:
    # Names may hold bytes that are no UTF-8, which Python carries as surrogates; "\0" is in no name.
    digest = hashlib.sha256("\0".join(names).encode("utf-8", "surrogatepass")).hexdigest()
    return (folder if folder is not None else state_directory() / "views") / f"{digest[:16]}.json"


def _forget_oldest(folder: Path) -> None:
    """Remove the oldest files beyond the bound, temporary ones of killed processes among them."""
    ages = []
    for file in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):  # another app has just renamed or removed it
            ages.append((file.stat().st_mtime_ns, file))
    ages.sort(key=lambda entry: entry[0], reverse=True)
    for _, file in ages[KEPT_DIRECTORIES:]:
        file.unlink(missing_ok=True)


def _reason(error: OSError, file: Path) -> str:
    return f"{error.filename or file}: {error.strerror or error}"
