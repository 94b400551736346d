"""Where the kernel does not hear of changes is told by the mount table."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuimon.sources.file_systems import file_system_type, remote_file_system

TABLE = """\
22 1 0:20 / / rw,relatime - overlay overlay rw
23 22 0:21 / /proc rw - proc proc rw
24 22 0:30 / /data rw shared:1 - ext4 /dev/sda1 rw
25 24 0:31 / /data/shared rw shared:2 master:1 - nfs4 server:/export rw
26 24 0:32 / /data/with\\040space rw - fuse.sshfs me@host: rw
27 24 0:33 / /over rw - ext4 /dev/sdb rw
28 27 0:34 / /over rw - lustre mds:/scratch rw
this line is cut
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/data/shared/logs", "nfs4"),
        ("/data/shared", "nfs4"),
        ("/data/with space/logs", "fuse.sshfs"),
        ("/over/logs", "lustre"),
        ("/data/sharedlogs", None),
        ("/data/logs", None),
        ("/somewhere", None),
    ],
)
def test_the_longest_mount_point_decides(tmp_path: Path, path: str, kind: str | None) -> None:
    """Of several mounts the innermost, of two at one place the later; spaces are escaped in the table."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text(TABLE)
    assert remote_file_system(Path(path), mounts) == kind


def test_without_a_mount_table_nothing_is_known(tmp_path: Path) -> None:
    assert file_system_type(tmp_path, tmp_path / "none") is None


def test_a_local_directory_is_not_remote(tmp_path: Path) -> None:
    assert remote_file_system(tmp_path) is None
