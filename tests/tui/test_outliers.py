"""``o``: outliers leave the y range, and are marked and counted on every screen with charts."""

from __future__ import annotations

import pytest

from tests.tui.falling_runs import falling, some_run
from tests.tui.running_app import RunningApp, running, text_of, until
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.widgets.lines_view import LinesView


def spiked_run() -> RunSnapshot:
    """A run whose loss is 1e4 for one step."""
    losses = falling(1.5) * 5
    losses[100] = 1e4
    return some_run("alpha", metrics={"val_loss": losses, "train_loss": losses})


@pytest.mark.parametrize(
    ("opened", "place"), [((), "#charts"), (("c",), "#chart"), (("enter",), "#chart")], ids=str
)
async def test_o_clips_the_spike_and_o_again_shows_it(opened: tuple[str, ...], place: str) -> None:
    """Off, the axis reaches up to the spike; on, it is marked at the edge and counted in the title."""
    app = RunningApp([spiked_run(), some_run("beta", 2.0)])

    def chart() -> str:
        found = list(app.screen.query(place).results(LinesView))
        return "\n".join(text_of(found[0])) if found else ""

    async with running(app) as pilot:
        await pilot.press(*opened)
        await until(pilot, lambda: " 10k┤" in chart())
        assert "clipped" not in chart()
        await pilot.press("o")
        await until(pilot, lambda: " clipped" in chart() and " 10k┤" not in chart())
        assert chart().count("▲") > 1
        await pilot.press("o")
        await until(pilot, lambda: " 10k┤" in chart() and "clipped" not in chart())


async def test_the_status_line_says_that_outliers_are_clipped() -> None:
    """Also where there is nothing to clip."""
    app = RunningApp([some_run("alpha")])
    async with running(app) as pilot:
        status = app.screen.query_one("#status", LinesView)
        await pilot.press("o")
        await until(pilot, lambda: "y linear clipped" in text_of(status)[0])
        await pilot.press("y")
        await until(pilot, lambda: "y log clipped" in text_of(status)[0])
