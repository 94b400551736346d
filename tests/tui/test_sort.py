"""Lists to pick from: the sort column, the x axis, the metrics."""

from __future__ import annotations

import pytest
from rich.style import Style

from tests.charts.runs_by_hand import make_run
from tests.tui.running_app import RunningApp, assert_lines_keep_their_place, running, until
from tests.tui.seen import keys_of_list, listed, names
from tuimon.charts.text_line import line_text
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.screens.pick import Option, PickScreen, hint_line, matching
from tuimon.tui.widgets.scrolled_lines import ScrolledLines


def two_runs() -> list[RunSnapshot]:
    """The second has the better val_loss, the first the better accuracy."""
    return [
        make_run("first", metrics={"val_loss": [3.0, 2.0], "train_loss": [3.0, 2.0], "accuracy": [0.9, 0.9]}),
        make_run(
            "second", metrics={"val_loss": [3.0, 1.0], "train_loss": [3.0, 1.0], "accuracy": [0.1, 0.1]}
        ),
    ]


async def test_moving_in_the_list_sorts_the_table_behind_it_and_enter_keeps_it() -> None:
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        assert names(app) == ["first", "second"]
        await pilot.press("s", "down")
        await until(pilot, lambda: names(app) == ["second", "first"])
        await pilot.press("enter")
        assert app.view.sort == "best"
        assert not isinstance(app.screen, PickScreen)


async def test_escape_puts_the_sort_back() -> None:
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await pilot.press("s", "down")
        await until(pilot, lambda: names(app) == ["second", "first"])
        await pilot.press("escape")
        await until(pilot, lambda: names(app) == ["first", "second"])
        assert app.view.sort is None


async def test_typing_narrows_the_list_and_enter_picks_what_is_left() -> None:
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await pilot.press("s", *"accur")
        await until(pilot, lambda: listed(app)[0] == "> accuracy last")
        await pilot.press("enter")
        assert app.view.sort == "metric.accuracy"


async def test_capital_s_reverses_the_sort() -> None:
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await pilot.press("s", "down", "enter")
        await until(pilot, lambda: names(app) == ["second", "first"])
        await pilot.press("S")
        await until(pilot, lambda: names(app) == ["first", "second"])


async def test_nothing_is_picked_where_nothing_matches() -> None:
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await pilot.press("s", *"zzz", "enter")
        assert isinstance(app.screen, PickScreen)
        await until(pilot, lambda: listed(app) == ["nothing has these words"])
        await pilot.press("escape")
        assert app.view.sort is None


async def test_ctrl_c_quits_from_a_list() -> None:
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await pilot.press("s", "ctrl+c")
        await until(pilot, lambda: not app.is_running)


async def test_space_checks_a_metric_and_enter_puts_it_into_the_large_chart() -> None:
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await pilot.press("m", *"accur")
        await until(pilot, lambda: listed(app) == ["> ✓ accuracy"])
        await pilot.press("space")
        await until(pilot, lambda: listed(app) == ["> · accuracy"])
        assert "accuracy" in app.view.hidden_metrics
        await pilot.press("space", "enter")
        assert "accuracy" not in app.view.hidden_metrics
        assert app.view.main_metric == "accuracy"


async def test_enter_keeps_checks_and_stars_and_escape_takes_them_back() -> None:
    """The large chart stays as it is then; the last line of the list says which key does what."""
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await pilot.press("m")
        await until(
            pilot, lambda: keys_of_list(app).startswith("Enter large") and "Esc close" in keys_of_list(app)
        )
        await pilot.press(*"accur", "space", "asterisk")
        await until(pilot, lambda: app.view.starred == ("accuracy",))
        keys = "Enter keep  Space show  * to the front  Esc as before"
        await until(pilot, lambda: keys_of_list(app) == keys)
        await pilot.press("escape")
        assert (app.view.hidden_metrics, app.view.starred) == ((), None)
        await pilot.press("m", *"accur", "space", "enter")
        assert app.view.hidden_metrics == ("accuracy",)
        assert app.view.main_metric is None


@pytest.mark.parametrize(
    ("key", "found"), [("m", "accuracy"), ("s", "accuracy last"), ("C", "accuracy mean"), ("x", "accuracy")]
)
async def test_metrics_that_are_read_while_a_list_is_open_come_into_it(key: str, found: str) -> None:
    """What was typed stays."""
    app = RunningApp([make_run("first", metrics={"train_loss": [3.0, 2.0]})])
    async with running(app) as pilot:
        await pilot.press(key, *"accur")
        await until(pilot, lambda: listed(app) == ["nothing has these words"])
        app.publish(two_runs())
        await until(pilot, lambda: any(line.endswith(found) for line in listed(app)))


async def test_a_click_picks() -> None:
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: len(listed(app)) > 2)
        await pilot.click(ScrolledLines, offset=(4, 1))
        await until(pilot, lambda: not isinstance(app.screen, PickScreen))
        assert app.view.sort == "best"


async def test_a_click_beside_the_list_closes_it() -> None:
    app = RunningApp(two_runs())
    async with running(app) as pilot:
        await pilot.press("s")
        await pilot.click(offset=(2, 30))
        await until(pilot, lambda: not isinstance(app.screen, PickScreen))
        assert app.view.sort is None


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (20, 5)])
@pytest.mark.parametrize("ascii_only", [False, True])
async def test_hostile_labels_and_many_of_them_keep_the_list_in_shape(
    size: tuple[int, int], ascii_only: bool
) -> None:
    labels = [
        "[bold]x[/bold]",
        "e\x1b[31mvil",
        "幅広い" * 30,
        "x" * 200,
        *(f"metric_{n}" for n in range(200)),
    ]
    app = RunningApp(two_runs(), ascii=ascii_only)
    async with running(app, *size) as pilot:
        app.push_screen(PickScreen("metrics", [Option(label, label, "note") for label in labels]))
        await pilot.pause()
        for _ in range(30):
            await pilot.press("pagedown")
        rows = app.screen.query_one(ScrolledLines)
        assert_lines_keep_their_place([rows], ascii_only=ascii_only)
        assert size == (20, 5) or any("metric_199" in row for row in listed(app))


def test_every_word_must_be_in_the_label_in_any_order_and_case() -> None:
    options = [Option("a", "val_loss best"), Option("b", "val_loss last"), Option("c", "Train Loss")]
    assert [option.id for option in matching(options, "best VAL")] == ["a"]
    assert [option.id for option in matching(options, "loss")] == ["a", "b", "c"]
    assert matching(options, "") == tuple(options)


def test_letters_in_order_are_enough_where_no_word_matches() -> None:
    options = [Option("a", "grad_norm max"), Option("b", "grad_norm min"), Option("c", "val_loss max")]
    assert [option.id for option in matching(options, "normmax")] == ["a"]
    assert matching(options, "xamnorm") == ()


@pytest.mark.parametrize("width", [*range(8, 64)])
def test_no_key_of_a_hint_touches_its_neighbour(width: int) -> None:
    """What has no room is left out whole: the count first, the key that closes last."""
    keys = (("Enter", "pick"), ("Space", "check"), ("Esc", "close"))
    text = line_text(hint_line(keys, "56/56", width, Style.null(), Style.null(), ascii=False))
    shown = {part.strip() for part in text.split("  ") if part.strip()}
    if width > 10:
        assert shown <= {"Enter pick", "Space check", "Esc close", "56/56"}
        assert "Esc close" in shown
