"""Reading in small steps, driven by hand: what comes first, and what goes wrong in between."""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.stores import ingest_of, load, read_all
from tuimon.sources.discover import discover
from tuimon.store.ingest import Ingest
from tuimon.store.liveness import RunState, process_start, this_machine
from tuimon.store.run_reader import RunReader, Surroundings
from tuimon.store.snapshot import RunSnapshot
from tuimon.testing import FakeClock, RunBuilder
from tuimon.testing.run_builder import START, this_process


def test_preferred_runs_are_read_first(tmp_path: Path) -> None:
    """What the person looks at comes before what is newer."""
    runs = [RunBuilder(tmp_path, f"run {hour}", start=START + timedelta(hours=hour)) for hour in range(5)]
    for run in runs:
        run.header().metrics(0, train_loss=1.0)
    ingest = ingest_of(tmp_path)
    while all(run.loading for run in ingest.publish().runs) and len(ingest.publish().runs) < 5:
        ingest.step()
    ingest.prefer([run.key for run in ingest.publish().runs if run.name == "run 2"])
    for run in runs:
        run.metrics(1, train_loss=1.0)
    ingest.hint([str(run.path.resolve()) for run in runs])  # they are to be read anyway
    order = []
    while ingest.step():
        order.append({run.name for run in ingest.publish().runs if not run.loading})
    assert order[0] >= {"run 2"}
    assert "run 0" not in order[0]


def test_that_the_preferred_runs_have_been_read_is_told_once(tmp_path: Path) -> None:
    """Whoever waits for them gets a picture then, not at the next that is due."""
    for name in "abcd":
        RunBuilder(tmp_path, name).header().metrics(0, train_loss=1.0)
    ingest = ingest_of(tmp_path)
    ingest.step()  # all are found and looked at; the first of the others is read as well
    preferred = [run.key for run in ingest.publish().runs if run.loading][-2:]
    ingest.prefer(preferred)
    told = []
    for _ in range(len("abcd")):
        ingest.step()
        told.append(ingest.take_answer())
    assert told == [False, True, False, False]
    ingest.prefer(preferred)  # they are read already: nobody has to wait
    assert not ingest.take_answer()


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


def test_time_alone_makes_a_run_stalled_within_a_second(tmp_path: Path) -> None:
    """Without waiting for the next look at its file."""
    RunBuilder(tmp_path, "a").header(host="elsewhere").metrics(0, train_loss=4.0)
    clock = FakeClock()
    ingest = Ingest([tmp_path], Surroundings(clock, lambda _: None, this_machine()))
    assert read_all(ingest).state is RunState.RUNNING
    clock.advance(59)
    ingest.tick()
    assert read_all(ingest).state is RunState.RUNNING
    assert ingest.seconds_to_tick() <= 1
    clock.advance(1.5)
    ingest.tick()
    assert read_all(ingest).state is RunState.STALLED


def test_a_preview_takes_no_resumed_run_for_crashed(tmp_path: Path) -> None:
    """Before all is read nobody knows which process is the newest."""
    gone = {**this_process(), "process_start_time": 1.0}
    run = RunBuilder(tmp_path, "a").header(**gone).resume(**this_process())
    run.last_written(time.time() - 30)
    (files,) = discover([tmp_path]).runs
    reader = RunReader(files, Surroundings(FakeClock(), process_start, this_machine()))
    reader.preview()
    assert reader.state is RunState.RUNNING


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


lines = st.lists(
    st.sampled_from(
        [
            b'{"type": "metrics", "iteration": 1, "train_loss": 1.5}',
            b'{"type": "metrics", "iteration": 2, "train_loss": "NaN"}',
            b'{"type": "metrics", "iteration": 3, "train_loss": NaN}',
            b'{"type": "eval", "iteration": 2, "val_loss": 2.5}',
            b'{"type": "resume"}',
            b'{"type": "system", "wallclock_time": 3, "cpu_percent": 12.5}',
            b'{"type": "system", "wallclock_time": 7, "gpu0_percent": 97}',
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
                "system",
                "system_seconds",
            ):
                assert getattr(grown, field.name) == getattr(whole, field.name), field.name
        assert np.array_equal(grown.iterations, whole.iterations, equal_nan=True)
        assert np.array_equal(grown.system_seconds, whole.system_seconds)
        for columns, expected in ((grown.metrics, whole.metrics), (grown.system, whole.system)):
            assert list(columns) == list(expected)
            for metric, view in expected.items():
                assert np.array_equal(columns[metric].rows, view.rows)
                assert np.array_equal(columns[metric].values, view.values, equal_nan=True)


def test_a_run_is_pictured_when_something_is_known_of_it(tmp_path: Path) -> None:
    """What was found but not looked at yet is no running run: it is in no picture, and more are expected."""
    for name in "abc":
        RunBuilder(tmp_path, name).header().metrics(0, train_loss=1.0).end()
    clock = SteppingClock()
    ingest = Ingest([tmp_path], Surroundings(clock, lambda _: None, this_machine()))
    seen = []
    while ingest.scanning:
        ingest.step()
        picture = ingest.publish()
        assert all(run.state is RunState.FINISHED for run in picture.runs)
        assert picture.scanning is (len(picture.runs) < 3)
        seen.append(len(picture.runs))
    assert seen[-1] == 3
    assert len(set(seen)) > 2  # it came in several steps


class SteppingClock(FakeClock):
    """A slow machine: each look at the clock takes so long that a step does one thing."""

    def monotonic(self) -> float:
        self.advance(0.015)
        return super().monotonic()
