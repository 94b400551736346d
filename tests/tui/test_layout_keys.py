"""The keys for the layout of the dashboard: shares, charts on a page, one chart alone, stars."""

from __future__ import annotations

from pathlib import Path

from tests.charts.runs_by_hand import make_run
from tests.tui.falling_runs import some_run, three_runs
from tests.tui.running_app import RunningApp, running, text_of, until
from tests.tui.seen import charts_text, dashboard, status_text
from tuimon.settings.loading import load_settings
from tuimon.tui.screens.metrics import MetricsScreen
from tuimon.tui.view.preferences import preferences_of
from tuimon.tui.view.view_memory import ViewMemory
from tuimon.tui.widgets.scrolled_lines import ScrolledLines


def heights(app: RunningApp) -> tuple[int, int]:
    screen = dashboard(app)
    return screen.charts.size.height, screen.table.size.height


def strips_shown(app: RunningApp) -> int:
    layout = dashboard(app)._layout
    assert layout is not None
    return len(layout.strips)


async def test_rows_go_from_the_charts_to_the_runs_and_back() -> None:
    """Each press of { moves some rows, until the table has all; } gives them back; \\ is as before."""
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await until(pilot, lambda: charts_text(app).strip())
        first = heights(app)
        for _ in range(20):
            before = heights(app)
            await pilot.press("left_curly_bracket")
            await pilot.pause()
            assert sum(heights(app)) == sum(first)
            if before[0] == 0:
                break
            assert heights(app)[0] < before[0]
        assert not dashboard(app).charts.display
        for _ in range(20):
            await pilot.press("right_curly_bracket")
        await pilot.pause()
        assert heights(app)[1] == 2
        await pilot.press("backslash")
        await until(pilot, lambda: heights(app) == first)


async def test_fewer_and_more_strips_on_a_page() -> None:
    """( takes one away and the pages are more; ) puts it back, and more than fit by themselves."""
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await until(pilot, lambda: "page 1/" in charts_text(app))
        by_themselves = strips_shown(app)
        await pilot.press("left_parenthesis")
        assert strips_shown(app) == by_themselves - 1
        await pilot.press("right_parenthesis", "right_parenthesis")
        assert strips_shown(app) == by_themselves + 1
        for _ in range(20):
            await pilot.press("left_parenthesis")
        assert strips_shown(app) == 1
        await until(pilot, lambda: "page 1/10" in charts_text(app))


async def test_the_layout_is_remembered_and_the_settings_hold_until_then(tmp_path: Path) -> None:
    """charts.page_size is the first page; what a person chose on a directory comes back there alone."""
    file = tmp_path / "settings.toml"
    file.write_text("[charts]\npage_size = 2\n", encoding="utf-8")
    loaded = load_settings(file, {})
    places = [tmp_path / "logs"], tmp_path / "views"
    app = RunningApp(three_runs(), preferences=preferences_of(loaded, ViewMemory(*places)))
    async with running(app) as pilot:
        await until(pilot, lambda: "page 1/" in charts_text(app))
        assert strips_shown(app) == 2
        await pilot.press("left_curly_bracket", "right_parenthesis", "z")
        chosen = heights(app)
        zoom = app.view.zoom
        assert zoom.x is not None
    assert ViewMemory(*places).keep(app.view) is None

    again = RunningApp(three_runs(), preferences=preferences_of(loaded, ViewMemory(*places)))
    async with running(again) as pilot:
        await until(pilot, lambda: "page 1/" in charts_text(again))
        assert strips_shown(again) == 3
        assert heights(again) == chosen
        assert (again.view.zoom.x, again.view.zoom.axis) == (zoom.x, zoom.axis)


async def test_any_chart_can_have_the_whole_screen() -> None:
    """f shows the chosen strip alone; ] and [ go through all charts, round and round."""
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await until(pilot, lambda: charts_text(app).strip())
        await pilot.press("tab", "j", "f")
        await until(pilot, lambda: "learning_rate" in text_of(dashboard(app).charts)[0])
        assert "chart 2/11" in status_text(app)
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: "tokens_per_sec" in text_of(dashboard(app).charts)[0])
        await pilot.press("left_square_bracket", "left_square_bracket")
        await until(pilot, lambda: "val_loss" in text_of(dashboard(app).charts)[0])
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: "layer_7" in text_of(dashboard(app).charts)[0])
        await pilot.press("f", "tab", "f")
        await until(pilot, lambda: "val_loss" in text_of(dashboard(app).charts)[0])


async def test_a_starred_metric_comes_first() -> None:
    """* in the list of metrics; the list shows the star, so do the strips; * again ends it."""
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await until(pilot, lambda: charts_text(app).strip())
        assert app.board is not None
        assert app.board.strips[0] == "learning_rate"
        await pilot.press("m", *"layer_5", "asterisk")
        assert isinstance(app.screen, MetricsScreen)
        await until(pilot, lambda: app.board is not None and app.board.strips[0] == "layer_5")
        await until(pilot, lambda: any("★" in row for row in text_of(app.screen.query_one(ScrolledLines))))
        await pilot.press("asterisk")
        await until(pilot, lambda: app.board is not None and app.board.strips[0] == "learning_rate")
        assert not app.view.starred


async def test_train_and_val_share_a_strip() -> None:
    """val/acc is drawn before train/acc in one small chart, which names both."""
    values = [0.1 * step for step in range(10)]
    app = RunningApp(
        [make_run("alpha", metrics={"val_loss": values, "val/acc": values, "train/acc": values})]
    )
    async with running(app) as pilot:
        await until(pilot, lambda: "val/acc  train/acc ─" in charts_text(app))
        assert app.board is not None
        assert app.board.strips == ("val/acc",)


async def test_the_page_names_the_prefixes_on_it() -> None:
    """Metrics of one prefix stand together, and the line of the page says which those are."""
    values = [0.1 * step for step in range(40)]
    names = [f"{prefix}/{name}" for name in "ab" for prefix in ("norms", "system", "optim")]
    run = some_run("alpha", metrics=dict.fromkeys(names, values))
    app = RunningApp([run])
    async with running(app) as pilot:
        await until(pilot, lambda: app.board is not None)
        assert app.board is not None
        assert app.board.strips[-6:] == tuple(
            f"{prefix}/{name}" for prefix in ("norms", "optim", "system") for name in "ab"
        )
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: "system/" in charts_text(app).splitlines()[-1])


async def test_a_star_can_be_set_right_after_the_list_is_opened() -> None:
    """Keys typed quickly find the list already there, on a large terminal and after a full chart too."""
    app = RunningApp(three_runs())
    async with running(app, 200, 50) as pilot:
        await until(pilot, lambda: charts_text(app).strip())
        await pilot.press("tab", "j", "f", "right_square_bracket", "f", "m", "asterisk")
        await until(pilot, lambda: app.view.starred == ("val_loss",))
