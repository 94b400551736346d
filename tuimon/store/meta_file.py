"""What a person added to a run, read again when it changes."""

from __future__ import annotations

import os
from pathlib import Path

from tuimon.records.person_meta import PersonMeta, meta_path, read_meta
from tuimon.store.file_stamp import Stamp, stamp_of


class MetaFile:
    """The file beside the log at ``log``: :attr:`meta` is what it held at the last look."""

    def __init__(self, log: Path) -> None:
        self.path = meta_path(log)
        self.meta = PersonMeta()
        self._stamp: Stamp | None = None

    def look(self) -> bool:
        """Whether it is another one than before. Raises ``OSError``, once, where that cannot be read."""
        try:
            stamp = stamp_of(os.stat(self.path))  # noqa: PTH116 (five times as many calls a second as Path.stat)
        except OSError:  # nobody added anything
            stamp = None
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        self.meta = read_meta(self.path) if stamp is not None else PersonMeta()
        return True
