"""Pictures of the screens above the dashboard, cell by cell; ``--snapshot-update`` takes new ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.charts.runs_by_hand import START, make_run
from tests.tui.pictured import SMALL, USUAL, Before, Compare, drawn, runs
from tests.tui.running_app import RunningApp, text_of, until, until_judged
from tuimon.records.events import EndRecord, EventRecord, ResumeRecord
from tuimon.records.person_meta import PersonMeta
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot
from tuimon.testing import RunBuilder
from tuimon.tui.screens.compare import CompareScreen
from tuimon.tui.screens.output import OutputScreen
from tuimon.tui.screens.pick import PickScreen
from tuimon.tui.screens.records import RecordsScreen
from tuimon.tui.screens.run import RunScreen
from tuimon.tui.screens.write import NoteScreen
from tuimon.tui.widgets.lines_view import LinesView
from tuimon.tui.widgets.scrolled_lines import ScrolledLines

SIZES = pytest.mark.parametrize("size", [SMALL, USUAL], ids=["80x24", "120x36"])

TRACEBACK = """Traceback (most recent call last):
  File "/home/me/cs336/train.py", line 212, in main
    loss = model(batch)
RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB
"""


def failed_run() -> RunSnapshot:
    """A run with everything that a run can have."""
    return make_run(
        "big_batch",
        state=RunState.FAILED,
        config={"max_learning_rate": 3e-4, "batch_size": 512, "model": {"layers": 6, "heads": 8}},
        metrics={
            "train_loss": [3 / (1 + step / 20) for step in range(60)],
            "val_loss": [2.0, 1.5, float("nan")],
        },
        header={
            "host": "node17",
            "pid": 8123,
            "cwd": "/home/me/cs336",
            "argv": ("python", "train.py", "--batch", "512"),
            "git_commit": "0123456789abcdef",
            "git_dirty": True,
            "notes": "does it fit?",
            "tags": ("memory",),
        },
        meta=PersonMeta(tags=("drop",)),
        events=[EventRecord("info", "checkpoint saved", 40), EventRecord("warning", "loss is NaN", 58)],
        resumes=[ResumeRecord(START, "node18", 99)],
        segment_rows=[30],
        bad_lines=[(17, "not JSON")],
        end=EndRecord(
            "failed",
            end_time=START,
            exception_type="RuntimeError",
            exception_message="CUDA out of memory. Tried to allocate 2.00 GiB",
            traceback=TRACEBACK,
        ),
    )


def after(app: RunningApp, *keys: str, shown: Callable[[], object]) -> Before:
    """Press ``keys`` on the dashboard and wait for what they show."""

    async def before(pilot: Pilot[object]) -> None:
        await until_judged(pilot, app)
        await pilot.press(*keys)
        await until(pilot, shown)
        await pilot.pause()

    return before


def has_chart(app: RunningApp, screen: type[CompareScreen] | type[RunScreen]) -> bool:
    return isinstance(app.screen, screen) and any(text_of(app.screen.query_one("#chart", LinesView)))


@SIZES
def test_compare(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Five runs with the finished one as baseline, the cursor on its neighbour."""
    app = RunningApp(runs())
    keys = ("j", "j", "j", "b", "a", "c")
    before = after(app, *keys, shown=lambda: has_chart(app, CompareScreen))
    assert snap_compare(app, terminal_size=size, run_before=before)


@SIZES
def test_run(snap_compare: Compare, size: tuple[int, int]) -> None:
    """A failed run: its exception is what is seen first."""
    app = RunningApp([failed_run()])
    before = after(app, "enter", shown=lambda: has_chart(app, RunScreen))
    assert snap_compare(app, terminal_size=size, run_before=before)


def test_all_facts_of_a_run(snap_compare: Compare) -> None:
    """On a screen that is high enough for all of them."""
    app = RunningApp([failed_run()])
    before = after(app, "enter", shown=lambda: has_chart(app, RunScreen))
    assert snap_compare(app, terminal_size=(100, 90), run_before=before)


@SIZES
def test_pick(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The list of sort columns, narrowed, over the table that it sorts."""
    app = RunningApp(runs())

    def shown() -> bool:
        return (
            isinstance(app.screen, PickScreen) and "best" in text_of(app.screen.query_one(ScrolledLines))[0]
        )

    before = after(app, "s", *"val", shown=shown)
    assert snap_compare(app, terminal_size=size, run_before=before)


@SIZES
def test_filter(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The line that a filter is typed in."""
    app = RunningApp(runs())
    before = after(app, "slash", *"e-0", shown=lambda: app.board is not None and len(app.board.rows) == 4)
    assert snap_compare(app, terminal_size=size, run_before=before)


@SIZES
def test_note(snap_compare: Compare, size: tuple[int, int]) -> None:
    """A note over the dashboard, with what the program wrote."""

    async def before(pilot: Pilot[object]) -> None:
        await drawn(app)(pilot)
        await pilot.press("n", *"!", "enter", *"[bold]")
        await until(pilot, lambda: isinstance(app.screen, NoteScreen))
        await pilot.pause()

    app = RunningApp([failed_run(), *runs()])
    assert snap_compare(app, terminal_size=size, run_before=before)


@SIZES
def test_records(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    """The end of a log: lines that a resume took back, a bad one under the cursor."""
    log = RunBuilder(tmp_path, "a").header()
    for step in range(40):
        log.metrics(step, train_loss=4 - step / 16, learning_rate=6e-4)
    log.raw(b"\x1b[31mgarbage\n").resume().metrics(36, train_loss=2.0).end()
    app = RunningApp([replace(failed_run(), path=log.path)])

    async def before(pilot: Pilot[object]) -> None:
        await drawn(app)(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, RecordsScreen))
        await until(pilot, lambda: "45 lines" in text_of(app.screen.query_one("#header", LinesView))[0])
        await pilot.press("G", "up", "up", "up")
        await until(pilot, lambda: "bad" in "".join(text_of(app.screen.query_one(ScrolledLines))))
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


PRINTED = (
    b"\x1b[1mnanoGPT\x1b[0m: \x1b[36m10.65M\x1b[0m parameters\n"
    b"\x1b[33mwarning:\x1b[0m no flash attention\n"
    b"\x1b]0;a title\x07binary: \0\x01\xff\n"
)
EPOCH = (
    b"\repoch %d:  50%%|#####     |\repoch %d: 100%%|##########|\n"
    b"step %d: train loss 2.1000, val loss \x1b[32m2.2000\x1b[0m, a line that goes on %s\n"
)


@SIZES
@pytest.mark.parametrize("word", ["", "val"], ids=["end", "found"])
def test_output(snap_compare: Compare, tmp_path: Path, size: tuple[int, int], word: str) -> None:
    """What a program printed: its end, and the first lines with a word found."""
    log = RunBuilder(tmp_path, "a").header().metrics(1, train_loss=2.0)
    on = b"and on " * 12
    epochs = b"".join(EPOCH % (epoch, epoch, epoch, on) for epoch in range(60))
    log.path.with_suffix(".out").write_bytes(PRINTED + epochs + b"\repoch 60:  10%|#")
    app = RunningApp([replace(failed_run(), path=log.path, state=RunState.RUNNING)])

    async def before(pilot: Pilot[object]) -> None:
        await drawn(app)(pilot)
        await pilot.press("O")
        await until(pilot, lambda: isinstance(app.screen, OutputScreen))
        screen = app.screen
        assert isinstance(screen, OutputScreen)
        await until(pilot, lambda: any("epoch 60" in line for line in text_of(screen.lines)))
        if word:
            await pilot.press("g")
            await until(pilot, lambda: any("nanoGPT" in line for line in text_of(screen.lines)))
            await pilot.press("/", *word, "enter")
            await until(pilot, lambda: any(line.startswith("> step 0") for line in text_of(screen.lines)))
            await until(pilot, lambda: text_of(screen.lines)[-1])  # the row of the input is theirs again
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)
