"""The commit a training runs from, and whether tracked files differ from it; bounded in time.

The commit is read from the files of ``.git``, without a process. Whether the tree is dirty only git itself
can say: it is asked once, with optional locks off, and given :data:`DIRTY_SECONDS`. A git that is absent,
slow or hangs costs at most that time, and the answer is then unknown. Untracked files don't count, as the
logs themselves would be among them.
"""

from __future__ import annotations

import contextlib
import os
import select
from pathlib import Path
from time import monotonic, sleep

DIRTY_SECONDS = 0.2  # a repository of 10,000 files answers in 0.05 s; a slow disk is not worth waiting for


def git_facts(directory: Path, seconds: float = DIRTY_SECONDS) -> tuple[str | None, bool | None]:
    """The commit and dirty flag of the work tree around ``directory``, ``None`` where they aren't known.

    Git has so many ``seconds`` to say whether it is dirty.
    """
    try:
        found = find_git_directory(directory)
        if found is None:
            return None, None
        root, git_directory = found
        return read_commit(git_directory), is_dirty(root, seconds)
    except OSError:
        return None, None  # a directory above that may not be looked into, no descriptors left


def find_git_directory(start: Path) -> tuple[Path, Path] | None:
    """The work tree's root at or above ``start``, and its git directory."""
    for root in (start, *start.parents):
        marker = root / ".git"
        if marker.is_dir():
            return root, marker
        if marker.is_file():
            text = _first_line(marker)
            if text.startswith("gitdir: "):
                return root, root / text.removeprefix("gitdir: ")
    return None


def read_commit(git_directory: Path) -> str | None:
    """The hash of the commit that ``HEAD`` is at; ``None`` before the first commit or if unreadable."""
    head = _first_line(git_directory / "HEAD")
    if not head.startswith("ref: "):
        return head or None
    reference = head.removeprefix("ref: ")
    shared = git_directory / (_first_line(git_directory / "commondir") or ".")
    for directory in (git_directory, shared):
        if commit := _first_line(directory / reference):
            return commit
    try:
        with open(shared / "packed-refs", encoding="utf-8", errors="replace") as packed:
            return next((line[:40] for line in packed if line[41:].rstrip("\n") == reference), None)
    except OSError:
        return None


def is_dirty(root: Path, seconds: float) -> bool | None:
    """Whether tracked files differ from the commit, ``None`` when git doesn't say within ``seconds``.

    ``posix_spawn`` rather than ``subprocess``, which would cost every training 10 ms of import. The first
    byte of output is enough; git is then ended.
    """
    if not hasattr(os, "posix_spawnp"):
        return None  # Windows
    command = ["git", "-C", str(root), "-c", "core.fsmonitor=false", "status"]
    command += ["--porcelain", "--untracked-files=no", "--ignore-submodules=dirty"]
    reading, writing = os.pipe()
    try:
        process = os.posix_spawnp(
            "git",
            command,
            {**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, writing, 1),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            ],
        )
    except OSError:
        os.close(reading)
        return None
    finally:
        os.close(writing)
    try:
        return _answer(process, reading, monotonic() + seconds)
    finally:
        os.close(reading)


def _answer(process: int, reading: int, deadline: float) -> bool | None:
    poll = select.poll()  # not select(), which refuses descriptors above 1,023
    poll.register(reading, select.POLLIN)
    ready = poll.poll(max(deadline - monotonic(), 0) * 1000)
    output = os.read(reading, 1) if ready else b""
    if output or not ready:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, 9)
    status = _reap(process, deadline + 0.02)  # a killed git is gone in microseconds unless its disk hangs
    if output:
        return True
    return False if ready and status == 0 else None


def _reap(process: int, deadline: float) -> int | None:
    """The exit status of ``process``, ``None`` if it is not gone by ``deadline``."""
    while True:
        try:
            gone, status = os.waitpid(process, os.WNOHANG)
        except ChildProcessError:
            return None  # the training ignores SIGCHLD or reaps everybody's children
        if gone:
            return status
        left = deadline - monotonic()
        if left <= 0:
            return None
        sleep(min(left, 0.001))


def _first_line(path: Path) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline(4096).strip()
    except OSError:
        return ""
