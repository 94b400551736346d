"""How soon a running store reads: at once, as often as somebody looks, not while it makes way or rests."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from statistics import median

import pytest

from tests.conftest import DEADLINE, Eventually
from tests.store.live import StartLive
from tuimon.sources.tail import LogTail, TailChunk
from tuimon.store.ingest import CHUNK_BYTES
from tuimon.store.store import RunStore
from tuimon.testing import RunBuilder


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


def test_reading_that_makes_way_still_ends(tmp_path: Path, live: StartLive, eventually: Eventually) -> None:
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
    tmp_path: Path, live: StartLive, eventually: Eventually
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


def test_a_paused_store_can_be_stopped(tmp_path: Path, live: StartLive) -> None:
    """At once, however long the pause may take."""
    store = live(tmp_path)
    store.store.pause(1e9)
    store.store.stop()
    assert store.watcher.stopped


def test_a_log_that_grows_fast_is_read_as_often_as_somebody_looks(
    tmp_path: Path,
    live: StartLive,
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


def test_stopping_ends_all_threads(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    store = RunStore([tmp_path])
    store.start(lambda _: None)
    store.stop()
    assert [thread.name for thread in threading.enumerate() if thread not in before] == []
