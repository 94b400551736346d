"""What tells, without reading it, whether a file is still the one that was read."""

from __future__ import annotations

import os

Stamp = tuple[int, ...]
"""Device, inode, size, times of the last modification and of the last change of anything: the permissions,
say. A file that keeps its stamp need not be read again."""
MODIFIED = 4  # so many of these tell of the bytes


def stamp_of(status: os.stat_result) -> Stamp:
    """The stamp of a file with this status."""
    bytes_and_when = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    return (*bytes_and_when, status.st_ctime_ns)
