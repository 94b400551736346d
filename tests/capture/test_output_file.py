"""A program's output kept in a file of bounded size."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tuimon.capture.output_file import OutputFile


def test_what_fits_is_kept_whole(tmp_path: Path) -> None:
    """Below the limit the file is what was printed."""
    kept = OutputFile(tmp_path / "run.out", 1000)
    kept.write(b"one\n")
    kept.write(b"\xfftwo")
    kept.close()
    assert (tmp_path / "run.out").read_bytes() == b"one\n\xfftwo"


def test_the_beginning_and_the_newest_are_kept(tmp_path: Path) -> None:
    """Beyond the limit the middle is left out, whole lines of it, and a line says how much."""
    kept = OutputFile(tmp_path / "run.out", 30_000)
    lines = [b"line %06d\n" % number for number in range(20_000)]
    for line in lines:
        kept.write(line)
        assert (tmp_path / "run.out").stat().st_size <= 30_000
    kept.close()
    content = (tmp_path / "run.out").read_bytes()
    before, said, after = re.split(rb"\n\[tuimon: ([\d,]+) bytes of output left out here\]\n", content)
    assert b"".join(lines).startswith(before)
    assert b"".join(lines).endswith(after)
    assert after.startswith(b"line ")
    assert len(before) + int(said.replace(b",", b"")) + len(after) == 12 * 20_000
    assert len(after) > 9_000


def test_a_moved_file_goes_on(tmp_path: Path) -> None:
    """What comes later is in the file under its new name."""
    kept = OutputFile(tmp_path / "run.out", 1000)
    kept.write(b"one\n")
    kept.move(tmp_path / "other.out")
    kept.write(b"two\n")
    kept.close()
    assert [path.name for path in tmp_path.iterdir()] == ["other.out"]
    assert (tmp_path / "other.out").read_bytes() == b"one\ntwo\n"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(300, 3000), pieces=st.lists(st.binary(max_size=400), max_size=60))
def test_no_output_breaks_the_bound(tmp_path: Path, limit: int, pieces: list[bytes]) -> None:
    """Whatever the pieces are, the file is within its limit and ends as the output does."""
    path = tmp_path / "any.out"
    kept = OutputFile(path, limit)
    for piece in pieces:
        kept.write(piece)
    kept.close()
    whole, content = b"".join(pieces), path.read_bytes()
    assert len(content) <= limit
    assert whole.endswith(content[-limit // 10 :]) or content == whole
