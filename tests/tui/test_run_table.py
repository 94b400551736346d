"""The run table on the dashboard: cursor, marks, baseline, sorting, scrolling."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.charts.runs_by_hand import make_run
from tests.tui.falling_runs import numbered_runs, with_loss
from tests.tui.running_app import RunningApp, assert_lines_keep_their_place, running, text_of, until
from tests.tui.seen import cursor_name, names, table_of
from tuimon.analysis.leaderboard import RunRow
from tuimon.charts.picture import Line
from tuimon.charts.run_table import TableSpec, draw_row
from tuimon.store.liveness import RunState
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.screens.dashboard import DashboardScreen
from tuimon.tui.screens.run import RunScreen
from tuimon.tui.widgets.run_table import RunTable


async def test_the_moving_keys_move_the_cursor() -> None:
    app = RunningApp(numbered_runs(5))
    async with running(app) as pilot:
        seen = []
        for key in ("j", "down", "k", "G", "up", "g"):
            await pilot.press(key)
            seen.append(cursor_name(app))
        assert seen == ["run_001", "run_002", "run_001", "run_004", "run_003", "run_000"]


async def test_the_moving_keys_move_the_cursor_where_the_table_scrolls() -> None:
    """All of them, arrows too: none scrolls the cursor out of sight."""
    app = RunningApp(numbered_runs(50))
    async with running(app, 80, 24) as pilot:
        seen = []
        for key in ("down", "j", "end", "up", "k", "home", "pagedown", "pageup"):
            await pilot.press(key)
            seen.append(cursor_name(app))
        page = seen[6]
        assert seen == ["run_001", "run_002", "run_049", "run_048", "run_047", "run_000", page, "run_000"]
        assert page not in ("run_000", "run_001")


async def test_space_marks_and_unmarks_and_a_marks_all() -> None:
    app = RunningApp(numbered_runs(3))
    async with running(app) as pilot:
        await pilot.press("space")
        assert [row[1] for row in text_of(table_of(app))[1:4]] == ["●", "○", "○"]
        await pilot.press("k", "space")
        assert [row[1] for row in text_of(table_of(app))[1:4]] == ["○", "○", "○"]
        await pilot.press("a")
        assert [row[1] for row in text_of(table_of(app))[1:4]] == ["●", "●", "●"]
        await pilot.press("A")
        assert [row[1] for row in text_of(table_of(app))[1:4]] == ["○", "○", "○"]


async def test_the_baseline_has_its_sign_and_stands_on_top() -> None:
    app = RunningApp(numbered_runs(4))
    async with running(app) as pilot:
        await pilot.press("j", "j", "b")
        await until(pilot, lambda: names(app)[0] == "run_002")
        assert text_of(table_of(app))[1][1] == "◆"
        assert "base" in text_of(table_of(app))[1]
        assert cursor_name(app) == "run_002"


async def test_the_baseline_stays_in_sight_while_the_others_scroll() -> None:
    """Also when the wheel scrolls; the cursor reaches it, and the first of the others below it."""
    app = RunningApp(numbered_runs(50))
    async with running(app, 80, 24) as pilot:
        await pilot.press("j", "j", "b")
        await until(pilot, lambda: names(app)[0] == "run_002")
        await pilot.press("G")
        assert cursor_name(app) == "run_049"
        assert names(app)[0] == "run_002"
        assert names(app)[1] != "run_000"
        table_of(app).scroll_lines(-3)
        await pilot.pause()
        assert names(app)[0] == "run_002"
        await pilot.press("g")
        assert cursor_name(app) == "run_002"
        await pilot.press("j")
        assert cursor_name(app) == "run_000"
        assert names(app)[:2] == ["run_002", "run_000"]


async def test_every_row_below_a_baseline_can_be_reached_and_is_seen() -> None:
    app = RunningApp(numbered_runs(30))
    async with running(app, 80, 24) as pilot:
        await pilot.press("b")
        await until(pilot, lambda: "base" in text_of(table_of(app))[1])
        seen = [cursor_name(app)]
        for _ in range(29):
            await pilot.press("j")
            seen.append(cursor_name(app))
        assert seen == [f"run_{number:03d}" for number in range(30)]


async def test_a_click_finds_its_row_below_a_baseline_and_the_baseline_itself() -> None:
    app = RunningApp(numbered_runs(50))
    async with running(app, 80, 24) as pilot:
        await pilot.press("b", "G")
        await until(pilot, lambda: "base" in text_of(table_of(app))[1])
        below = names(app)[2]
        await pilot.click(RunTable, offset=(8, 3))
        await until(pilot, lambda: cursor_name(app) == below)
        await pilot.click(RunTable, offset=(8, 1))
        await until(pilot, lambda: cursor_name(app) == "run_000")


async def test_a_table_of_few_rows_keeps_them_for_the_cursor() -> None:
    """A baseline that stays would leave no row to move in."""
    app = RunningApp(numbered_runs(50))
    async with running(app, 80, 24) as pilot:
        await pilot.press("b", *"}}}}}}}}}}}}")
        await until(pilot, lambda: table_of(app).size.height < 4)
        await pilot.press("G")
        assert cursor_name(app) == "run_049"


def stepping(name: str, steps: int, loss: float) -> RunSnapshot:
    return make_run(name, metrics={"val_loss": [3.0, *[loss] * (steps - 1)]})


@pytest.mark.parametrize("width", [80, 120, 200])
async def test_a_difference_says_at_which_step_it_holds(width: int) -> None:
    """In its cell where there is room, else in a line below the table."""
    app = RunningApp([stepping("base", 400, 2.0), stepping("short", 300, 1.75)])
    async with running(app, width, 24 if width == 80 else 36) as pilot:
        await pilot.press("b", "j")
        await until(pilot, lambda: "−0.2500" in text_of(table_of(app))[2])
        header, _, short, *_ = text_of(table_of(app))
        assert "Δ@step" in header
        assert ("−0.2500  @300" in short) == (width == 200)
        lines = text_of(app.screen.query_one("#status"))
        assert any("Δ −0.2500 at 300" in line for line in lines)
        await pilot.press("k")
        assert not any("Δ" in line for line in text_of(app.screen.query_one("#status")))


async def test_sorting_leaves_the_cursor_on_its_run_before_it_was_ever_moved() -> None:
    app = RunningApp(numbered_runs(5))
    async with running(app) as pilot:
        assert cursor_name(app) == "run_000"
        await pilot.press("S")
        await until(pilot, lambda: names(app)[0] == "run_004")
        assert cursor_name(app) == "run_000"
        await pilot.press("s", "down", "enter")
        await until(pilot, lambda: app.view.sort == "best" and names(app)[0] == "run_004")
        assert cursor_name(app) == "run_000"


async def test_the_cursor_follows_its_run_while_the_order_changes_live() -> None:
    """Sorted by loss; the run under the cursor gets better until it is the first."""
    losses = {"a": 1.0, "b": 2.0, "c": 3.0}

    def current() -> list[RunSnapshot]:
        return [with_loss(name, loss) for name, loss in losses.items()]

    app = RunningApp(current())
    async with running(app) as pilot:
        app.change_view(app.view.sorted_by("best", descending=False))
        await until(pilot, lambda: names(app) == ["a", "b", "c"])
        await pilot.press("G")
        assert cursor_name(app) == "c"
        for loss, order in ((1.5, ["a", "c", "b"]), (0.5, ["c", "a", "b"]), (9.0, ["a", "b", "c"])):
            losses["c"] = loss
            app.publish(current())
            await until(pilot, lambda order=order: names(app) == order)  # type: ignore[misc]
            assert cursor_name(app) == "c"


async def test_the_cursor_stays_in_sight_when_its_run_is_sorted_out_of_sight() -> None:
    app = RunningApp(numbered_runs(50))
    async with running(app, 80, 24) as pilot:
        app.change_view(app.view.sorted_by("best", descending=True))
        await until(pilot, lambda: names(app)[0] == "run_000")
        await pilot.press("j")
        assert cursor_name(app) == "run_001"
        await pilot.press("S")
        await until(pilot, lambda: "run_000" not in names(app))
        assert cursor_name(app) == "run_001"


async def test_scrolling_by_the_wheel_is_not_undone_by_new_records() -> None:
    app = RunningApp(numbered_runs(50))
    async with running(app, 80, 24) as pilot:
        table = table_of(app)
        table.scroll_lines(20)
        await pilot.pause()
        top = names(app)[0]
        assert top != "run_000"
        app.publish([*numbered_runs(50)[:-1], with_loss("run_049", 0.1)])
        shown = app.board
        await until(pilot, lambda: app.board is not shown)
        assert names(app)[0] == top


async def test_when_few_runs_are_left_the_table_does_not_stay_scrolled_beyond_them() -> None:
    app = RunningApp(numbered_runs(50))
    async with running(app, 80, 24) as pilot:
        await pilot.press("G")
        app.publish(numbered_runs(3))
        await until(pilot, lambda: names(app) == ["run_000", "run_001", "run_002"])


async def test_of_a_thousand_runs_only_those_that_are_seen_are_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[str] = []

    def counting(spec: TableSpec, row: RunRow) -> Line:
        drawn.append(row.key)
        return draw_row(spec, row)

    monkeypatch.setattr("tuimon.charts.run_table.draw_row", counting)
    app = RunningApp(numbered_runs(1000))
    async with running(app) as pilot:
        drawn.clear()
        await pilot.press("G")
        assert cursor_name(app) == "run_999"
        height = table_of(app).size.height
        assert len(set(drawn)) <= 2 * height
        drawn.clear()
        await pilot.press("k")
        assert len(drawn) == 2  # the row that the cursor left and the one that it is on now
        drawn.clear()
        await pilot.press("y")
        assert drawn == []


async def test_a_click_moves_the_cursor_and_a_double_click_opens_the_run() -> None:
    app = RunningApp(numbered_runs(5))
    async with running(app) as pilot:
        await pilot.click(RunTable, offset=(8, 3))
        await until(pilot, lambda: cursor_name(app) == "run_002")
        await pilot.click(RunTable, offset=(8, 4), times=2)
        await until(pilot, lambda: isinstance(app.screen, RunScreen))


async def test_enter_opens_the_run_and_escape_goes_back() -> None:
    app = RunningApp(numbered_runs(3))
    async with running(app) as pilot:
        await pilot.press("j", "enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await pilot.press("escape")
        assert isinstance(app.screen, DashboardScreen)


async def test_a_run_that_is_deleted_leaves_the_table_and_the_cursor_finds_another() -> None:
    app = RunningApp(numbered_runs(3))
    async with running(app) as pilot:
        await pilot.press("G")
        app.publish(numbered_runs(2))
        await until(pilot, lambda: names(app) == ["run_000", "run_001"])
        assert cursor_name(app) in ("run_000", "run_001")


async def test_in_ascii_there_is_no_scroll_bar_of_block_characters() -> None:
    app = RunningApp(numbered_runs(50), ascii=True)
    async with running(app, 80, 24):
        assert table_of(app).max_scroll_y > 0
        assert table_of(app).scrollbar_size_vertical == 0


HOSTILE = ("[bold]x[/bold]", "../../etc", "e\x1b[31mvil\x07", "幅広い名前" * 20, "x" * 200, "\u200bzero")


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50), (20, 5)])
@pytest.mark.parametrize("ascii_only", [False, True])
async def test_hostile_names_leave_every_row_in_its_place(size: tuple[int, int], ascii_only: bool) -> None:
    states: Sequence[RunState] = tuple(RunState)
    hostile = [
        make_run(name, state=states[number % len(states)], metrics={"val_loss": [2.0, float("nan")]})
        for number, name in enumerate(HOSTILE)
    ]
    app = RunningApp(hostile, ascii=ascii_only)
    async with running(app, *size) as pilot:
        await pilot.press("j", "G", "space")
        table = table_of(app)
        assert_lines_keep_their_place([table], ascii_only=ascii_only)
