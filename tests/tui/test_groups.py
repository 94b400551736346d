"""Groups of runs in the app: one row and one curve with a band each, opened to their members."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.charts.runs_by_hand import make_run
from tests.tui.running_app import RunningApp, running, text_of, until, until_judged
from tests.tui.seen import cursor_name, listed, names, table_of
from tuimon.charts.chart import draw_chart
from tuimon.charts.palette import DARK
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.painting.chart_specs import large_chart
from tuimon.tui.painting.group_words import listed as listed_keys
from tuimon.tui.painting.look import Look
from tuimon.tui.screens.board_screen import BoardScreen
from tuimon.tui.screens.compare import CompareScreen
from tuimon.tui.screens.dashboard import DashboardScreen
from tuimon.tui.screens.group_keys import GroupKeysScreen
from tuimon.tui.screens.run import RunScreen
from tuimon.tui.view.remembered import view_from, view_to_keep
from tuimon.tui.view.view_state import ViewState


def seeds() -> list[RunSnapshot]:
    """Two groups: "slow" of three with a diverged one, "fast" of two."""
    ends = {"slow_3": math.nan, "slow_2": 2.5, "slow_1": 2.0, "fast_2": 1.5, "fast_1": 1.0}
    return [
        make_run(
            name,
            config={"lr": 1e-3 if name.startswith("slow") else 1e-2, "seed": int(name[-1])},
            metrics={
                "train_loss": [*np.linspace(5 + int(name[-1]) / 2, 3, 40), end],
                "val_loss": [*np.linspace(5 + int(name[-1]) / 2, 3, 40), end],
            },
        )
        for name, end in ends.items()
    ]


async def test_d_groups_and_takes_apart_again() -> None:
    app = RunningApp(seeds())
    async with running(app) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: names(app) == ["slow", "fast"])
        header, slow, fast, *_ = text_of(table_of(app))
        assert "± std" in header
        assert "2+1✗" in slow.replace(" ", "")
        assert "2.2500" in slow
        assert "±0.35" in slow
        assert "1.2500" in fast
        (view, facts) = text_of(app.screen.query_one("#status"))
        assert "2 groups   left out: seed" in view
        assert "diverged, in no mean: slow_3" in facts
        await pilot.press("d")
        await until(pilot, lambda: len(names(app)) == 5)


async def test_groups_of_one_name_are_told_apart_by_their_configs() -> None:
    """In the table and at their curves; whole at 80 columns, where other columns give way."""
    runs = [
        make_run(
            "exp",
            config={"learning_rate": rate, "batch_size": size, "seed": seed},
            metrics={"val_loss": [3.0, 2.0 + rate + seed / 10]},
            header={"run_id": f"{place:x}{size}{seed}aaaa"},
        )
        for place, rate in enumerate((3e-4, 1e-3))
        for size in (32, 64)
        for seed in (1, 2)
    ]
    runs = [replace(run, key=f"{place}.jsonl") for place, run in enumerate(runs)]
    shown = ["exp lr=3e-04 bs=32", "exp lr=3e-04 bs=64", "exp lr=1e-03 bs=32", "exp lr=1e-03 bs=64"]
    app = RunningApp(runs)
    async with running(app, 80, 24) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: len(names(app)) == 4)
        assert [row[5:].split("  ")[0] for row in text_of(table_of(app))[1:] if row.strip()] == shown
        assert app.board is not None
        spec = large_chart(app.board, "val_loss", 80, 12, Look(DARK, ascii=False))
        assert [curve.name for curve in spec.curves] == [f"{name} ×2" for name in shown]


async def test_enter_opens_a_group_and_escape_closes_it() -> None:
    app = RunningApp(seeds())
    async with running(app) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: names(app) == ["slow", "fast"])
        await pilot.press("down", "enter")
        await until(pilot, lambda: names(app) == ["fast_2", "fast_1"])
        await until(pilot, lambda: "runs of one group   Esc: all groups   left out: seed" in status_of(app))
        await pilot.press("enter")
        assert isinstance(app.screen, RunScreen)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: names(app) == ["slow", "fast"])
        assert app.board is not None
        assert app.board.cursor_row is not None
        assert app.board.cursor_row.name == "fast"


async def test_the_members_of_a_group_are_compared() -> None:
    app = RunningApp(seeds())
    async with running(app) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: names(app) == ["slow", "fast"])
        await pilot.press("a", "c")
        assert isinstance(app.screen, CompareScreen)
        header = app.screen.query_one("#header")
        await until(pilot, lambda: "compare 5 of 5" in text_of(header)[0])


@pytest.mark.parametrize(
    ("keys", "compared", "said"),
    [
        ((), ["slow_3", "slow_2", "slow_1", "fast_1"], "compared with the best"),
        (("j",), ["fast_2", "fast_1"], "compared with each other, the runs of the group"),
    ],
)
async def test_a_group_that_is_not_marked_is_compared_with_the_best(
    keys: tuple[str, ...], compared: list[str], said: str
) -> None:
    """All its runs beside it; where it is one of them, they alone."""
    app = RunningApp(seeds())
    async with running(app) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: names(app) == ["slow", "fast"])
        await pilot.press(*keys, "c")
        assert isinstance(app.screen, CompareScreen)
        run_names = {run.key: run.name for run in seeds()}
        assert [run_names[key] for key in app.screen.chosen_keys()] == compared
        assert app.notice == f"nothing is marked: {said}"


async def test_compared_members_are_drawn_by_themselves() -> None:
    """None of them as the mean of its group, which it stands for in the table."""
    app = RunningApp(seeds())
    async with running(app) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: names(app) == ["slow", "fast"])
        await pilot.press("a", "c")
        chart = app.screen.query_one("#chart")
        await until(pilot, lambda: any("slow_2" in row for row in text_of(chart)))
        assert not any("×" in row for row in text_of(chart))


async def test_a_filter_and_a_sort_hold_for_groups() -> None:
    app = RunningApp(seeds())
    async with running(app) as pilot:
        await pilot.press("d", "s", "down", "enter")
        await until(pilot, lambda: names(app) == ["fast", "slow"])
        await pilot.press("slash", *"slow", "enter")
        await until(pilot, lambda: names(app) == ["slow"])


@pytest.mark.parametrize("ascii_only", [False, True])
async def test_the_curve_of_a_group_has_a_band(ascii_only: bool) -> None:
    app = RunningApp(seeds())
    async with running(app) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: names(app) == ["slow", "fast"])
        assert app.board is not None
        spec = large_chart(app.board, "val_loss", 80, 24, Look(DARK, ascii_only))
        assert [curve.name for curve in spec.curves if not curve.companion] == ["slow ×2", "fast ×2"]
        picture = draw_chart(spec)
        rows = picture.lines[1:-2]
        tinted = sum(
            len(part.text) for row in rows for part in row if part.style is not None and part.style.bgcolor
        )
        signs = sum(part.text.count(":") for row in rows for part in row)
        assert (signs if ascii_only else tinted) > 20
        assert spec == large_chart(app.board, "val_loss", 80, 24, Look(DARK, ascii_only))


async def test_an_action_for_several_runs_is_about_all_members() -> None:
    app = RunningApp(seeds())
    async with running(app) as pilot:
        await pilot.press("d", "down")
        await until(pilot, lambda: names(app) == ["slow", "fast"])
        await pilot.press("down")
        screen = app.screen
        assert isinstance(screen, BoardScreen)
        assert {key[-12:] for key in screen.chosen_keys()} == {"fast_1.jsonl", "fast_2.jsonl"}


async def test_u_groups_and_lists_the_keys_that_are_left_out() -> None:
    """Those left out first, with how many values the runs have in them."""
    app = RunningApp(seeds())
    async with running(app) as pilot:
        await pilot.press("u")
        await until(pilot, lambda: names(app) == ["slow", "fast"])
        await until(pilot, lambda: len(listed(app)) == 3)
        assert [" ".join(line.split()) for line in listed(app)[1:]] == ["> ✓ seed 3 values", "· lr 2 values"]
        assert "✓ automatic" in listed(app)[0]


async def test_the_list_of_keys_follows_the_runs_that_come() -> None:
    """A key that a new run brings is in the list, one that is left out by itself with its check mark; the
    cursor stays on its own, and what was chosen holds."""
    app = RunningApp(seeds())
    async with running(app) as pilot:
        await pilot.press("u", "down", "space")  # lr
        await until(pilot, lambda: len(listed(app)) == 3)
        new = make_run("new", config={"lr": 1e-4, "seed": 9, "depth": 8, "out_dir": "x"})
        app.publish([new, *seeds()])
        await until(pilot, lambda: len(listed(app)) == 5)
        rows = {line.strip("> ").split()[1]: line for line in listed(app)}
        assert "✓ out_dir" in rows["out_dir"]
        assert "· depth" in rows["depth"]
        assert rows["lr"].startswith("> ✓ lr")
        assert "4 values" in " ".join(rows["seed"].split())
        await pilot.press("space")
        await until(pilot, lambda: app.view.turned_keys == ())
        assert any("✓ automatic" in line for line in listed(app))


async def test_a_key_is_left_out_or_looked_at_by_choice_and_the_status_line_says_so() -> None:
    """The table follows while the list is open; automatic takes all choices back."""
    app = RunningApp(seeds())
    async with running(app) as pilot:
        await pilot.press("u")
        await until(pilot, lambda: isinstance(app.screen, GroupKeysScreen))
        await pilot.press("down", "space")  # lr
        await until(pilot, lambda: len(names(app)) == 1)
        assert "✓ lr" in listed(app)[2]
        assert "automatic" in listed(app)[0]
        assert "✓" not in listed(app)[0]
        await pilot.press("up", "space")  # seed: of each there is a slow and a fast one, but for one
        await until(pilot, lambda: len(names(app)) == 3)
        await pilot.press("enter")
        assert "3 groups by seed   left out: lr" in status_of(app)
        await pilot.press("u", "up", "up", "up", "space", "enter")
        await until(pilot, lambda: "2 groups   left out: seed" in status_of(app))
        assert app.view.turned_keys == ()


async def test_escape_from_the_list_of_keys_leaves_everything_as_it_was() -> None:
    """Not grouped where the runs were not; else grouped by the same keys."""
    app = RunningApp(seeds())
    async with running(app) as pilot:
        before = app.view
        await pilot.press("u", "down", "space")
        await until(pilot, lambda: len(names(app)) == 1)
        await pilot.press("escape")
        await until(pilot, lambda: len(names(app)) == 5)
        assert (app.view.grouped, app.view.turned_keys) == (before.grouped, before.turned_keys)
        await pilot.press("d", "u", "down", "space", "escape")
        await until(pilot, lambda: names(app) == ["slow", "fast"])
        assert app.view.turned_keys == ()


def status_of(app: RunningApp) -> str:
    dashboard = next(screen for screen in app.screen_stack if isinstance(screen, DashboardScreen))
    return text_of(dashboard.status)[0]


async def test_u_without_any_config_says_so() -> None:
    app = RunningApp([make_run("a", metrics={"val_loss": [1.0]})])
    async with running(app) as pilot:
        await pilot.press("u")
        assert "no run here has a config" in text_of(app.screen.query_one("#keys"))[0]
        assert not app.view.grouped


def test_the_keys_left_out_are_kept_with_the_view() -> None:
    view = ViewState().key_turned("lr").key_turned("seed").key_turned("lr").key_turned("wd")
    assert view.grouped
    assert view_from(view_to_keep(view), ViewState()).turned_keys == ("seed", "wd")
    assert view_from({"turned_keys": "lr"}, ViewState()).turned_keys == ()


async def test_the_cursor_goes_to_the_group_of_its_run_and_back() -> None:
    """Wherever the group stands, and whoever stands for it."""
    app = RunningApp(seeds())
    async with running(app) as pilot:
        await pilot.press("j", "j", "j")
        assert cursor_name(app) == "fast_2"
        await pilot.press("d")
        await until(pilot, lambda: names(app) == ["slow", "fast"])
        assert cursor_name(app) == "fast"
        await pilot.press("d")
        await until(pilot, lambda: len(names(app)) == 5)
        assert cursor_name(app) == "fast_2"
        await pilot.press("d")
        await until(pilot, lambda: names(app) == ["slow", "fast"])
        await pilot.press("k")
        assert cursor_name(app) == "slow"


async def test_where_a_member_was_lost_is_marked_on_the_chart_of_its_group() -> None:
    lost, *others = seeds()
    falling = [*np.linspace(5, 3, 15), *[math.nan] * 26]
    lost = make_run("slow_3", config=lost.header.config, metrics={"val_loss": falling})
    app = RunningApp([lost, *others])
    async with running(app) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: names(app) == ["slow", "fast"])
        await until_judged(pilot, app)
        charts = app.screen.query_one("#charts")
        await until(pilot, lambda: any("✗ member diverged" in row for row in text_of(charts)))
        await pilot.press("down")
        await until(pilot, lambda: not any("member diverged" in row for row in text_of(charts)))
        assert any("✗" in row for row in text_of(charts)), "in the group's colour, without words"


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50), (30, 8)])
async def test_the_list_of_keys_fits_every_size(size: tuple[int, int], ascii_only: bool) -> None:
    """Nothing but ASCII where the terminal has no more."""
    app = RunningApp(seeds(), ascii=ascii_only)
    async with running(app, *size) as pilot:
        await pilot.press("u")
        await until(pilot, lambda: isinstance(app.screen, GroupKeysScreen) and len(listed(app)) > 0)
        assert all(line.isascii() for line in listed(app)) or not ascii_only
        await pilot.press("space", "enter")
        await until(pilot, lambda: app.view.turned_keys == ("seed",))


@pytest.mark.parametrize(
    ("keys", "width", "words"),
    [
        (["seed"], 20, "seed"),
        (["seed", "device"], 20, "seed, device"),
        (["seed", "device", "experiment_name"], 20, "seed, device +1"),
        (["seed", "device", "experiment_name"], 8, "seed +2"),
    ],
)
def test_keys_are_listed_whole_as_far_as_there_is_room(keys: list[str], width: int, words: str) -> None:
    assert listed_keys(keys, width) == words
