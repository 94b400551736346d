"""A store that runs follows its files: by hints, by the slow look, by time, and with the real ones."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.conftest import DEADLINE, Eventually
from tests.store.stores import document, values
from tuimon.records.person_meta import meta_path, write_meta
from tuimon.sources.tail import LogTail, TailChunk
from tuimon.store.ingest import CHUNK_BYTES
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot
from tuimon.store.store import RunStore
from tuimon.testing import FakeClock, FakeWatcher, RunBuilder
from tuimon.testing.run_builder import this_process


class Live:
    """A store that runs, with a fake clock and a fake watcher."""

    def __init__(self, *paths: Path, **options: Any) -> None:
        self.clock = FakeClock()
        self.watcher = FakeWatcher()
        self.versions: list[int] = []
        self._waits = 0
        self.store = RunStore(paths, **{"clock": self.clock, "watcher": self.watcher, **options})
        self.store.start(self.versions.append)

    def runs(self) -> dict[str, RunSnapshot]:
        return {run.name: run for run in self.store.snapshot().runs}

    def ready(self, name: str) -> bool:
        """Whether the run of this name was read to its end."""
        self._let_publish()
        return name in self.runs() and not self.runs()[name].loading

    def rows(self, name: str) -> int:
        self._let_publish()
        return len(self.runs()[name].iterations) if name in self.runs() else -1

    def _let_publish(self) -> None:
        """Let time pass, without which nothing would be published: once for each piece of work of the store.

        On a busy machine, where that takes long, no more time passes for the store than on any other.
        """
        if self.watcher.waits != self._waits:
            self._waits = self.watcher.waits
            self.clock.advance(0.11)


@pytest.fixture
def live() -> Iterator[Callable[..., Live]]:
    """Starts stores, and stops them."""
    started: list[Live] = []

    def start(*paths: Path, **options: Any) -> Live:
        started.append(Live(*paths, **options))
        return started[-1]

    yield start
    for one in started:
        one.store.stop()


def test_an_appended_record_appears(
    tmp_path: Path, live: Callable[..., Live], eventually: Eventually
) -> None:
    """A hint is enough; the other run keeps its object, and what was published before does not change."""
    run = RunBuilder(tmp_path, "a").header().metrics(0, train_loss=4.0)
    RunBuilder(tmp_path, "b").header().metrics(0, train_loss=4.0).end()
    store = live(tmp_path)
    eventually(lambda: store.ready("a") and store.ready("b"))
    before = store.runs()
    run.metrics(1, train_loss=3.0)
    store.watcher.hint(run.path)
    eventually(lambda: store.rows("a") == 2)
    after = store.runs()
    assert after["b"] is before["b"]
    assert values(before["a"], "train_loss") == [4.0]
    assert values(after["a"], "train_loss") == [4.0, 3.0]
    assert after["a"].version > before["a"].version


def test_without_a_hint_the_slow_look_finds_it(
    tmp_path: Path, live: Callable[..., Live], eventually: Eventually
) -> None:
    """Events are only hints: after 5 s everything is looked at again."""
    run = RunBuilder(tmp_path, "a").header().metrics(0, train_loss=4.0)
    store = live(tmp_path)
    eventually(lambda: store.ready("a"))
    run.metrics(1, train_loss=3.0)
    RunBuilder(tmp_path, "new").header().metrics(0, train_loss=1.0)
    store.clock.advance(5)
    eventually(lambda: store.rows("a") == 2 and store.ready("new"))


def test_nothing_is_published_where_nothing_changed(
    tmp_path: Path, live: Callable[..., Live], eventually: Eventually
) -> None:
    """Re-stats, searches and the passing of time cost the app no message."""
    RunBuilder(tmp_path, "a").header().metrics(0, train_loss=4.0).end()
    store = live(tmp_path)
    eventually(lambda: store.ready("a"))
    version = store.store.snapshot().version
    for _ in range(10):
        store.clock.advance(5)
        store.watcher.wake()
        eventually(lambda: not store.watcher.is_awake)
    assert store.store.snapshot().version == version
    assert store.versions[-1] == version


def test_a_directory_that_does_not_exist_yet_is_waited_for(
    tmp_path: Path, live: Callable[..., Live], eventually: Eventually
) -> None:
    """It is said to be missing; its runs appear by themselves, and it is watched from then on."""
    logs = tmp_path / "later" / "logs"
    store = live(logs)
    eventually(lambda: store.store.snapshot().missing_paths == (logs,))
    assert store.watcher.watched == []
    RunBuilder(logs, "a").header().metrics(0, train_loss=4.0)
    store.clock.advance(1)
    eventually(lambda: store.ready("a"))
    assert store.store.snapshot().missing_paths == ()
    assert store.watcher.watched == [logs]


def test_a_log_elsewhere_is_read_as_well_once_it_is_asked_for(
    tmp_path: Path, live: Callable[..., Live], eventually: Eventually
) -> None:
    """It is watched; one below a directory that is read is no place of its own."""
    logs = tmp_path / "logs"
    mine = RunBuilder(logs, "a").header().metrics(0, train_loss=4.0)
    other = RunBuilder(tmp_path / "elsewhere", "b").header().metrics(0, train_loss=4.0)
    RunBuilder(tmp_path / "elsewhere", "c").header().metrics(0, train_loss=4.0)
    store = live(logs)
    eventually(lambda: store.ready("a"))
    store.store.also(mine.path)
    store.store.also(other.path)
    eventually(lambda: store.ready("b"))
    assert set(store.runs()) == {"a", "b"}
    assert store.watcher.watched == [logs, other.path]


def test_a_directory_that_was_replaced_is_watched_again(
    tmp_path: Path, live: Callable[..., Live], eventually: Eventually
) -> None:
    logs = tmp_path / "logs"
    RunBuilder(logs, "a").header()
    store = live(logs)
    eventually(lambda: store.ready("a"))
    logs.rename(tmp_path / "moved away")
    RunBuilder(logs, "b").header()
    store.clock.advance(5)
    eventually(lambda: store.ready("b"))
    assert "a" not in store.runs()
    assert store.watcher.watched == [logs, logs]


def test_a_new_log_is_searched_for_at_once(
    tmp_path: Path, live: Callable[..., Live], eventually: Eventually
) -> None:
    """A hint at a file that no run bears does not wait for the slow look."""
    store = live(tmp_path)
    eventually(lambda: not store.store.snapshot().scanning)
    run = RunBuilder(tmp_path, "a").header().metrics(0, train_loss=4.0)
    store.watcher.hint(run.path)
    eventually(lambda: store.ready("a"))
    assert store.clock.monotonic() < 5


def test_a_deleted_run_goes_and_comes_back(
    tmp_path: Path, live: Callable[..., Live], eventually: Eventually
) -> None:
    run = RunBuilder(tmp_path, "a").header().metrics(0, train_loss=4.0)
    store = live(tmp_path)
    eventually(lambda: store.ready("a"))
    run.path.unlink()
    store.watcher.hint(run.path)
    eventually(lambda: store.rows("a") == -1)
    again = RunBuilder(tmp_path, "a").header().metrics(0, train_loss=1.0)
    store.watcher.hint(again.path)
    eventually(lambda: store.ready("a"))
    assert values(store.runs()["a"], "train_loss") == [1.0]


@pytest.mark.parametrize("how", ["truncated", "replaced", "rewritten"])
def test_a_log_that_was_written_anew_is_read_anew(
    tmp_path: Path, live: Callable[..., Live], eventually: Eventually, how: str
) -> None:
    run = RunBuilder(tmp_path, "a").header()
    for step in range(20):
        run.metrics(step, train_loss=4.0)
    store = live(tmp_path)
    eventually(lambda: store.rows("a") == 20)
    other = RunBuilder(tmp_path / "other", "b").header(run_id="bbbbbbbb").metrics(0, train_loss=1.0)
    if how == "rewritten":
        for step in range(1, 40):
            other.metrics(step, train_loss=1.0)
    if how == "replaced":
        other.path.replace(run.path)
    else:
        with open(run.path, "r+b") as file:
            file.truncate(0)
            file.write(other.path.read_bytes())
    store.watcher.hint(run.path)
    eventually(lambda: store.rows("b") == (40 if how == "rewritten" else 1))
    assert "a" not in {run.name for run in store.store.snapshot().runs if run.path == other.path}


def test_what_a_person_added_is_followed(
    tmp_path: Path, live: Callable[..., Live], eventually: Eventually
) -> None:
    """Notes and tags from beside the log, with those of the program."""
    run = RunBuilder(tmp_path, "a").header(tags=["big"], notes="from the program")
    store = live(tmp_path)
    eventually(lambda: store.ready("a"))
    assert (store.runs()["a"].tags, store.runs()["a"].notes) == (("big",), "from the program")
    write_meta(meta_path(run.path), {"tags": ["keep", "big"], "notes": "mine", "archived": True})
    store.watcher.hint(meta_path(run.path))
    eventually(lambda: store.ready("a") and store.runs()["a"].meta.archived)
    assert (store.runs()["a"].tags, store.runs()["a"].notes) == (("big", "keep"), "mine")


def test_silence_makes_a_run_stalled_and_bytes_revive_it(
    tmp_path: Path, live: Callable[..., Live], eventually: Eventually
) -> None:
    """By time alone: nothing touches the file."""
    run = RunBuilder(tmp_path, "a").header(host="elsewhere").metrics(0, train_loss=4.0)
    store = live(tmp_path)
    eventually(lambda: store.ready("a"))
    assert store.runs()["a"].state is RunState.RUNNING
    store.clock.advance(61)
    eventually(lambda: store.ready("a") and store.runs()["a"].state is RunState.STALLED)
    run.metrics(1, train_loss=3.0)
    store.watcher.hint(run.path)
    eventually(lambda: store.rows("a") == 2)
    assert store.runs()["a"].state is RunState.RUNNING


def test_a_resume_after_an_end_is_running_again(
    tmp_path: Path, live: Callable[..., Live], eventually: Eventually
) -> None:
    run = RunBuilder(tmp_path, "a").header().metrics(0, train_loss=4.0).end("interrupted")
    store = live(tmp_path)
    eventually(lambda: store.ready("a"))
    assert store.runs()["a"].state is RunState.INTERRUPTED
    run.resume(**this_process())
    store.watcher.hint(run.path)
    eventually(lambda: store.ready("a") and store.runs()["a"].state is RunState.RUNNING)
    assert store.runs()["a"].end is None


WRITER = """
import json, sys, time
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from tuimon.testing.run_builder import RunBuilder, this_process
run = RunBuilder(Path(sys.argv[1]), "killed").header(**this_process())
for step in range(5):
    run.metrics(step, train_loss=4.0)
print("ready", flush=True)
input()
"""


def test_a_killed_process_is_a_crashed_run(tmp_path: Path, eventually: Eventually) -> None:
    """With the real clock, watcher and process: SIGKILL, and within seconds the run says crashed."""
    root = Path(__file__).parents[2]
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path), str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    store = RunStore([tmp_path])
    store.start(lambda _: None)
    try:
        eventually(lambda: [len(run.iterations) for run in store.snapshot().runs] == [5])
        assert store.snapshot().runs[0].state is RunState.RUNNING
        os.kill(writer.pid, signal.SIGKILL)  # nobody waits for it yet: a zombie is as dead
        eventually(lambda: store.snapshot().runs[0].state is RunState.CRASHED)
    finally:
        store.stop()
        writer.communicate()


def test_a_record_is_in_a_snapshot_soon_after_it_was_logged(tmp_path: Path, eventually: Eventually) -> None:
    """With real events: well within the 0.3 s from log call to screen, as soon as the machine is not busy.

    Without them it would be seconds each time: the next slow look comes 5 s after the one before.
    """
    run = RunBuilder(tmp_path, "a").header().metrics(0, train_loss=4.0)
    store = RunStore([tmp_path])
    seen: dict[int, float] = {}
    changed = threading.Condition()

    def look(version: int) -> None:
        with changed:
            for snapshot in store.snapshot().runs:
                seen.setdefault(len(snapshot.iterations), time.monotonic())
            changed.notify_all()

    store.start(look)
    try:
        lags: list[float] = []
        with changed:
            assert changed.wait_for(lambda: 1 in seen and store.snapshot().watch_mode == "events", DEADLINE)

        def log_one_more() -> bool:
            step = len(lags) + 1
            logged = time.monotonic()
            run.metrics(step, train_loss=4.0)
            with changed:
                assert changed.wait_for(lambda: step + 1 in seen, DEADLINE)
            lags.append(seen[step + 1] - logged)
            return len(lags) >= 7 and median(lags[-7:]) < 0.3

        eventually(log_one_more, message=f"seconds until each record was seen: {lags}")
    finally:
        store.stop()


def test_stopping_ends_all_threads(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    store = RunStore([tmp_path])
    store.start(lambda _: None)
    store.stop()
    assert [thread.name for thread in threading.enumerate() if thread not in before] == []


def test_a_document_gets_a_log(tmp_path: Path, live: Callable[..., Live], eventually: Eventually) -> None:
    """Both are one run, and the log is the one that is read."""
    path = document(tmp_path / "experiment_old_20251102_100000.json")
    store = live(tmp_path)
    eventually(lambda: store.ready("old"))
    RunBuilder(tmp_path, "from the log", file_name=path.with_suffix(".jsonl").name).header()
    store.watcher.hint(path.with_suffix(".jsonl"))
    eventually(lambda: store.ready("from the log"))
    assert set(store.runs()) == {"from the log"}


def test_the_state_of_the_watcher_is_published(
    tmp_path: Path, live: Callable[..., Live], eventually: Eventually
) -> None:
    store = live(tmp_path)
    eventually(lambda: store.store.snapshot().watch_mode == "events")
    store.watcher.mode = "poll (watch limit)"
    store.clock.advance(1)
    eventually(lambda: store.store.snapshot().watch_mode == "poll (watch limit)")


def test_reading_that_makes_way_still_ends(
    tmp_path: Path, live: Callable[..., Live], eventually: Eventually
) -> None:
    """A person who presses keys all the time slows reading down, and gets pictures of all of it."""
    run = RunBuilder(tmp_path, "a").header()
    for step in range(6000):
        run.metrics(step, train_loss=4.0, learning_rate=1e-3, tokens_per_sec=5e4)
    assert run.path.stat().st_size > 2 * CHUNK_BYTES
    store = live(tmp_path)
    store.store.make_way(1e9)
    eventually(lambda: store.ready("a"))
    assert store.rows("a") == 6000


def test_a_pause_ends_when_it_is_told_to_or_in_time(
    tmp_path: Path, live: Callable[..., Live], eventually: Eventually
) -> None:
    """Nothing is read meanwhile; what has changed is not forgotten."""
    run = RunBuilder(tmp_path, "a").header().metrics(1, train_loss=4.0)
    store = live(tmp_path)
    eventually(lambda: store.ready("a"))
    for step, end in ((2, store.store.go_on), (3, lambda: store.clock.advance(11))):
        store.store.pause(10)
        waits = store.watcher.waits
        eventually(lambda waits=waits: store.watcher.waits > waits + 1)  # the step at hand has ended
        run.metrics(step, train_loss=4.0)
        store.watcher.hint(run.path)
        waits = store.watcher.waits
        eventually(lambda waits=waits: store.watcher.waits > waits + 1)
        assert store.store.snapshot().runs[0].iterations[-1] == step - 1
        end()
        eventually(lambda step=step: store.rows("a") == step)


def test_a_paused_store_can_be_stopped(tmp_path: Path, live: Callable[..., Live]) -> None:
    """At once, however long the pause may take."""
    store = live(tmp_path)
    store.store.pause(1e9)
    store.store.stop()
    assert store.watcher.stopped


def test_a_log_that_grows_fast_is_read_as_often_as_somebody_looks(
    tmp_path: Path,
    live: Callable[..., Live],
    eventually: Eventually,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Fifty events between two pictures are one read; nothing is left unread for it."""
    reads: list[Path] = []
    read = LogTail.read

    def counting(self: LogTail, max_bytes: int) -> TailChunk:
        reads.append(self.path)
        return read(self, max_bytes)

    run = RunBuilder(tmp_path, "a").header().metrics(0, train_loss=4.0)
    store = live(tmp_path)
    eventually(lambda: store.ready("a"))
    store.store.pictures_each(3.0)
    monkeypatch.setattr(LogTail, "read", counting)
    for step in range(1, 51):
        run.metrics(step, train_loss=4.0)
        store.watcher.hint(run.path)
    eventually(lambda: store.rows("a") == 51, timeout=60)
    assert len(reads) < 25
