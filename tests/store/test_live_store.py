"""A store that runs follows its files: by hints, by the slow look, and with what stands beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Eventually
from tests.store.live import StartLive
from tests.store.stores import document, values
from tuimon.records.person_meta import meta_path, write_meta
from tuimon.testing import RunBuilder


def test_an_appended_record_appears(tmp_path: Path, live: StartLive, eventually: Eventually) -> None:
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
    tmp_path: Path, live: StartLive, eventually: Eventually
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
    tmp_path: Path, live: StartLive, eventually: Eventually
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
    tmp_path: Path, live: StartLive, eventually: Eventually
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
    tmp_path: Path, live: StartLive, eventually: Eventually
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
    tmp_path: Path, live: StartLive, eventually: Eventually
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


def test_a_new_log_is_searched_for_at_once(tmp_path: Path, live: StartLive, eventually: Eventually) -> None:
    """A hint at a file that no run bears does not wait for the slow look."""
    store = live(tmp_path)
    eventually(lambda: not store.store.snapshot().scanning)
    run = RunBuilder(tmp_path, "a").header().metrics(0, train_loss=4.0)
    store.watcher.hint(run.path)
    eventually(lambda: store.ready("a"))
    assert store.clock.monotonic() < 5


def test_a_deleted_run_goes_and_comes_back(tmp_path: Path, live: StartLive, eventually: Eventually) -> None:
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
    tmp_path: Path, live: StartLive, eventually: Eventually, how: str
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


def test_what_a_person_added_is_followed(tmp_path: Path, live: StartLive, eventually: Eventually) -> None:
    """Notes and tags from beside the log, with those of the program."""
    run = RunBuilder(tmp_path, "a").header(tags=["big"], notes="from the program")
    store = live(tmp_path)
    eventually(lambda: store.ready("a"))
    assert (store.runs()["a"].tags, store.runs()["a"].notes) == (("big",), "from the program")
    write_meta(meta_path(run.path), {"tags": ["keep", "big"], "notes": "mine", "archived": True})
    store.watcher.hint(meta_path(run.path))
    eventually(lambda: store.ready("a") and store.runs()["a"].meta.archived)
    assert (store.runs()["a"].tags, store.runs()["a"].notes) == (("big", "keep"), "mine")


def test_a_document_gets_a_log(tmp_path: Path, live: StartLive, eventually: Eventually) -> None:
    """Both are one run, and the log is the one that is read."""
    path = document(tmp_path / "experiment_old_20251102_100000.json")
    store = live(tmp_path)
    eventually(lambda: store.ready("old"))
    RunBuilder(tmp_path, "from the log", file_name=path.with_suffix(".jsonl").name).header()
    store.watcher.hint(path.with_suffix(".jsonl"))
    eventually(lambda: store.ready("from the log"))
    assert set(store.runs()) == {"from the log"}


def test_the_state_of_the_watcher_is_published(
    tmp_path: Path, live: StartLive, eventually: Eventually
) -> None:
    store = live(tmp_path)
    eventually(lambda: store.store.snapshot().watch_mode == "events")
    store.watcher.mode = "poll (watch limit)"
    store.clock.advance(1)
    eventually(lambda: store.store.snapshot().watch_mode == "poll (watch limit)")
