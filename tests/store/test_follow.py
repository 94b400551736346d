"""Following one log: what comes, and what has become of its writer, by a clock that moves when told to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tuimon.store.follow import LogFollower
from tuimon.store.liveness import Machine, RunState
from tuimon.testing import FakeClock, RunBuilder

HERE = Machine("here", "boot", "pid:[1]")
WRITER: dict[str, Any] = {
    "host": "here",
    "boot_id": "boot",
    "pid_namespace": "pid:[1]",
    "pid": 7,
    "process_start_time": 100.0,
}
NOW = 1.8e9


def follower(path: Path, clock: FakeClock, started: float | None = 100.0) -> LogFollower:
    """A follower on a machine where process 7 started at ``started`` (None: there is no such process)."""
    return LogFollower(path, clock=clock, probe=lambda pid: started if pid == 7 else None, machine=HERE)


def test_the_newest_lines_then_what_comes(tmp_path: Path) -> None:
    """The first look may be bounded; later ones bring all, bad lines with their reasons and numbers."""
    run = RunBuilder(tmp_path).header(**WRITER).metrics(0, loss=1.0).metrics(1, loss=0.5)
    log = follower(run.path, FakeClock(NOW))
    assert [line.record and line.record["iteration"] for line in log.look(1).lines] == [1]
    assert log.look().lines == ()
    run.raw(b"\n").raw(b"garbage\n").metrics(2, loss=0.25).raw(b'{"type": "met')
    bad, good = log.look().lines
    assert (bad.number, bad.record) == (5, None)
    assert bad.reason is not None
    assert (good.number, good.record and good.record["loss"]) == (6, 0.25)


def test_what_has_become_of_the_writer(tmp_path: Path) -> None:
    """Running while bytes come and while the process lives, stalled in silence, crashed without it, then over
    by its end, and running again by a resume."""
    clock = FakeClock(NOW)
    run = RunBuilder(tmp_path).header(**WRITER).metrics(0, loss=1.0).last_written(NOW)
    log, orphan = follower(run.path, clock), follower(run.path, clock, started=None)
    log.look(0)
    orphan.look(0)
    assert log.state() is orphan.state() is RunState.RUNNING
    clock.advance(30)
    assert (log.state(), orphan.state()) == (RunState.RUNNING, RunState.CRASHED)
    clock.advance(60)
    assert log.state() is RunState.STALLED
    run.end("interrupted").last_written(NOW)
    log.look()
    assert log.state() is RunState.INTERRUPTED
    run.resume(**WRITER).last_written(clock.time())
    log.look()
    assert log.state() is RunState.RUNNING


def test_a_log_that_is_gone_or_another_one(tmp_path: Path) -> None:
    """Deleted: missing, and not silent for that. Written anew: its first lines, the old end forgotten."""
    clock = FakeClock(NOW)
    run = RunBuilder(tmp_path).header(**WRITER).metrics(0, loss=1.0).end().last_written(NOW)
    log = follower(run.path, clock)
    log.look()
    assert log.state() is RunState.FINISHED
    run.path.write_bytes(b"")
    run.header(**WRITER).last_written(NOW)
    news = log.look()
    assert news.restarted
    assert [line.number for line in news.lines] == [1]
    assert log.state() is RunState.RUNNING
    run.path.unlink()
    assert log.state() is RunState.RUNNING
    assert log.look().missing


def test_a_log_about_to_be_written_anew_is_not_silent(tmp_path: Path) -> None:
    """Emptied this moment: running, until nothing has come for a while."""
    clock = FakeClock(NOW)
    run = RunBuilder(tmp_path).header(**WRITER).metrics(0, loss=1.0).last_written(NOW)
    log = follower(run.path, clock)
    log.look()
    run.path.write_bytes(b"")
    run.last_written(NOW)
    assert log.look().restarted
    assert log.state() is RunState.RUNNING
    clock.advance(90)
    assert log.state() is RunState.STALLED
