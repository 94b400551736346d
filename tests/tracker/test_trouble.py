"""Disks that are full, read-only or gone: the training goes on, and what can be kept is kept."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.tracker.process import kinds, logs, only_log, records, run_script
from tuimon import ExperimentTracker
from tuimon.tracker import log_file
from tuimon.tracker.warn import TrackerWarning


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 kB."""
    mount = tmp_path / "small"
    mount.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(mount)], capture_output=True
    )
    if made.returncode != 0:
        pytest.skip("a small file system cannot be mounted here")
    yield mount
    subprocess.run(["umount", str(mount)], check=True)


@pytest.fixture
def no_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call tries again at once."""
    monkeypatch.setattr(log_file, "FIRST_GAP", 0.0)


WriteFault = Callable[[int, bytes], int]


@pytest.fixture
def write_fault(monkeypatch: pytest.MonkeyPatch) -> Callable[[WriteFault | None], None]:
    """Puts a function in the place of the one that writes logs."""
    real = os.write

    def install(fault: WriteFault | None) -> None:
        monkeypatch.setattr(log_file, "_write", fault or real)

    return install


def fill(path: Path) -> None:
    """Write to ``path`` until the disk is full."""
    with open(path, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x" * 512):
            pass


def no_space(_descriptor: int, _data: bytes) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_that_is_freed_loses_nothing(small_disk: Path, no_gaps: None) -> None:
    """Records wait while the disk is full and are written, in order and whole, once there is room."""
    filler = small_disk / "filler"
    tracker = ExperimentTracker({"name": "x"}, small_disk)
    tracker.log_metrics(train_loss=0.0)
    fill(filler)
    with pytest.warns(TrackerWarning, match="No space left on device") as caught:  # noqa: PT031 (one warning)
        for step in range(1, 200):
            tracker.log_metrics(train_loss=float(step))
    assert len(caught) == 1
    filler.unlink()
    for step in range(200, 210):
        tracker.log_metrics(train_loss=float(step))
    tracker.finish()
    lines = only_log(small_disk)
    assert [line["train_loss"] for line in lines if line["type"] == "metrics"] == list(range(210))
    assert kinds(lines)[-1] == "end"


def test_a_disk_that_stays_full_says_how_much_is_lost(small_disk: Path) -> None:
    """The training ends as if nothing were; the log holds whole lines, and the count is exact."""
    tracker = ExperimentTracker({"name": "x"}, small_disk)
    logged = 2000
    with pytest.warns(TrackerWarning) as caught:  # noqa: PT031 (the warnings of all of them)
        for step in range(logged):
            tracker.log_metrics(train_loss=float(step), a=1.0, b=2.0)
        tracker.finish()
        tracker.save()
    messages = [str(warning.message) for warning in caught]
    (path,) = logs(small_disk)
    whole = path.read_bytes().split(b"\n")[:-1]
    written = sum(b'"metrics"' in line for line in whole)
    assert 0 < written < logged
    assert any(
        f"{logged - written + 1} records of {path} are lost" in message for message in messages
    )  # +1: end
    assert len(tracker.metrics_history) == written


def test_the_rest_of_a_short_write_goes_first(
    tmp_path: Path, no_gaps: None, write_fault: Callable[[WriteFault | None], None]
) -> None:
    """A line of which only a part was taken is completed before the next one begins."""
    real = os.write
    tracker = ExperimentTracker({"name": "x"}, tmp_path)
    tracker.start()
    calls = 0

    def short_then_full(descriptor: int, data: bytes) -> int:
        nonlocal calls
        calls += 1
        if calls == 1:
            return real(descriptor, data[:17])
        return no_space(descriptor, data)

    write_fault(short_then_full)
    with pytest.warns(TrackerWarning, match="cannot write"):
        tracker.log_metrics(train_loss=1.0)
    tracker.log_metrics(train_loss=2.0)
    write_fault(lambda descriptor, data: real(descriptor, data[:7]))
    tracker.log_metrics(train_loss=3.0)
    write_fault(None)
    tracker.finish()
    lines = only_log(tmp_path)
    assert [line["train_loss"] for line in lines if line["type"] == "metrics"] == [1.0, 2.0, 3.0]


def test_last_words_after_half_a_line_begin_a_new_one(
    tmp_path: Path, write_fault: Callable[[WriteFault | None], None]
) -> None:
    """A signal in the middle of a short write: the half line is one bad line, the end is readable."""
    real = os.write
    tracker = ExperimentTracker({"name": "x"}, tmp_path)
    tracker.start()
    halves = iter([17])

    def half(descriptor: int, data: bytes) -> int:
        length = next(halves, None)
        return no_space(descriptor, data) if length is None else real(descriptor, data[:length])

    write_fault(half)
    with pytest.warns(TrackerWarning, match="cannot write"):
        tracker.log_metrics(train_loss=1.0)
    write_fault(None)
    tracker._run.end_by_signal("SIGTERM")
    assert tracker.path is not None
    lines = tracker.path.read_bytes().split(b"\n")
    assert lines[1] == b'{"type":"metrics"'
    assert b'"interrupted"' in lines[2]


def test_the_backlog_is_bounded_and_keeps_the_newest(
    tmp_path: Path,
    no_gaps: None,
    monkeypatch: pytest.MonkeyPatch,
    write_fault: Callable[[WriteFault | None], None],
) -> None:
    """Beyond the bound the oldest records go, and are counted."""
    monkeypatch.setattr(log_file, "BACKLOG_BYTES", 2000)
    tracker = ExperimentTracker({"name": "x"}, tmp_path)
    tracker.start()
    write_fault(no_space)
    with pytest.warns(TrackerWarning, match="cannot write"):  # noqa: PT031 (one warning)
        for step in range(100):
            tracker.log_metrics(train_loss=float(step))
    write_fault(None)
    with pytest.warns(TrackerWarning, match=r"\d+ records .* are lost"):
        tracker.finish()
    kept = [line["train_loss"] for line in only_log(tmp_path) if line["type"] == "metrics"]
    assert 5 < len(kept) < 30
    assert kept == list(range(100))[-len(kept) :]


def test_retries_come_with_growing_gaps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write_fault: Callable[[WriteFault | None], None]
) -> None:
    """A full disk is not asked at each call, and never waited for."""
    now = 1000.0
    monkeypatch.setattr(log_file, "monotonic", lambda: now)
    attempts: list[float] = []

    def fail(descriptor: int, data: bytes) -> int:
        attempts.append(now)
        return no_space(descriptor, data)

    file = log_file.LogFile.create(tmp_path / "log.jsonl", b"{}\n")
    write_fault(fail)
    with pytest.warns(TrackerWarning, match="cannot write"):  # noqa: PT031 (one warning)
        for _ in range(1200):
            file.write(b"{}\n", now)
            now += 0.1
    gaps = [round(after - before, 1) for before, after in pairwise(attempts)]
    assert gaps[:5] == [0.1, 0.2, 0.4, 0.8, 1.6]
    assert max(gaps) == pytest.approx(log_file.LONGEST_GAP, abs=0.2)
    write_fault(None)
    file.close()
    assert file.path.read_bytes().count(b"\n") == 1201


def test_a_directory_that_cannot_be_made_does_not_stop_the_training(tmp_path: Path) -> None:
    """A file stands where the directory should be: one warning, and the count of what is lost."""
    (tmp_path / "file").write_text("")
    tracker = ExperimentTracker({"name": "x"}, tmp_path / "file" / "logs")
    with pytest.warns(TrackerWarning) as caught:  # noqa: PT031 (the warnings of all of them)
        for step in range(10):
            tracker.log_metrics(train_loss=float(step))
        tracker.finish()
        tracker.save()
        tracker.print_summary()
    assert "Not a directory" in str(caught[0].message)
    assert "11 records" in str(caught[1].message)
    assert tracker.log.metrics_history == []


@pytest.mark.skipif(not hasattr(os, "setresuid"), reason="needs another user")
def test_a_read_only_directory_does_not_stop_the_training(tmp_path: Path) -> None:
    """Seen by a user who may not write there; once it can be written, the log appears."""
    tmp_path.chmod(0o555)
    for parent in list(tmp_path.parents)[:3]:
        parent.chmod(parent.stat().st_mode | 0o055)
    code = """
if os.geteuid() == 0:
    import tuimon.tracker.afterwards, tuimon.tracker.environment, tuimon.tracker.lifetime
    tuimon.ExperimentTracker
    os.setresuid(65534, 65534, 0)
tracker = ExperimentTracker({"name": "x"}, directory)
tracker.log_metrics(train_loss=1.0)
if os.getresuid()[2] == 0:
    os.setresuid(0, 0, 0)
os.chmod(directory, 0o777)
time.sleep(0.15)
tracker.log_metrics(train_loss=2.0)
tracker.finish()
"""
    exit_code, errors = run_script(code, tmp_path)
    assert exit_code == 0, errors
    assert "Permission denied" in errors
    assert kinds(only_log(tmp_path)) == ["run", "metrics", "metrics", "end"]


def test_a_removed_directory_does_not_stop_the_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is noticed, said, and a new file with the same header takes what follows."""
    monkeypatch.setattr(log_file, "CHECK_SECONDS", 0.0)
    directory = tmp_path / "logs"
    tracker = ExperimentTracker({"name": "x"}, directory)
    tracker.log_metrics(0, train_loss=1.0)
    shutil.rmtree(directory)
    with pytest.warns(TrackerWarning, match="was removed"):
        tracker.log_metrics(1, train_loss=2.0)
    tracker.log_metrics(2, train_loss=3.0)
    with pytest.warns(TrackerWarning, match="1 records .* are lost"):
        tracker.finish()
    lines = only_log(directory)
    assert kinds(lines) == ["run", "metrics", "end"]
    assert lines[0]["run_id"] == tracker.run_id


def test_a_file_size_limit_does_not_stop_the_training(tmp_path: Path) -> None:
    """RLIMIT_FSIZE: an error like a full disk, not a signal."""
    code = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
tracker = ExperimentTracker({"name": "x"}, directory)
for step in range(1000):
    tracker.log_metrics(step, train_loss=1.0)
tracker.finish()
"""
    exit_code, errors = run_script(code, tmp_path)
    assert exit_code == 0
    assert "File too large" in errors
    assert "are lost" in errors
    (path,) = logs(tmp_path)
    assert path.stat().st_size == 20_000
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 20_000


def test_fsync_reaches_the_disk_at_every_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One call a line; trouble with it is warned of once and loses nothing."""
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    tracker = ExperimentTracker({"name": "x"}, tmp_path, fsync=True)
    for step in range(3):
        tracker.log_metrics(train_loss=float(step))
    assert len(synced) == 4

    def broken(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.warns(TrackerWarning, match="Input/output error") as caught:  # noqa: PT031 (one warning)
        tracker.log_metrics(train_loss=3.0)
        tracker.finish()
    assert len(caught) == 1
    (path,) = logs(tmp_path)
    assert kinds(records(path)) == ["run", *["metrics"] * 4, "end"]
