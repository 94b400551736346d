"""Files written whole: a reader sees the old or the new one, never a part; new ones go over no other."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

_MOST_NUMBERS = 10_000  # a directory with so many files of one name has another trouble


def write_whole(path: Path, content: bytes) -> None:
    """Write ``content`` to a temporary file beside ``path`` and rename it into place.

    Who may read and write a file that is there already stays as it is. Raises ``OSError`` and leaves ``path``
    as it was when that fails.
    """
    with _beside(path) as temporary:
        temporary.write_bytes(content)
        with contextlib.suppress(FileNotFoundError):
            temporary.chmod(stat.S_IMODE(path.stat().st_mode))
        temporary.replace(path)


def write_parts(path: Path, parts: Iterable[bytes], *, replace: bool) -> None:
    """Write ``parts`` one after the other to a temporary file beside ``path`` and rename it into place.

    Raises ``OSError`` and leaves ``path`` as it was when that fails; ``FileExistsError`` where there is a
    file already and it is not to be replaced.
    """
    with _beside(path) as temporary:
        _write_parts(temporary, parts)
        if not replace:
            path.touch(exist_ok=False)  # so that nobody's file of this very moment is lost
        temporary.replace(path)


def write_new(path: Path, parts: Iterable[bytes]) -> Path:
    """Write ``parts`` one after the other to a temporary file beside ``path`` and rename it into place.

    Never over an existing file: ``name_2.csv``, ``name_3.csv`` ... are taken instead; returns which it was.
    Raises ``OSError`` and leaves nothing behind when that fails.
    """
    with _beside(path) as temporary:
        _write_parts(temporary, parts)
        (target,) = claim(path.parent, path.stem, [path.suffix])
        temporary.replace(target)
    return target


def claim(directory: Path, stem: str, endings: Sequence[str]) -> tuple[Path, ...]:
    """Create empty files named ``stem`` and each of ``endings``, which nobody had before; returns them.

    Where one is there already, all of them get the same number after the stem.
    Raises ``OSError`` when they cannot be created.
    """
    for number in range(1, _MOST_NUMBERS):
        mark = "" if number == 1 else f"_{number}"
        paths = tuple(directory / f"{stem}{mark}{ending}" for ending in endings)
        if _create_all(paths):
            return paths
    raise FileExistsError(f"no free name for {directory / stem}")


def _create_all(paths: Iterable[Path]) -> bool:
    """Create all of them; none, and False, where one is there already."""
    created: list[Path] = []
    try:
        for path in paths:
            path.touch(exist_ok=False)
            created.append(path)
    except OSError as error:
        for path in created:
            path.unlink(missing_ok=True)
        if isinstance(error, FileExistsError):
            return False
        raise
    return True


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A name for a temporary file beside ``path``, which is gone when the block raises."""
    temporary = path.with_name(f".{path.name[:200]}.{os.getpid()}.{os.urandom(4).hex()}.tmp")
    try:
        yield temporary
    except BaseException as error:
        if isinstance(error, OSError) and error.filename == str(temporary):
            error.filename = str(path)  # the file that the person asked for
        with contextlib.suppress(OSError):  # the first failure is the one to tell
            temporary.unlink()
        raise


def _write_parts(path: Path, parts: Iterable[bytes]) -> None:
    """Write them to a file that is not there yet."""
    with path.open("xb") as file:
        file.writelines(parts)
