"""One NaN and one spike among a million points are seen at every zoom that includes them, by real keys."""

from __future__ import annotations

import functools
import math
from collections.abc import AsyncIterator

import numpy as np
import pytest
from textual.events import Key
from textual.pilot import Pilot

from tests.charts.runs_by_hand import make_run
from tests.tui.running_app import RunningApp, running, text_of, until, until_judged
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.screens.board_screen import BoardScreen

POINTS = 1_000_000
SPIKE_AT, NAN_AT = 345_678, 765_432  # gradient steps, which count from 1
SPIKE = 1e4
SIZES = [(80, 24), (120, 36), (200, 50)]
ZOOMS, STEPS = 8, 3  # so many times so many steps in: from a million points to a few


@functools.cache
def long_run() -> RunSnapshot:
    """A million losses near 2, one of them 1e4, one NaN."""
    values = 2.0 + 0.1 * (np.arange(POINTS) % 7)
    values[SPIKE_AT - 1] = SPIKE
    values[NAN_AT - 1] = math.nan
    return make_run("long", metrics={"train_loss": values})  # type: ignore[dict-item]


def others(count: int) -> list[RunSnapshot]:
    return [make_run(f"other_{n}", metrics={"train_loss": list(np.linspace(4, 2, 50))}) for n in range(count)]


class Chart:
    """The large chart as it is on the screen."""

    def __init__(self, app: RunningApp) -> None:
        self.app = app

    @property
    def shown(self) -> tuple[float, float]:
        """The x range that was drawn last."""
        screen = self.app.screen
        assert isinstance(screen, BoardScreen)
        chart = screen.chart_in_hand()
        return chart.drawn.x_range or (0.0, 0.0) if chart is not None else (0.0, 0.0)

    def around(self, x: float, aside: int = 2) -> list[str]:
        """The characters at an x and right beside it, from the top row down."""
        screen = self.app.screen
        assert isinstance(screen, BoardScreen)
        chart = screen.chart_in_hand()
        assert chart is not None
        canvas, (low, high) = chart.drawn.canvas, self.shown
        column = canvas.x + min(int((x - low) / (high - low) * canvas.width), canvas.width - 1)
        rows = text_of(self.app.screen.query_one("#charts"))[canvas.y : canvas.y + canvas.height]
        left, right = max(canvas.x, column - aside), min(column + aside + 1, canvas.x + canvas.width)
        return [row.ljust(right)[left:right] for row in rows]


async def go_to(pilot: Pilot[object], app: RunningApp, x: float) -> None:
    """From event to event until the cursor of the charts is there."""
    for _ in range(60):
        if app.view.zoom.cursor_on("gradient_step") == x:
            return
        await pilot.press("full_stop")
    raise AssertionError("no event there")


async def zoom_in(pilot: Pilot[object], app: RunningApp) -> None:
    """Some steps at once, which are one picture."""
    for _ in range(STEPS):
        app.post_message(Key("z", "z"))
    await pilot.pause()


async def zoomed_in(pilot: Pilot[object], app: RunningApp, x: float) -> AsyncIterator[tuple[int, list[str]]]:
    """What stands around ``x`` at one zoom after the other, from all of the run on."""
    chart = Chart(app)
    for zoom in range(ZOOMS):
        if zoom:
            await zoom_in(pilot, app)
        wanted = app.view.zoom.x or (0.0, float(POINTS))
        await until(pilot, lambda wanted=wanted: chart.shown == wanted)  # type: ignore[misc]
        yield zoom, chart.around(x)


def is_curve(text: str) -> bool:
    return any("\u2801" <= character <= "\u28ff" for character in text)


@pytest.mark.parametrize(("size", "smoothed"), [*((size, True) for size in SIZES), (SIZES[1], False)])
async def test_at_every_zoom(size: tuple[int, int], smoothed: bool) -> None:
    """The spike reaches the top of its chart, whose axis goes up to it; the NaN has its sign."""
    app = RunningApp([long_run()])
    async with running(app, *size) as pilot:
        await until_judged(pilot, app)
        if not smoothed:
            await pilot.press("0")
        chart = Chart(app)
        for place in (SPIKE_AT, NAN_AT):
            await pilot.press("r")
            await go_to(pilot, app, place)
            async for zoom, rows in zoomed_in(pilot, app, place):
                if place == NAN_AT:
                    assert any("✗" in row for row in rows), (zoom, rows)
                else:
                    assert any(map(is_curve, rows[:2])), (zoom, rows)
            assert chart.shown[1] - chart.shown[0] < 100


@pytest.mark.parametrize("size", SIZES)
async def test_of_a_run_among_many_that_the_cursor_is_not_on(size: tuple[int, int]) -> None:
    """Its smoothed curve alone is drawn, dimly: where the spike is no peak of it, its sign tells."""
    app = RunningApp([long_run(), *others(7)])
    async with running(app, *size) as pilot:
        await until_judged(pilot, app)
        for place in (SPIKE_AT, NAN_AT):
            await pilot.press("r")
            await go_to(pilot, app, place)
            await pilot.press("down")
            await until(pilot, lambda: app.view.cursor != long_run().key)
            async for zoom, rows in zoomed_in(pilot, app, place):
                if place == NAN_AT:
                    assert any("✗" in row for row in rows), (zoom, rows)
                else:
                    assert any(is_curve(row) or "▴" in row for row in rows[:3]), (zoom, rows)
            await pilot.press("up")
