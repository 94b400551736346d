"""Which file system a path lies on, and whether the kernel reports changes there."""

from __future__ import annotations

import os
import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
# Written to by other hosts (or by the other side of a virtual machine), of which the local kernel hears
# nothing: a change is seen only by asking.
REMOTE = frozenset(
    (
        *("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "coda", "davfs"),
        *("9p", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "drvfs"),
        *("gpfs", "lustre", "beegfs", "ceph", "glusterfs", "pvfs2", "orangefs", "ocfs2", "gfs2", "wekafs"),
        *("fuse.sshfs", "fuse.s3fs", "fuse.rclone", "fuse.gcsfuse", "fuse.goofys", "fuse.mount-s3"),
        *("fuse.blobfuse", "fuse.blobfuse2", "fuse.juicefs", "fuse.davfs", "fuse.davfs2", "fuse.curlftpfs"),
        *("fuse.ceph", "fuse.ceph-fuse", "fuse.glusterfs", "fuse.beegfs", "fuse.lustre", "fuse.mfs"),
        *("fuse.seaweedfs", "fuse.hdfs", "fuse.vmhgfs-fuse"),
    )
)


def remote_file_system(path: Path, mounts: Path = MOUNTS) -> str | None:
    """The type of the remote file system that ``path`` lies on; ``None`` where it is local or not known."""
    kind = file_system_type(path, mounts)
    return kind if kind in REMOTE else None


def file_system_type(path: Path, mounts: Path = MOUNTS) -> str | None:
    """The type of the file system that ``path`` lies on, as in Linux's mount table; ``None`` elsewhere."""
    try:
        table = mounts.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:  # not Linux, or /proc is not mounted
        return None
    resolved = os.path.realpath(path)
    best, kind = "", None
    for line in table.splitlines():
        place, file_system = _mount(line)
        if len(place) >= len(best) and _lies_in(
            resolved, place
        ):  # of two mounts at one place the later holds
            best, kind = place, file_system
    return kind


def _mount(line: str) -> tuple[str, str | None]:
    """Mount point and type of one line: ``36 35 98:0 /root /point rw - type device options``."""
    before, _, after = line.partition(" - ")
    fields, type_fields = before.split(" "), after.split(" ")
    if len(fields) < 5 or not type_fields[0]:
        return "", None
    place = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), fields[4])
    return place, type_fields[0]


def _lies_in(path: str, place: str) -> bool:
    return bool(place) and (place == "/" or path == place or path.startswith(place + "/"))
