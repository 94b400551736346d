"""Changes are noticed: by events, or by polling where there are none, and it says which."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import DEADLINE, Eventually, wait_until
from tuimon.sources.watch import FileWatcher, HintBox

Watch = Callable[..., FileWatcher]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Makes watchers of paths, and stops them."""
    watchers = []

    def make(*paths: Path, **options: object) -> FileWatcher:
        watcher = FileWatcher(**{"poll": None, "remote": lambda _: None, **options})  # type: ignore[arg-type]
        watchers.append(watcher)
        watcher.start()
        for path in paths:
            watcher.watch(path)
        wait_until(lambda: not watcher.is_starting)
        watcher.wait(0)
        return watcher

    yield make
    for watcher in watchers:
        watcher.stop()


def hinted(watcher: FileWatcher, path: Path) -> bool:
    return str(path.resolve()) in watcher.wait(0.05)


def test_an_append_is_hinted_at_quickly(tmp_path: Path, watch: Watch, eventually: Eventually) -> None:
    """A log call is seen within some hundredths of a second, not at the next poll."""
    log = tmp_path / "experiment_a.jsonl"
    log.write_bytes(b"one\n")
    watcher = watch(tmp_path)
    assert watcher.mode == "events"
    with open(log, "ab", buffering=0) as file:
        file.write(b"two\n")
        eventually(lambda: hinted(watcher, log))


def test_a_file_in_a_new_directory_is_hinted_at(tmp_path: Path, watch: Watch, eventually: Eventually) -> None:
    watcher = watch(tmp_path)
    (tmp_path / "new").mkdir()
    eventually(lambda: hinted(watcher, tmp_path / "new"))
    (tmp_path / "new" / "experiment_a.jsonl").write_bytes(b"one\n")
    eventually(lambda: hinted(watcher, tmp_path / "new" / "experiment_a.jsonl"))


def test_a_named_file_is_watched(tmp_path: Path, watch: Watch, eventually: Eventually) -> None:
    log = tmp_path / "weird.log"
    log.write_bytes(b"one\n")
    watcher = watch(log)
    with open(log, "ab", buffering=0) as file:
        file.write(b"two\n")
    eventually(lambda: hinted(watcher, log))


def test_a_directory_that_was_deleted_and_is_back_is_watched_again(
    tmp_path: Path, watch: Watch, eventually: Eventually
) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    watcher = watch(logs, interval=0.01)
    logs.rmdir()
    eventually(lambda: hinted(watcher, logs))
    logs.mkdir()
    log = logs / "experiment_a.jsonl"

    def append_and_see() -> bool:
        with open(log, "ab") as file:
            file.write(b"one\n")
        return hinted(watcher, log)

    eventually(append_and_see)


def test_reading_a_file_is_no_hint(tmp_path: Path, watch: Watch, eventually: Eventually) -> None:
    """Else every read would cause the next one, for ever. Events come in the order of what they tell of."""
    log = tmp_path / "experiment_a.jsonl"
    log.write_bytes(b"one\n")
    watcher = watch(tmp_path)
    hints: set[str] = set()

    def hinted_at(path: Path) -> bool:
        hints.update(watcher.wait(0.05))
        return str(path.resolve()) in hints

    (tmp_path / "before").write_bytes(b"one\n")
    eventually(lambda: hinted_at(tmp_path / "before"))
    hints.clear()
    log.read_bytes()
    (tmp_path / "after").write_bytes(b"one\n")
    eventually(lambda: hinted_at(tmp_path / "after"))
    assert str(log.resolve()) not in hints


def test_a_remote_file_system_is_polled(tmp_path: Path, watch: Watch) -> None:
    """The whole path is hinted at each interval, and the mode names the file system."""
    watcher = watch(tmp_path, remote=lambda _: "nfs4", interval=0.01)
    assert watcher.mode == "poll (nfs4)"
    assert watcher.wait(DEADLINE) == {str(tmp_path.resolve())}
    assert watcher.wait(DEADLINE) == {str(tmp_path.resolve())}


def test_both_ways_can_be_in_use(tmp_path: Path, watch: Watch) -> None:
    far = tmp_path / "far"
    near = tmp_path / "near"
    far.mkdir()
    near.mkdir()
    watcher = watch(far, near, remote=lambda path: "nfs4" if path == far.resolve() else None)
    assert watcher.mode == "events, poll (nfs4)"


def test_polling_can_be_asked_for(tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    assert watch(tmp_path, poll=True).mode == "poll (asked)"
    monkeypatch.setenv("TUIMON_POLL", "1")
    assert watch(tmp_path).mode == "poll (asked)"
    monkeypatch.setenv("TUIMON_POLL", "0")
    assert watch(tmp_path).mode == "events"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EMFILE])
def test_the_limit_of_watches_leads_to_polling(
    tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """By itself, and it says so."""
    from watchdog.observers import Observer

    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, "limit reached")

    monkeypatch.setattr(Observer, "schedule", refuse)
    watcher = watch(tmp_path, interval=0.01)
    assert watcher.mode == "poll (watch limit)"
    assert watcher.wait(DEADLINE) == {str(tmp_path.resolve())}


def test_a_limit_reached_below_the_directory_leads_to_polling(
    tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """watchdog leaves out directories that get no watch without a word; the watcher asks for one more."""
    monkeypatch.setattr(FileWatcher, "_has_room", staticmethod(lambda _: False))
    assert watch(tmp_path).mode == "poll (watch limit)"


def test_a_tree_of_very_many_directories_is_polled(
    tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        (tmp_path / str(number)).mkdir()
    monkeypatch.setattr("tuimon.sources.watch.MAX_DIRECTORIES", 3)
    assert watch(tmp_path).mode == "poll (many directories)"


def test_waking_ends_a_wait(tmp_path: Path, watch: Watch) -> None:
    watcher = watch(tmp_path)
    started = time.monotonic()
    watcher.wake()
    assert watcher.wait(DEADLINE) == frozenset()
    assert time.monotonic() - started < DEADLINE / 2


def test_hints_are_taken_once() -> None:
    box = HintBox()
    box.put("a")
    box.put("b", "a")
    assert box.take(0) == {"a", "b"}
    assert box.take(0) == frozenset()


def test_what_changes_before_events_begin_is_hinted_at(tmp_path: Path, eventually: Eventually) -> None:
    """Events may be told to begin later: until then it polls, and what changed meanwhile is looked at."""
    log = tmp_path / "experiment_a.jsonl"
    watcher = FileWatcher(poll=None, remote=lambda _: None, head_start=1.0, interval=600)
    try:
        watcher.watch(tmp_path)
        log.write_bytes(b"one\n")
        assert watcher.is_starting
        eventually(lambda: hinted(watcher, tmp_path))
        assert watcher.mode == "events"
        log.write_bytes(b"one\ntwo\n")
        eventually(lambda: hinted(watcher, log))
    finally:
        watcher.stop()


def test_stopping_does_not_wait_for_events_to_begin(tmp_path: Path) -> None:
    """The app can be left before the watching began."""
    watcher = FileWatcher(poll=None, remote=lambda _: None, head_start=3600)
    watcher.watch(tmp_path)
    watcher.stop()
