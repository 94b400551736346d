"""Settings in the app: keys, colours, the view to begin with, what is wrong with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.charts.runs_by_hand import make_run
from tests.tui.running_app import RunningApp, running, text_of, until
from tuimon.charts.palette import ANSI, DARK, LIGHT, NO_COLOUR
from tuimon.settings.loading import load_settings
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.painting.look import look_of
from tuimon.tui.screens.help import HelpScreen
from tuimon.tui.start.terminal_background import is_light_answer
from tuimon.tui.view.preferences import Preferences, key_problems, preferences_of
from tuimon.tui.view.view_memory import ViewMemory
from tuimon.tui.view.view_state import ViewState

TRUE_COLOUR = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}


def preferences(folder: Path, text: str) -> Preferences:
    """The preferences of someone whose settings file holds ``text``."""
    file = folder / "settings.toml"
    file.write_text(text, encoding="utf-8")
    return preferences_of(load_settings(file, {}))


def two_runs() -> list[RunSnapshot]:
    return [make_run(name, metrics={"train_loss": [3.0, 2.0, 1.0]}) for name in ("alpha", "beta")]


def app_with(folder: Path, text: str) -> RunningApp:
    return RunningApp(two_runs(), preferences=preferences(folder, text))


async def test_other_keys_do_what_the_old_ones_did(tmp_path: Path) -> None:
    """The new key works, the old one no longer, and footer and help name the new one."""

    app = app_with(tmp_path, '[keys]\nlog_y = "F"\nhelp = ["f2"]\nfull_chart = []\n')
    async with running(app) as pilot:
        before = app.view
        await pilot.press("y")
        await pilot.press("f")
        assert app.view == before
        await pilot.press("F")
        assert app.view == replace(before, log_y=True)
        assert "F Log y" in text_of(app.screen.query_one("#keys"))[0]
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))


async def test_a_key_taken_from_an_action_of_every_screen(tmp_path: Path) -> None:
    """A screen's action can take a key of the app's, which then needs another one; that is said."""

    app = app_with(tmp_path, '[keys]\nmark = ["q"]\n')
    async with running(app) as pilot:
        assert "keys.mark: leaves quit" in text_of(app.screen.query_one("#keys"))[0]
        await pilot.press("q")
        assert app.view.marked
        assert app.is_running


def test_what_is_wrong_is_said_in_the_last_line(tmp_path: Path) -> None:
    """The first problem with its line; the others are for the doctor."""
    said = preferences(tmp_path, '[charts]\nsmoothing = 7\n[keys]\nlog_yy = "F"\n').notice
    assert said is not None
    assert "settings.toml:2: charts.smoothing" in said
    assert "(and 1 more: tuimon doctor)" in said
    assert preferences(tmp_path, "").notice is None


def test_unknown_actions_are_named_with_the_nearest(tmp_path: Path) -> None:
    """A key for an action that does not exist."""
    file = tmp_path / "settings.toml"
    file.write_text('[keys]\nlog_yy = "F"\n', encoding="utf-8")
    (problem,) = key_problems(load_settings(file, {}))
    assert str(problem).endswith("settings.toml:2: keys.log_yy: no such action; did you mean log_y?")


def test_the_view_begins_as_the_settings_say(tmp_path: Path) -> None:
    """Smoothing and axis; auto leaves the axis to the runs."""
    view = preferences(tmp_path, '[charts]\nsmoothing = 0.5\nx_axis = "elapsed"\n').view
    assert (view.smoothing, view.x_axis) == (0.5, "elapsed")
    assert preferences(tmp_path, "").view == ViewState()
    assert preferences(tmp_path, "[look]\nrefresh_rate = 2\n").live_interval == 0.5


@pytest.mark.parametrize(
    ("environ", "theme", "light", "expected"),
    [
        (TRUE_COLOUR, "auto", None, DARK),
        (TRUE_COLOUR, "auto", True, LIGHT),
        (TRUE_COLOUR, "auto", False, DARK),
        ({**TRUE_COLOUR, "COLORFGBG": "0;15"}, "auto", None, LIGHT),
        ({**TRUE_COLOUR, "COLORFGBG": "15;0"}, "auto", None, DARK),
        (TRUE_COLOUR, "light", None, LIGHT),
        (TRUE_COLOUR, "colour-blind", True, LIGHT),
        (TRUE_COLOUR, "ansi", None, ANSI),
        ({"TERM": "xterm"}, "auto", None, ANSI),
        ({"TERM": "xterm"}, "dark", None, DARK),
        ({**TRUE_COLOUR, "NO_COLOR": "1"}, "light", True, NO_COLOUR),
    ],
)
def test_colours_follow_settings_and_terminal(
    environ: dict[str, str], theme: str, light: bool | None, expected: object
) -> None:
    """A theme that is named is taken; auto follows the terminal; NO_COLOR is above all."""
    assert look_of(environ, theme=theme, light=light).theme is expected


def test_a_theme_that_is_not_the_terminals_paints_its_background() -> None:
    """Also where the terminal does not say what it has; else the terminal's own shows through."""
    assert look_of(TRUE_COLOUR, theme="light", light=False).painted
    assert look_of(TRUE_COLOUR, light=None).painted
    assert not look_of(TRUE_COLOUR, light=True).painted
    assert not look_of(TRUE_COLOUR, theme="dark", light=False).painted
    assert not look_of(TRUE_COLOUR, theme="ansi").painted


def test_colours_can_be_turned_off() -> None:
    """By the setting as by the environment."""
    assert look_of(TRUE_COLOUR, colours=False).theme is NO_COLOUR


@pytest.mark.parametrize(
    ("answer", "light"),
    [
        (b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62;22c", True),
        (b"\x1b]11;rgb:1e/1e/2e\x07\x1b[?62c", False),
        (b"j\x1b]11;rgba:fdf6/f6e3/e3e3/ffff\x1b\\", True),
        (b"\x1b[?62c", None),
        (b"", None),
    ],
)
def test_answers_of_terminals(answer: bytes, light: bool | None) -> None:
    """Any number of digits, either end; one that does not know the question leaves it open."""
    assert is_light_answer(answer) is light


def test_a_view_is_kept_for_next_time(tmp_path: Path) -> None:
    """Filter, sort, marks, axes and smoothing come back in the same directory, and only there."""
    memory = ViewMemory([tmp_path / "a"], tmp_path / "views")
    view = ViewState(x_axis="elapsed", marked=("k",), smoothing=0.5, filter_text="val_loss<3", paused=True)
    assert memory.keep(view) is None
    loaded = load_settings(tmp_path / "none.toml", {})
    again = preferences_of(loaded, ViewMemory([tmp_path / "a"], tmp_path / "views")).view
    assert again == ViewState(x_axis="elapsed", marked=("k",), smoothing=0.5, filter_text="val_loss<3")
    assert preferences_of(loaded, ViewMemory([tmp_path / "b"], tmp_path / "views")).view == ViewState()


@pytest.mark.parametrize(
    "kept",
    [
        {"smoothing": float("nan")},
        {"smoothing": True},
        {"smoothing": "0.5"},
        {"marked": "abc"},
        {"marked": [1]},
        {"log_y": 1},
        {"x_axis": ["a"]},
        {"filter_text": "a\x1bb"},
        {"paused": True},
        {"nonsense": 1},
    ],
)
def test_values_that_no_view_had_are_left_out(kept: dict[str, object]) -> None:
    """A file that somebody else wrote costs at most the view."""
    from tuimon.tui.view.remembered import view_from

    assert view_from(kept, ViewState()) == ViewState()


async def test_a_kept_filter_is_on_screen_from_the_first_picture(tmp_path: Path) -> None:
    """Runs that a filter of last time hides are never just missing."""
    memory = ViewMemory([tmp_path], tmp_path / "views")
    memory.keep(ViewState(filter_text="alpha"))
    chosen = preferences_of(
        load_settings(tmp_path / "none.toml", {}), ViewMemory([tmp_path], tmp_path / "views")
    )

    app = RunningApp(two_runs(), preferences=chosen)
    async with running(app, 80, 24) as pilot:
        await until(pilot, lambda: app.board is not None and app.board.rows)
        assert "filter alpha  1/2 shown" in text_of(app.screen.query_one("#status"))[0]


def test_an_unknown_column_is_named_and_the_others_are_shown(tmp_path: Path) -> None:
    """With the nearest right one; where none is left the table has the columns that fit."""
    chosen = preferences(tmp_path, '[table]\ncolumns = ["stp", "metric.train_loss:max", "best"]\n')
    assert chosen.notice is not None
    assert "settings.toml:2: table.columns: no column 'stp'; did you mean step?" in chosen.notice
    assert chosen.view.columns == ("metric.train_loss:max", "best")
    assert preferences(tmp_path, '[table]\ncolumns = ["stp"]\n').view.columns is None
