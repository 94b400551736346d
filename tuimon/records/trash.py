"""Deleting a run: its files move to ``.trash/`` beside them, from where a person can take them back."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from tuimon.whole_file import claim

TRASH = ".trash"
_LOG_SUFFIXES = (".jsonl", ".json")
_ENDINGS = re.compile(r"\.(jsonl|json|meta|out|rank\d+\.jsonl)")


def files_of_run(log: Path) -> tuple[Path, ...]:
    """The files there are of the run whose log (or document) is ``log``, that one last.

    Of a log with a foreign suffix, which was named by hand, only itself and its side file: what else bears
    its stem may be anything. Raises ``OSError`` when the directory cannot be read.
    """
    stem = log.stem
    if log.suffix not in _LOG_SUFFIXES:
        return tuple(path for path in (log.with_suffix(".meta"), log) if path.exists())
    with os.scandir(log.parent) as entries:
        names = sorted(entry.name for entry in entries if entry.name.startswith(stem + "."))
    own = [log.with_name(name) for name in names if _ENDINGS.fullmatch(name[len(stem) :])]
    return tuple(sorted(own, key=lambda path: path.name == log.name))


def move_to_trash(log: Path) -> tuple[Path, ...]:
    """Move all files of a run to the trash of their directory; returns where they are now.

    What is in the trash already stays: a second run of the same name gets a number. All files are moved or,
    when that fails, none: then it raises ``OSError``. Raises ``FileNotFoundError`` when the log is gone.
    """
    if not log.exists():
        raise FileNotFoundError(f"{log} is gone")
    files = files_of_run(log)
    trash = log.parent / TRASH
    trash.mkdir(exist_ok=True)
    stem = log.stem
    targets = claim(trash, stem, [file.name[len(stem) :] for file in files])
    moved: list[tuple[Path, Path]] = []
    try:
        for file, target in zip(files, targets, strict=True):
            file.replace(target)  # over the empty file that claims the name
            moved.append((file, target))
    except OSError:
        for file, target in moved:
            with contextlib.suppress(OSError):  # the first failure is the one to tell
                target.replace(file)
        for target in targets[len(moved) :]:
            with contextlib.suppress(OSError):
                target.unlink()
        raise
    return targets
