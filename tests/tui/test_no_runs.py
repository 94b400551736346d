"""Keys where there is no run to act on: each says why in one line, and the way out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.charts.runs_by_hand import make_run
from tests.tui.files_app import FilesApp
from tests.tui.running_app import RunningApp, running, text_of, until
from tests.tui.test_every_key import until_still
from tuimon.store.snapshot import RunSnapshot
from tuimon.testing import RunBuilder
from tuimon.tui.keys.actions import SECTIONS, Scope, action_by_id, actions_of
from tuimon.tui.screens.dashboard import DashboardScreen

FALLING = [3 - step / 200 for step in range(400)]
# What only moves, or needs no run.
_OTHERS = {action.id for action in (*SECTIONS["Moving"], *SECTIONS["Everywhere"])}
KEYS = [action for action in actions_of(Scope.DASHBOARD) if action.id not in _OTHERS]


def last_line(app: RunningApp) -> str:
    return text_of(app.screen.query_one("#keys"))[0].strip()


def two_runs() -> list[RunSnapshot]:
    return [make_run(name, metrics={"val_loss": FALLING, "train_loss": FALLING}) for name in ("a", "b")]


def archived(run: RunSnapshot) -> RunSnapshot:
    return replace(run, meta=replace(run.meta, archived=True))


async def as_it_was(app: RunningApp, pilot: Pilot[object], view: object) -> list[object]:
    """The dashboard with the view of before and nothing said."""
    while not isinstance(app.screen, DashboardScreen) or app.screen.filter_input.display:
        await pilot.press("escape")
        await until_still(app, pilot)
    app.change_view(view)  # type: ignore[arg-type]
    app._end_notice()
    return await until_still(app, pilot)


@pytest.mark.parametrize("hidden", [False, True], ids=["empty", "filtered"])
async def test_no_key_is_silent_where_there_is_no_run(hidden: bool) -> None:
    """Each key of the dashboard but those that move changes what is seen, or says why it does not."""
    app = RunningApp(two_runs() if hidden else [])
    silent = []
    async with running(app, 80, 24) as pilot:
        view = app.view.filtered("nothing-has-this") if hidden else app.view
        for action in KEYS:
            before = await as_it_was(app, pilot, view)
            await pilot.press(action.keys[0])
            if await until_still(app, pilot) == before:
                silent.append(action.id)
    assert not silent, " ".join(silent)


ON_RUNS = [
    "mark",
    "mark_all",
    "open",
    "compare",
    "baseline",
    "note",
    "tags",
    "export",
    "copy_line",
    "archive",
    "delete",
    "output",
    "sweep",
    "cursor",
    "zoom_in",
    "next_event",
]


@pytest.mark.parametrize(
    ("runs", "filtered", "way_out"),
    [
        ([], "", "yet: F1 tells how to log one"),
        (two_runs(), "nothing-has-this", "the filter hides all 2 runs: Esc clears it"),
        (two_runs()[:1], "nothing-has-this", "the filter hides the only run: Esc clears it"),
        ([archived(run) for run in two_runs()], "", "all 2 runs are archived: V shows them"),
    ],
    ids=["empty", "filtered", "filtered one", "archived"],
)
async def test_what_acts_on_runs_says_the_way_out(
    runs: list[RunSnapshot], filtered: str, way_out: str
) -> None:
    """The same words for all keys, whole at 80 columns; the way out is one."""
    app = RunningApp(runs)
    async with running(app, 80, 24) as pilot:
        view = app.view.filtered(filtered)
        for action_id in ON_RUNS:
            await as_it_was(app, pilot, view)
            await pilot.press(action_by_id(action_id).keys[0])
            assert last_line(app).endswith(way_out), action_id
            assert isinstance(app.screen, DashboardScreen)


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_a_directory_of_logs_under_other_names_says_so(tmp_path: Path, size: tuple[int, int]) -> None:
    """Until a run appears there."""
    for name in ("metrics.jsonl", "train.jsonl", "\x1b[31mevil.jsonl"):
        (tmp_path / name).write_text('{"step": 1}\n')
    app = FilesApp(tmp_path)

    def seen() -> str:
        return " ".join(" ".join(text_of(app.screen.query_one("#charts"))).split())

    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "3 .jsonl files there (·[31mevil.jsonl, metrics.jsonl, ...)" in seen())
        assert "are not named experiment_*.jsonl: tuimon FILE reads one as a log. Runs appear here" in seen()
        assert "tracker.log_metrics" in seen()
        RunBuilder(tmp_path, "first").header().metrics(1, train_loss=2.0)
        await until(pilot, lambda: "train_loss" in seen() and ".jsonl" not in seen())


async def test_the_way_out_is_one() -> None:
    """Of a filter: after it the same key does what it is for."""
    app = RunningApp(two_runs())
    async with running(app, 80, 24) as pilot:
        app.change_view(app.view.filtered("nothing-has-this"))
        await until(pilot, lambda: app.board is not None and not app.board.rows)
        await pilot.press("space")
        assert "Esc clears it" in last_line(app)
        await pilot.press("escape")
        await until(pilot, lambda: app.board is not None and len(app.board.rows) == 2)
        await pilot.press("space")
        assert len(app.view.marked) == 1
