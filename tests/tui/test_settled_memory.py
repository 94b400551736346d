"""What is known of runs is out of the garbage collector's sight."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.analysis.builder import make_run
from tests.tui.running_app import RunningApp, running, until
from tuimon.tui.background.settled_memory import SettledMemory


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_it_is_done_while_runs_are_read_but_not_for_each_of_them() -> None:
    """A few runs are not worth it, and then so many more as make the collector look again."""
    memory = SettledMemory()
    done = [known for known in range(1000) if memory.note(known)]
    assert done[0] == 100
    assert len(done) < 25
    assert all(later <= 1.25 * earlier for earlier, later in pairwise(done))


def test_the_collector_does_not_look_at_it_any_more() -> None:
    """It took 60 ms of a thousand runs, now and then, with a key waiting."""
    before = gc.get_freeze_count()
    kept = [[number] for number in range(5000)]
    SettledMemory().note(200)
    assert gc.get_freeze_count() >= before + len(kept)


async def test_the_app_does_it_once_it_knows_its_runs() -> None:
    """From 100 runs on."""
    app = RunningApp([make_run(str(number), metrics={"train_loss": [2.0, 1.0]}) for number in range(120)])
    before = gc.get_freeze_count()
    async with running(app) as pilot:
        await until(pilot, lambda: gc.get_freeze_count() > before)
