"""The public fakes do what their documentation says, so that users' tests can rely on them."""

from __future__ import annotations

import time
from pathlib import Path

import tuimon.testing
from tuimon.records.folded_run import fold_log
from tuimon.sources.watch import LogWatcher
from tuimon.store.clock import Clock
from tuimon.store.liveness import RunState
from tuimon.store.store import RunStore
from tuimon.testing import FakeClock, FakeWatcher, RunBuilder, sample_runs
from tuimon.testing.sample_runs import HOSTILE_NAMES


def test_all_that_is_public_imports() -> None:
    assert all(hasattr(tuimon.testing, name) for name in tuimon.testing.__all__)


def test_the_clock_moves_when_told_to() -> None:
    clock: Clock = FakeClock(1000.0)
    assert isinstance(clock, FakeClock)
    assert (clock.time(), clock.monotonic()) == (1000.0, 0.0)
    clock.advance(2.5)
    assert (clock.time(), clock.monotonic()) == (1002.5, 2.5)
    assert abs(FakeClock().time() - time.time()) < 60


def test_the_watcher_hints_at_what_it_is_told(tmp_path: Path) -> None:
    watcher = FakeWatcher()
    as_declared: LogWatcher = watcher
    as_declared.watch(tmp_path)
    watcher.hint(tmp_path / "a", tmp_path / "b")
    assert watcher.is_awake
    assert watcher.wait(10) == {str(tmp_path.resolve() / "a"), str(tmp_path.resolve() / "b")}
    assert watcher.wait(10) == frozenset()
    assert watcher.watched == [tmp_path]


def test_the_builder_writes_each_line_at_once(tmp_path: Path) -> None:
    run = RunBuilder(tmp_path, "a/b").header(config={"lr": 1e-3}, tags=["x"])
    assert run.path.parent == tmp_path
    run.metrics(0, train_loss=float("nan")).eval(0, val_loss=2.0).event("saved").resume()
    run.metrics(1, gradient_step=9).raw(b"torn")
    folded = fold_log(run.path)
    assert folded.header is not None
    assert (folded.header.name, folded.header.config, folded.header.tags) == ("a/b", {"lr": 1e-3}, ("x",))
    assert [len(folded.iterations), len(folded.events), len(folded.resumes)] == [2, 1, 1]
    run.last_written(1e9)
    assert run.path.stat().st_mtime == 1e9


def test_the_sample_runs_are_what_they_are_called(tmp_path: Path) -> None:
    """One of each kind, with hostile names as they are, and a live one whose writer is this process."""
    paths = sample_runs(tmp_path, records=40)
    runs = {run.path: run for run in RunStore([tmp_path]).load_all().runs}
    assert set(paths.values()) == set(runs)
    assert [runs[paths[f"hostile {number}"]].name for number in range(5)] == list(HOSTILE_NAMES)
    assert runs[paths["live"]].state is RunState.RUNNING
    assert runs[paths["crashed"]].state is RunState.CRASHED
    assert len(runs[paths["one point"]].iterations) == 1
