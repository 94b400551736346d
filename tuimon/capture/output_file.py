"""A program's output kept in a file of bounded size: the beginning, and the newest of what follows."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

# The beginning says what was started and with which settings; it is a tenth of what is kept.
HEAD_SHARE = 10
# While the file is written anew, with six tenths of its length, both exist; together they keep to the limit.
FULL_SHARE = 0.6


class OutputFile:
    """Takes the bytes as they come; at most ``limit`` bytes of disk are used.

    When the limit is near, the file is replaced by one with the beginning, a line that says how many bytes
    are left out, and the newest half. A reader sees a new file under the same name.
    """

    def __init__(self, path: Path, limit: int) -> None:
        """Create the file. Raises ``OSError`` where that cannot be done."""
        self.path = path
        self._full = max(int(limit * FULL_SHARE), 3)
        self._head = self._full // HEAD_SHARE
        self._left_out = 0
        self._mark = 0  # the length of the line that says so, where there is one
        self._file = open(path, "wb", buffering=0)  # noqa: SIM115 (open as long as this object is in use)
        self._size = 0

    def write(self, data: bytes) -> None:
        """Keep ``data``. Raises ``OSError`` where the disk is full or gone."""
        view = memoryview(data)
        while view:
            if self._size >= self._full:
                self._make_room()
            written = self._file.write(view[: self._full - self._size])
            self._size += written
            view = view[written:]

    def move(self, path: Path) -> None:
        """Give the file another name, on the same disk or another. Raises ``OSError``."""
        shutil.move(self.path, path)
        self.path = path
        self._file.close()
        self._file = open(path, "ab", buffering=0)  # noqa: SIM115 (as in __init__)

    def remove(self) -> None:
        """Close and delete the file."""
        self.close()
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing more will come."""
        self._file.close()

    def _make_room(self) -> None:
        """Replace the file by its beginning and its newest half."""
        anew = self.path.with_name(f"{self.path.name}.new")
        with open(self.path, "rb") as old, open(anew, "wb") as new:
            head = old.read(self._head)
            start = self._size - self._full // 2
            old.seek(start)
            skipped = old.readline(4096)  # the line that is cut in two
            tail_start = start + (len(skipped) if skipped.endswith(b"\n") else 0)
            self._left_out += tail_start - self._head - self._mark
            mark = f"\n[tuimon: {self._left_out:,} bytes of output left out here]\n".encode()
            new.write(head)
            new.write(mark)
            old.seek(tail_start)
            shutil.copyfileobj(old, new, 1 << 20)
            self._size, self._mark = new.tell(), len(mark)
        os.replace(anew, self.path)  # noqa: PTH105 (Path.replace says the same at more cost)
        self._file.close()
        self._file = open(self.path, "ab", buffering=0)  # noqa: SIM115 (as in __init__)
