"""The store as its users see it: snapshots of all runs, current, honest, cheap."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Eventually
from tuimon.records.person_meta import meta_path, write_meta
from tuimon.sources.discover import ScanLimits, discover
from tuimon.sources.tail import LogTail
from tuimon.store.ingest import Ingest
from tuimon.store.liveness import RunState, this_machine
from tuimon.store.run_data import RunData
from tuimon.store.run_reader import RunReader, Surroundings
from tuimon.store.snapshot import RunSnapshot, StoreSnapshot
from tuimon.store.store import RunStore
from tuimon.testing import FakeClock, FakeWatcher, RunBuilder, sample_runs
from tuimon.testing.run_builder import START, this_process


class Live:
    """A store that runs, with a fake clock and a fake watcher."""

    def __init__(self, *paths: Path, **options: Any) -> None:
        self.clock = FakeClock()
        self.watcher = FakeWatcher()
        self.versions: list[int] = []
        self.store = RunStore(paths, **{"clock": self.clock, "watcher": self.watcher, **options})
        self.store.start(self.versions.append)

    def runs(self) -> dict[str, RunSnapshot]:
        return {run.name: run for run in self.store.snapshot().runs}

    def ready(self, name: str) -> bool:
        """Whether the run of this name was read to its end."""
        self.clock.advance(0.11)  # else nothing would ever be published again
        return name in self.runs() and not self.runs()[name].loading

    def rows(self, name: str) -> int:
        self.clock.advance(0.11)
        return len(self.runs()[name].iterations) if name in self.runs() else -1


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


def load(*paths: Path, **options: Any) -> StoreSnapshot:
    return RunStore(paths, **options).load_all()


def values(run: RunSnapshot, metric: str) -> list[float]:
    return [float(value) for value in run.metrics[metric].values]


def test_everything_is_read_at_once(tmp_path: Path) -> None:
    """Each sample run with its state, rows, metrics, and what was wrong with it."""
    paths = sample_runs(tmp_path)
    snapshot = load(tmp_path)
    runs = {run.path: run for run in snapshot.runs}
    kinds = {kind: runs[path] for kind, path in paths.items()}
    states = {kind: run.state.value for kind, run in kinds.items() if run.state.value != "finished"}
    assert states == {
        "failed": "failed",
        "interrupted": "interrupted",
        "live": "running",
        "crashed": "crashed",
        "garbage": "stalled",
        "torn": "stalled",
    }
    assert kinds["failed"].end is not None
    assert kinds["failed"].end.exception_message == "CUDA out of memory"
    assert kinds["nan"].metrics["train_loss"].nan_count == 100
    assert kinds["nan"].metrics["train_loss"].inf_count == 1
    assert kinds["spike"].metrics["train_loss"].finite_max == 1e4
    assert (kinds["resumed"].superseded_rows, kinds["resumed"].segment_rows) == (50, (150,))
    steps = kinds["resumed"].metrics["gradient_step"].values
    assert steps.tolist() == list(range(200))
    assert len(kinds["200 metrics"].metrics) == 202
    assert len(kinds["no points"].iterations) == 0
    assert kinds["no header"].name == kinds["no header"].path.stem
    assert kinds["garbage"].bad_line_count == 9
    assert "none of its 9 lines is a record" in (kinds["garbage"].problem or "")
    assert kinds["torn"].bad_line_count == 0
    assert not any(run.loading for run in snapshot.runs)
    assert not snapshot.scanning


def test_the_newest_start_comes_first(tmp_path: Path) -> None:
    for day in (2, 9, 5):
        RunBuilder(tmp_path, f"day {day}", start=START + timedelta(days=day)).header()
    assert [run.name for run in load(tmp_path).runs] == ["day 9", "day 5", "day 2"]


def test_previews_of_ended_runs_tell_what_a_list_shows(tmp_path: Path) -> None:
    """State, last values and summaries from the two ends of the log; runs without an end are read wholly."""
    summary = {"train_loss": {"count": 9, "last": 1.5, "min": 1.25, "max": 4.0, "min_iteration": 7}}
    ended = RunBuilder(tmp_path, "ended").header()
    for step in range(9):
        ended.metrics(step, train_loss=4.0 - step)
    ended.end(summary=summary)
    RunBuilder(tmp_path, "open").header().metrics(3, train_loss=2.0)
    RunBuilder(tmp_path, "no summary").header().metrics(5, train_loss=3.0).end()
    runs = {run.name: run for run in RunStore([tmp_path]).load_previews().runs}
    assert runs["ended"].loading
    assert runs["ended"].state is RunState.FINISHED
    assert runs["ended"].last_values["iteration"] == 8
    assert runs["ended"].last_values["train_loss"] == 1.5
    assert runs["ended"].summaries["train_loss"].min == 1.25
    for name, loss in (("open", 2.0), ("no summary", 3.0)):
        assert not runs[name].loading
        assert runs[name].last_values["train_loss"] == loss
        assert runs[name].summaries["train_loss"].min == loss


def test_summaries_are_those_of_the_columns(tmp_path: Path) -> None:
    run = RunBuilder(tmp_path, "a").header()
    run.metrics(5, train_loss="NaN").metrics(6, train_loss=2.0).metrics(7, train_loss=1.0).metrics(
        8, train_loss=1.0
    )
    summaries = load(tmp_path).runs[0].summaries
    summary = summaries["train_loss"]
    assert (summary.count, summary.last, summary.nan_count) == (4, 1.0, 1)
    assert (summary.min, summary.min_iteration, summary.max, summary.max_iteration) == (1.0, 7.0, 2.0, 6.0)
    assert set(summaries) == {"train_loss", "gradient_step", "wallclock_time"}


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
        eventually(lambda: store.snapshot().runs[0].state is RunState.CRASHED, timeout=15)
    finally:
        store.stop()
        writer.communicate()


def test_a_record_is_in_a_snapshot_soon_after_it_was_logged(tmp_path: Path) -> None:
    """With real events: well within the 0.3 s from log call to screen."""
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
        lags = []
        with changed:
            assert changed.wait_for(lambda: 1 in seen and store.snapshot().watch_mode == "events", 10)
        for step in range(1, 8):
            logged = time.monotonic()
            run.metrics(step, train_loss=4.0)
            with changed:
                assert changed.wait_for(lambda rows=step + 1: rows in seen, 10)  # type: ignore[misc]
            lags.append(seen[step + 1] - logged)
        assert sorted(lags)[len(lags) // 2] < 0.3
    finally:
        store.stop()


def test_stopping_ends_all_threads(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    store = RunStore([tmp_path])
    store.start(lambda _: None)
    store.stop()
    assert [thread.name for thread in threading.enumerate() if thread not in before] == []


def test_preferred_runs_are_read_first(tmp_path: Path) -> None:
    """What the person looks at comes before what is newer."""
    for number in range(5):
        run = RunBuilder(tmp_path, f"run {number}", start=START + timedelta(hours=number)).header()
        run.metrics(0, train_loss=1.0).end()
    ingest = ingest_of(tmp_path)
    while all(run.loading for run in ingest.publish().runs) and len(ingest.publish().runs) < 5:
        ingest.step()
    ingest.prefer([run.key for run in ingest.publish().runs if run.name == "run 2"])
    order = []
    while ingest.step():
        order.append({run.name for run in ingest.publish().runs if not run.loading})
    assert order[0] >= {"run 2"}
    assert "run 0" not in order[0]


def ingest_of(directory: Path) -> Ingest:
    return Ingest([directory], Surroundings(FakeClock(), lambda _: None, this_machine()))


def test_a_run_that_vanishes_before_it_is_read_costs_no_other_run(tmp_path: Path) -> None:
    """It was found and is to be read, and is not there any more: all others are read."""
    runs = [RunBuilder(tmp_path, name).header().metrics(0, train_loss=1.0) for name in "abc"]
    ingest = ingest_of(tmp_path)
    while len(ingest.publish().runs) < 3:
        ingest.step()
    max(runs, key=lambda run: run.path.name).path.unlink()
    while ingest.step():
        pass
    assert [(run.name, run.loading) for run in ingest.publish().runs] == [("b", False), ("a", False)]


def test_a_log_that_was_made_readable_is_read(tmp_path: Path) -> None:
    """A change of permissions is a reason to look again, but no sign of life."""
    run = RunBuilder(tmp_path, "a").header().last_written(1e9)
    (files,) = discover([tmp_path]).runs
    reader = RunReader(files, Surroundings(FakeClock(), lambda _: None, this_machine()))
    assert reader.check()
    assert not reader.check()
    run.path.chmod(0o600)
    assert reader.check()
    assert reader.last_change == 1e9


def test_a_pipe_that_took_a_logs_place_is_not_waited_for(tmp_path: Path) -> None:
    run = RunBuilder(tmp_path, "a").header()
    ingest = ingest_of(tmp_path)
    while ingest.step():
        pass
    run.path.unlink()
    os.mkfifo(run.path)
    ingest.hint([str(run.path.resolve())])
    while ingest.step():
        pass
    assert ingest.publish().runs[0].problem == f"{run.path} is not a file"


def document(path: Path, **fields: Any) -> Path:
    rows = [
        {
            "iteration": i,
            "gradient_step": i,
            "wallclock_time": i * 1.0,
            "train_loss": 4.0 - i,
            "val_loss": None,
        }
        for i in range(3)
    ]
    config = {"experiment_name": "old", "max_iters": 3}
    times = {"start_time": "2025-11-02T10:00:00", "end_time": "2025-11-02T10:01:00"}
    path.write_text(json.dumps({"config": config, **times, "metrics_history": rows, "notes": "hm", **fields}))
    return path


def test_a_document_in_the_original_shape_is_a_finished_run(tmp_path: Path) -> None:
    document(tmp_path / "experiment_old_20251102_100000.json")
    (run,) = load(tmp_path).runs
    assert (run.name, run.state, run.notes) == ("old", RunState.FINISHED, "hm")
    assert values(run, "train_loss") == [4.0, 3.0, 2.0]
    assert "val_loss" not in run.metrics
    assert run.header.config["max_iters"] == 3


def test_a_document_that_is_no_run_is_a_problem_and_not_a_run(tmp_path: Path) -> None:
    (tmp_path / "experiment_settings.json").write_text('{"colour": "red"}')
    RunBuilder(tmp_path, "a").header()
    snapshot = load(tmp_path)
    assert [run.name for run in snapshot.runs] == ["a"]
    (problem,) = snapshot.problems
    assert "experiment_settings.json" in problem


def test_a_document_gets_a_log(tmp_path: Path, live: Callable[..., Live], eventually: Eventually) -> None:
    """Both are one run, and the log is the one that is read."""
    path = document(tmp_path / "experiment_old_20251102_100000.json")
    store = live(tmp_path)
    eventually(lambda: store.ready("old"))
    RunBuilder(tmp_path, "from the log", file_name=path.with_suffix(".jsonl").name).header()
    store.watcher.hint(path.with_suffix(".jsonl"))
    eventually(lambda: store.ready("from the log"))
    assert set(store.runs()) == {"from the log"}


def test_a_log_that_was_saved_is_finished_not_stalled(tmp_path: Path) -> None:
    """The original's users call save() and not always finish()."""
    run = RunBuilder(tmp_path, "a").header(host="elsewhere").metrics(0, train_loss=4.0).last_written(1e9)
    assert load(tmp_path).runs[0].state is RunState.STALLED
    document(run.path.with_suffix(".json"))
    assert [run.state for run in load(tmp_path).runs] == [RunState.FINISHED]


def test_an_unreadable_log_is_shown_with_its_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = RunBuilder(tmp_path, "a").header()
    RunBuilder(tmp_path, "b").header()

    def refuse(self: object, *_: object) -> None:  # permissions do not stop root, who may run the tests
        raise PermissionError(13, "Permission denied")

    read = LogTail.read
    monkeypatch.setattr(
        LogTail, "read", lambda self, n: refuse(self) if self.path == run.path else read(self, n)
    )
    problems = {snapshot.path: snapshot.problem for snapshot in load(tmp_path).runs}
    assert problems.pop(run.path) == f"cannot read {run.path}: Permission denied"
    assert list(problems.values()) == [None]


def test_an_error_nobody_foresaw_spoils_one_run_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is shown at that run, and the others are read."""
    RunBuilder(tmp_path, "bad").header().metrics(0, poison=1.0)
    RunBuilder(tmp_path, "good").header().metrics(0, train_loss=1.0)
    apply = RunData.apply

    def trip(self: RunData, records: Any, numbers: Any) -> None:
        apply(self, records, numbers)
        if any("poison" in record for record in records):
            raise ZeroDivisionError("oh")

    monkeypatch.setattr(RunData, "apply", trip)
    runs = load(tmp_path).runs
    assert sum("ZeroDivisionError: oh" in (run.problem or "") for run in runs) == 1
    assert any(run.name == "good" and run.problem is None for run in runs)


def test_a_search_that_stopped_says_so(tmp_path: Path) -> None:
    RunBuilder(tmp_path / "1" / "2" / "3", "far").header()
    snapshot = load(tmp_path, limits=ScanLimits(depth=1))
    assert snapshot.runs == ()
    assert "1 directories deep" in snapshot.problems[0]


def test_loading_stops_at_its_timeout(tmp_path: Path) -> None:
    """What was not read by then says that it is loading."""
    run = RunBuilder(tmp_path, "a").header()
    run.raw(b'{"type": "metrics", "iteration": 1}\n' * 20_000)
    assert [run.loading for run in RunStore([tmp_path]).load_all(timeout=0).runs] == [True]


def test_the_state_of_the_watcher_is_published(
    tmp_path: Path, live: Callable[..., Live], eventually: Eventually
) -> None:
    store = live(tmp_path)
    eventually(lambda: store.store.snapshot().watch_mode == "events")
    store.watcher.mode = "poll (watch limit)"
    store.clock.advance(1)
    eventually(lambda: store.store.snapshot().watch_mode == "poll (watch limit)")


def test_a_log_cut_at_any_byte_opens(tmp_path: Path) -> None:
    """Every whole record before the cut is there, and what is torn is no bad line."""
    run = RunBuilder(tmp_path, "a").header(config={"lr": 1e-3})
    for step in range(4):
        run.metrics(step, train_loss=4.0 - step)
    run.eval(3, val_loss=2.0).end()
    whole = run.path.read_bytes()
    starts = [place for place in range(1, len(whole)) if whole[place - 1 : place] == b"\n"]
    for cut in range(len(whole) + 1):
        run.path.write_bytes(whole[:cut])
        (snapshot,) = load(tmp_path).runs
        complete = whole[:cut].count(b"\n") + (cut + 1 in starts)  # a record whose newline alone is missing
        assert snapshot.bad_line_count == 0, cut
        assert len(snapshot.iterations) == min(max(complete - 1, 0), 4), cut


lines = st.lists(
    st.sampled_from(
        [
            b'{"type": "metrics", "iteration": 1, "train_loss": 1.5}',
            b'{"type": "metrics", "iteration": 2, "train_loss": "NaN"}',
            b'{"type": "metrics", "iteration": 3, "train_loss": NaN}',
            b'{"type": "eval", "iteration": 2, "val_loss": 2.5}',
            b'{"type": "resume"}',
            b'{"type": "end", "status": "failed"}',
            b'{"type": "event", "message": "x"}',
            b"no record",
            b"",
        ]
    ),
    max_size=25,
)


@settings(deadline=None, max_examples=40)
@given(lines=lines, cuts=st.lists(st.integers(0, 1500), max_size=6))
def test_growing_equals_being_there_at_once(lines: list[bytes], cuts: list[int]) -> None:
    """However a log grows, the live store ends with what one look at the whole file gives."""
    content = b"".join(line + b"\n" for line in lines)
    with tempfile.TemporaryDirectory() as name:
        clock = FakeClock()
        run = RunBuilder(Path(name), "a").header()
        ingest = Ingest([Path(name)], Surroundings(clock, lambda _: None, this_machine()))
        ends = [*sorted(min(cut, len(content)) for cut in cuts), len(content)]
        start = 0
        for end in ends:
            run.raw(content[start:end])
            start = end
            ingest.hint([str(run.path.resolve())])
            while ingest.step():
                pass
            ingest.publish()
        grown = ingest.publish().runs[0]
        whole = load(Path(name), clock=clock, process_probe=lambda _: None).runs[0]
        for field in fields(RunSnapshot):
            if field.name not in (
                "version",
                "metrics",
                "iterations",
                "summaries",
                "last_values",
                "last_change",
            ):
                assert getattr(grown, field.name) == getattr(whole, field.name), field.name
        assert np.array_equal(grown.iterations, whole.iterations, equal_nan=True)
        assert list(grown.metrics) == list(whole.metrics)
        for metric, view in whole.metrics.items():
            assert np.array_equal(grown.metrics[metric].rows, view.rows)
            assert np.array_equal(grown.metrics[metric].values, view.values, equal_nan=True)
