"""The dashboard: what each key does to the screen, and what the screen says when there is little to say."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests.charts.runs_by_hand import make_run
from tests.tui.falling_runs import falling, some_run, three_runs
from tests.tui.running_app import RunningApp, assert_lines_keep_their_place, running, text_of, until
from tests.tui.seen import charts_text, dashboard, header_text, status_text
from tuimon.store.liveness import RunState
from tuimon.tui.keys.actions import Scope, actions_of
from tuimon.tui.screens.compare import CompareScreen
from tuimon.tui.screens.dashboard import DashboardScreen
from tuimon.tui.screens.help import HelpScreen
from tuimon.tui.screens.palette import palette_options
from tuimon.tui.screens.pick import PickScreen
from tuimon.tui.screens.run import RunScreen


async def test_y_draws_the_charts_on_a_log_axis() -> None:
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await until(pilot, lambda: "val_loss" in charts_text(app))
        await pilot.press("y")
        await until(pilot, lambda: " log" in charts_text(app) and "y log" in status_text(app))
        await pilot.press("y")
        await until(pilot, lambda: " log" not in charts_text(app) and "y linear" in status_text(app))


async def test_smoothing_keys_change_the_strength_and_the_curve() -> None:
    """``+`` and ``-`` go a step, ``0`` shows the values as logged; the title of the chart says which."""
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await until(pilot, lambda: "train_loss~0.90" in charts_text(app))
        smoothed = charts_text(app)
        await pilot.press("+")
        await until(
            pilot, lambda: "train_loss~0.95" in charts_text(app) and "smooth 0.95" in status_text(app)
        )
        await pilot.press("-", "-")
        await until(pilot, lambda: "train_loss~0.80" in charts_text(app))
        await pilot.press("0")
        await until(pilot, lambda: "train_loss~" not in charts_text(app) and "smooth off" in status_text(app))
        assert charts_text(app) != smoothed


async def test_pages_of_strips_are_turned() -> None:
    """Every metric is in the large chart or on one of the pages."""
    app = RunningApp(three_runs())
    seen: set[str] = set()
    async with running(app) as pilot:
        for page in ("1/2", "2/2"):
            await until(pilot, lambda page=page: f"page {page}" in charts_text(app))  # type: ignore[misc]
            seen |= {
                word for word in charts_text(app).split() if word.startswith(("layer", "learn", "tokens"))
            }
            await pilot.press("]")
        assert seen == {"learning_rate", "tokens_per_sec", *(f"layer_{number}" for number in range(8))}
        await until(pilot, lambda: "page 1/2" in charts_text(app))
        await pilot.press("[")
        await until(pilot, lambda: "page 2/2" in charts_text(app))


async def test_f_gives_one_chart_the_whole_screen_and_the_table_gets_its_focus_back() -> None:
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await pilot.press("f")
        await until(
            pilot, lambda: not dashboard(app).table.display and "learning_rate" not in charts_text(app)
        )
        await pilot.press("j")
        await until(pilot, lambda: "learning_rate" in charts_text(app), "j shows the next chart")
        await pilot.press("escape")
        await until(pilot, lambda: dashboard(app).table.display and "val_loss" in charts_text(app))
        assert app.focused is dashboard(app).table


async def test_tab_goes_to_the_charts_where_enter_makes_a_strip_the_large_chart() -> None:
    """The chosen chart has a sign before its title."""
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await pilot.press("tab")
        await until(pilot, lambda: "▸val_loss" in charts_text(app))
        await pilot.press("j")
        await until(pilot, lambda: "▸learning_rate" in charts_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: charts_text(app).startswith("▸learning_rate"))
        await pilot.press("tab")
        await until(pilot, lambda: "▸" not in charts_text(app))
        assert app.focused is dashboard(app).table


async def test_the_sign_of_a_chosen_line_strip_stands_beside_its_whole_name() -> None:
    """At 80 columns a strip is one line that begins with its name: the sign has the cell left of it."""
    app = RunningApp(three_runs())
    async with running(app, 80, 24) as pilot:
        await until(pilot, lambda: " lr " in charts_text(app))
        before = charts_text(app)
        await pilot.press("tab", "j")
        await until(pilot, lambda: "▸lr " in charts_text(app))
        assert charts_text(app).replace("▸", " ") == before, "nothing else moves"


async def test_a_click_on_a_strip_chooses_it() -> None:
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await until(pilot, lambda: "learning_rate" in charts_text(app))
        column = text_of(dashboard(app).charts)[0].index("learning_rate")
        await pilot.click(dashboard(app).charts, offset=(column + 2, 0))
        await until(pilot, lambda: "▸learning_rate" in charts_text(app))


async def test_x_shows_the_axis_while_the_list_is_open_and_escape_takes_it_back() -> None:
    """Moving in the list redraws the charts; Enter keeps the axis."""
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await until(pilot, lambda: "x gradient step" in status_text(app))
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, PickScreen))
        await pilot.press("down")
        await until(pilot, lambda: "x iteration" in status_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "x gradient step" in status_text(app))
        assert app.view.x_axis is None
        await pilot.press("x", "down", "down", "enter")
        await until(pilot, lambda: "x elapsed" in status_text(app))
        assert app.view.x_axis == "elapsed"


async def test_m_chooses_the_large_chart_and_hides_strips() -> None:
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, PickScreen))
        await pilot.press(*"layer_3", "enter")
        await until(pilot, lambda: charts_text(app).lstrip().startswith("layer_3"))
        await pilot.press("m", *"learning", "down", "space", "enter")
        await until(pilot, lambda: "learning_rate" not in charts_text(app))


async def test_s_sorts_while_the_list_is_open_and_capital_s_reverses() -> None:
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, PickScreen))
        await pilot.press("down")
        await until(pilot, lambda: "sort val_loss best ↑" in status_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "sort newest first" in status_text(app))
        await pilot.press("s", "down", "enter", "S")
        await until(pilot, lambda: "sort val_loss best ↓" in status_text(app))
        assert app.board is not None
        assert [row.name for row in app.board.rows] == ["gamma", "beta", "alpha"]


async def test_a_filter_is_always_visible_and_one_that_hides_all_says_so() -> None:
    """The table follows while typing; Escape clears."""
    app = RunningApp(three_runs())
    async with running(app, width=80, height=24) as pilot:
        await pilot.press("slash", *"beta")
        await until(pilot, lambda: "filter beta  1/3 shown" in status_text(app))
        await pilot.press(*"zzz")
        await until(pilot, lambda: "filter hides 3 runs: Esc clears it" in charts_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.focused is dashboard(app).table)
        assert "0/3 shown" in status_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: "3 runs" in status_text(app) or "filter" not in status_text(app))
        assert app.view.filter_text == ""


async def test_pause_freezes_the_view_but_not_the_counters() -> None:
    """New runs are counted in the header while rows and charts stay; going on shows them."""
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await pilot.press("p")
        await until(pilot, lambda: "paused" in header_text(app) and "paused" in status_text(app))
        app.publish([some_run("delta"), *three_runs()])
        await until(pilot, lambda: "▶4" in header_text(app))
        assert app.board is not None
        assert len(app.board.rows) == 3
        await pilot.press("p")
        await until(pilot, lambda: app.board is not None and len(app.board.rows) == 4)
        assert "paused" not in header_text(app)


async def test_c_compares_the_marked_runs_and_without_marks_those_that_it_chooses() -> None:
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        await pilot.press("escape", "space", "space", "c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        assert isinstance(app.screen, CompareScreen)
        assert app.view.marked == tuple(run.key for run in three_runs()[:2])


async def test_enter_opens_the_run_under_the_cursor_and_escape_comes_back() -> None:
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await pilot.press("j", "enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DashboardScreen))


async def test_help_begins_with_the_pane_that_has_the_focus() -> None:
    """And says which one; how to get back stands above it, what is left below."""
    app = RunningApp(three_runs())
    async with running(app, width=80, height=24) as pilot:
        await pilot.press("question_mark")
        await until(pilot, lambda: "run table focused" in help_text(app))
        assert "Esc back" in help_text(app).splitlines()[0]
        assert "Runs" in help_text(app).splitlines()[2]
        assert "more lines below" in last_line(app)
        await pilot.press("G")
        await until(pilot, lambda: "below" not in last_line(app))
        await pilot.press("escape", "tab", "question_mark")
        await until(pilot, lambda: "charts focused" in help_text(app))
        assert "Charts" in help_text(app).splitlines()[2]


async def test_help_is_narrowed_by_a_key_or_by_words() -> None:
    """Enter keeps what was typed, typing anew replaces it, Escape shows everything and then goes back."""
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await pilot.press("question_mark")
        await until(pilot, lambda: "run table focused" in help_text(app))
        await pilot.press("slash", "Z")
        await until(pilot, lambda: "The key Z" in help_text(app) and "Zoom out" in help_text(app))
        await pilot.press("backspace", *"smooth more", "enter")
        await until(pilot, lambda: "1 key " in help_text(app) and "filter smooth more" in help_text(app))
        await pilot.press("slash", *"zzz")
        await until(pilot, lambda: "no key of this screen has zzz" in help_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "filter" not in help_text(app).splitlines()[0])
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DashboardScreen))


def help_text(app: RunningApp) -> str:
    if not isinstance(app.screen, HelpScreen):
        return ""
    return "\n".join([*text_of(app.screen.query_one("#header")), *text_of(app.screen.lines)])


def last_line(app: RunningApp) -> str:
    return text_of(app.screen.query_one("#keys"))[0]


async def test_help_shows_the_keys_of_the_screen_it_was_called_from() -> None:
    """``?`` opens it and closes it; it can be scrolled where it is longer than the screen."""
    app = RunningApp(three_runs())
    async with running(app, width=80, height=12) as pilot:
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        assert isinstance(app.screen, HelpScreen)
        top = app.screen.lines.top
        await pilot.press("j", "pagedown")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen) and app.screen.lines.top > top)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, DashboardScreen))


async def test_the_palette_does_actions_and_finds_runs_and_metrics() -> None:
    """By names, and actions by their sentences; a run gets the cursor, a metric the large chart."""
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await pilot.press("ctrl+p", *"log y", "enter")
        await until(pilot, lambda: app.view.log_y)
        await pilot.press("ctrl+p", *"logarithmic", "enter")
        await until(pilot, lambda: not app.view.log_y)
        await pilot.press("ctrl+p", *"gamma", "enter")
        await until(pilot, lambda: app.board is not None and app.board.cursor == three_runs()[2].key)
        await pilot.press("ctrl+p", *"layer_3", "enter")
        await until(pilot, lambda: charts_text(app).lstrip().startswith("layer_3"))


async def test_the_palette_has_every_action_of_the_screen_every_run_and_every_metric() -> None:
    """But for moving and leaving, which need no name. On a run's screen a metric goes into its chart."""
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await until(pilot, lambda: app.board is not None and app.board.total == 3)
        names = [option.label for option in palette_options(app.actions_in(Scope.DASHBOARD), app.board)]
        assert {"alpha", "beta", "gamma", "val_loss", "layer_7"} <= set(names)
        assert {action.title for action in actions_of(Scope.DASHBOARD) if action.in_palette} <= set(names)
        await pilot.press("enter", "ctrl+p", *"layer_3", "enter")
        await until(
            pilot,
            lambda: isinstance(app.screen, RunScreen) and app.screen.charted_metric() == "layer_3",
        )
        await pilot.press("ctrl+p", *"beta", "enter")
        await until(
            pilot,
            lambda: (
                isinstance(app.screen, RunScreen) and "beta" in text_of(app.screen.query_one("#header"))[0]
            ),
        )


async def test_no_runs_yet_shows_the_lines_to_paste() -> None:
    """The first run that appears takes their place."""
    app = RunningApp([])
    async with running(app) as pilot:
        await until(pilot, lambda: "no runs in /logs yet" in charts_text(app))
        assert "tracker.log_metrics(step, train_loss=loss)" in charts_text(app)
        app.publish([some_run("first")])
        await until(pilot, lambda: "val_loss" in charts_text(app) and "▶1" in header_text(app))


async def test_a_run_without_records_says_so() -> None:
    app = RunningApp([make_run("empty")])
    async with running(app) as pilot:
        await until(pilot, lambda: "empty started 1h00m ago, no records yet" in charts_text(app))


async def test_new_records_redraw_the_charts_and_the_cursor_stays_on_its_run() -> None:
    """A run that appears above the cursor's moves the row, not the cursor."""
    app = RunningApp(three_runs())
    async with running(app) as pilot:
        await pilot.press("j")
        await until(pilot, lambda: "1.6000 alpha" in charts_text(app))
        newer = some_run("alpha", 1.25)
        app.publish([some_run("delta"), newer, *three_runs()[1:]])
        await until(pilot, lambda: "1.3500 alpha" in charts_text(app))
        assert app.board is not None
        assert app.board.cursor == three_runs()[1].key


async def test_nan_is_counted_in_the_title_and_shown_in_the_table() -> None:
    """A loss that became NaN does not look like a run that stopped."""
    values = [*falling(1.5)[:30], *[math.nan] * 30]
    app = RunningApp([make_run("diverged", metrics={"train_loss": values})])
    async with running(app) as pilot:
        await until(pilot, lambda: "30 NaN" in charts_text(app))
        assert "NaN" in text_of(dashboard(app).table)[1]


HOSTILE = ("[bold red]x[/]", "\x1b[31mred\x1b[0m", "../../etc/passwd", "広い文字", "n" * 200, "a\nb")


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50), (20, 5), (1, 1)])
@pytest.mark.parametrize("ascii_only", [False, True], ids=["utf8", "ascii"])
async def test_hostile_names_break_no_screen_at_any_size(size: tuple[int, int], ascii_only: bool) -> None:
    """Names are shown harmless; every line has the width of the screen; in ASCII there is nothing else."""
    runs = [some_run(name, seed=place) for place, name in enumerate(HOSTILE)]
    app = RunningApp(runs, ascii=ascii_only)
    async with running(app, *size) as pilot:
        await pilot.press("j", "y", "a", "]")
        await until(pilot, lambda: app.board is not None and len(app.board.state.marked) == len(HOSTILE))
        await pilot.pause()
        screen = dashboard(app)
        widgets = (screen.header, screen.charts, screen.table, screen.status, screen.keys)
        shown = [widget for widget in widgets if widget.display]
        assert all(widget.size.width == size[0] for widget in shown)
        assert_lines_keep_their_place(shown, ascii_only=ascii_only)


@pytest.mark.parametrize("count", [0, 1, 50])
async def test_any_number_of_runs_has_a_screen(count: int) -> None:
    """All shown at once where everything is marked."""
    runs = [some_run(f"run_{number}", 1 + number / 50, seed=number) for number in range(count)]
    app = RunningApp(runs)
    async with running(app) as pilot:
        await pilot.press("a", "G")
        await until(pilot, lambda: app.board is not None and len(app.board.plotted) == count)


async def test_states_are_counted_by_their_signs() -> None:
    states = [RunState.RUNNING, RunState.RUNNING, RunState.FAILED, RunState.CRASHED]
    runs = [
        make_run(f"run_{place}", state=state, metrics={"train_loss": [2.0, 1.0]})
        for place, state in enumerate(states)
    ]
    app = RunningApp(runs)
    async with running(app) as pilot:
        await until(pilot, lambda: all(count in header_text(app) for count in ("▶2", "✗1", "†1")))
        assert "best train 1.0000" in header_text(app)


async def test_runs_that_are_listed_but_not_yet_read_say_reading() -> None:
    """Until its log is read, a listed run does not look like one without values."""
    listed = [replace(run, loading=True, metrics={}) for run in three_runs()]
    app = RunningApp(listed)
    async with running(app) as pilot:
        await until(pilot, lambda: "reading" in charts_text(app), charts_text(app))
        assert "no values" not in charts_text(app)
        app.publish(three_runs())
        await until(pilot, lambda: "┤" in charts_text(app))
