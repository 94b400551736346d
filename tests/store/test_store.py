"""The store as commands and the Analyzer see it: everything at once, honest about what it could not read."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.store.stores import load
from tuimon.sources.discover import ScanLimits
from tuimon.sources.tail import LogTail
from tuimon.store.liveness import RunState
from tuimon.store.run_data import RunData
from tuimon.store.store import RunStore
from tuimon.testing import RunBuilder, sample_runs
from tuimon.testing.run_builder import START, this_process


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


def test_a_resumed_run_lives_by_its_newest_process(tmp_path: Path) -> None:
    """The process that the header names is gone; the one that went on with the run is this one."""
    gone = {**this_process(), "process_start_time": 1.0}
    run = RunBuilder(tmp_path, "a").header(**gone).metrics(0, train_loss=4.0)
    quiet = time.time() - 30
    run.last_written(quiet)
    assert load(tmp_path).runs[0].state is RunState.CRASHED
    run.resume(**this_process()).last_written(quiet)
    assert load(tmp_path).runs[0].state is RunState.RUNNING


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


def test_a_log_of_a_later_format_is_shown_and_says_so(tmp_path: Path) -> None:
    """What can be read is, with a word of warning; format 1 needs none."""
    RunBuilder(tmp_path, "later").header(format=2).metrics(0, train_loss=2.0).end()
    RunBuilder(tmp_path, "now").header().metrics(0, train_loss=2.0).end()
    later, now = sorted(load(tmp_path).runs, key=lambda run: run.name)
    assert later.problem == "its format is 2, this tuimon knows format 1: what is shown may be wrong"
    assert later.metrics["train_loss"].last_value == 2.0
    assert now.problem is None


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


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe\n\x80\n", b"broken\n", b"broken"])
def test_fresh_bytes_that_are_no_records_are_not_a_running_run(tmp_path: Path, content: bytes) -> None:
    """An empty file or garbage written just now; a header is enough to be one."""
    RunBuilder(tmp_path, "a").raw(content)
    RunBuilder(tmp_path, "b").header()
    states = {run.name: run.state for run in load(tmp_path).runs}
    assert states.pop("b") is RunState.RUNNING
    assert list(states.values()) == [RunState.STALLED]
