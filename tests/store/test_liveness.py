"""A run's state is honest: each sign in the order in which it is worth believing."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import wait_until
from tuimon.records.events import EndRecord
from tuimon.store.liveness import (
    Machine,
    RunState,
    Writer,
    judge_state,
    process_start,
    this_machine,
)
from tuimon.tracker.environment import process_facts

HERE = Machine("here", "boot", "pid:[1]")
WRITER = Writer(HERE, pid=10, process_start_time=1000.0)
NOW = 10_000.0


def state(silence: float | None = 0.0, *, started: float | None = 1000.0, **given: Any) -> RunState:
    """The state of a run that was silent for so long, its writer's process having started then."""
    facts: dict[str, Any] = {
        "end": None,
        "saved": False,
        "writer": WRITER,
        "last_change": None if silence is None else NOW - silence,
        "interval": 1.0,
        "now": NOW,
        "probe": lambda _: started,
        "machine": HERE,
    }
    return judge_state(**{**facts, **given})


@pytest.mark.parametrize("status", ["finished", "failed", "interrupted"])
def test_an_end_decides(status: str) -> None:
    """Whatever the process and the clock say."""
    assert state(9999, end=EndRecord(status), started=None) == status
    assert state(0, end=EndRecord(status)) == status


def test_recent_bytes_mean_running_even_without_the_process() -> None:
    """Somebody wrote them; and new bytes revive a run that was taken for crashed."""
    assert state(1, started=None) is RunState.RUNNING
    assert state(10, started=None) is RunState.CRASHED


def test_a_process_that_is_gone_means_crashed() -> None:
    assert state(30, started=None) is RunState.CRASHED
    assert state(30, started=1000.0) is RunState.RUNNING


def test_another_process_of_the_same_id_means_crashed() -> None:
    """Process ids are used again; the start tells them apart, within the clock's grain of 2 s."""
    assert state(30, started=1500.0) is RunState.CRASHED
    assert state(30, started=1001.9) is RunState.RUNNING
    assert state(30, started=math.nan) is RunState.RUNNING


@pytest.mark.parametrize(
    "elsewhere",
    [replace(HERE, host="other"), replace(HERE, boot_id="other"), replace(HERE, pid_namespace="pid:[2]")],
)
def test_elsewhere_is_never_crashed_only_stalled(elsewhere: Machine) -> None:
    writer = replace(WRITER, machine=elsewhere)
    assert state(30, started=None, writer=writer) is RunState.RUNNING
    assert state(9999, started=None, writer=writer) is RunState.STALLED


@pytest.mark.parametrize(
    "writer", [None, replace(WRITER, pid=None), replace(WRITER, process_start_time=None)]
)
def test_a_writer_that_is_not_known_is_never_crashed(writer: Writer | None) -> None:
    assert state(30, started=None, writer=writer) is RunState.RUNNING


@pytest.mark.parametrize(
    ("interval", "silence", "expected"),
    [
        (0.1, 59, RunState.RUNNING),
        (0.1, 61, RunState.STALLED),
        (30.0, 299, RunState.RUNNING),
        (30.0, 301, RunState.STALLED),
        (None, 61, RunState.STALLED),
    ],
)
def test_stalled_goes_by_the_runs_own_rhythm(
    interval: float | None, silence: float, expected: RunState
) -> None:
    """Ten times its usual interval, and never less than a minute."""
    assert state(silence, interval=interval) is expected


def test_a_run_that_was_saved_is_not_stalled() -> None:
    assert state(9999, saved=True) is RunState.FINISHED
    assert state(9999, saved=True, started=None) is RunState.FINISHED
    assert state(1, saved=True) is RunState.RUNNING


def test_a_log_whose_file_tells_no_time_is_stalled() -> None:
    assert state(None) is RunState.STALLED


def test_bytes_that_are_no_records_never_run() -> None:
    """However new they are: nothing says that somebody trains."""
    assert state(0, recorded=False) is RunState.STALLED
    assert state(0, recorded=False, end=EndRecord("finished")) is RunState.FINISHED


def test_only_running_and_stalled_runs_are_live() -> None:
    assert {state for state in RunState if state.is_live} == {RunState.RUNNING, RunState.STALLED}


def test_the_start_of_a_real_process() -> None:
    """Of this process it is in the past; of a killed one that nobody waited for it is gone."""
    mine = process_start(os.getpid())
    assert mine is not None
    assert 0 < time.time() - mine < 86_400
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert process_start(child.pid) is not None
    child.kill()
    wait_until(lambda: process_start(child.pid) is None)  # a zombie until it is waited for
    child.communicate()
    assert process_start(child.pid) is None
    assert process_start(-5) is None


def test_this_machine_is_told_as_the_tracker_tells_it() -> None:
    """Else no crash would ever be seen: the same facts in the same words."""
    facts = process_facts()
    here = this_machine()
    assert (here.host, here.boot_id, here.pid_namespace) == (
        facts["host"],
        facts["boot_id"],
        facts["pid_namespace"],
    )
    started = process_start(os.getpid())
    assert started is not None
    assert abs(started - facts["process_start_time"]) < 2
