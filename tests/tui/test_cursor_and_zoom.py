"""The cursor and the zoom on the screens: lines in step, exact values, the status line, keys, the wheel."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from textual.events import MouseEvent, MouseScrollDown, MouseScrollLeft, MouseScrollUp
from textual.pilot import Pilot

from tests.charts.runs_by_hand import make_run
from tests.snapshots_by_hand import column
from tests.tui.running_app import RunningApp, running, text_of, until
from tests.tui.seen import charts_text, dashboard, status_text
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.screens.compare import CompareScreen
from tuimon.tui.screens.dashboard import DashboardScreen
from tuimon.tui.screens.run import RunScreen
from tuimon.tui.widgets.lines_view import LinesView

STEPS = 200


def a_run(name: str, floor: float, *, every: int = 1) -> RunSnapshot:
    """A run with a training loss in each step, evaluated every so many steps."""
    losses = [floor + 3 / (1 + step / 10) for step in range(STEPS)]
    run = make_run(name, metrics={"train_loss": losses, "learning_rate": [1e-3] * STEPS})
    rows = list(range(0, STEPS, every))
    evaluations = column({row: round(losses[row] + 0.1, 4) for row in rows})
    return replace(run, metrics={**run.metrics, "val_loss": evaluations})


def two_runs() -> list[RunSnapshot]:
    return [a_run("alpha", 1.0), a_run("beta", 2.0, every=7)]


def values(app: RunningApp) -> list[str]:
    return text_of(dashboard(app).values)


async def drawn(app: RunningApp, pilot: Pilot[object]) -> None:
    await until(pilot, lambda: "val_loss" in charts_text(app) and "┤" in charts_text(app))


async def test_i_lists_the_exact_values_of_all_runs_at_the_newest_record() -> None:
    """Value as logged, smoothed value, step and elapsed time of each run; i again takes it away."""
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await drawn(app, pilot)
        await pilot.press("i")
        await until(pilot, lambda: values(app) and "at 200" in values(app)[0])
        heading, alpha, beta = values(app)
        assert heading.split()[:6] == ["at", "200", "step", "elapsed", "val_loss", "train_loss"]
        assert "train_loss~0.9" in heading
        exact = 1.0 + 3 / (1 + 199 / 10)
        assert alpha.split()[:6] == [">●", "alpha", "200", "3m20s", f"{exact + 0.1:.4f}", f"{exact:.4f}"]
        assert beta.split()[1:3] == ["beta", "200"]
        assert beta.split()[5] == "@197"  # evaluated last in row 196
        assert "@" not in alpha
        await pilot.press("i")
        await until(pilot, lambda: not dashboard(app).values.display)


async def test_the_line_stands_at_the_same_x_in_all_charts() -> None:
    """In the large chart and in every strip, as many columns from the left as its x says."""
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await drawn(app, pilot)
        await pilot.press("i", "less_than_sign", "less_than_sign")
        await until(pilot, lambda: app.view.zoom.cursor is not None and app.view.zoom.cursor < 190)
        screen = dashboard(app)

        def in_step() -> bool:
            picture, x = screen._picture, app.view.zoom.cursor
            if picture is None or x is None or len(picture.charts) < 2:
                return False
            for chart in picture.charts.values():
                if chart.x_range is None:
                    return False
                low, high = chart.x_range
                place = chart.canvas.x + int((x - low) / (high - low) * chart.canvas.width)
                rows = text_of(screen.charts)[chart.canvas.y : chart.canvas.y + chart.canvas.height]
                if not any(row[place : place + 1] == "│" for row in rows):
                    return False
            return len({chart.x_range for chart in picture.charts.values()}) == 1

        await until(pilot, in_step)


async def test_left_and_right_move_the_cursor_and_escape_ends_it() -> None:
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await drawn(app, pilot)
        await pilot.press("left")
        assert app.view.zoom.cursor is None
        await pilot.press("i")
        places = [app.view.zoom.cursor]
        for key in ("left", "left", "less_than_sign", "right", "greater_than_sign"):
            await pilot.press(key)
            places.append(app.view.zoom.cursor)
        first, one, two, far, back, again = (place or 0 for place in places)
        assert first > one > two > far
        assert far < back < again
        assert first - one < 10 < two - far
        await pilot.press("f", "escape")
        assert app.view.zoom.cursor is None
        assert app.view.full_chart
        await pilot.press("escape")
        assert not app.view.full_chart


async def test_nan_at_the_cursor_is_said() -> None:
    """Not the last finite value, which would look as if all was well."""
    losses = [*[2.0] * 50, *[math.nan] * 50]
    app = RunningApp([make_run("alpha", metrics={"val_loss": losses})])
    async with running(app) as pilot:
        await drawn(app, pilot)
        await pilot.press("i")
        await until(pilot, lambda: len(values(app)) > 1 and "NaN" in values(app)[1])


async def test_z_zooms_at_the_right_end_and_the_status_says_what_is_shown() -> None:
    """r shows all again, and follows."""
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await drawn(app, pilot)
        await until(pilot, lambda: "following" in status_text(app))
        await pilot.press("z")
        await until(pilot, lambda: "zoom 80–200" in status_text(app))
        assert "following" not in status_text(app)
        await pilot.press("H")
        await until(pilot, lambda: "zoom 50–170" in status_text(app))
        await pilot.press("L", "L")
        await until(pilot, lambda: "zoom 80–200" in status_text(app))
        await pilot.press("z", "Z", "Z")
        await until(pilot, lambda: "following" in status_text(app))
        await pilot.press("z", "r")
        await until(pilot, lambda: "following" in status_text(app))


async def test_z_zooms_around_the_cursor() -> None:
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await drawn(app, pilot)
        await pilot.press("i", *["less_than_sign"] * 3)
        await pilot.press("z", "z")
        x, shown = app.view.zoom.cursor, app.view.zoom.x
        assert x is not None
        assert shown is not None
        assert shown[0] < x < shown[1] < 200


async def test_zoomed_charts_stay_where_they_are_and_reset_ones_follow_the_tail() -> None:
    app = RunningApp([make_run("alpha", metrics={"val_loss": [2.0, 1.5] * 50})])
    longer = [make_run("alpha", metrics={"val_loss": [2.0, 1.5] * 200})]
    async with running(app) as pilot:
        await drawn(app, pilot)
        await pilot.press("z")
        shown = app.view.zoom.x
        app.publish(longer)
        await until(pilot, lambda: app.board is not None and len(app.board.plotted[0].iterations) == 400)
        screen = dashboard(app)
        await until(pilot, lambda: screen._picture is not None and screen._picture.charts[0].x_range == shown)
        await pilot.press("r")
        await until(
            pilot, lambda: screen._picture is not None and screen._picture.charts[0].x_range == (0, 400)
        )


async def test_y_zoom_is_of_the_chosen_chart_alone() -> None:
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await drawn(app, pilot)
        screen = dashboard(app)

        def y_range(number: int) -> tuple[float, float] | None:
            return screen._picture.charts[number].y_range if screen._picture is not None else None

        before, strip = y_range(0), y_range(1)
        assert before is not None
        await pilot.press("w")
        await until(pilot, lambda: y_range(0) != before and "zoom y" in status_text(app))
        closer = y_range(0)
        assert closer is not None
        assert closer[1] - closer[0] == pytest.approx((before[1] - before[0]) * 0.6)
        await pilot.press("K")
        await until(pilot, lambda: (y_range(0) or closer)[0] > closer[0])
        assert y_range(1) == strip
        await pilot.press("r")
        await until(pilot, lambda: y_range(0) == before)


async def test_per_chart_zoom_leaves_the_other_charts_alone() -> None:
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await drawn(app, pilot)
        screen = dashboard(app)

        def x_ranges() -> list[tuple[float, float] | None]:
            return [chart.x_range for chart in screen._picture.charts.values()] if screen._picture else []

        await pilot.press("z")
        await until(pilot, lambda: len(set(x_ranges())) == 1 and app.view.zoom.x in x_ranges())
        await pilot.press("r", "P", "z")
        await until(pilot, lambda: len(set(x_ranges())) == 2)


async def test_the_wheel_over_a_chart_zooms_around_the_mouse() -> None:
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await drawn(app, pilot)
        pane = dashboard(app).charts

        def turn(kind: type[MouseEvent], *, shift: bool = False) -> None:
            pane.post_message(kind(pane, 20, 5, 0, 0, 0, shift, False, False))

        turn(MouseScrollUp)
        await until(pilot, lambda: app.view.zoom.x is not None)
        low, high = app.view.zoom.x or (0, 0)
        assert 0 < low < high < 200
        turn(MouseScrollDown, shift=True)
        await until(pilot, lambda: (app.view.zoom.x or (0, 0))[0] > low)
        turn(MouseScrollLeft)
        await until(pilot, lambda: (app.view.zoom.x or (0, 0))[0] == pytest.approx(low))
        turn(MouseScrollDown)
        turn(MouseScrollDown)
        await until(pilot, lambda: app.view.zoom.x is None)


async def test_the_compare_table_follows_the_cursor() -> None:
    """Its lines are those at the x of the cursor; without a cursor left and right choose the run."""
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await drawn(app, pilot)
        await pilot.press("a", "c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        header = app.screen.query_one("#header", LinesView)
        await until(pilot, lambda: "compare" in text_of(header)[0])
        await pilot.press("i")
        await until(pilot, lambda: "at 200" in text_of(header)[0])
        await pilot.press("less_than_sign")
        await until(pilot, lambda: " at 1" in text_of(header)[0])
        await pilot.press("escape")
        await until(pilot, lambda: "compare" in text_of(header)[0] and " at " not in text_of(header)[0])
        await pilot.press("z")
        await until(pilot, lambda: "zoom 80–200" in text_of(header)[0])
        await pilot.press("escape")
        assert isinstance(app.screen, DashboardScreen)


async def test_cursor_and_zoom_on_the_screen_of_a_run() -> None:
    """The values stand below the chart."""
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await drawn(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        chart = app.screen.query_one("#chart", LinesView)
        await until(pilot, lambda: "┤" in "\n".join(text_of(chart)))
        await pilot.press("i", "left")
        await until(pilot, lambda: any(" at " in line and "~0.9" in line for line in text_of(chart)))
        await pilot.press("z", "escape", "escape")
        assert isinstance(app.screen, DashboardScreen)
        assert app.view.zoom.x is not None


@pytest.mark.parametrize("size", [(20, 5), (40, 12), (80, 24), (120, 36), (200, 50)], ids=str)
@pytest.mark.parametrize("ascii_only", [False, True])
async def test_any_size_any_terminal(size: tuple[int, int], ascii_only: bool) -> None:
    """Nothing crashes, each line is as wide as the screen, ASCII stays ASCII."""
    app = RunningApp(two_runs(), ascii=ascii_only)
    async with running(app, *size) as pilot:
        await pilot.press("i", "left", "z", "w", "H", "K", "f", "i")
        await pilot.press("f", "i", "less_than_sign", "o", "P", "z")
        await pilot.pause()
        for widget in app.screen.query(LinesView):
            for y in range(widget.size.height):
                line = widget.render_line(y)
                assert line.cell_length == widget.size.width
                assert line.text.isascii() or not ascii_only
